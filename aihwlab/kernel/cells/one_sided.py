"""Cells of two arrays that pulses only ever move one way, and that are read, emptied and written again when they are full."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from aihwlab.kernel.cells.many_arrays import ManyArrayCells
from aihwlab.kernel.cells.pulsed import Delivery, Received
from aihwlab.kernel.cells.reading import Reader
from aihwlab.kernel.devices.reset import reset_devices
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream
from aihwlab.parameters.one_sided import OneSidedUnitCell

ARRAYS = ((0, -1), (1, 1))
"""The arrays by number, and the sign of the weights that each is for."""


class OneSidedCells(ManyArrayCells):
    """Cells with a device for each sign of the weight (`aihwlab.parameters.one_sided.OneSidedUnitCell`).

    What a device holds, its conductance, is `D` or, if it takes pulses down, `-D`: never negative.

    Attributes:
        reader: reads the arrays for a refresh.
        vectors: number of vectors so far, from which the time of a refresh follows.
    """

    parameters: OneSidedUnitCell

    def __init__(self, parameters: OneSidedUnitCell, parts: list[Any], reader: Reader) -> None:
        super().__init__(parameters, parts)
        self.reader, self.vectors = reader, 0

    def pulse_direction(self, number: int) -> int:
        """Return the direction in which an array takes pulses, +1 or -1."""
        return round(ARRAYS[number][1] * self.parameters.shares()[number])

    def deliver(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give pulses up and pulses down of the weight to the arrays that they are for, and refresh when it is time."""
        met, done, count = 0, 0, trains.vectors
        period = self.parameters.refresh_every * (delivery.batch if self.parameters.units_in_mbatch else 1)
        while done < count:
            last = min(done + period - self.vectors % period, count) if period else count
            met += self.pulse(trains.of_vectors(done, last), delivery, stream)
            self.vectors += last - done
            done = last
            if period and self.vectors % period == 0:
                self.refresh(delivery, stream.occasion(trains.first_vector + done))
        return Received(met, met)

    def pulse(self, trains: Any, delivery: Delivery, stream: Stream) -> int:
        """Give the pulses of some vectors to both arrays; return how many met."""
        xp, (out_size, in_size) = array_namespace(self.weights), self.weights.shape
        met = 0
        for number, sign in ARRAYS:
            turn = self.pulse_direction(number) * sign
            for positive in (True, False):  # inputs and gradients of unlike signs make pulses up of the weight
                chosen = trains.of_signs(positive, positive == (sign < 0))
                turned = chosen if turn > 0 else chosen.with_signs(xp.full(in_size, -1), xp.ones(out_size))
                met += self.parts[number].take(turned, delivery, stream.child(number)).met
        return met

    def refresh(self, delivery: Delivery, stream: Stream) -> None:
        """Read both arrays column by column, reset the devices that are too full, and write their difference by pulses."""
        p, xp = self.parameters, array_namespace(self.weights)
        conductances = [self.pulse_direction(number) * self.reader.read(
            self.parts[number].weights, slice(None), stream.child(number), delivery.engine).T for number, _ in ARRAYS]
        filled = [conductance / np.float32(self.range(number)) for conductance, (number, _) in zip(conductances, ARRAYS)]
        chosen = xp.maximum(*filled) > p.refresh_upper_thres
        chosen &= xp.minimum(*filled) > p.refresh_lower_thres
        if not chosen.any():
            return
        difference = conductances[1] - conductances[0]
        for number, sign in ARRAYS:
            reset_devices(self.parts[number].arrays[0], chosen, stream.child(number))
            self.rewrite(number, xp.where(chosen & (sign * difference > 0), abs(difference), np.float32(0)), delivery, stream)

    def range(self, number: int) -> float:
        """Return the mean of the largest conductances of an array."""
        device: Any = self.parameters.unit_cell_devices[number]
        return device.w_max if self.pulse_direction(number) > 0 else -device.w_min

    def rewrite(self, number: int, conductance: Array, delivery: Delivery, stream: Stream) -> None:
        """Add conductances [out, in] to an array by pulses, one vector for each column that has some.

        They are given in steps of the array: a whole number of them stays one, and takes as many slots.
        """
        xp, part = array_namespace(conductance), self.parts[number]
        columns = xp.flatnonzero(conductance.any(axis=0))
        if len(columns) == 0:
            return
        x = xp.eye(conductance.shape[1], dtype=np.float32)[columns]
        steps = xp.ascontiguousarray(conductance.T[columns]) / np.float32(-self.pulse_direction(number) * part.granularity)
        part.update(x[:, :, None], steps[:, :, None], part.granularity, self.parameters.refresh_update, stream.child(number),
                    delivery.engine)

    def targets(self, weights: Array) -> Iterable[tuple[int, Array]]:
        """Return what to set for weights: each in the array for its sign, nothing in the other."""
        xp = array_namespace(self.weights)
        return [(number, self.pulse_direction(number) * xp.maximum(sign * weights, np.float32(0))) for number, sign in ARRAYS]

    def state(self) -> dict[str, Any]:
        """Return the state and the weights of each array, the number of vectors so far, and what the reader remembers."""
        return {**super().state(), 'vectors': self.vectors, 'average_read': self.reader.direction.lines.average}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        vectors, average = state['vectors'], state['average_read']
        super().load(state)
        self.vectors, self.reader.direction.lines.average = vectors, average

    def map(self, function: Callable[[Array], Array]) -> 'OneSidedCells':
        """Return cells whose arrays are those of these after a function."""
        mapped = super().map(function)
        mapped.reader = self.reader.map(function)
        return mapped
