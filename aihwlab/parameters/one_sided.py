"""Parameters of cells of two devices that pulses only ever move one way."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from aihwlab.parameters.base import parameter
from aihwlab.parameters.io import IOParameters, timeless_problems
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.update import UpdateParameters


@dataclass
class OneSidedUnitCell(UnitCell):
    """A pair of devices for the two signs of a weight, `W = D_1 - D_0`, both of which take pulses up only.

    A pulse up of the weight is a pulse up of the device `D_1`, a pulse down is one of `D_0`: so for memory that can only be
    changed gradually in one direction, as phase-change memory can. Both devices fill up, until refresh empties them. For
    each cell whose fuller device is above one threshold and whose emptier one is above another, both are read and reset,
    and their difference is written again, without verifying, by pulses:

        D_1, D_0 > 0   ->   D_1 = D_1 - D_0, D_0 = 0   (for a positive weight)

    Source: S. R. Nandakumar et al., Front. Neurosci. 14, 406, 2020, doi:10.3389/fnins.2020.00406.
    """

    refresh_every: int = parameter(0, '[0, inf)')
    """Time from one refresh to the next, in batches or in vectors; 0 means that there is none."""

    units_in_mbatch: bool = True
    """Count this time in batches; otherwise in vectors, of which a convolution has many for each image."""

    refresh_upper_thres: float = parameter(0.75, '[0, inf)')
    """What the fuller device must exceed, relative to `w_max`."""

    refresh_lower_thres: float = parameter(0.25, '[0, inf)')
    """What the emptier device must exceed, relative to `w_max`."""

    refresh_forward: IOParameters = field(default_factory=IOParameters)
    """Converters and noise of the reads."""

    refresh_update: UpdateParameters = field(default_factory=UpdateParameters)
    """Pulse trains that write the difference; what is more than `desired_bl` steps is lost."""

    copy_inverted: bool = False
    """Make the second device a copy of the first, used in the opposite direction: pulses up of the weight are pulses down of
    this copy, whose weight is negative and counts as `-D_1`."""

    def shares(self) -> list[float]:
        """Return the share of each array in the weight."""
        return [-1.0, -1.0 if self.copy_inverted else 1.0]

    def resolved(self) -> Any:
        """Return the parameters in the form that the kernel reads: one device stands for both."""
        return replace(super().resolved(), unit_cell_devices=(2 * super().resolved().unit_cell_devices)[:2])

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from timeless_problems(self, 'refresh_forward')
        devices = self.unit_cell_devices
        if len(devices) > 2 or len({type(device) for device in devices}) > 1:
            yield 'unit_cell_devices', 'a list of one device for both signs, or of two of the same class'
        if not all(isinstance(device, PulsedDevice) for device in devices):
            yield 'unit_cell_devices', 'a list of pulsed devices: a cell of several has no single direction'
        if any(device.resolved().w_max == 0 for device in devices):
            yield 'unit_cell_devices', 'devices with w_max above 0: they take pulses up only'
        if self.copy_inverted and devices[0].resolved().w_min == 0:
            yield 'copy_inverted', 'False for a device with w_min = 0, which has no room for pulses down'


@dataclass
class DifferenceUnitCell(OneSidedUnitCell):
    """The former name of `OneSidedUnitCell`."""

    def __post_init__(self) -> None:
        warnings.warn('DifferenceUnitCell is now called OneSidedUnitCell', DeprecationWarning, stacklevel=3)
