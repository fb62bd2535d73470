"""Cells that were programmed to a conductance with write-and-verify: how far off they are, and how they age.

Statistics of a chip with a million cells: V. Joshi et al., Nature Communications 11, 2473, 2020,
doi:10.1038/s41467-020-16108-9; S. Nandakumar et al., ICECS, 2019, doi:10.1109/ICECS46596.2019.8964852. All curves are
functions of the target relative to the largest conductance, x = G / g_max.
"""

from dataclasses import dataclass

import numpy as np

from aihwlab.physics.arguments import not_negative
from aihwlab.physics.pcm_ageing import drift, read_noise

G_MAX = 25e-6
"""Largest conductance that is programmed, S."""

START = 20.0
"""t_0, the time between programming and the first reading, s."""

READ_TIME = 250e-9
"""How long a reading averages, s."""


def checked_target(target):
    """Return relative targets as an array, or raise a ValueError unless they lie in [0, 1]."""
    target = np.asarray(target, dtype=float)
    if not ((target >= 0) & (target <= 1)).all():
        raise ValueError(f'target = {target} must be in [0, 1], relative to the largest conductance')
    return target


def programming_spread(target):
    """Return the standard deviation after programming, `max(0.2635 + 1.9650 x - 1.1731 x^2, 0) uS`, S."""
    x = checked_target(target)
    return 1e-6 * np.maximum(0.2635 + 1.9650 * x - 1.1731 * x ** 2, 0)


def drift_exponents(target):
    """Return mean and standard deviation of the drift exponent, which grow as a target gets smaller.

        mu = clip(-0.0155 ln x + 0.0244, 0.049, 0.1),       sigma = clip(-0.0125 ln x - 0.0059, 0.008, 0.045)
    """
    log = np.log(np.maximum(checked_target(target), np.finfo(float).tiny))
    return np.clip(-0.0155 * log + 0.0244, 0.049, 0.1), np.clip(-0.0125 * log - 0.0059, 0.008, 0.045)


def noise_strength(target):
    """Return sqrt(Q) of the 1/f noise, `min(0.0088 / x^0.65, 0.2)`; see `aihwlab.physics.pcm_ageing.read_noise`."""
    return np.minimum(0.0088 / np.maximum(checked_target(target), 1e-9) ** 0.65, 0.2)


@dataclass(frozen=True)
class ProgrammedCells:
    """Cells after programming; each keeps its own drift exponent.

    Attributes:
        target: relative to the largest conductance, [cells].
        conductance: at t_0 = 20 s after programming, S, [cells].
        exponent: nu of each cell, [cells].
    """

    target: np.ndarray
    conductance: np.ndarray
    exponent: np.ndarray

    def drifted(self, time):
        """Return the conductances without read noise, `G ((t + t_0) / t_0)^-nu`, S, [..., cells].

        Args:
            time: after t_0, s; a number or [times, 1].
        """
        return drift(self.conductance, np.asarray(time, dtype=float) + START, self.exponent, START)

    def read(self, time, rng, noise=1.0):
        """Return what is read, `max(G_d + G_d Q_s sqrt(ln((t' + t_read) / (2 t_read))) xi, 0)` with t' = t + t_0, S.

        Args:
            time: after t_0, s; a number or [times, 1].
            rng: generator of random numbers (`numpy.random.Generator`).
            noise: factor of the read noise; 1 as measured.
        """
        drifted = self.drifted(time)
        spread = read_noise(noise_strength(self.target), np.asarray(time, dtype=float) + START, READ_TIME)
        return np.maximum(drifted * (1 + not_negative('noise', noise) * spread * rng.standard_normal(drifted.shape)), 0)


def program(target, rng, noise=1.0):
    """Return cells that were programmed, `G = max(x g_max + sigma xi, 0)` and `nu = |N(mu, sigma)|`.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> cells = program(np.full(1000, 0.5), rng)
        >>> cells.read(24 * 3600, rng)                       # S, one day later

    Args:
        target: relative to the largest conductance of 25 uS, [cells].
        rng: generator of random numbers (`numpy.random.Generator`).
        noise: factor of the programming noise; 1 as measured.

    Returns:
        The cells (`ProgrammedCells`).

    Raises:
        ValueError: for a target outside of [0, 1], and for negative noise.
    """
    target = checked_target(target)
    spread = not_negative('noise', noise) * programming_spread(target)
    mean, deviation = drift_exponents(target)
    conductance = np.maximum(G_MAX * target + spread * rng.standard_normal(target.shape), 0)
    return ProgrammedCells(target, conductance, np.abs(mean + deviation * rng.standard_normal(target.shape)))


def compensation(first, now):
    """Return the factor by which outputs have shrunk, `sum G(t) / sum G(t_0)`: drift compensation divides by it."""
    return np.sum(now) / np.sum(first)
