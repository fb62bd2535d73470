"""Cells that pulses change: alone on a tile, or as one of the arrays of a cell around them, which draws the pulse trains."""

from abc import abstractmethod
from types import ModuleType
from typing import Any, NamedTuple

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream


class Delivery(NamedTuple):
    """What goes with the pulse trains of an update.

    Attributes:
        learning_rate: learning rate of the tile.
        batch: number of vectors of the whole update, in which some schedules count time.
        stages: the backend that has drawn the trains.
        engine: how to compute.
        course: what the cells themselves have decided of this update before the trains were drawn.
    """

    learning_rate: float
    batch: int
    stages: ModuleType
    engine: Engine
    course: Any = None


class Received(NamedTuple):
    """What pulse trains have done.

    Attributes:
        met: coincidences that reached a device, counted once if they reached devices of several arrays.
        steps: steps of devices.
    """

    met: int = 0
    steps: int = 0


class PulsedCells(Cells):
    """Cells that take pulse trains."""

    @property
    @abstractmethod
    def granularity(self) -> float:
        """Weight change of one average pulse at weight zero, from which the length of trains follows."""

    @property
    @abstractmethod
    def arrays(self) -> list[DeviceArray]:
        """All arrays of devices; the pulse trains have to be of a backend that can step each of them."""

    @abstractmethod
    def take(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give pulse trains to the devices, and do what follows from them.

        Args:
            trains: pulse trains of some vectors of an update (`draw_trains`).
            delivery: what goes with them.
            stream: random numbers of these cells.
        """

    @abstractmethod
    def restore(self, weights: Array) -> None:
        """Put back weights that products have seen, [out, in]: with their write noise, within the bounds where there is none.

        Cells of several arrays have no weights but those of their arrays, and do nothing.
        """
