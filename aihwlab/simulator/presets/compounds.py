"""Cells of several devices as they have been measured."""

from dataclasses import dataclass, field

from aihwlab.parameters.device import Device
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.one_sided import OneSidedUnitCell
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.presets.devices import PCMPresetDevice
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters

__all__ = ['PCMPresetUnitCell']


@dataclass
class PCMPresetUnitCell(OneSidedUnitCell):
    """A pair of phase-change devices, which pulses can only make more conductive; full pairs are refreshed after each batch.

    Source: S. R. Nandakumar et al., Front. Neurosci. 14, 406, 2020, doi:10.3389/fnins.2020.00406.
    """

    unit_cell_devices: list[Device] = field(default_factory=lambda: [PCMPresetDevice(), PCMPresetDevice()])
    refresh_every: int = 1
    refresh_forward: IOParameters = field(default_factory=PresetIOParameters)
    refresh_update: UpdateParameters = field(default_factory=PresetUpdateParameters)
