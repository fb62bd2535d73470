"""Weights as pairs of conductances: the difference of two, or a weighted sum of several such differences."""

from collections.abc import Sequence

from aihwlab.kernel.namespace import Array, array_namespace

SMALLEST = 1e-7
"""The largest absolute weight counts as at least this, so that a matrix of zeros has a scale."""


def to_conductances(weights: Array, factors: Sequence[float], g_min: float, g_max: float) -> tuple[list[Array], float]:
    """Return the conductances `[G+_1, G-_1, G+_2, G-_2, ...]` of weights, uS, and the scale of a weight, uS.

    The largest absolute weight uses all devices of its sign to the full. A pair is used after those before it are full:

        s = w r,     r = sum_k F_k (g_max - g_min) / max |w|,     L_k = sum of F_i (g_max - g_min) over i < k
        G+_k = clip((max(s, 0) - L_k) / F_k + g_min, g_min, g_max),   G-_k the same with -s

    Args:
        weights: of any shape, which the conductances have too.
        factors: F, the significance of each pair; one pair has `[1.0]`.
        g_min, g_max: least and largest conductance of a device, uS.

    Returns:
        The conductances, and r.
    """
    xp, width = array_namespace(weights), g_max - g_min
    scale = sum(factors) * width / max(float(abs(weights).max()), SMALLEST)
    scaled = weights * scale
    conductances, before = [], 0.0
    for factor in factors:
        conductances += [xp.clip((xp.maximum(part, 0) - before) / factor + g_min, g_min, g_max) for part in (scaled, -scaled)]
        before += factor * width
    return conductances, scale


def to_weights(conductances: Sequence[Array], factors: Sequence[float], scale: float) -> Array:
    """Return the weights of conductances, `w = sum_k F_k (G+_k - G-_k) / r`: the way back of `to_conductances`."""
    total = array_namespace(*conductances).zeros_like(conductances[0])
    for factor, plus, minus in zip(factors, conductances[::2], conductances[1::2]):
        total += factor * (plus - minus)
    return total / scale
