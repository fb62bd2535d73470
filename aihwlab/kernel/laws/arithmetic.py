"""Arithmetic that several laws need when their devices are constructed."""

from typing import Any

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace


def inverse(value: Any, like: Array) -> Array:
    """Return `1 / value` as an array like another one, and 0 where the value is 0."""
    xp = array_namespace(like)
    value = xp.zeros_like(like) + np.float32(value)
    return xp.where(value == 0, np.float32(0), 1 / xp.where(value == 0, np.float32(1), value))


def halves(difference: float, gain: Any, spread: Any) -> tuple[Any, Any]:
    """Return `min(difference, 0) + gain + spread` and `min(-difference, 0) + gain - spread`: relative sizes up and down."""
    return min(difference, 0.0) + gain + spread, min(-difference, 0.0) + gain - spread
