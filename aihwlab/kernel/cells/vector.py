"""Cells whose arrays take the same pulse trains, all of them or one for each vector."""

from collections.abc import Iterable, Mapping
from typing import Any

from aihwlab.kernel.cells.many_arrays import ManyArrayCells
from aihwlab.kernel.cells.pulsed import Delivery, Received
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, unit_interval, words_at
from aihwlab.parameters.enums import VectorUnitCellUpdatePolicy


class VectorCells(ManyArrayCells):
    """Cells of arrays that are all alike for an update (`aihwlab.parameters.vector`).

    Attributes:
        index: number of the array that took the pulses of the last vector or, if it is always the same, takes them.
    """

    def __init__(self, parameters: Any, parts: list[Any]) -> None:
        super().__init__(parameters, parts)
        self.index = parameters.first_update_idx

    def deliver(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give pulse trains to all arrays, or those of each vector to one of them."""
        if self.parameters.update_policy is VectorUnitCellUpdatePolicy.ALL:
            given = [part.take(trains, delivery, stream.child(number)) for number, part in enumerate(self.parts)]
            return Received(given[0].met, sum(received.steps for received in given))
        if trains.vectors == 0:
            return Received()
        chosen = self.choose(trains, stream)
        self.index = int(chosen[-1])
        given = [part.take(trains.only(chosen == number), delivery, stream.child(number))
                 for number, part in enumerate(self.parts) if (chosen == number).any()]
        return Received(sum(received.met for received in given), sum(received.steps for received in given))

    def choose(self, trains: Any, stream: Stream) -> Array:
        """Return the number of the array that takes the pulses of each vector, [vectors]."""
        xp, policy, parts = array_namespace(self.weights), self.parameters.update_policy, len(self.parts)
        vectors = xp.arange(trains.vectors)
        if policy is VectorUnitCellUpdatePolicy.SINGLE_RANDOM:
            drawn = words_at(stream, Purpose.SELECTION, trains.first_vector + vectors, xp=xp)
            return (unit_interval(drawn) * parts).astype(int)
        if policy is VectorUnitCellUpdatePolicy.SINGLE_SEQUENTIAL:
            return (self.index + 1 + vectors) % parts
        return xp.full_like(vectors, self.index)

    def set_index(self, index: int) -> None:
        """Choose the array that takes pulses next, and is written if it is always the same."""
        if not 0 <= index < len(self.parts):
            raise ValueError(f'index = {index}: must be the number of an array, in [0, {len(self.parts) - 1}]')
        self.index = int(index)

    def targets(self, weights: Array) -> Iterable[tuple[int, Array]]:
        """Return what to set for weights; where one array always takes the pulses, they are the weights of this array."""
        is_fixed = self.parameters.update_policy is VectorUnitCellUpdatePolicy.SINGLE_FIXED
        return [(self.index, weights)] if is_fixed else super().targets(weights)

    def state(self) -> dict[str, Any]:
        """Return the state and the weights of each array, and which one took the last pulses."""
        return {**super().state(), 'index': self.index}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        index = state['index']
        super().load(state)
        self.index = index
