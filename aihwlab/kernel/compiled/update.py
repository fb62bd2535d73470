"""The pulsed update of `aihwlab.kernel.update`, compiled.

The reference goes through the time slots and gives all pulses of one slot at once. Here every thread takes a group of rows
and walks through their pulses in the order of time: coincidences are collected as events, the random numbers of many
events are drawn together, then the events are applied one by one. A crosspoint sees the same pulses with the same random
numbers in the same order, whatever the number of threads.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange

from aihwlab.kernel.compiled import share
from aihwlab.kernel.compiled.bits import count_bits, lowest_bit, nearest_integer
from aihwlab.kernel.compiled.device_step import step
from aihwlab.kernel.compiled.random import box_muller, chunk_of_words, counter, philox
from aihwlab.kernel.enums import PulseType
from aihwlab.kernel.pulses import BELOW_ONE, STOCHASTIC, gradient_probabilities, input_probabilities
from aihwlab.kernel.random import Purpose

ROWS_PER_TASK = 4
EVENTS = 1024
WORK_OF_EVENT = 50  # ns
WORD = 64
ZERO, ONE = np.float32(0), np.float32(1)
BIT, NO_BITS = np.uint64(1), np.uint64(0)
TWO32 = np.float32(2.0 ** 32)
DEVICE_STEP = np.uint64(Purpose.DEVICE_STEP)
EMPTY = np.empty(0, dtype=np.float32)


class Devices(NamedTuple):
    """What the compiled loops need of a `DeviceArray`, all crosspoints in one flat row, and the stream of the steps."""

    kind: int
    persistent: Any
    visible: Any
    up: Any
    down: Any
    up_shared: Any
    down_shared: Any
    lower: Any
    upper: Any
    reference: Any
    write_noise: Any
    operation: Any
    seed: Any


class Events(NamedTuple):
    """Pulses that wait for their random numbers: where, when (time slot), in which direction."""

    place: Any
    time: Any
    downwards: Any
    noise: Any
    write_noise: Any


def give_pulses(array, x, d, plan, update, stream):
    """Give the pulses of all vectors; see `aihwlab.kernel.update.give_pulses_by_slot`."""
    slot_vector = np.repeat(np.arange(len(x), dtype=np.int32), plan.length)
    if len(slot_vector) == 0:
        return
    input_probability = input_probabilities(x, plan, update, stream)
    gradient_probability = gradient_probabilities(d, plan, update, stream)
    devices = Devices(
        array.law.KIND, array.persistent.reshape(-1), array.visible.reshape(-1), array.up, array.down, array.up_shared,
        array.down_shared, array.lower, array.upper, EMPTY if array.reference is None else array.reference,
        np.float32(array.write_noise), np.uint64(stream.operation), np.uint64(stream.seed))
    if update.pulse_type in STOCHASTIC:
        share(len(slot_vector) * (x.shape[1] + d.shape[1]))
        columns = fire(input_probability, slot_vector, *counter(stream, Purpose.INPUT_PULSES, 0))
        rows = fire(gradient_probability, slot_vector, *counter(stream, Purpose.GRADIENT_PULSES, 0))
        share(WORK_OF_EVENT * coincidences(columns, rows))
        _stochastic_pulses(x, d, columns, rows, slot_vector, devices)
    else:
        first_slot = np.cumsum(plan.length) - plan.length
        share(len(x) * x.shape[1] * d.shape[1])
        _deterministic_pulses(x, d, input_probability, gradient_probability, plan.length, first_slot,
                              update.pulse_type is PulseType.MEAN_COUNT, devices)


@njit(parallel=True, cache=True)
def fire(probability, slot_vector, operation, purpose, slot, seed):
    """Draw the pulse trains, 64 lines to a word: uint64, [slots, ceil(lines / 64)].

    64 slots at a time use a whole number of chunks of random words, so that threads share none.
    """
    slots, lines = len(slot_vector), probability.shape[1]
    width = (lines + WORD - 1) // WORD
    trains = np.empty((slots, width), dtype=np.uint64)
    for task in prange((slots + WORD - 1) // WORD):
        first = task * WORD
        count = min(WORD, slots - first)
        chunks = (count * lines + WORD - 1) // WORD
        drawn = np.empty(chunks * WORD, dtype=np.uint32)
        for chunk in range(chunks):
            chunk_of_words(drawn, np.uint64(chunk * WORD), np.uint64(task * lines + chunk), operation, purpose, slot, seed)
        for s in range(count):
            vector = slot_vector[first + s]
            for w in range(width):
                bits = NO_BITS
                for j in range(w * WORD, min((w + 1) * WORD, lines)):
                    chance = probability[vector, j]
                    threshold = np.uint32(min(chance, BELOW_ONE) * TWO32)
                    fires = (drawn[s * lines + j] < threshold) | (chance >= ONE)
                    bits |= np.uint64(fires) << np.uint64(j - w * WORD)
                trains[first + s, w] = bits
    return trains


@njit(cache=True)
def coincidences(columns, rows):
    """Return how many pulses meet."""
    total = 0
    for slot in range(len(columns)):
        count, firing = NO_BITS, NO_BITS
        for w in range(columns.shape[1]):
            count += count_bits(columns[slot, w])
        for w in range(rows.shape[1]):
            firing += count_bits(rows[slot, w])
        total += np.int64(count * firing)
    return total


@njit(parallel=True, cache=True)
def _stochastic_pulses(x, d, columns, rows, slot_vector, devices):
    out_size = d.shape[1]
    for task in prange((out_size + ROWS_PER_TASK - 1) // ROWS_PER_TASK):
        _pulses_on_rows(task * ROWS_PER_TASK, min((task + 1) * ROWS_PER_TASK, out_size), x, d, columns, rows, slot_vector, devices)


@njit
def _pulses_on_rows(first, last, x, d, columns, rows, slot_vector, devices):
    in_size = x.shape[1]
    events, waiting = _no_events(), 0
    word, mask = first // WORD, np.uint64((1 << (last - first)) - 1) << np.uint64(first % WORD)
    for slot in range(len(slot_vector)):
        firing = rows[slot, word] & mask
        while firing != NO_BITS:
            i = word * WORD + np.int64(lowest_bit(firing))
            firing &= firing - BIT
            vector = slot_vector[slot]
            positive = d[vector, i] > ZERO
            for w in range(columns.shape[1]):
                coincident = columns[slot, w]
                while coincident != NO_BITS:
                    j = w * WORD + np.int64(lowest_bit(coincident))
                    coincident &= coincident - BIT
                    events.place[waiting], events.time[waiting] = i * in_size + j, slot
                    events.downwards[waiting] = positive == (x[vector, j] > ZERO)
                    waiting = _apply_if_full(waiting + 1, events, devices)
    _apply(waiting, events, devices)


@njit(parallel=True, cache=True)
def _deterministic_pulses(x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices):
    for i in prange(d.shape[1]):
        _pulses_on_row(i, x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices)


@njit
def _pulses_on_row(i, x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices):
    in_size = x.shape[1]
    events, waiting = _no_events(), 0
    for vector in range(len(x)):
        slots = np.float32(length[vector])
        row = gradient_probability[vector, i]
        row = min(nearest_integer(slots * row), slots) if mean_count else min(row, ONE) * slots
        if row == ZERO:
            continue
        positive = d[vector, i] > ZERO
        for j in range(in_size):
            column = input_probability[vector, j]
            if mean_count:
                count = nearest_integer(row * min(nearest_integer(slots * column), slots) / slots)
            else:
                count = nearest_integer(row * min(column, ONE))
            for pulse in range(np.int64(count)):
                events.place[waiting], events.time[waiting] = i * in_size + j, first_slot[vector] + pulse
                events.downwards[waiting] = positive == (x[vector, j] > ZERO)
                waiting = _apply_if_full(waiting + 1, events, devices)
    _apply(waiting, events, devices)


@njit
def _no_events():
    return Events(np.empty(EVENTS, dtype=np.int64), np.empty(EVENTS, dtype=np.int64), np.empty(EVENTS, dtype=np.bool_),
                  np.empty(EVENTS, dtype=np.float32), np.empty(EVENTS, dtype=np.float32))


@njit
def _apply_if_full(waiting, events, devices):
    if waiting < EVENTS:
        return waiting
    _apply(waiting, events, devices)
    return 0


@njit
def _apply(count, events, devices):
    """Apply events in their order; the counterpart of `aihwlab.kernel.devices.pulse.apply_pulses`."""
    for n in range(count):
        a, b, _, _ = philox(np.uint64(events.place[n]), devices.operation, DEVICE_STEP, np.uint64(events.time[n]),
                            devices.seed)
        events.noise[n], events.write_noise[n] = box_muller(a, b)
    has_reference = len(devices.reference) > 0
    for n in range(count):
        e = events.place[n]
        weight = devices.persistent[e]
        if events.downwards[n]:
            weight -= step(devices.kind, weight, events.noise[n], devices.down, e, devices.down_shared)
        else:
            weight += step(devices.kind, weight, events.noise[n], devices.up, e, devices.up_shared)
        weight = min(max(weight, devices.lower[e]), devices.upper[e])
        devices.persistent[e] = weight
        if has_reference or devices.write_noise > ZERO:
            offset = devices.reference[e] if has_reference else ZERO
            devices.visible[e] = weight - offset + devices.write_noise * events.write_noise[n]
