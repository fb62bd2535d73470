"""Weights as one conductance each on a chip that keeps the signs outside and scales every row by itself."""

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace

SMALLEST = 1e-10
"""The largest absolute weight of a row counts as at least this, so that a row of zeros has a scale."""


def to_conductances(weights: Array, g_max: float) -> Array:
    """Return the conductances of weights, `G = |w| g_max / max |w|` with the maximum of each row, uS.

    Args:
        weights: [out, in].
        g_max: largest conductance, uS.
    """
    xp = array_namespace(weights)
    largest = xp.maximum(abs(weights).max(axis=1, keepdims=True), SMALLEST)
    return xp.minimum(abs(weights) * (g_max / largest), g_max)


def to_weights(conductance: Array, weights: Array) -> Array:
    """Return the weights of conductances, each row scaled so that it fits the weights that were programmed.

    With `x = G sign(w)`, a row is `x` times the slope of an ordinary least-squares fit of `w` by `x`, whose intercept is left
    out. A row whose weights are all the same, or that has only one, has no such slope; it is fitted through the origin.

    Args:
        conductance: [out, in], uS.
        weights: w, what the conductances were programmed to, [out, in].
    """
    xp = array_namespace(weights)
    x, w = (conductance * xp.sign(weights)).astype(np.float64), weights.astype(np.float64)
    dx, dw = x - x.mean(axis=1, keepdims=True), w - w.mean(axis=1, keepdims=True)
    equal = (abs(dx) <= 1e-6 * abs(x)).all(axis=1) | (abs(dw) <= 1e-6 * abs(w)).all(axis=1)
    dx, dw = xp.where(equal[:, None], x, dx), xp.where(equal[:, None], w, dw)
    variance = (dx ** 2).sum(axis=1)
    slope = (dx * dw).sum(axis=1) / xp.where(variance > 0, variance, 1)
    return (x * slope[:, None]).astype(weights.dtype)
