"""Configurations of a tile: which tile, which devices, which converters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from aihwlab.inference.compensation.base import BaseDriftCompensation
from aihwlab.inference.compensation.drift import GlobalDriftCompensation
from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.inference.noise.pcm import PCMLikeNoiseModel
from aihwlab.kernel.laws.constant_step import ConstantStepDevice
from aihwlab.parameters.device import FloatingPointDevice, IdealDevice
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters, timeless_problems
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.weights import WeightClipParameter, WeightModifierParameter, WeightRemapParameter
from aihwlab.simulator.parameters.mapping import MappableRPU
from aihwlab.simulator.parameters.pre_post import PrePostProcessingParameterQuant, PrePostProcessingRPU
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig
from aihwlab.simulator.parameters.runtime import precision_problems
from aihwlab.simulator.tiles.analog import AnalogTile
from aihwlab.simulator.tiles.array import QuantizedTileModuleArray, TileModuleArray
from aihwlab.simulator.tiles.floating_point import FloatingPointTile
from aihwlab.simulator.tiles.inference import InferenceTile
from aihwlab.simulator.tiles.inference_torch import TorchInferenceTile
from aihwlab.simulator.tiles.quantized_inference_torch import QuantizedTorchInferenceTile
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile, torch_tile_problems
from aihwlab.simulator.tiles.torch_tile_irdrop_t import TorchSimulatorTileIRDropT

__all__ = [
    'DigitalRankUpdateRPUConfig', 'FloatingPointRPUConfig', 'IOManagedRPUConfig', 'InferenceRPUConfig',
    'QuantizedTorchInferenceRPUConfig', 'SingleRPUConfig', 'TorchInferenceRPUConfig', 'TorchInferenceRPUConfigIRDropT',
    'UnitCellRPUConfig',
]
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


@dataclass
class FloatingPointRPUConfig(MappableRPU, PrePostProcessingRPU):
    """A tile that computes exactly, as a digital layer does: the baseline of an experiment."""

    tile_class: type = FloatingPointTile
    """Class of the tile."""

    tile_array_class: type | None = TileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    device: FloatingPointDevice = field(default_factory=FloatingPointDevice)
    """The memory that holds the weights."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from precision_problems(self)


@dataclass
class IOManagedRPUConfig(MappableRPU, PrePostProcessingRPU):
    """Base of the configurations with converters around the crossbar.

    Attributes:
        timeless_passes: passes whose inputs are voltages, not pulses in time.
    """

    timeless_passes: ClassVar[tuple[str, ...]] = 'forward', 'backward'

    forward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the forward pass, `y = W x`."""

    backward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the backward pass, `W^T d`."""

    update: UpdateParameters = field(default_factory=UpdateParameters)
    """Pulse trains of the update."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from timeless_problems(self, *self.timeless_passes)


@dataclass
class SingleRPUConfig(IOManagedRPUConfig):
    """A tile with one device at each crosspoint, trained by pulses where it stands."""

    tile_class: type = AnalogTile
    """Class of the tile."""

    tile_array_class: type | None = TileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    device: PulsedDevice | IdealDevice = field(default_factory=ConstantStepDevice)
    """The device at each crosspoint."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from precision_problems(self)
        if isinstance(self.device, PulsedDevice) and not hasattr(self.device, 'law'):
            yield 'device', 'a device with a law of its own, such as ConstantStepDevice'


@dataclass
class UnitCellRPUConfig(IOManagedRPUConfig):
    """A tile with several devices at each crosspoint, which share a weight."""

    tile_class: type = AnalogTile
    """Class of the tile."""

    tile_array_class: type | None = TileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    device: UnitCell = field(default_factory=UnitCell)
    """The cell at each crosspoint; the default says nothing of its devices, and must be replaced."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from precision_problems(self)
        if type(self.device) is UnitCell:
            yield 'device', 'a cell that says which of its devices an update changes, such as VectorUnitCell'
        if self.update.pulse_type is PulseType.NONE_WITH_DEVICE:
            yield 'update.pulse_type', 'a type with pulses, or NONE: a cell of several devices takes no exact update'


@dataclass
class DigitalRankUpdateRPUConfig(IOManagedRPUConfig):
    """A tile whose gradient is added up digitally, beside devices that are trained by pulses now and then."""

    tile_class: type = AnalogTile
    """Class of the tile."""

    tile_array_class: type | None = TileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    device: DigitalRankUpdateCell = field(default_factory=DigitalRankUpdateCell)
    """The cell at each crosspoint; the default does not say how it is updated, and must be replaced."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from precision_problems(self)
        if type(self.device) is DigitalRankUpdateCell:
            yield 'device', 'a cell that says how it is updated, such as MixedPrecisionCompound'
        if isinstance(self.device.device, UnitCell) and self.update.pulse_type is PulseType.NONE_WITH_DEVICE:
            yield 'update.pulse_type', 'a type with pulses, or NONE: a cell of several devices takes no exact update'


@dataclass
class InferenceRPUConfig(IOManagedRPUConfig):
    """A tile whose weights are trained digitally, and then programmed onto devices that drift.

    The fields `device`, `backward` and `update` are no arguments: gradients and updates are exact.

    Source: M. Rasch et al., 2023, doi:10.1038/s41467-023-40770-4.
    """

    tile_class: type = InferenceTile
    """Class of the tile."""

    tile_array_class: type | None = TileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    backward: IOParameters = field(default_factory=lambda: IOParameters(is_perfect=True), init=False)
    """The backward pass, `W^T d`, is exact."""

    update: UpdateParameters = field(default_factory=lambda: UpdateParameters(pulse_type=PulseType.NONE), init=False)
    """The update has no pulses."""

    noise_model: BaseNoiseModel = field(default_factory=PCMLikeNoiseModel)
    """What happens to the weights when they are programmed, and afterwards."""

    drift_compensation: BaseDriftCompensation | None = field(default_factory=GlobalDriftCompensation)
    """Digital factor on the outputs against drift, or None."""

    clip: WeightClipParameter = field(default_factory=WeightClipParameter)
    """How weights are limited after each step of training."""

    remap: WeightRemapParameter = field(default_factory=WeightRemapParameter)
    """How weights are stretched over the range of the crossbar after each step of training."""

    modifier: WeightModifierParameter = field(default_factory=WeightModifierParameter)
    """What training sees in place of the weights."""

    device: IdealDevice = field(default_factory=IdealDevice, init=False)
    """The trained weights are exact."""

    def compatible_with(self, tile_class_name: str) -> bool:
        """Return whether a saved state of a tile class of this name fits: those of both tiles for inference do."""
        for_inference = InferenceTile.__name__, TorchInferenceTile.__name__
        return tile_class_name in for_inference or super().compatible_with(tile_class_name)

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from precision_problems(self)
        if self.modifier.per_batch_sample:
            yield 'modifier.per_batch_sample', 'False: weights are modified once for all samples of a batch'


@dataclass
class TorchInferenceRPUConfig(InferenceRPUConfig):
    """A tile for inference that is written in operations of torch, which differentiates all of it."""

    tile_class: type = TorchInferenceTile
    """Class of the tile."""

    simulator_tile_class: type = TorchSimulatorTile
    """Class of the crossbar in the tile; derive one of your own to add to what it does."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from torch_tile_problems(self)


@dataclass
class TorchInferenceRPUConfigIRDropT(TorchInferenceRPUConfig):
    """A tile for inference whose inputs are pulses in time, on bit lines with resistance; see `TorchSimulatorTileIRDropT`."""

    timeless_passes: ClassVar[tuple[str, ...]] = 'backward',

    forward: IOParametersIRDropT = field(default_factory=IOParametersIRDropT)
    """Converters, noise, pulses and wires of the forward pass, `y = W x`."""

    simulator_tile_class: type = TorchSimulatorTileIRDropT
    """Class of the crossbar in the tile."""


@dataclass
class QuantizedTorchInferenceRPUConfig(TorchInferenceRPUConfig):
    """A tile for inference in operations of torch, whose digital parts compute in low precision.

    How scales and bias are rounded is said by `pre_post.periph_quant`, how outputs by `act_quant_config`. A layer on several
    tiles rounds the outputs of each, and then their sums.
    """

    tile_class: type = QuantizedTorchInferenceTile
    """Class of the tile."""

    tile_array_class: type | None = QuantizedTileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    pre_post: PrePostProcessingParameterQuant = field(default_factory=PrePostProcessingParameterQuant)
    """The digital processing."""

    act_quant_config: ActivationQuantConfig | None = None
    """How outputs are rounded; None means not at all."""
