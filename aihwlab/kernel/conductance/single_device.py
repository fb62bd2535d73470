"""Weights as one conductance each: the least weight is the least conductance, and the largest the largest."""

from aihwlab.kernel.conductance.pairs import SMALLEST
from aihwlab.kernel.namespace import Array


def to_conductances(weights: Array, g_min: float, g_max: float) -> tuple[Array, float, float]:
    """Return the conductances of weights, `G = (w - min w) r + g_min` with `r = (g_max - g_min) / (max w - min w)`, uS.

    Args:
        weights: of any shape, at least one.
        g_min, g_max: least and largest conductance, uS.

    Returns:
        The conductances, r and the least weight; if all weights are the same, all conductances are g_min.
    """
    least = float(weights.min())
    scale = (g_max - g_min) / max(float(weights.max()) - least, SMALLEST)
    return (weights - least) * scale + g_min, scale, least


def to_weights(conductance: Array, g_min: float, scale: float, least: float) -> Array:
    """Return the weights of conductances, `w = min w + (G - g_min) / r`: the way back of `to_conductances`."""
    return (conductance - g_min) / scale + least
