"""Which cells stand at the crosspoints: the class of their parameters says so."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import numpy as np

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.cells.buffered_transfer import BufferedTransferCells
from aihwlab.kernel.cells.chopped_transfer import ChoppedTransferCells
from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.cells.dynamic_transfer import DynamicTransferCells
from aihwlab.kernel.cells.ideal import IdealCells
from aihwlab.kernel.cells.mixed_precision import MixedPrecisionCells
from aihwlab.kernel.cells.one_sided import OneSidedCells
from aihwlab.kernel.cells.reading import Reader
from aihwlab.kernel.cells.single import SingleCells
from aihwlab.kernel.cells.transfer import TransferCells
from aihwlab.kernel.cells.vector import VectorCells
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.devices.weight_array import build_weight_array
from aihwlab.kernel.random import Stream
from aihwlab.parameters.buffered_transfer import BufferedTransferCompound
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.device import Device, FloatingPointDevice, IdealDevice
from aihwlab.parameters.dynamic_transfer import DynamicTransferCompound
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.one_sided import OneSidedUnitCell
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.vector import ReferenceUnitCell, VectorUnitCell


@singledispatch
def build_cells(parameters: Device, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    """Make the cells of a crossbar, with all weights at zero or the bound next to it.

    A class of parameters gets the cells of its nearest base class; a further kind of cell registers a function for the
    class of its parameters, `@build_cells.register`. Cells of several arrays get them from `build_parts`.

    Args:
        parameters: parameters of the cells, resolved (`Device.resolved`).
        shape: number of outputs and inputs, (out, in).
        stream: random numbers of the construction of the tile.
        xp: `numpy` or `cupy`.

    Raises:
        ConfigError: for parameters of another class.
    """
    raise ConfigError(f'device = {parameters!r}: must be a device such as ConstantStepDevice()')


@build_cells.register
def _(parameters: PulsedDevice, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    return SingleCells(build_device_array(parameters, shape, stream, xp))


@build_cells.register(IdealDevice)
@build_cells.register(FloatingPointDevice)
def _(parameters: Device, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    return IdealCells(build_weight_array(parameters, shape, stream, xp))


@build_cells.register(VectorUnitCell)
@build_cells.register(ReferenceUnitCell)
def _(parameters: UnitCell, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    return VectorCells(parameters, build_parts(parameters, shape, stream, xp))


@build_cells.register
def _(parameters: OneSidedUnitCell, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    parts = build_parts(parameters, shape, stream, xp)
    if parameters.copy_inverted:  # the same draws make the same devices
        parts[1] = build_parts(parameters, shape, stream, xp)[0]
    return OneSidedCells(parameters, parts, Reader(parameters.refresh_forward, shape, stream, xp=xp))


def build_parts(parameters: UnitCell, shape: tuple[int, int], stream: Stream, xp: Any = np) -> list[Any]:
    """Make the arrays of cells that have several; arguments as of `build_cells`.

    A construction seed other than 0 takes the place of the tile's seed.
    """
    seed = parameters.construction_seed
    stream = Stream(seed, 0, stream.path) if seed else stream
    return [build_cells(device, shape, stream.child(number), xp) for number, device in enumerate(parameters.unit_cell_devices)]


def _builder(cells: type[TransferCells]) -> Callable[..., Cells]:
    """Return the function that builds cells whose arrays are written one from another."""
    def build(parameters: TransferCompound, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
        parts, backward = build_parts(parameters, shape, stream, xp), not parameters.transfer_columns
        readers = [Reader(parameters.transfer_forward, shape, stream.child(level), backward, xp)
                   for level in range(len(parts) - 1)]
        return cells(parameters, parts, readers)
    return build


build_cells.register(TransferCompound, _builder(TransferCells))
build_cells.register(BufferedTransferCompound, _builder(BufferedTransferCells))
build_cells.register(ChoppedTransferCompound, _builder(ChoppedTransferCells))
build_cells.register(DynamicTransferCompound, _builder(DynamicTransferCells))


@build_cells.register
def _(parameters: MixedPrecisionCompound, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    seed = parameters.construction_seed
    analog: Any = build_cells(parameters.device, shape, Stream(seed, 0, stream.path) if seed else stream, xp)
    return MixedPrecisionCells(parameters, analog, xp.zeros(shape, dtype=np.float32))
