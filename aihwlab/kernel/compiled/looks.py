"""Pulse trains for an array that is looked at in between (`aihwlab.kernel.looks`), compiled.

A row sees its own pulses only, so that each thread takes a group of rows from the first vector to the last, and copies from
them what looks ask for.
"""

import numpy as np

from aihwlab.kernel.compiled.coincidences import NO_BITS, ROWS_PER_TASK, apply_trains, give_on_rows, no_events
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import integers, total
from aihwlab.kernel.compiled.pulse import Devices, flat_devices
from aihwlab.kernel.compiled.pulse_trains import CountedTrains, StochasticTrains
from aihwlab.kernel.compiled.tasks import for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.looks import look_between
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream


def apply_and_look(array: DeviceArray, trains: StochasticTrains | CountedTrains, stream: Stream, before: Array,
                   slices: Array, columns: bool) -> tuple[Array, int]:
    """Give pulse trains to devices, and copy some slices on the way; see `aihwlab.kernel.looks.apply_and_look`."""
    if isinstance(trains, CountedTrains):
        return look_between(apply_trains, array, trains, stream, before, slices, columns)
    ends = trains.first_slot + np.concatenate([[0], np.cumsum(trains.length)])[before]
    looks = np.empty((slices.size, array.visible.shape[0 if columns else 1]), dtype=np.float32)
    share(trains.slots * (trains.in_size + trains.out_size))
    met = _pulses_and_looks(*flat_devices(array, stream), trains, ends.astype(np.int64), slices.astype(np.int64), columns,
                            looks)
    return looks, met


@jit
def _pulses_and_looks(up, down, up_shared, down_shared, state, address, trains, ends, slices, columns, looks):
    met = integers((trains.out_size + ROWS_PER_TASK - 1) // ROWS_PER_TASK)
    devices = Devices(up, down, up_shared, down_shared, state, address)
    for_each_task(_on_rows, len(met), (trains, devices, ends, slices, columns, looks, met))
    return total(met)


@jit(task=True)
def _on_rows(task, trains, devices, ends, slices, columns, looks, met):
    """Give the pulses of some rows from look to look, and copy their part of each; count the pulses."""
    in_size, first = trains.in_size, task * ROWS_PER_TASK
    last = min(first + ROWS_PER_TASK, trains.out_size)
    events, given, start = no_events(), NO_BITS, trains.first_slot
    for number in range(len(ends) + 1):
        stop = ends[number] if number < len(ends) else trains.last_slot
        if stop > start:
            given += give_on_rows(first, last, start, stop, trains, devices, events)
            start = stop
        if number < len(ends):
            for read in range(slices.shape[1]):
                line, look = slices[number, read], number * slices.shape[1] + read
                if columns:
                    for row in range(first, last):
                        looks[look, row] = devices.state.visible[row * in_size + line]
                elif first <= line < last:
                    for column in range(in_size):
                        looks[look, column] = devices.state.visible[line * in_size + column]
    met[task] = given
