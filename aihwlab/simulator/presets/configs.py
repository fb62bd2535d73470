"""Configurations for training with measured devices.

Here are those with one device at each crosspoint; others have modules of their own, and are shown here where programs for
aihwkit look for them.
"""

from dataclasses import dataclass, field

from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.configs import SingleRPUConfig
from aihwlab.simulator.presets import many_devices, mixed_precision, transfer, tuned
from aihwlab.simulator.presets.devices import (
    CapacitorPresetDevice,
    EcRamMOPresetDevice,
    EcRamPresetDevice,
    GokmenVlasovPresetDevice,
    IdealizedPresetDevice,
    ReRamESPresetDevice,
    ReRamSBPresetDevice,
)
from aihwlab.simulator.presets.many_devices import *  # noqa: F403
from aihwlab.simulator.presets.mixed_precision import *  # noqa: F403
from aihwlab.simulator.presets.transfer import *  # noqa: F403
from aihwlab.simulator.presets.tuned import *  # noqa: F403
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters

__all__ = [
    'CapacitorPreset', 'EcRamMOPreset', 'EcRamPreset', 'GokmenVlasovPreset', 'IdealizedPreset', 'ReRamESPreset',
    'ReRamSBPreset', *many_devices.__all__, *mixed_precision.__all__, *transfer.__all__,
    *tuned.__all__,
]
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


@dataclass
class _SingleDevicePreset(SingleRPUConfig):
    """The converters and pulse trains around all these devices."""

    forward: IOParameters = field(default_factory=PresetIOParameters)
    backward: IOParameters = field(default_factory=PresetIOParameters)
    update: UpdateParameters = field(default_factory=PresetUpdateParameters)


@dataclass
class ReRamESPreset(_SingleDevicePreset):
    """Resistive memory with exponential steps: `ReRamESPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=ReRamESPresetDevice)


@dataclass
class ReRamSBPreset(_SingleDevicePreset):
    """Resistive memory with soft bounds: `ReRamSBPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=ReRamSBPresetDevice)


@dataclass
class CapacitorPreset(_SingleDevicePreset):
    """Capacitors: `CapacitorPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=CapacitorPresetDevice)


@dataclass
class EcRamPreset(_SingleDevicePreset):
    """Electrochemical memory with lithium ions: `EcRamPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=EcRamPresetDevice)


@dataclass
class EcRamMOPreset(_SingleDevicePreset):
    """Electrochemical memory made of metal oxides: `EcRamMOPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=EcRamMOPresetDevice)


@dataclass
class IdealizedPreset(_SingleDevicePreset):
    """Devices as training would like them to be: `IdealizedPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=IdealizedPresetDevice)


@dataclass
class GokmenVlasovPreset(_SingleDevicePreset):
    """Devices that just meet the specification for training: `GokmenVlasovPresetDevice`."""

    device: PulsedDevice | IdealDevice = field(default_factory=GokmenVlasovPresetDevice)
