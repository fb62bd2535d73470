"""Tiki-Taka: the first array takes the pulses of the gradient, and slices of each array are written to the next.

Source: T. Gokmen and W. Haensch, Front. Neurosci. 14, 103, 2020, doi:10.3389/fnins.2020.00103.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.cells.many_arrays import ManyArrayCells
from aihwlab.kernel.cells.pulsed import Delivery, Received
from aihwlab.kernel.cells.reading import Reader
from aihwlab.kernel.cells.schedules import from_anywhere, in_turn, intervals, period, transfers
from aihwlab.kernel.cells.slices import look_at, one_hot, read_looks, sees_all
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.update import UNKNOWN, finite_magnitudes
from aihwlab.parameters.transfer import TransferCompound


def on_host(value: Any) -> Any:
    """Return a copy of a number or an array, of NumPy wherever the array was."""
    return value.get() if hasattr(value, 'get') else copy(value)


class Given(NamedTuple):
    """Pulse trains for one array during a batch.

    Attributes:
        times: after how many vectors of the batch each vector of the trains is given, in order.
        trains: the trains; None if there is no vector.
    """

    times: Array
    trains: Any


class Reads(NamedTuple):
    """What was read of one array during a batch, in order.

    Attributes:
        level: number of the array.
        numbers: numbers of the reads, from 0 in each batch, [reads].
        times: after how many vectors of the batch, [reads].
        slices: which slice, [reads].
        values: what converters made of it, [reads, lines].
    """

    level: int
    numbers: Array
    times: Array
    slices: Array
    values: Array


class TransferCells(ManyArrayCells):
    """Cells of a fast array and one or more slower ones (`aihwlab.parameters.transfer.TransferCompound`).

    Pulses of the gradient do not depend on what is written to other arrays. So an array first takes all its pulses of a
    batch, with a look at a slice whenever a transfer is due; then all looks are read together, and what is to be written
    makes the pulse trains of the next array.

    Attributes:
        readers: how each array but the last is read.
        memory: digital numbers for each crosspoint, by name, [out, in].
        registers: counters, and what else changes beside weights: numbers, and arrays of one number for each line.
    """

    parameters: TransferCompound
    parts: list[Any]

    def __init__(self, parameters: TransferCompound, parts: list[Any], readers: list[Reader]) -> None:
        self.parameters, self.parts, self.readers = parameters, parts, readers
        weights = parts[0].weights
        self.memory = {name: array_namespace(weights).zeros_like(weights) for name in self.memory_names()}
        self.registers = self.new_registers()
        super().__init__(parameters, parts)

    def memory_names(self) -> list[str]:
        """Return what digital numbers there are."""
        return []

    def new_registers(self) -> dict[str, Any]:
        """Return the registers before the first vector."""
        return {'vectors': 0, **{f'reads_{level}': 0 for level in range(len(self.parts))}}

    # The schedule.

    @property
    def slice_shape(self) -> tuple[int, int]:
        """Number of slices, and of devices of each."""
        out_size, in_size = self.parts[0].weights.shape
        return (in_size, out_size) if self.parameters.transfer_columns else (out_size, in_size)

    def intervals(self, reads: int) -> list[float]:
        """Return the time from one transfer of each array to the next, in batches or in vectors."""
        chosen = self.parameters.transfer_every_vec
        return [*chosen[:-1], 0] if chosen else intervals(self.parameters.transfer_every, len(self.parts),
                                                          self.slice_shape[1], reads)

    def transfers(self, level: int, batch: int, stream: Stream) -> tuple[Array, Array]:
        """Return the transfers of an array in a batch: after how many vectors, [transfers], and of which slices, [transfers,
        reads]."""
        slices, _ = self.slice_shape
        reads = min(self.parameters.n_reads_per_transfer, slices)
        interval = self.intervals(reads)[level]
        times = transfers(self.registers['vectors'], batch, period(interval, batch, self.parameters.units_in_mbatch))
        if self.parameters.random_selection:
            return times, from_anywhere(uniforms(stream, Purpose.SELECTION, len(times)), reads, slices)
        return times, in_turn(self.registers[f'reads_{level}'], len(times), reads, slices)

    # The steps of an update, of which further methods change some.

    @property
    def granularity(self) -> float:
        """That of the fast array, which takes the pulses."""
        return self.parts[0].granularity

    def rate(self, learning_rate: float) -> float:
        """Return the learning rate of the fast array."""
        fast = self.parameters.fast_lr
        if fast <= 0:
            return learning_rate
        return fast * learning_rate if self.parameters.scale_fast_lr else fast

    def transfer_rate(self, level: int, learning_rate: float) -> float:
        """Return the learning rate of transfers from an array."""
        chosen = self.parameters.transfer_lr_vec
        rate = chosen[level] if chosen else self.parameters.transfer_lr
        return rate * learning_rate if self.parameters.scale_transfer_lr else rate

    def gradients(self, reads: Reads, delivery: Delivery) -> tuple[Array, float]:
        """Return the gradients with which slices of the next array are updated, [reads, lines], and the learning rate."""
        return -reads.values, self.transfer_rate(reads.level, delivery.learning_rate)

    def deliver(self, trains: Any, delivery: Delivery, stream: Stream) -> Received:
        """Give the pulse trains of a batch to the fast array, and let the transfers that are due happen, array by array."""
        given, all_met = Given(np.arange(1, delivery.batch + 1), trains), []
        for level in range(len(self.parts)):
            own = stream.child(level)
            times, slices = self.transfers(level, delivery.batch, own)
            looks, met = self.visit(level, given, times, slices, delivery, own)
            all_met.append(met)
            if level > 0 and given.trains is not None:
                self.count_writes(given, met, delivery)
            given = Given(times[:0], None)
            if looks is not None:
                values = read_looks(looks, slices.reshape(-1), self.slice_shape[0], self.readers[level].direction, own,
                                    delivery.engine)
                reads = Reads(level, np.arange(slices.size), np.repeat(times, slices.shape[1]), slices.reshape(-1), values)
                given = self.written(reads, delivery, stream.child(level + 1))
            self.registers[f'reads_{level}'] += slices.size
        self.registers['vectors'] += delivery.batch
        return Received(all_met[0], all_met[0])

    def visit(self, level: int, given: Given, times: Array, slices: Array, delivery: Delivery,
              stream: Stream) -> tuple[Any, int]:
        """Give pulse trains to an array; return a look at its slices at the time of each transfer, in one array or None, and
        how many pulses met."""
        part, probability, (_, in_size) = self.parts[level], self.parameters.with_reset_prob, self.weights.shape
        before, trains = np.searchsorted(given.times, times, side='right'), given.trains
        if len(times) == 0:
            return None, 0 if trains is None else part.take(trains, delivery, stream).met
        direction = self.readers[level].direction
        if trains is not None and probability == 0 and not sees_all(direction):
            looks, met = delivery.stages.apply_and_look(part.array, trains, stream, before, slices, not direction.backward)
            return looks[:, :, None], met
        looks, met, done = [], 0, 0
        for number, count in enumerate([*before.tolist(), len(given.times)]):
            if count > done:
                met += part.take(trains.of_vectors(done, count), delivery, stream).met
                done = count
            if number < len(slices):
                looks.append(look_at(part.weights, slices[number], direction))
                for column in slices[number].tolist() if probability > 0 else ():
                    part.reset(stream.occasion(number * in_size + column), column, 1, probability)
        return array_namespace(part.weights).concatenate(looks), met

    def written(self, reads: Reads, delivery: Delivery, stream: Stream) -> Given:
        """Return the pulse trains that update slices of the next array."""
        gradients, rate = self.gradients(reads, delivery)
        used = (gradients != 0).any(axis=1)
        hot = one_hot(reads.slices, self.slice_shape[0], array_namespace(gradients))[used][:, :, None]
        gradients = gradients[used][:, :, None]
        x, d = (hot, gradients) if self.parameters.transfer_columns else (gradients, hot)
        times = reads.times[on_host(used)]
        if len(times) == 0 or rate == 0:
            return Given(times[:0], None)
        stages, update, granularity = delivery.stages, self.parameters.transfer_update, self.parts[reads.level + 1].granularity
        plan = stages.plan_pulses(*finite_magnitudes(x, d, stages, UNKNOWN), rate, granularity, update)
        return Given(times, stages.draw_trains(x, d, plan, update, stream))

    def count_writes(self, given: Given, met: int, delivery: Delivery) -> None:
        """Count what writes to an array have done, as for any update."""
        counts, trains = delivery.engine.counts, given.trains
        if counts is not None:
            counts.updates += len(given.times)
            if counts.has_pulses:
                counts.count_trains(trains.slots, trains.sent(), met, self.weights.shape)
                counts.count_steps(met)

    # What else happens to the cells.

    def write(self, weights: Array, stream: Stream) -> None:
        """Set the weights of the last array, and those of all others to zero, as well as all digital numbers."""
        super().write(weights, stream)
        for numbers in self.memory.values():
            numbers[...] = 0

    def targets(self, weights: Array) -> Iterable[tuple[int, Array]]:
        """Return what to set for weights: numbers of arrays, and the weights of each."""
        *others, last = range(len(self.parts))
        zeros = array_namespace(weights).zeros_like(weights)
        return [*((number, zeros) for number in others), (last, weights / np.float32(self.parameters.shares()[last]))]

    def reset(self, stream: Stream, start: int, count: int, probability: float) -> None:
        """Reset devices of some columns in the fast array."""
        self.parts[0].reset(stream.child(0), start, count, probability)
        self.add_up()

    # What is hidden, and what is saved.

    def hidden(self) -> dict[str, Array]:
        """Return what is hidden in each array, and the digital numbers."""
        return {**super().hidden(), **self.memory}

    def set_hidden(self, hidden: Mapping[str, Array]) -> None:
        """Set what `hidden` returns; names that are left out keep their values."""
        checked = self.parts[0].array.checked_hidden({name: value for name, value in hidden.items() if name in self.memory})
        super().set_hidden({name: value for name, value in hidden.items() if name not in self.memory})
        for name, numbers in self.memory.items():
            if name in hidden:
                numbers[...] = checked[name]

    def state(self) -> dict[str, Any]:
        """Return the state and the weights of each array, the digital numbers and the registers."""
        return {**super().state(), 'memory': dict(self.memory), 'registers': dict(self.registers)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        memory, registers = state['memory'], state['registers']
        memory = self.parts[0].array.checked_hidden({name: memory[name] for name in self.memory})
        registers = {name: on_host(registers[name]) for name in self.registers}
        for name, value in self.registers.items():
            if np.shape(registers[name]) != np.shape(value):
                raise ValueError(f'{name} has the shape {np.shape(registers[name])}: must be {np.shape(value)}')
        super().load(state)
        for name, numbers in self.memory.items():
            numbers[...] = memory[name]
        self.registers = registers
        self.add_up()

    def map(self, function: Callable[[Array], Array]) -> Any:
        """Return cells whose arrays are those of these after a function."""
        mapped = super().map(function)
        mapped.readers = [reader.map(function) for reader in self.readers]
        mapped.memory = {name: function(numbers) for name, numbers in self.memory.items()}
        mapped.registers = {name: on_host(value) for name, value in self.registers.items()}
        return mapped
