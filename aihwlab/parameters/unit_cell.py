"""Parameters of cells that have several devices at each crosspoint."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from aihwlab.parameters.base import parameter
from aihwlab.parameters.device import Device
from aihwlab.parameters.pulsed_device import PulsedDevice

DEEPEST = 3
"""How deep cells may stand in cells."""


@dataclass
class UnitCell(Device):
    """Base of cells whose weight is shared by several devices, `W = sum_k c_k D_k`.

    It says which devices stand at a crosspoint, not which of them an update changes: that is what a class such as
    `VectorUnitCell` adds. A device may be a cell of several devices itself.
    """

    takes_trains: ClassVar[bool] = True
    """Whether such a cell may be one of the devices of another, which then hands it pulse trains."""

    unit_cell_devices: list[Device] = parameter(factory=list)
    """The devices of a cell, pulsed ones or cells of their own; each has an array."""

    construction_seed: int = parameter(0, '[0, inf)')
    """Seed of the device parameters; 0 takes the seed of the tile."""

    def shares(self) -> list[float]:
        """Return the share `c_k` of each array in the weight: all the same."""
        return [1 / len(self.unit_cell_devices)] * len(self.unit_cell_devices)

    def requires_diffusion(self) -> bool:
        """Return whether the weight of any device diffuses after each training step."""
        return any(device.requires_diffusion() for device in self.unit_cell_devices)

    def requires_decay(self) -> bool:
        """Return whether the weight of any device decays after each training step."""
        return any(device.requires_decay() for device in self.unit_cell_devices)

    def resolved(self) -> Any:
        """Return the parameters in the form that the kernel reads, with those of every array."""
        return replace(self, unit_cell_devices=[device.resolved() for device in self.unit_cell_devices])

    def without_perfect_bias(self) -> Any:
        """Return the same parameters for a tile that has no bias column."""
        return replace(self, unit_cell_devices=[device.without_perfect_bias() for device in self.unit_cell_devices])

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if not self.unit_cell_devices:
            yield 'unit_cell_devices', 'a list of one device or more, such as [ConstantStepDevice()]'
        for device in self.unit_cell_devices:
            fits = device.takes_trains if isinstance(device, UnitCell) else isinstance(device, PulsedDevice)
            if not (fits and (isinstance(device, UnitCell) or hasattr(device, 'law'))):
                yield 'unit_cell_devices', 'a list of pulsed devices, or of cells of these, and of nothing else'
        if self._depth() > DEEPEST:
            yield 'unit_cell_devices', 'cells in cells three deep at most: no stream has more generations of children'

    def _depth(self) -> int:
        return 1 + max((cell._depth() for cell in self.unit_cell_devices if isinstance(cell, UnitCell)), default=0)
