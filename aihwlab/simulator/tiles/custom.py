"""Tiles of your own for training: a crossbar in operations of torch, whose products and update a class of yours replaces."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, normals
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.parameters.mapping import MappableRPU
from aihwlab.simulator.parameters.pre_post import PrePostProcessingRPU
from aihwlab.simulator.parameters.runtime import precision_problems
from aihwlab.simulator.tiles.analog_mvm import AnalogMVM
from aihwlab.simulator.tiles.arguments import as_rows
from aihwlab.simulator.tiles.array import TileModuleArray
from aihwlab.simulator.tiles.base import with_ones
from aihwlab.simulator.tiles.custom_kernel import CustomKernelTile
from aihwlab.simulator.tiles.exchange import as_array, as_tensor
from aihwlab.simulator.tiles.own_crossbar import TileWithSimulator
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile

EXACT = UpdateParameters(pulse_type=PulseType.NONE)


@dataclass
class CustomUpdateParameters(Parameters):
    """How the weights of a `CustomSimulatorTile` are updated; derive a class of your own to add to it."""

    gradient_noise: float = parameter(0.0, '[0, inf)')
    """Standard deviation of what is added to each element of the gradient, in units of the gradient."""


class CustomSimulatorTile(TorchSimulatorTile):
    """The crossbar of a `CustomTile`: a template, of which a class of your own overrides what it does in another way.

        y = analog(W x),  x' = analog(W^T d),  W <- W - lr (d^T x + gradient_noise xi)

    Products are those of `AnalogMVM`, with the converters `forward` and `backward` of the configuration; `xi` is standard
    normal. The tile calls `forward`, `backward` and `update`, with rows of vectors. In `update`, the weights are changed in
    place, `self.weight -= step`.

    Args:
        x_size: number of inputs, that of an analog bias included.
        d_size: number of outputs.
        rpu_config: configuration of the tile (`CustomRPUConfig`).
        bias: whether the last input is that of an analog bias.

    Attributes:
        present_rate: learning rate of the present update, or None outside of one.
    """

    present_rate: float | None = None

    @property
    def weight(self) -> torch.Tensor:
        """The weights in the crossbar, [out, in]: their memory; what is assigned is written into it."""
        if self.seen is not None:
            return self.seen
        self.owner.notice_changes()
        weights: torch.Tensor = self.owner.crossbar_weights()
        return weights

    @weight.setter
    def weight(self, weights: torch.Tensor) -> None:
        self.owner.write_weights(weights.detach())

    @property
    def learning_rate(self) -> float:
        """The learning rate of the present update, or otherwise of the tile."""
        return self.get_learning_rate()

    def get_learning_rate(self) -> float:
        """Return the learning rate of the present update, or otherwise of the tile."""
        return super().get_learning_rate() if self.present_rate is None else self.present_rate

    def backward(self, d_input: torch.Tensor, bias: bool = False, in_trans: bool = False, out_trans: bool = False,
                 non_blocking: bool = False) -> torch.Tensor:
        """Return the transposed product for gradients [..., out]: [..., in]; see `SimulatorTile.backward`."""
        x = AnalogMVM.matmul(self.weight, as_rows(d_input, out_trans), self.rpu_config.backward, True,
                             lines=self.owner.kernel_tile.lines[1], stream=self.next_stream())
        return as_rows(x[..., :-1] if bias else x, in_trans)

    @torch.no_grad()
    def update(self, x_input: torch.Tensor, d_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
               out_trans: bool = False, non_blocking: bool = False) -> None:
        """Update the weights with inputs [..., in] and gradients [..., out]; see `SimulatorTile.update`."""
        x, d = as_rows(x_input, in_trans), as_rows(d_input, out_trans)
        x = with_ones(x) if bias else x
        gradient, std = d.reshape(-1, d.shape[-1]).T @ x.reshape(-1, x.shape[-1]), self.rpu_config.update.gradient_noise
        if std > 0:
            xp = array_namespace(as_array(gradient))
            drawn = normals(self.next_stream(), Purpose.DEVICE_STEP, gradient.numel(), xp=xp)
            gradient = gradient + std * as_tensor(drawn).reshape(gradient.shape)
        self.weight.sub_(gradient, alpha=self.learning_rate)
        self.owner.reference_weights = None


class CustomTile(TileWithSimulator):
    """A tile for training whose crossbar is an object of the class `simulator_tile_class` of the configuration.

    Everything around the crossbar is that of other tiles: input range, mapping scales, biases, the record for an analog
    optimizer, checkpoints. What your class does is not counted (`aihwlab.kernel.counts`), nor what it costs.
    """

    kernel_tile: CustomKernelTile
    simulator: CustomSimulatorTile

    def tile_parameters(self, rpu_config: Any) -> Any:
        """Return the parameters of the converters around a digital memory."""
        return TileParameters(device=IdealDevice(), forward=rpu_config.forward, backward=rpu_config.backward, update=EXACT)

    def build_tile(self, rpu_config: Any, seed: int) -> Tile:
        """Return a new tile of the kernel, which holds the weights and the random numbers."""
        shape = self.out_size, self.in_size + int(self.analog_bias)
        return CustomKernelTile(shape, self.tile_parameters(rpu_config), seed, bias_column=self.analog_bias, engine=Engine())

    def link_context(self) -> None:
        """Let `analog_ctx` show the present memory of the weights, and the tile of the kernel know the crossbar."""
        super().link_context()
        self.kernel_tile.simulator = self.simulator

    def follow(self, rpu_config: Any) -> None:
        """Let a changed configuration take effect; see `CrossbarTile.follow`."""
        super().follow(rpu_config)
        self.kernel_tile.simulator = self.simulator

    def _take_state(self, state: dict[str, Any]) -> None:
        super()._take_state(state)
        self.kernel_tile.simulator = self.simulator


@dataclass
class CustomRPUConfig(MappableRPU, PrePostProcessingRPU):
    """A tile whose crossbar is written in operations of torch, by you: derive a class, and name yours."""

    tile_class: type = CustomTile
    """Class of the tile."""

    tile_array_class: type | None = TileModuleArray
    """Class that holds the tiles of a matrix too large for one."""

    simulator_tile_class: type = CustomSimulatorTile
    """Class of the crossbar in the tile."""

    forward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the forward pass, `y = W x`."""

    backward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the backward pass, `W^T d`."""

    update: CustomUpdateParameters = field(default_factory=CustomUpdateParameters)
    """How weights are updated."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from precision_problems(self)
        for name in ('forward', 'backward'):
            for unknown, requirement in AnalogMVM.unknown_parameters(getattr(self, name)):
                yield f'{name}.{unknown}', requirement
