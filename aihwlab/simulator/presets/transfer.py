"""Configurations for training with Tiki-Taka on two measured devices at each crosspoint, in its four forms.

All read the fast array with the converters of the training presets, without noise and bound management, and write single
pulses but for the first form. Learning rates and schedules are those of the presets of the same names in aihwkit.
"""

from dataclasses import dataclass, field
from typing import Any

from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.dynamic_transfer import DynamicTransferCompound
from aihwlab.parameters.enums import BoundManagementType, NoiseManagementType
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.presets.devices import (
    CapacitorPresetDevice,
    EcRamMOPresetDevice,
    EcRamPresetDevice,
    IdealizedPresetDevice,
    ReRamESPresetDevice,
    ReRamSBPresetDevice,
)
from aihwlab.simulator.presets.many_devices import UnitCellPreset
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters

__all__ = [
    'AGADCapacitorPreset', 'AGADEcRamMOPreset', 'AGADEcRamPreset', 'AGADIdealizedPreset', 'AGADReRamESPreset',
    'AGADReRamSBPreset', 'ChoppedTTv2CapacitorPreset', 'ChoppedTTv2EcRamMOPreset', 'ChoppedTTv2EcRamPreset',
    'ChoppedTTv2IdealizedPreset', 'ChoppedTTv2ReRamESPreset', 'ChoppedTTv2ReRamSBPreset', 'TikiTakaCapacitorPreset',
    'TikiTakaEcRamMOPreset', 'TikiTakaEcRamPreset', 'TikiTakaIdealizedPreset', 'TikiTakaReRamESPreset',
    'TikiTakaReRamSBPreset', 'TTv2CapacitorPreset', 'TTv2EcRamMOPreset', 'TTv2EcRamPreset', 'TTv2IdealizedPreset',
    'TTv2ReRamESPreset', 'TTv2ReRamSBPreset',
]


def _tiki_taka(device: type) -> Any:
    """Return a field for cells of Tiki-Taka, version 1."""
    return field(default_factory=lambda: _pair(TransferCompound, device, transfer_update=PresetUpdateParameters()))


def _buffered(compound: type, device: type, **settings: Any) -> Any:
    """Return a field for cells with a buffer, which are written by single pulses."""
    return field(default_factory=lambda: _pair(compound, device, auto_scale=True, transfer_update=PresetUpdateParameters(
        desired_bl=1, update_bl_management=False, update_management=False), **settings))


def _pair(compound: type, device: type, **settings: Any) -> Any:
    """Return a cell of two equal devices; those with a reference have their symmetry point at zero."""
    zeroed = {'subtract_symmetry_point': True} if device is ReRamSBPresetDevice else {}
    return compound(unit_cell_devices=[device(**zeroed), device(**zeroed)], transfer_forward=PresetIOParameters(
        bound_management=BoundManagementType.NONE, noise_management=NoiseManagementType.NONE), **settings)


def _long_trains() -> Any:
    """Return a field for pulse trains of up to 100 pulses, for devices with small steps."""
    return field(default_factory=lambda: PresetUpdateParameters(desired_bl=100))


@dataclass
class TikiTakaReRamESPreset(UnitCellPreset):
    """Tiki-Taka on resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: UnitCell = _tiki_taka(ReRamESPresetDevice)


@dataclass
class TikiTakaReRamSBPreset(UnitCellPreset):
    """Tiki-Taka on resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: UnitCell = _tiki_taka(ReRamSBPresetDevice)


@dataclass
class TikiTakaCapacitorPreset(UnitCellPreset):
    """Tiki-Taka on capacitors: `CapacitorPresetDevice`."""

    device: UnitCell = _tiki_taka(CapacitorPresetDevice)


@dataclass
class TikiTakaEcRamPreset(UnitCellPreset):
    """Tiki-Taka on electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    device: UnitCell = _tiki_taka(EcRamPresetDevice)


@dataclass
class TikiTakaEcRamMOPreset(UnitCellPreset):
    """Tiki-Taka on electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    device: UnitCell = _tiki_taka(EcRamMOPresetDevice)


@dataclass
class TikiTakaIdealizedPreset(UnitCellPreset):
    """Tiki-Taka on devices as training would like them to be: `IdealizedPresetDevice`."""

    device: UnitCell = _tiki_taka(IdealizedPresetDevice)


@dataclass
class TTv2ReRamESPreset(UnitCellPreset):
    """Tiki-Taka version 2 on resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: UnitCell = _buffered(ChoppedTransferCompound, ReRamESPresetDevice, fast_lr=0.5, in_chop_prob=0.0,
                                 auto_granularity=1000)


@dataclass
class TTv2ReRamSBPreset(UnitCellPreset):
    """Tiki-Taka version 2 on resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: UnitCell = _buffered(ChoppedTransferCompound, ReRamSBPresetDevice, fast_lr=0.5, in_chop_prob=0.0,
                                 auto_granularity=1000)


@dataclass
class TTv2CapacitorPreset(UnitCellPreset):
    """Tiki-Taka version 2 on capacitors: `CapacitorPresetDevice`."""

    device: UnitCell = _buffered(ChoppedTransferCompound, CapacitorPresetDevice, fast_lr=0.1, in_chop_prob=0.0,
                                 auto_granularity=1000)


@dataclass
class TTv2EcRamPreset(UnitCellPreset):
    """Tiki-Taka version 2 on electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(ChoppedTransferCompound, EcRamPresetDevice, fast_lr=0.1, in_chop_prob=0.0,
                                 auto_granularity=500)


@dataclass
class TTv2EcRamMOPreset(UnitCellPreset):
    """Tiki-Taka version 2 on electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(ChoppedTransferCompound, EcRamMOPresetDevice, fast_lr=0.1, in_chop_prob=0.0,
                                 auto_granularity=500)


@dataclass
class TTv2IdealizedPreset(UnitCellPreset):
    """Tiki-Taka version 2 on devices as training would like them to be: `IdealizedPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(ChoppedTransferCompound, IdealizedPresetDevice, fast_lr=0.1, in_chop_prob=0.0,
                                 auto_granularity=500)


@dataclass
class ChoppedTTv2ReRamESPreset(UnitCellPreset):
    """Chopped Tiki-Taka version 2 on resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: UnitCell = _buffered(ChoppedTransferCompound, ReRamESPresetDevice, fast_lr=0.5, in_chop_prob=0.01,
                                 auto_granularity=1000)


@dataclass
class ChoppedTTv2ReRamSBPreset(UnitCellPreset):
    """Chopped Tiki-Taka version 2 on resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: UnitCell = _buffered(ChoppedTransferCompound, ReRamSBPresetDevice, fast_lr=0.5, in_chop_prob=0.01,
                                 auto_granularity=1000)


@dataclass
class ChoppedTTv2CapacitorPreset(UnitCellPreset):
    """Chopped Tiki-Taka version 2 on capacitors: `CapacitorPresetDevice`."""

    device: UnitCell = _buffered(ChoppedTransferCompound, CapacitorPresetDevice, fast_lr=0.1, in_chop_prob=0.01,
                                 auto_granularity=1000)


@dataclass
class ChoppedTTv2EcRamPreset(UnitCellPreset):
    """Chopped Tiki-Taka version 2 on electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(ChoppedTransferCompound, EcRamPresetDevice, fast_lr=1.0, in_chop_prob=0.01,
                                 auto_granularity=500)


@dataclass
class ChoppedTTv2EcRamMOPreset(UnitCellPreset):
    """Chopped Tiki-Taka version 2 on electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(ChoppedTransferCompound, EcRamMOPresetDevice, fast_lr=0.1, in_chop_prob=0.001,
                                 auto_granularity=500)


@dataclass
class ChoppedTTv2IdealizedPreset(UnitCellPreset):
    """Chopped Tiki-Taka version 2 on devices as training would like them to be: `IdealizedPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(ChoppedTransferCompound, IdealizedPresetDevice, fast_lr=0.1, in_chop_prob=0.001,
                                 auto_granularity=500)


@dataclass
class AGADReRamESPreset(UnitCellPreset):
    """AGAD on resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: UnitCell = _buffered(DynamicTransferCompound, ReRamESPresetDevice, fast_lr=0.5, in_chop_prob=0.02,
                                 auto_granularity=1000, tail_weightening=5.0)


@dataclass
class AGADReRamSBPreset(UnitCellPreset):
    """AGAD on resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: UnitCell = _buffered(DynamicTransferCompound, ReRamSBPresetDevice, fast_lr=0.5, in_chop_prob=0.02,
                                 auto_granularity=1000, tail_weightening=5.0)


@dataclass
class AGADCapacitorPreset(UnitCellPreset):
    """AGAD on capacitors: `CapacitorPresetDevice`."""

    device: UnitCell = _buffered(DynamicTransferCompound, CapacitorPresetDevice, fast_lr=0.1, in_chop_prob=0.01,
                                 auto_granularity=1000, tail_weightening=20.0)


@dataclass
class AGADEcRamPreset(UnitCellPreset):
    """AGAD on electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    device: UnitCell = _buffered(DynamicTransferCompound, EcRamPresetDevice, fast_lr=0.1, in_chop_prob=0.005,
                                 auto_granularity=750, tail_weightening=50.0)


@dataclass
class AGADEcRamMOPreset(UnitCellPreset):
    """AGAD on electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(DynamicTransferCompound, EcRamMOPresetDevice, fast_lr=0.1, in_chop_prob=0.005,
                                 auto_granularity=500, tail_weightening=50.0)


@dataclass
class AGADIdealizedPreset(UnitCellPreset):
    """AGAD on devices as training would like them to be: `IdealizedPresetDevice`."""

    update: UpdateParameters = _long_trains()
    device: UnitCell = _buffered(DynamicTransferCompound, IdealizedPresetDevice, fast_lr=0.1, in_chop_prob=0.005,
                                 auto_granularity=500, tail_weightening=50.0)
