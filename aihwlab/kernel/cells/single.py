"""Cells of one device: pulses change it where it stands."""

from typing import Any

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.one_array import OneArrayCells
from aihwlab.kernel.cells.pulsed import Delivery, PulsedCells, Received
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors, update_weights
from aihwlab.parameters.update import UpdateParameters


class SingleCells(OneArrayCells, PulsedCells):
    """Cells with one pulsed device each (`aihwlab.parameters.pulsed_device.PulsedDevice`)."""

    array: DeviceArray

    @property
    def granularity(self) -> float:
        """Weight change of one average pulse at weight zero."""
        return self.array.granularity

    @property
    def arrays(self) -> list[DeviceArray]:
        """The array of the devices, alone in a list."""
        return [self.array]

    def update(self, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters, stream: Stream,
               engine: Engine, largest: Magnitudes = UNKNOWN) -> None:
        """Give the pulses of all vectors to the devices."""
        update_weights(self.array, x, d, learning_rate, update, stream, engine, largest)

    def take(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give pulse trains to the devices."""
        met = delivery.stages.apply_trains(self.array, trains, stream)
        return Received(met, met)

    def restore(self, weights: Array) -> None:
        """Put back weights that products have seen."""
        self.array.visible[...] = weights
        if self.array.persistent is self.array.visible:
            self.array.clip()
