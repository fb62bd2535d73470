"""Cells of one device: pulses change it where it stands."""

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.one_array import OneArrayCells
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors, update_weights
from aihwlab.parameters.update import UpdateParameters


class SingleCells(OneArrayCells):
    """Cells with one pulsed device each (`aihwlab.parameters.pulsed_device.PulsedDevice`)."""

    array: DeviceArray

    def update(self, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters, stream: Stream,
               engine: Engine, largest: Magnitudes = UNKNOWN) -> None:
        """Give the pulses of all vectors to the devices."""
        update_weights(self.array, x, d, learning_rate, update, stream, engine, largest)
