"""Pulse trains for an array that is looked at in between: copies of its columns or rows, taken after some of the vectors."""

from collections.abc import Callable
from typing import Any

import numpy as np

from aihwlab.kernel.coincidences import apply_trains
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream


def by_slices(matrix: Array, columns: bool) -> Array:
    """Return a matrix [out, in] as its columns or rows, a view [slices, lines]."""
    return matrix.T if columns else matrix


def apply_and_look(array: DeviceArray, trains: Any, stream: Stream, before: Array, slices: Array,
                   columns: bool) -> tuple[Array, int]:
    """Give pulse trains to the devices of an array, and copy some of its slices on the way.

    Args:
        array: the devices, changed in place.
        trains: pulse trains that `draw_trains` of the same backend has drawn.
        stream: random numbers of the steps.
        before: how many vectors come before each look, in order, [looks].
        slices: numbers of the columns or rows to copy then, [looks, slices of each].
        columns: whether slices are columns.

    Returns:
        What products saw of these slices, [looks * slices of each, lines]; and the number of coincidences.
    """
    return look_between(apply_trains, array, trains, stream, before, slices, columns)


def look_between(apply: Callable[..., int], array: DeviceArray, trains: Any, stream: Stream, before: Array, slices: Array,
                 columns: bool) -> tuple[Array, int]:
    """Do what `apply_and_look` says with a function that gives trains to devices."""
    xp, seen = array_namespace(array.visible), by_slices(array.visible, columns)
    looks, met, done = xp.empty((slices.size, seen.shape[1]), dtype=np.float32), 0, 0
    for number, count in enumerate([*before.tolist(), trains.vectors]):
        if count > done:
            met += apply(array, trains.of_vectors(done, count), stream)
            done = count
        if number < len(slices):
            width = slices.shape[1]
            looks[number * width:(number + 1) * width] = seen[xp.asarray(slices[number])]
    return looks, met
