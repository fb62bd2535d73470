"""Writing the weights of an array, within the bounds of its devices."""

import numpy as np

from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, normals


def set_weights(array, weights, stream):
    """Set the weights of all devices, each limited by the bounds of its device.

    For devices with a reference the bounds limit `v = w + r`, as they do for pulses; so weights that were read can be set
    again. Devices with write noise get noise on top unless `apply_write_noise_on_set` is False.

    Args:
        weights: [out, in].
        stream: random numbers of this operation.

    Raises:
        ValueError: for a wrong shape, or NaN or infinite weights. Nothing is changed.
    """
    xp = array_namespace(array.visible, weights)
    if weights.shape != array.visible.shape:
        raise ValueError(f'weights of shape {weights.shape}: must be {array.visible.shape}')
    if not xp.isfinite(weights).all():
        raise ValueError('weights contain NaN or infinite values: must be numbers')
    array.persistent[...] = weights
    if array.reference is not None:
        array.persistent += array.reference.reshape(weights.shape)
    clip(array)
    show(array, stream if getattr(array.parameters, 'apply_write_noise_on_set', True) else None)


def clip(array):
    """Limit the weights by the bounds of the devices."""
    if array.lower is not None:
        xp = array_namespace(array.persistent)
        shape = array.persistent.shape
        xp.clip(array.persistent, array.lower.reshape(shape), array.upper.reshape(shape), out=array.persistent)


def show(array, stream=None):
    """Derive the weights that products see: `w = v - r + write_noise xi`; without a stream there is no write noise."""
    if array.persistent is array.visible:
        return
    xp = array_namespace(array.visible)
    array.visible[...] = array.persistent
    if array.reference is not None:
        array.visible -= array.reference.reshape(array.visible.shape)
    if array.write_noise > 0 and stream is not None:
        noise = normals(stream, Purpose.WRITE_NOISE, array.visible.size, xp=xp)
        array.visible += np.float32(array.write_noise) * noise.reshape(array.visible.shape)
