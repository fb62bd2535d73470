"""Configurations for training in mixed precision: the gradient is added up digitally, then brought to measured devices."""

from dataclasses import dataclass, field

from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell, MixedPrecisionCompound
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.configs import DigitalRankUpdateRPUConfig
from aihwlab.simulator.presets.compounds import PCMPresetUnitCell
from aihwlab.simulator.presets.devices import (
    CapacitorPresetDevice,
    EcRamMOPresetDevice,
    EcRamPresetDevice,
    GokmenVlasovPresetDevice,
    IdealizedPresetDevice,
    ReRamESPresetDevice,
    ReRamSBPresetDevice,
)
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters

__all__ = [
    'MixedPrecisionCapacitorPreset', 'MixedPrecisionEcRamMOPreset', 'MixedPrecisionEcRamPreset',
    'MixedPrecisionGokmenVlasovPreset', 'MixedPrecisionIdealizedPreset', 'MixedPrecisionPCMPreset',
    'MixedPrecisionReRamESPreset', 'MixedPrecisionReRamSBPreset',
]


def _cell_of(device: type) -> DigitalRankUpdateCell:
    """Return a field for a mixed-precision cell of one kind of device."""
    cell: DigitalRankUpdateCell = field(default_factory=lambda: MixedPrecisionCompound(device=device()))
    return cell


@dataclass
class _MixedPrecisionPreset(DigitalRankUpdateRPUConfig):
    """The converters and pulse trains around all these cells."""

    forward: IOParameters = field(default_factory=PresetIOParameters)
    backward: IOParameters = field(default_factory=PresetIOParameters)
    update: UpdateParameters = field(default_factory=PresetUpdateParameters)


@dataclass
class MixedPrecisionReRamESPreset(_MixedPrecisionPreset):
    """Mixed precision on resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(ReRamESPresetDevice)


@dataclass
class MixedPrecisionReRamSBPreset(_MixedPrecisionPreset):
    """Mixed precision on resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(ReRamSBPresetDevice)


@dataclass
class MixedPrecisionCapacitorPreset(_MixedPrecisionPreset):
    """Mixed precision on capacitors: `CapacitorPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(CapacitorPresetDevice)


@dataclass
class MixedPrecisionEcRamPreset(_MixedPrecisionPreset):
    """Mixed precision on electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(EcRamPresetDevice)


@dataclass
class MixedPrecisionEcRamMOPreset(_MixedPrecisionPreset):
    """Mixed precision on electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(EcRamMOPresetDevice)


@dataclass
class MixedPrecisionIdealizedPreset(_MixedPrecisionPreset):
    """Mixed precision on devices as training would like them to be: `IdealizedPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(IdealizedPresetDevice)


@dataclass
class MixedPrecisionGokmenVlasovPreset(_MixedPrecisionPreset):
    """Mixed precision on devices that just meet the specification for training: `GokmenVlasovPresetDevice`."""

    device: DigitalRankUpdateCell = _cell_of(GokmenVlasovPresetDevice)


@dataclass
class MixedPrecisionPCMPreset(_MixedPrecisionPreset):
    """Mixed precision on pairs of phase-change devices: `PCMPresetUnitCell`."""

    device: DigitalRankUpdateCell = _cell_of(PCMPresetUnitCell)
