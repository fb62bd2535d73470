"""Decay of the weights towards the state after a reset."""

import numpy as np

from aihwlab.kernel.devices.weight_array import WeightArray
from aihwlab.kernel.random import Stream
from aihwlab.parameters.validation import require


def decay(array: WeightArray, stream: Stream, alpha: float = 1.0) -> None:
    """Let the weights decay by one training step, `w <- b + (w - b) (1 - alpha / lifetime)`.

    Args:
        stream: random numbers of this operation.
        alpha: how many times the decay of one step.

    Raises:
        ValueError: for a negative or infinite alpha.
    """
    require('alpha', alpha, float, '[0, inf)')
    bias = array.hidden['reset_bias']
    scale = 1 + np.float32(alpha) * (array.hidden['decay_scales'] - 1)
    array.persistent[...] = bias + (array.persistent - bias) * scale
    array.clip()
    array.derive_visible(stream)
