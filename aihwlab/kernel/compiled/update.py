"""The pulsed update of `aihwlab.kernel.update`, compiled.

The reference goes through the time slots and gives all pulses of one slot at once. Here every thread takes a group of rows
and walks through their pulses in the order of time: coincidences are collected as events, the random numbers of many
events are drawn together, then the events are applied one by one. A crosspoint sees the same pulses with the same random
numbers in the same order, whatever the number of threads.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange

from aihwlab.kernel.compiled import device_step, share
from aihwlab.kernel.compiled.bits import count_bits, lowest_bit, nearest_integer
from aihwlab.kernel.compiled.pulses import fire
from aihwlab.kernel.compiled.random import box_muller, counter, philox
from aihwlab.kernel.enums import PulseType
from aihwlab.kernel.pulses import STOCHASTIC, gradient_probabilities, input_probabilities
from aihwlab.kernel.random import Purpose

ROWS_PER_TASK = 4
EVENTS = np.uint64(1024)
WORK_OF_EVENT = 10  # ns
WORD = np.uint64(64)
ZERO, ONE = np.float32(0), np.float32(1)
BIT, NO_BITS = np.uint64(1), np.uint64(0)
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


@njit(cache=True)
def coincidences(columns, rows):
    """Return how many pulses meet."""
    total = NO_BITS
    for slot in range(len(columns)):
        column_pulses = row_pulses = NO_BITS
        for w in range(columns.shape[1]):
            column_pulses += count_bits(columns[slot, w])
        for w in range(rows.shape[1]):
            row_pulses += count_bits(rows[slot, w])
        total += column_pulses * row_pulses
    return total


@njit(parallel=True, cache=True)
def _stochastic_pulses(x, d, columns, rows, slot_vector, devices):
    out_size = d.shape[1]
    for task in prange((out_size + ROWS_PER_TASK - 1) // ROWS_PER_TASK):
        first = task * ROWS_PER_TASK
        _pulses_on_rows(first, min(first + ROWS_PER_TASK, out_size), x, d, columns, rows, slot_vector, devices)


@njit
def _pulses_on_rows(first, last, x, d, columns, rows, slot_vector, devices):
    in_size, width = np.uint64(x.shape[1]), np.uint64(columns.shape[1])
    events, waiting = _no_events(), np.uint64(0)
    word = np.uint64(first) // WORD
    mask = ((BIT << np.uint64(last - first)) - BIT) << np.uint64(first) % WORD
    for slot in range(np.uint64(len(slot_vector))):
        firing = rows[slot, word] & mask
        while firing != NO_BITS:
            i = word * WORD + lowest_bit(firing)
            firing &= firing - BIT
            vector = slot_vector[slot]
            positive = d[vector, i] > ZERO
            for w in range(width):
                coincident = columns[slot, w]
                while coincident != NO_BITS:
                    j = w * WORD + lowest_bit(coincident)
                    coincident &= coincident - BIT
                    events.place[waiting], events.time[waiting] = i * in_size + j, slot
                    events.downwards[waiting] = positive == (x[vector, j] > ZERO)
                    waiting += BIT
                    if waiting == EVENTS:
                        _apply(waiting, events, devices)
                        waiting = np.uint64(0)
    _apply(waiting, events, devices)


@njit(parallel=True, cache=True)
def _deterministic_pulses(x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices):
    for i in prange(d.shape[1]):
        _pulses_on_row(i, x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices)


@njit
def _pulses_on_row(i, x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices):
    in_size = x.shape[1]
    events, waiting = _no_events(), np.uint64(0)
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
                waiting += BIT
                if waiting == EVENTS:
                    _apply(waiting, events, devices)
                    waiting = np.uint64(0)
    _apply(waiting, events, devices)


@njit
def _no_events():
    return Events(np.empty(EVENTS, dtype=np.uint32), np.empty(EVENTS, dtype=np.uint32), np.empty(EVENTS, dtype=np.bool_),
                  np.empty(EVENTS, dtype=np.float32), np.empty(EVENTS, dtype=np.float32))


@njit
def _apply(count, events, devices):
    """Apply events in their order; the counterpart of `aihwlab.kernel.devices.pulse.apply_pulses`."""
    _draw(count, events, devices.operation, devices.seed)
    if devices.kind == device_step.CONSTANT:
        _give_constant(count, events, devices)
    elif devices.kind == device_step.LINEAR:
        _give_linear(count, events, devices)
    elif devices.kind == device_step.EXPONENTIAL:
        _give_exponential(count, events, devices)
    elif devices.kind == device_step.POWER:
        _give_power(count, events, devices)
    else:
        _give_piecewise(count, events, devices)


@njit
def _draw(count, events, operation, seed):
    """Draw two normal numbers for each event."""
    for n in range(count):
        a, b, _, _ = philox(np.uint64(events.place[n]), operation, DEVICE_STEP, np.uint64(events.time[n]), seed)
        events.noise[n], events.write_noise[n] = box_muller(a, b)


def _giver(step):
    """Return the function that gives pulses to devices of one law: a loop of its own for each, without a choice inside."""
    @njit
    def give(count, events, devices):
        has_reference = len(devices.reference) > 0
        has_two_weights = has_reference or devices.write_noise > ZERO
        for n in range(count):
            e = np.uint64(events.place[n])
            weight = devices.persistent[e]
            if events.downwards[n]:
                weight -= step(weight, events.noise[n], devices.down, e, devices.down_shared)
            else:
                weight += step(weight, events.noise[n], devices.up, e, devices.up_shared)
            weight = min(max(weight, devices.lower[e]), devices.upper[e])
            devices.persistent[e] = weight
            if has_two_weights:
                offset = devices.reference[e] if has_reference else ZERO
                devices.visible[e] = weight - offset + devices.write_noise * events.write_noise[n]
    return give


_give_constant, _give_linear, _give_exponential, _give_power, _give_piecewise = (_giver(step) for step in device_step.STEPS)
