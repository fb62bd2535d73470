"""Reset of devices."""

import numpy as np

from aihwlab.kernel.devices.weight_array import WeightArray
from aihwlab.kernel.namespace import array_namespace
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
    out_size, in_size = array.visible.shape
    require('probability', probability, float, '[0, 1]')
    require('start', start, interval=f'[0, {in_size - 1}]')
    require('count', count, interval=f'[0, {in_size}]')
    size, shape = out_size * in_size, array.visible.shape
    chosen = (xp.arange(in_size) - start) % in_size < count
    chosen = chosen & (uniforms(stream, Purpose.RESET, size, 0, xp).reshape(shape) < probability)
    noise = normals(stream, Purpose.RESET, size, 1, xp).reshape(shape)
    value = array.hidden['reset_bias'] + np.float32(array.parameters.reset_std) * noise
    array.persistent[...] = xp.where(chosen, value, array.persistent)
    array.clip()
    array.derive_visible(stream)
