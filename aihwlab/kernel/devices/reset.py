"""Reset of devices."""

import numpy as np

from aihwlab.kernel.devices.weight_array import WeightArray
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals, uniforms
from aihwlab.parameters.validation import require


def reset_columns(array: WeightArray, stream: Stream, start: int = 0, count: int = 1, probability: float = 1.0) -> None:
    """Reset the devices of some columns, `w = reset + reset_std xi`; for devices with a reference, `v` in place of `w`.

    Args:
        stream: random numbers of this operation.
        start, count: first column (input) and number of columns; the range wraps around.
        probability: of each device to be reset.

    Raises:
        ValueError: for a probability outside [0, 1], or columns that do not exist.
    """
    xp = array_namespace(array.visible)
    in_size = array.visible.shape[1]
    require('probability', probability, float, '[0, 1]')
    require('start', start, interval=f'[0, {in_size - 1}]')
    require('count', count, interval=f'[0, {in_size}]')
    chosen = (xp.arange(in_size) - start) % in_size < count
    drawn = uniforms(stream, Purpose.RESET, array.visible.size, 0, xp).reshape(array.visible.shape)
    reset_devices(array, chosen & (drawn < probability), stream)


def reset_devices(array: WeightArray, chosen: Array, stream: Stream) -> None:
    """Reset the devices that are chosen, bool, [out, in]; see `reset_columns`."""
    xp, shape = array_namespace(array.visible), array.visible.shape
    noise = normals(stream, Purpose.RESET, array.visible.size, 1, xp).reshape(shape)
    value = array.hidden['reset_bias'] + np.float32(array.parameters.reset_std) * noise
    array.persistent[...] = xp.where(chosen, value, array.persistent)
    array.clip()
    array.derive_visible(stream)
