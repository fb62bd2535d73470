"""Pulse trains for an array that is looked at in between (`aihwlab.kernel.looks`) on a GPU."""

from typing import Any

from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.gpu.coincidences import apply_trains
from aihwlab.kernel.looks import look_between
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream


def apply_and_look(array: DeviceArray, trains: Any, stream: Stream, before: Array, slices: Array,
                   columns: bool) -> tuple[Array, int]:
    """Give pulse trains to devices, and copy some slices on the way; see `aihwlab.kernel.looks.apply_and_look`."""
    return look_between(apply_trains, array, trains, stream, before, slices, columns)
