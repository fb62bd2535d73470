"""Configurations for training with several measured devices at each crosspoint, which share a weight."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aihwlab.parameters.enums import VectorUnitCellUpdatePolicy
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.vector import VectorUnitCell
from aihwlab.simulator.configs.configs import UnitCellRPUConfig
from aihwlab.simulator.presets.compounds import PCMPresetUnitCell
from aihwlab.simulator.presets.devices import (
    CapacitorPresetDevice,
    EcRamMOPresetDevice,
    EcRamPresetDevice,
    IdealizedPresetDevice,
    ReRamESPresetDevice,
    ReRamSBPresetDevice,
)
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters

__all__ = [
    'Capacitor2Preset', 'Capacitor4Preset', 'EcRam2Preset', 'EcRam4Preset', 'EcRamMO2Preset', 'EcRamMO4Preset',
    'Idealized2Preset', 'Idealized4Preset', 'PCMPreset', 'ReRamES2Preset', 'ReRamES4Preset', 'ReRamSB2Preset',
    'ReRamSB4Preset',
]


def cell_of(device: Callable[[], PulsedDevice], count: int) -> Callable[[], VectorUnitCell]:
    """Return a function that makes a cell of some equal devices, one of which takes the pulses of a vector, at random."""
    return lambda: VectorUnitCell(unit_cell_devices=[device() for _ in range(count)],
                                  update_policy=VectorUnitCellUpdatePolicy.SINGLE_RANDOM)


@dataclass
class UnitCellPreset(UnitCellRPUConfig):
    """The converters and pulse trains around cells of several devices, those of Tiki-Taka included."""

    forward: IOParameters = field(default_factory=PresetIOParameters)
    backward: IOParameters = field(default_factory=PresetIOParameters)
    update: UpdateParameters = field(default_factory=PresetUpdateParameters)


@dataclass
class PCMPreset(UnitCellPreset):
    """A pair of phase-change devices: `PCMPresetUnitCell`."""

    device: UnitCell = field(default_factory=PCMPresetUnitCell)


@dataclass
class ReRamES2Preset(UnitCellPreset):
    """Two devices of resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(ReRamESPresetDevice, 2))


@dataclass
class ReRamSB2Preset(UnitCellPreset):
    """Two devices of resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(ReRamSBPresetDevice, 2))


@dataclass
class Capacitor2Preset(UnitCellPreset):
    """Two capacitors: `CapacitorPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(CapacitorPresetDevice, 2))


@dataclass
class EcRam2Preset(UnitCellPreset):
    """Two devices of electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(EcRamPresetDevice, 2))


@dataclass
class EcRamMO2Preset(UnitCellPreset):
    """Two devices of electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(EcRamMOPresetDevice, 2))


@dataclass
class Idealized2Preset(UnitCellPreset):
    """Two devices as training would like them to be: `IdealizedPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(IdealizedPresetDevice, 2))


@dataclass
class ReRamES4Preset(UnitCellPreset):
    """Four devices of resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(ReRamESPresetDevice, 4))


@dataclass
class ReRamSB4Preset(UnitCellPreset):
    """Four devices of resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(ReRamSBPresetDevice, 4))


@dataclass
class Capacitor4Preset(UnitCellPreset):
    """Four capacitors: `CapacitorPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(CapacitorPresetDevice, 4))


@dataclass
class EcRam4Preset(UnitCellPreset):
    """Four devices of electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(EcRamPresetDevice, 4))


@dataclass
class EcRamMO4Preset(UnitCellPreset):
    """Four devices of electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(EcRamMOPresetDevice, 4))


@dataclass
class Idealized4Preset(UnitCellPreset):
    """Four devices as training would like them to be: `IdealizedPresetDevice`."""

    device: UnitCell = field(default_factory=cell_of(IdealizedPresetDevice, 4))
