"""Ideal cells: a weight without bounds that takes the exact update, `W <- W - lr d x^T`."""

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.one_array import OneArrayCells
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors, update_exactly
from aihwlab.parameters.update import UpdateParameters


class IdealCells(OneArrayCells):
    """Cells without pulses (`aihwlab.parameters.device.IdealDevice`, `FloatingPointDevice`)."""

    def update(self, x: Vectors, d: Array, learning_rate: float, update: UpdateParameters, stream: Stream,
               engine: Engine, largest: Magnitudes = UNKNOWN) -> None:
        """Subtract the gradient, whatever the update parameters say of pulses."""
        update_exactly(self.array, x, d, learning_rate, stream, engine, largest)

    def hidden(self) -> dict[str, Array]:
        """Return nothing: all ideal cells are alike, and how they age follows from their parameters."""
        return {}
