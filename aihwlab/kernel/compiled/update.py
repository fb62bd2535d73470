"""The pulsed update of `aihwlab.kernel.update`, compiled.

The reference goes through the time slots and gives all pulses of one slot at once. Here every thread takes a group of rows
and walks through their pulses in the order of time: coincidences are collected as events, the random numbers of many
events are drawn together, then the events are applied one by one. A crosspoint sees the same pulses with the same random
numbers in the same order, whatever the number of threads.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import prange

from aihwlab.kernel.compiled import jit, share
from aihwlab.kernel.compiled.bits import bits_float, count_bits, float_bits, lowest_bit, nearest_integer
from aihwlab.kernel.compiled.device_step import flat_devices, step_size
from aihwlab.kernel.compiled.patches import as_images
from aihwlab.kernel.compiled.pulses import fire, time_slots
from aihwlab.kernel.compiled.random import box_muller, counter, philox
from aihwlab.kernel.enums import PulseType
from aihwlab.kernel.patches import as_rows
from aihwlab.kernel.pulses import STOCHASTIC, gradient_probabilities, input_probabilities, probability_step
from aihwlab.kernel.random import Purpose

ROWS_PER_TASK = 4
EVENTS = np.uint64(1024)
WORK_OF_EVENT = 20  # ns
WORD = np.uint64(64)
ZERO, ONE = np.float32(0), np.float32(1)
BIT, NO_BITS = np.uint64(1), np.uint64(0)
DEVICE_STEP = np.uint64(Purpose.DEVICE_STEP)


class Events(NamedTuple):
    """Pulses that wait for their random numbers: where, when (time slot), in which direction."""

    place: Any
    time: Any
    downwards: Any
    noise: Any
    write_noise: Any


def give_pulses(array, x, d, plan, update, stream):
    """Give the pulses of all vectors; see `aihwlab.kernel.update.give_pulses_by_slot`."""
    devices = flat_devices(array, stream.operation, stream.seed)
    if update.pulse_type in STOCHASTIC:
        _give_stochastic_pulses(x, d, plan, update, stream, devices)
        return
    x, d = as_rows(x), as_rows(d)
    first_slot = np.cumsum(plan.length) - plan.length
    share(len(x) * x.shape[1] * d.shape[1])
    _deterministic_pulses(x, d, input_probabilities(x, plan, update, stream), gradient_probabilities(d, plan, update, stream),
                          plan.length, first_slot, update.pulse_type is PulseType.MEAN_COUNT, devices)


def _give_stochastic_pulses(x, d, plan, update, stream, devices):
    slots = int(plan.length.sum())
    if slots == 0:
        return
    in_size, out_size = x.shape[1], d.shape[1]
    input_factor, gradient_factor = plan.input_factor, plan.gradient_factor
    width, inverse_width = probability_step(update.res)
    if width > 0 and update.sto_round:  # rounded beforehand, with draws numbered vector by vector
        x, input_factor = _rounded(x, input_probabilities, plan, update, stream)
        d, gradient_factor = _rounded(d, gradient_probabilities, plan, update, stream)
        width = inverse_width = ZERO
    slot_vector, input_factor, gradient_factor = time_slots(plan.length, input_factor, gradient_factor)
    share(len(slot_vector) * (in_size + out_size))
    columns = fire(*as_images(x), slot_vector, input_factor, width, inverse_width, True,
                   *counter(stream, Purpose.INPUT_PULSES, 0))
    rows = fire(*as_images(d), slot_vector, gradient_factor, width, inverse_width, False,
                *counter(stream, Purpose.GRADIENT_PULSES, 0))
    share(WORK_OF_EVENT * coincidences(columns, rows, slots))
    _stochastic_pulses(columns, rows, len(slot_vector), in_size, out_size, devices)


def _rounded(values, probabilities, plan, update, stream):
    """Return probabilities with the signs of the values, [1, lines, vectors], and factors of 1."""
    rows = as_rows(values)
    signed = np.copysign(probabilities(rows, plan, update, stream), rows)
    return signed.T[None], np.ones(len(rows), dtype=np.float32)


@jit
def coincidences(columns, rows, slots):
    """Return about how many pulses meet: as many as if they were spread evenly over the slots."""
    column_pulses = row_pulses = NO_BITS
    for word in range(np.uint64(len(columns))):
        column_pulses += count_bits(columns[word])
    for word in range(np.uint64(len(rows))):
        row_pulses += count_bits(rows[word])
    return column_pulses * row_pulses / slots


@jit(parallel=True)
def _stochastic_pulses(columns, rows, slots, in_size, out_size, devices):
    for task in prange((out_size + ROWS_PER_TASK - 1) // ROWS_PER_TASK):
        first = task * ROWS_PER_TASK
        _pulses_on_rows(np.uint64(first), np.uint64(min(first + ROWS_PER_TASK, out_size)), columns, rows, np.uint64(slots),
                        np.uint64(in_size), devices)


@jit(inner=True)
def _pulses_on_rows(first, last, columns, rows, slots, in_size, devices):
    """Give the pulses of some rows, row by row; `columns` and `rows` are what `fire` returns."""
    line_words, slot_words = (in_size + WORD - BIT) // WORD, slots // WORD
    negative_columns, negative_rows = slots * line_words, np.uint64(len(rows)) // np.uint64(2)
    events, waiting = _no_events(), np.uint64(0)
    for i in range(first, last):
        for word in range(slot_words):
            positive = rows[i * slot_words + word]
            firing = positive | rows[negative_rows + i * slot_words + word]
            while firing != NO_BITS:
                bit = lowest_bit(firing)
                firing &= firing - BIT
                is_positive = positive >> bit & BIT
                slot = word * WORD + bit
                for w in range(line_words):
                    place = slot * line_words + w
                    first_line = i * in_size + w * WORD
                    for sign in range(2):
                        coincident = columns[place + negative_columns * np.uint64(sign)]
                        downwards = is_positive != np.uint64(sign)
                        while coincident != NO_BITS:
                            events.place[waiting] = first_line + lowest_bit(coincident)
                            events.time[waiting], events.downwards[waiting] = slot, downwards
                            coincident &= coincident - BIT
                            waiting += BIT
                    if waiting > EVENTS - WORD:
                        _apply(waiting, events, devices)
                        waiting = np.uint64(0)
    _apply(waiting, events, devices)


@jit(parallel=True)
def _deterministic_pulses(x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices):
    for i in prange(d.shape[1]):
        _pulses_on_row(i, x, d, input_probability, gradient_probability, length, first_slot, mean_count, devices)


@jit(inner=True)
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


@jit(inline=True)
def _no_events():
    return Events(np.empty(EVENTS, dtype=np.uint32), np.empty(EVENTS, dtype=np.uint32), np.empty(EVENTS, dtype=np.bool_),
                  np.empty(EVENTS, dtype=np.float32), np.empty(EVENTS, dtype=np.float32))


@jit(inner=True)
def _apply(count, events, devices):
    """Apply events in their order; the counterpart of `aihwlab.kernel.devices.pulse.apply_pulses`."""
    _draw(count, events, devices.operation, devices.seed)
    has_reference = len(devices.reference) > 0
    has_two_weights = has_reference or devices.write_noise > ZERO
    for n in range(count):
        e = np.uint64(events.place[n])
        weight = devices.persistent[e]
        if events.downwards[n]:
            weight -= step_size(devices, weight, events.noise[n], devices.down, e, devices.down_shared)
        else:
            weight += step_size(devices, weight, events.noise[n], devices.up, e, devices.up_shared)
        weight = min(max(weight, devices.lower[e]), devices.upper[e])
        devices.persistent[e] = weight
        if has_two_weights:
            offset = devices.reference[e] if has_reference else ZERO
            devices.visible[e] = weight - offset + devices.write_noise * events.write_noise[n]


@jit(inline=True)
def _draw(count, events, operation, seed):
    """Draw two normal numbers for each event; for the two loops see `aihwlab.kernel.compiled.random.chunk_of_normals`."""
    for n in range(count):
        a, b, _, _ = philox(np.uint64(events.place[n]), operation, DEVICE_STEP, np.uint64(events.time[n]), seed)
        events.noise[n], events.write_noise[n] = bits_float(a), bits_float(b)
    for n in range(count):
        events.noise[n], events.write_noise[n] = box_muller(float_bits(events.noise[n]), float_bits(events.write_noise[n]))
