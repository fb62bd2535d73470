"""Signed weights in conductances, which have no sign: three ways, all with the difference of two of them.

A crossbar stores the transpose: the weight from input i to output j is `weights[j, i]` and lies at `conductance[i, j]`.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SignedConductances:
    """Conductances that stand for signed weights: `w[j, i] = scale[j] (G+[i, j] - G-[i, j])`.

    Attributes:
        positive: G+, [inputs, outputs], S.
        negative: G-, [inputs, outputs], or [inputs, 1] for one column that all outputs share, S.
        scale: weight per siemens of each output, a digital factor, [outputs].
    """

    positive: np.ndarray
    negative: np.ndarray
    scale: np.ndarray

    @property
    def array(self):
        """The crossbar with all columns, first those of G+, then those of G-, [inputs, columns], S."""
        return np.hstack([self.positive, self.negative])

    @property
    def weights(self):
        """The weights that the conductances stand for, [outputs, inputs]."""
        return ((self.positive - self.negative) * self.scale).T

    def outputs(self, currents):
        """Return what the currents of all columns of `array` stand for: [..., columns] -> [..., outputs].

        The result is `W V` for the currents that the voltages V drive through perfect lines.
        """
        outputs = self.positive.shape[1]
        currents = np.asarray(currents)
        return (currents[..., :outputs] - currents[..., outputs:]) * self.scale


def one_sided_pair(weights, g_max=25e-6, g_min=0.0, w_max=None):
    """Map each weight to two devices of which one rests at g_min.

        G+ = g_min + max(w, 0) (g_max - g_min) / w_max,     G- = g_min + max(-w, 0) (g_max - g_min) / w_max

    Args:
        weights: [outputs, inputs].
        g_max, g_min: limits of the conductance of a device, S; 25 uS is the array of V. Joshi et al., Nature
            Communications 11, 2473, 2020, doi:10.1038/s41467-020-16108-9.
        w_max: the weight that uses the whole range, one number or one for each output; None for the largest magnitude
            of each output, which lets small weights use the range as well.

    Returns:
        The conductances (`SignedConductances`).

    Raises:
        ValueError: for a weight beyond w_max, and for limits that are not `0 <= g_min < g_max`.
    """
    relative, w_max = relative_weights(weights, w_max)
    span = conductance_span(g_min, g_max)
    positive, negative = np.maximum(relative, 0), np.maximum(-relative, 0)
    return SignedConductances(g_min + span * positive, g_min + span * negative, w_max / span)


def balanced_pair(weights, g_max=25e-6, g_min=0.0, w_max=None):
    """Map each weight to two devices on both sides of the middle of the range.

        G+- = (g_max + g_min) / 2 +- w (g_max - g_min) / (2 w_max)

    The difference is that of a one-sided pair; the sum does not depend on the weight. See `one_sided_pair`.
    """
    relative, w_max = relative_weights(weights, w_max)
    span, middle = conductance_span(g_min, g_max), (g_max + g_min) / 2
    return SignedConductances(middle + span / 2 * relative, middle - span / 2 * relative, w_max / span)


def offset_column(weights, g_max=25e-6, g_min=0.0, w_max=None):
    """Map each weight to one device around the middle of the range, which a reference column holds for all outputs.

        G+ = (g_max + g_min) / 2 + w (g_max - g_min) / (2 w_max),     G- = (g_max + g_min) / 2

    Half the devices, half the signal of a pair, and a common current that is large. See `one_sided_pair`.
    """
    relative, w_max = relative_weights(weights, w_max)
    span, middle = conductance_span(g_min, g_max), (g_max + g_min) / 2
    return SignedConductances(middle + span / 2 * relative, np.full((len(relative), 1), middle), 2 * w_max / span)


MAPPINGS = {'one-sided pair': one_sided_pair, 'balanced pair': balanced_pair, 'offset column': offset_column}
"""The ways to choose from."""


def relative_weights(weights, w_max):
    """Return weights / w_max, transposed to [inputs, outputs], and w_max for each output; a row of zeros has 1."""
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 2 or weights.size == 0 or not np.isfinite(weights).all():
        raise ValueError(f'weights of the shape {weights.shape} must be finite numbers [outputs, inputs]')
    largest = np.abs(weights).max(axis=1)
    if w_max is None:
        w_max = np.where(largest > 0, largest, 1.0)
    w_max = np.broadcast_to(np.asarray(w_max, dtype=float), largest.shape)
    if not (np.isfinite(w_max).all() and (w_max > 0).all() and (largest <= w_max).all()):
        raise ValueError(f'w_max = {w_max} must be positive and no less than the magnitudes of the weights, {largest}')
    return weights.T / w_max, w_max


def conductance_span(g_min, g_max):
    """Return g_max - g_min, or raise a ValueError."""
    if not 0 <= g_min < g_max < np.inf:
        raise ValueError(f'g_min = {g_min} and g_max = {g_max} must be 0 <= g_min < g_max')
    return g_max - g_min
