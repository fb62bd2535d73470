"""Configurations by the name of a training algorithm."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from aihwlab.exceptions import ArgumentError
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.dynamic_transfer import DynamicTransferCompound
from aihwlab.parameters.enums import BoundManagementType, NoiseManagementType, VectorUnitCellUpdatePolicy
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.vector import VectorUnitCell
from aihwlab.simulator.configs.configs import (
    DigitalRankUpdateRPUConfig,
    IOManagedRPUConfig,
    SingleRPUConfig,
    UnitCellRPUConfig,
)

__all__ = ['build_config']

UNMANAGED = {'noise_management': NoiseManagementType.NONE, 'bound_management': BoundManagementType.NONE}
"""Converters that neither scale inputs nor repeat a read."""


class Parts(NamedTuple):
    """What a configuration is made of; each part is an object of its own whenever it is asked for.

    Attributes:
        make_device, make_io, make_update: classes, functions without arguments, or objects to copy.
        n_devices: number of devices in a cell.
        construction_seed: seed of the device parameters.
    """

    make_device: Any
    make_io: Any
    make_update: Any
    n_devices: int
    construction_seed: int

    def device(self, **changes: Any) -> Any:
        """Return parameters of a device."""
        return replace(new(self.make_device), **changes)

    def io(self, **changes: Any) -> Any:
        """Return converters."""
        return replace(new(self.make_io), **changes)

    def update(self, **changes: Any) -> Any:
        """Return pulse trains."""
        return replace(new(self.make_update), **changes)

    def single_pulses(self) -> Any:
        """Return pulse trains of one pulse, always sent."""
        return self.update(desired_bl=1, update_bl_management=False, update_management=False)

    def pair(self, compound: type[UnitCell], **settings: Any) -> UnitCell:
        """Return a cell of two devices."""
        return compound(unit_cell_devices=[self.device(), self.device()], construction_seed=self.construction_seed, **settings)

    def around(self, **changes: Any) -> dict[str, Any]:
        """Return what is around the cells: converters, and pulse trains, some of whose values may be changed."""
        return {'forward': self.io(), 'backward': self.io(), 'update': self.update(**changes)}


def new(source: Any) -> Any:
    """Return what a class or function makes, or the copy of an object."""
    return source() if callable(source) else deepcopy(source)


def build_config(algorithm: str, device: type[PulsedDevice] | PulsedDevice | Callable[[], PulsedDevice],
                 io_parameters: type[IOParameters] | IOParameters | Callable[[], IOParameters] = IOParameters,
                 up_parameters: type[UpdateParameters] | UpdateParameters | Callable[[], UpdateParameters] = UpdateParameters,
                 n_devices: int = 1, construction_seed: int = 0, **kwargs: Any) -> IOManagedRPUConfig:
    """Return a configuration that trains devices of one kind by an algorithm.

    | algorithm | what it is |
    | --- | --- |
    | `'sgd'` | pulses of the gradient straight onto the devices; with several, onto a random one of them |
    | `'mp'`, `'mixed-precision'` | the gradient is added up digitally (`MixedPrecisionCompound`) |
    | `'tt'`, `'ttv1'`, `'tiki-taka'` | Tiki-Taka (`TransferCompound`) |
    | `'ttv2'` | Tiki-Taka with a digital buffer (`ChoppedTransferCompound` without choppers) |
    | `'c-ttv2'`, `'chopped-ttv2'`, `'ttv3'` | the same with choppers |
    | `'agad'`, `'ttv4'` | the same with a reference that follows (`DynamicTransferCompound`) |

    Example:
        >>> build_config('mp', ReRamSBPresetDevice, io_parameters=PresetIOParameters)

    Args:
        algorithm: its name, in letters of any size.
        device: parameters of the device; a class, a function without arguments, or an object, which is copied.
        io_parameters: converters of forward and backward pass, and of transfers; given in the same ways.
        up_parameters: pulse trains of the update, and of transfers; given in the same ways.
        n_devices: number of devices in each cell for 'sgd'; all other algorithms have their own.
        construction_seed: seed of the device parameters; 0 takes the seed of the tile.
        kwargs: further arguments of the configuration, for example `mapping`.

    Raises:
        ArgumentError: for an unknown algorithm, or a number of devices that it cannot have.
    """
    name = algorithm.lower()
    if name not in ALGORITHMS:
        raise ArgumentError(f'algorithm = {algorithm!r}: must be one of {", ".join(map(repr, ALGORITHMS))}')
    if n_devices < 1 or n_devices > 1 and name != 'sgd':
        allowed = 'at least 1' if name == 'sgd' else f'1 for {name!r}, which has as many devices as it needs'
        raise ArgumentError(f'n_devices = {n_devices}: must be {allowed}')
    return ALGORITHMS[name](Parts(device, io_parameters, up_parameters, n_devices, construction_seed), kwargs)


def sgd(parts: Parts, others: dict[str, Any]) -> IOManagedRPUConfig:
    """Return a configuration for pulses straight onto the devices."""
    seed = parts.construction_seed
    if parts.n_devices == 1:
        return SingleRPUConfig(device=parts.device(construction_seed=seed), **parts.around(), **others)
    cell = VectorUnitCell(unit_cell_devices=[parts.device() for _ in range(parts.n_devices)], construction_seed=seed,
                          update_policy=VectorUnitCellUpdatePolicy.SINGLE_RANDOM)
    return UnitCellRPUConfig(device=cell, **parts.around(), **others)


def mixed_precision(parts: Parts, others: dict[str, Any]) -> IOManagedRPUConfig:
    """Return a configuration for mixed precision."""
    device = MixedPrecisionCompound(device=parts.device(construction_seed=parts.construction_seed))
    return DigitalRankUpdateRPUConfig(device=device, **parts.around(), **others)


def tiki_taka(parts: Parts, others: dict[str, Any]) -> IOManagedRPUConfig:
    """Return a configuration for Tiki-Taka."""
    cell = parts.pair(TransferCompound, transfer_forward=parts.io(**UNMANAGED), transfer_update=parts.update(),
                      units_in_mbatch=True)
    return UnitCellRPUConfig(device=cell, **parts.around(), **others)


def buffered(parts: Parts, others: dict[str, Any]) -> IOManagedRPUConfig:
    """Return a configuration for Tiki-Taka with a buffer."""
    cell = parts.pair(ChoppedTransferCompound, transfer_forward=parts.io(**UNMANAGED), transfer_update=parts.single_pulses(),
                      in_chop_prob=0.0)
    return UnitCellRPUConfig(device=cell, **parts.around(desired_bl=5), **others)


def chopped(parts: Parts, others: dict[str, Any]) -> IOManagedRPUConfig:
    """Return a configuration for Tiki-Taka with a buffer and choppers."""
    cell = parts.pair(ChoppedTransferCompound, transfer_forward=parts.io(**UNMANAGED), transfer_update=parts.single_pulses(),
                      auto_scale=True, fast_lr=0.1)
    return UnitCellRPUConfig(device=cell, **parts.around(desired_bl=5), **others)


def dynamic(parts: Parts, others: dict[str, Any]) -> IOManagedRPUConfig:
    """Return a configuration for Tiki-Taka with a reference that follows."""
    cell = parts.pair(DynamicTransferCompound, transfer_forward=parts.io(), transfer_update=parts.update(desired_bl=1),
                      auto_scale=True, fast_lr=0.1)
    return UnitCellRPUConfig(device=cell, **parts.around(desired_bl=5), **others)


ALGORITHMS: dict[str, Callable[[Parts, dict[str, Any]], IOManagedRPUConfig]] = {
    'sgd': sgd,
    'mp': mixed_precision, 'mixed-precision': mixed_precision,
    'tt': tiki_taka, 'ttv1': tiki_taka, 'tiki-taka': tiki_taka,
    'ttv2': buffered,
    'c-ttv2': chopped, 'chopped-ttv2': chopped, 'ttv3': chopped,
    'agad': dynamic, 'ttv4': dynamic,
}
