"""Coincidences and device steps of `aihwlab.kernel.coincidences` on a GPU: one thread a crosspoint.

A thread walks through the pulses of its crosspoint in the order of time, with the weight in a register. So a crosspoint sees
the same pulses with the same random numbers in the same order as everywhere, and no thread meets another.
"""

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled.bits import lowest_bit, nearest_integer
from aihwlab.kernel.compiled.drawn_pulses import slots_within
from aihwlab.kernel.compiled.pulse_trains import CountedTrains
from aihwlab.kernel.compiled.random import box_muller, philox
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.gpu.compiling import device, launch
from aihwlab.kernel.gpu.pulse import flat_devices, of_law
from aihwlab.kernel.gpu.pulse_trains import StochasticTrains
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Address, Stream

WORD, BIT, NO_BITS = np.uint64(64), np.uint64(1), np.uint64(0)
ZERO, ONE = np.float32(0), np.float32(1)


def apply_trains(array: DeviceArray, trains: StochasticTrains | CountedTrains, stream: Stream) -> int:
    """Give pulse trains to the devices of an array; see `aihwlab.kernel.coincidences.apply_trains`."""
    return int(give_pulses(array, trains, stream)[0])


def give_pulses(array: DeviceArray, trains: StochasticTrains | CountedTrains, stream: Stream) -> Array:
    """Give pulse trains to the devices of an array; return how many pulses met, [1], which stays on the GPU."""
    xp = array_namespace(array.persistent)
    met = xp.zeros(1, dtype=np.int64)
    if trains.vectors == 0 or isinstance(trains, StochasticTrains) and trains.slots == 0:
        return met
    if isinstance(trains, StochasticTrains):
        slots = trains.first_slot, trains.last_slot
        launch(of_law(_stochastic_pulses, array), array.persistent.size, flat_devices(array, stream),
               trains.inputs, trains.gradients, slots, met)
    else:
        trains = trains._replace(length=trains.length.astype(np.float32))
        launch(of_law(_counted_pulses, array), array.persistent.size, flat_devices(array, stream), trains, met)
    return met


@device
def row_and_column(e, in_size):
    """Return where a crosspoint lies. A GPU divides numbers of 32 bits faster, and more devices have room on none."""
    return np.uint32(e) // np.uint32(in_size), np.uint32(e) % np.uint32(in_size)


@device
def normals_of_event(place, slot, address):
    """Return the two normal numbers of a pulse; see `aihwlab.kernel.random.event_normals`."""
    a, b, _, _ = philox(place, Address(address.operation, address.purpose, slot, address.key))
    return box_muller(a, b)


@device
def show(state, e, weight, write_noise):
    """Keep the state of a crosspoint, and the weight that products see of it."""
    state.persistent[e] = weight
    if state.has_reference or state.write_noise > ZERO:
        offset = state.reference[e] if state.has_reference else ZERO
        state.visible[e] = weight - offset + state.write_noise * write_noise


def _stochastic_pulses(devices, inputs, gradients, slots, met):
    e, start, stop = np.uint64(cuda.grid(1)), np.uint64(slots[0]), np.uint64(slots[1])
    if e >= np.uint64(len(devices.state.persistent)):
        return
    i, j = row_and_column(e, inputs.shape[2])
    weight, write_noise, given = devices.state.persistent[e], ZERO, NO_BITS
    for word in range(start // WORD, (stop + WORD - BIT) // WORD):
        upper, lower = gradients[0, word, i], gradients[1, word, i]
        firing = (upper | lower) & slots_within(word, start, stop)
        if firing != NO_BITS:
            positive, negative = inputs[0, word, j], inputs[1, word, j]
            firing &= positive | negative
            upwards = upper & negative | lower & positive  # where the signs differ
            while firing != NO_BITS:
                bit = lowest_bit(firing)
                firing &= firing - BIT
                noise, write_noise = normals_of_event(e, word * WORD + bit, devices.address)
                weight = after_pulse(devices, weight, e, upwards >> bit & BIT != NO_BITS, noise)  # noqa: F821 (of the law)
                given += BIT
    if given != NO_BITS:
        show(devices.state, e, weight, write_noise)
        cuda.atomic.add(met, 0, np.int64(given))


def _counted_pulses(devices, trains, met):
    e = np.uint64(cuda.grid(1))
    if e >= np.uint64(len(devices.state.persistent)):
        return
    i, j = row_and_column(e, trains.inputs.shape[1])
    weight, write_noise, given = devices.state.persistent[e], ZERO, 0
    for vector in range(len(trains.length)):
        slots, gradient, value = trains.length[vector], trains.gradients[vector, i], trains.inputs[vector, j]
        if trains.mean_count:
            gradient, value = min(nearest_integer(slots * gradient), slots), min(nearest_integer(slots * value), slots)
            count = nearest_integer(gradient * value / slots) if slots > ZERO else ZERO
        else:
            count = nearest_integer(slots * min(gradient, ONE) * min(value, ONE))
        up = trains.gradient_positive[vector, i] != trains.input_positive[vector, j]
        for pulse in range(np.int64(count)):
            noise, write_noise = normals_of_event(e, np.uint64(trains.start[vector] + pulse), devices.address)
            weight = after_pulse(devices, weight, e, up, noise)  # noqa: F821
            given += 1
    if given > 0:
        show(devices.state, e, weight, write_noise)
        cuda.atomic.add(met, 0, given)
