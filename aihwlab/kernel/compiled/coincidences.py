"""Coincidences and device steps of `aihwlab.kernel.coincidences`, compiled.

The reference goes through the time slots and gives all pulses of one slot at once. Here every thread takes a group of rows
and walks through their pulses in the order of time: coincidences are collected as events, the random numbers of many
events are drawn together, then the devices step, event by event. A crosspoint sees the same pulses with the same random
numbers in the same order, whatever the number of threads.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.bits import (
    allow_wide_vectors,
    bits_float,
    count_bits,
    float_bits,
    lowest_bit,
    nearest_integer,
    write_pulses_of_8,
)
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.drawn_pulses import slots_within
from aihwlab.kernel.compiled.memory import floats, integers, total, words_of_64
from aihwlab.kernel.compiled.pulse import MOST_CROSSPOINTS, Devices, after_pulse, flat_devices
from aihwlab.kernel.compiled.pulse_trains import CountedTrains, StochasticTrains
from aihwlab.kernel.compiled.random import box_muller, philox
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.random import Address, Stream

ROWS_PER_TASK = 4
EVENTS = np.uint64(1024)
WORD = np.uint64(64)
ZERO, ONE = np.float32(0), np.float32(1)
BIT, NO_BITS = np.uint64(1), np.uint64(0)
EIGHT, BYTE = np.uint64(8), np.uint64(255)
SLOT, SIGN = np.uint64(31), np.uint64(63)  # where these begin in the word of a pulse
ANY_PLACE, ANY_SLOT = np.uint64(MOST_CROSSPOINTS - 1), np.uint64(2 ** 32 - 1)


class Events(NamedTuple):
    """Pulses that wait for their random numbers, each in a word: the crosspoint in the lower 31 bits, its time slot in the 32
    above these, and in the uppermost whether it goes up."""

    pulse: Any
    noise: Any
    write_noise: Any


def apply_trains(array: DeviceArray, trains: StochasticTrains | CountedTrains, stream: Stream) -> int:
    """Give pulse trains to the devices of an array; see `aihwlab.kernel.coincidences.apply_trains`."""
    devices, slots = flat_devices(array, stream), trains.slots
    if slots == 0:
        return 0
    if isinstance(trains, StochasticTrains):
        share(slots * (trains.in_size + trains.out_size))
        return _stochastic_pulses(*devices, trains)
    share(trains.inputs.size * trains.gradients.shape[1])
    return _counted_pulses(*devices, trains)


@jit
def _stochastic_pulses(up, down, up_shared, down_shared, state, address, trains):
    return give_pulses(trains, Devices(up, down, up_shared, down_shared, state, address))


@jit(inner=True)
def give_pulses(trains, devices):
    """Give the pulses of stochastic trains to devices; return how many they were."""
    met = integers((trains.out_size + ROWS_PER_TASK - 1) // ROWS_PER_TASK)
    for_each_task(_pulses_on_rows, len(met), (trains, devices, met))
    return total(met)


@jit(task=True)
def _pulses_on_rows(task, trains, devices, met):
    """Give the pulses of some rows, row by row; count them."""
    first = task * ROWS_PER_TASK
    met[task] = give_on_rows(first, min(first + ROWS_PER_TASK, trains.out_size), trains.first_slot, trains.last_slot, trains,
                             devices, no_events())


@jit(inline=True)
def give_on_rows(first, last, start, stop, trains, devices, events):
    """Give the pulses of the rows from `first` to `last` in the slots from `start` to `stop`, row by row; return how many."""
    start, stop, in_size = np.uint64(start), np.uint64(stop), np.uint64(trains.in_size)
    line_words, slot_words = (in_size + WORD - BIT) // WORD, np.uint64(len(trains.place)) // WORD
    negative_inputs, negative_gradients = np.uint64(len(trains.inputs) // 2), np.uint64(len(trains.gradients) // 2)
    waiting, given = NO_BITS, NO_BITS
    for i in range(np.uint64(first), np.uint64(last)):
        for word in range(start // WORD, (stop + WORD - BIT) // WORD):
            here = i * slot_words + word
            positive = trains.gradients[here]
            firing = (positive | trains.gradients[negative_gradients + here]) & slots_within(word, start, stop)
            while firing != NO_BITS:
                bit = lowest_bit(firing)
                firing &= firing - BIT
                is_positive = positive >> bit & BIT
                slot = word * WORD + bit
                inputs = np.uint64(trains.place[slot]) * line_words
                for w in range(line_words):
                    first_pulse = slot << SLOT | i * in_size + w * WORD
                    negative = trains.inputs[negative_inputs + inputs + w]
                    coincident = trains.inputs[inputs + w] | negative
                    upwards = negative if is_positive else ~negative  # where the signs differ
                    while coincident != NO_BITS:
                        write_pulses_of_8(events.pulse, waiting, first_pulse, coincident, upwards)
                        waiting += count_bits(coincident & BYTE)
                        coincident, upwards, first_pulse = coincident >> EIGHT, upwards >> EIGHT, first_pulse + EIGHT
                    if waiting > EVENTS - WORD:
                        call_task(step, (waiting, events, devices))
                        given += waiting
                        waiting = NO_BITS
    if waiting != NO_BITS:  # between two looks there is often nothing
        call_task(step, (waiting, events, devices))
    return given + waiting


@jit
def _counted_pulses(up, down, up_shared, down_shared, state, address, trains):
    met = integers(trains.gradients.shape[1])
    for_each_task(_pulses_on_row, len(met), (trains, Devices(up, down, up_shared, down_shared, state, address), met))
    return total(met)


@jit(task=True)
def _pulses_on_row(i, trains, devices, met):
    in_size = trains.inputs.shape[1]
    events, waiting, given = no_events(), NO_BITS, NO_BITS
    for vector in range(len(trains.inputs)):
        slots = np.float32(trains.length[vector])
        gradient = trains.gradients[vector, i]
        gradient = min(nearest_integer(slots * gradient), slots) if trains.mean_count else min(gradient, ONE) * slots
        if gradient == ZERO:
            continue
        positive = trains.gradient_positive[vector, i]
        for j in range(in_size):
            value = trains.inputs[vector, j]
            if trains.mean_count:
                count = nearest_integer(gradient * min(nearest_integer(slots * value), slots) / slots)
            else:
                count = nearest_integer(gradient * min(value, ONE))
            for pulse in range(np.int64(count)):
                goes_up = np.uint64(positive != trains.input_positive[vector, j])
                slot, place = np.uint64(trains.start[vector] + pulse), np.uint64(i * in_size + j)
                events.pulse[waiting] = goes_up << SIGN | (slot & ANY_SLOT) << SLOT | place
                waiting += BIT
                if waiting == EVENTS:
                    call_task(step, (waiting, events, devices))
                    given += waiting
                    waiting = NO_BITS
    call_task(step, (waiting, events, devices))
    met[i] = given + waiting


@jit(inline=True)
def no_events():
    return Events(words_of_64(EVENTS), floats(EVENTS), floats(EVENTS))


@jit(task=True)
def step(count, events, devices):
    """Let devices step, event by event; the counterpart of `aihwlab.kernel.devices.pulse.apply_pulses`."""
    allow_wide_vectors()
    _draw(count, events, devices.address)
    has_reference = len(devices.state.reference) > 0  # Numba 0.68 loses what is written to a name for devices.state
    has_two_weights = has_reference or devices.state.write_noise > ZERO
    for n in range(count):
        pulse = events.pulse[n]
        e, goes_up = pulse & ANY_PLACE, pulse >> SIGN != NO_BITS
        weight = after_pulse(devices, devices.state.persistent[e], e, goes_up, events.noise[n])
        devices.state.persistent[e] = weight
        if has_two_weights:
            offset = devices.state.reference[e] if has_reference else ZERO
            devices.state.visible[e] = weight - offset + devices.state.write_noise * events.write_noise[n]


@jit(inline=True)
def _draw(count, events, address):
    """Draw two normal numbers for each event; for the two loops see `aihwlab.kernel.compiled.random.chunk_of_normals`."""
    for n in range(count):
        slot = events.pulse[n] >> SLOT & ANY_SLOT
        a, b, _, _ = philox(events.pulse[n] & ANY_PLACE, Address(address.operation, address.purpose, slot, address.key))
        events.noise[n], events.write_noise[n] = bits_float(a), bits_float(b)
    for n in range(count):
        events.noise[n], events.write_noise[n] = box_muller(float_bits(events.noise[n]), float_bits(events.write_noise[n]))
