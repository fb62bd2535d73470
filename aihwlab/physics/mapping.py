"""Signed weights stored in conductances, which have no sign: three ways, each with the difference of two conductances.

A crossbar stores the transpose: the weight from input i to output j is `weights[j, i]`, and it is stored at
`conductance[i, j]`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class SignedConductances:
    """Conductances that stand for signed weights: `w[j, i] = scale[j] (G+[i, j] - G-[i, j])`.

    Attributes:
        positive: G+, [inputs, outputs], S.
        negative: G-, [inputs, outputs], or [inputs, 1] for one column that all outputs share, S.
        scale: weight per siemens for each output, a digital factor, [outputs].
    """

    positive: np.ndarray
    negative: np.ndarray
    scale: np.ndarray

    @property
    def array(self) -> np.ndarray:
        """The crossbar with all its columns, first those of G+, then those of G-, [inputs, columns], S."""
        return np.hstack([self.positive, self.negative])

    @property
    def weights(self) -> np.ndarray:
        """The weights that the conductances stand for, [outputs, inputs]."""
        return ((self.positive - self.negative) * self.scale).T

    def outputs(self, currents: npt.ArrayLike) -> np.ndarray:
        """Return the outputs that the currents of all columns of `array` stand for: [..., columns] -> [..., outputs].

        For the currents that voltages V drive through perfect lines, the result is `W V`.
        """
        outputs = self.positive.shape[1]
        currents = np.asarray(currents)
        return (currents[..., :outputs] - currents[..., outputs:]) * self.scale


def one_sided_pair(weights: npt.ArrayLike, g_max: float = 25e-6, g_min: float = 0.0,
                   w_max: npt.ArrayLike | None = None) -> SignedConductances:
    """Map each weight to two devices, one of which rests at g_min.

        G+ = g_min + max(w, 0) (g_max - g_min) / w_max,     G- = g_min + max(-w, 0) (g_max - g_min) / w_max

    Args:
        weights: the weights, [outputs, inputs].
        g_max, g_min: limits of the conductance of a device, S; 25 uS is that of the array of V. Joshi et al., Nature
            Communications 11, 2473, 2020, doi:10.1038/s41467-020-16108-9.
        w_max: the weight that uses the whole range: one number, or one for each output. None takes the largest magnitude
            of each output, so that outputs with small weights use the whole range as well.

    Returns:
        The conductances (`SignedConductances`).

    Raises:
        ValueError: if a weight is not finite or is beyond w_max, or unless `0 <= g_min < g_max`.
    """
    relative, w_max = relative_weights(weights, w_max)
    span = conductance_span(g_min, g_max)
    positive, negative = np.maximum(relative, 0), np.maximum(-relative, 0)
    return SignedConductances(g_min + span * positive, g_min + span * negative, w_max / span)


def balanced_pair(weights: npt.ArrayLike, g_max: float = 25e-6, g_min: float = 0.0,
                  w_max: npt.ArrayLike | None = None) -> SignedConductances:
    """Map each weight to two devices, one on either side of the middle of the range.

        G+- = (g_max + g_min) / 2 +- w (g_max - g_min) / (2 w_max)

    The difference is the same as in a one-sided pair; the sum does not depend on the weight. See `one_sided_pair`.
    """
    relative, w_max = relative_weights(weights, w_max)
    span, middle = conductance_span(g_min, g_max), (g_max + g_min) / 2
    return SignedConductances(middle + span / 2 * relative, middle - span / 2 * relative, w_max / span)


def offset_column(weights: npt.ArrayLike, g_max: float = 25e-6, g_min: float = 0.0,
                  w_max: npt.ArrayLike | None = None) -> SignedConductances:
    """Map each weight to one device around the middle of the range; a reference column holds that middle for all outputs.

        G+ = (g_max + g_min) / 2 + w (g_max - g_min) / (2 w_max),     G- = (g_max + g_min) / 2

    This takes half the devices of a pair and gives half its signal, with a large current in common. See `one_sided_pair`.
    """
    relative, w_max = relative_weights(weights, w_max)
    span, middle = conductance_span(g_min, g_max), (g_max + g_min) / 2
    return SignedConductances(middle + span / 2 * relative, np.full((len(relative), 1), middle), 2 * w_max / span)


MAPPINGS = {'one-sided pair': one_sided_pair, 'balanced pair': balanced_pair, 'offset column': offset_column}
"""The ways to choose from."""


def relative_weights(weights: npt.ArrayLike, w_max: npt.ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    """Return weights / w_max, transposed to [inputs, outputs], and w_max for each output, by default 1 for a row of zeros."""
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 2 or weights.size == 0 or not np.isfinite(weights).all():
        raise ValueError(f'weights of the shape {weights.shape} must be finite numbers, [outputs, inputs]')
    largest = np.abs(weights).max(axis=1)
    if w_max is None:
        w_max = np.where(largest > 0, largest, 1.0)
    w_max = np.broadcast_to(np.asarray(w_max, dtype=float), largest.shape)
    if not (np.isfinite(w_max).all() and (w_max > 0).all() and (largest <= w_max).all()):
        raise ValueError(f'w_max = {w_max} must be positive, finite and no less than the largest magnitude of the weights '
                         f'of each output, {largest}')
    return weights.T / w_max, w_max


def conductance_span(g_min: float, g_max: float) -> float:
    """Return g_max - g_min, or raise a ValueError unless `0 <= g_min < g_max`."""
    if not 0 <= g_min < g_max < np.inf:
        raise ValueError(f'g_min = {g_min} and g_max = {g_max} must satisfy 0 <= g_min < g_max')
    return g_max - g_min
