"""The hidden parameters of the devices, by name, and the arrays that the update reads, which follow from them."""

import numpy as np

from aihwlab.kernel.devices.weights import clip
from aihwlab.kernel.namespace import array_namespace


def set_hidden_parameters(array, hidden):
    """Set the hidden parameters of an array; weights beyond new bounds move to them.

    Args:
        hidden: arrays [out, in] by name; names that are left out keep their values.

    Raises:
        ValueError: for an array of the wrong shape or with NaN, or a lower bound above the upper one. Nothing is changed.
    """
    xp = array_namespace(array.visible)
    hidden = {name: xp.ascontiguousarray(value, dtype=np.float32) for name, value in hidden.items()}
    for name, value in hidden.items():
        if value.shape != array.visible.shape:
            raise ValueError(f'{name} has the shape {value.shape}: must be {array.visible.shape}')
        if xp.isnan(value).any():
            raise ValueError(f'{name} contains NaN: must be numbers')
    hidden = {**array.hidden, **hidden}
    law = array.law
    if law.step is not None and (hidden['min_bound'] > hidden['max_bound']).any():
        raise ValueError('min_bound is above max_bound for some devices: must not exceed it')
    array.hidden = hidden
    if law.step is None:
        return
    array.lower, array.upper = hidden['min_bound'].reshape(-1), hidden['max_bound'].reshape(-1)
    array.reference = hidden['reference'].reshape(-1) if 'reference' in hidden else None
    array.up, array.down = (xp.stack([plane.reshape(-1) for plane in direction]).astype(np.float32)
                            for direction in law.planes(array.parameters, hidden))
    clip(array)
