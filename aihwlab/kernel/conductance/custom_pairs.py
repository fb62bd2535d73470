"""Weights as pairs of conductances that follow tables of one's own; the way back is that of other pairs."""

from collections.abc import Sequence

import numpy as np

from aihwlab.kernel.conductance.pairs import SMALLEST
from aihwlab.kernel.namespace import Array, array_namespace


def table_weights(factors: Sequence[float], tables: Sequence[Sequence[float]]) -> np.ndarray:
    """Return which weight each point of the tables stands for, `t = sum_k F_k (G+_k - G-_k)`, uS."""
    rows = np.asarray(tables, dtype=float)
    return np.tensordot(np.asarray(factors, dtype=float), rows[::2] - rows[1::2], axes=1)


def to_conductances(weights: Array, factors: Sequence[float], tables: Sequence[Sequence[float]]) -> tuple[list[Array], float]:
    """Return the conductances of weights, interpolated in tables, uS, and the scale of a weight, uS.

    The points of a table are equally spaced over the weights from -max |w| to max |w|, so the way back gives the same
    weights only if the tables' own weights `t` (`table_weights`) are equally spaced as well.

    Args:
        weights: of any shape, which the conductances have too.
        factors: F, the significance of each pair.
        tables: of `G+_1, G-_1, G+_2, ...`, each of the same number of points, uS.

    Returns:
        The conductances, and the scale `r = max |t| / max |w|`.
    """
    xp, largest = array_namespace(weights), float(abs(table_weights(factors, tables)).max())
    scale = largest / max(float(abs(weights).max()), SMALLEST)
    points = xp.linspace(-largest, largest, len(tables[0]))
    interpolated = [xp.interp(weights * scale, points, xp.asarray(table, dtype=float)) for table in tables]
    return [conductance.astype(weights.dtype) for conductance in interpolated], scale
