"""Cells that were programmed to a conductance with write-and-verify: how far off they are, and how they age.

All curves are functions of the target relative to the largest conductance, x = G / g_max. Their numbers, with the sources,
are those that tiles use as well: `aihwlab.kernel.conductance.pcm`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aihwlab.kernel.conductance import pcm
from aihwlab.kernel.conductance.pcm import READ_TIME, START
from aihwlab.physics.arguments import not_negative
from aihwlab.physics.pcm_ageing import drift, read_noise

G_MAX = 1e-6 * pcm.G_MAX
"""Largest conductance that is programmed, S."""


def checked_target(target: npt.ArrayLike) -> np.ndarray:
    """Return relative targets as an array, or raise a ValueError unless they lie in [0, 1]."""
    target = np.asarray(target, dtype=float)
    if not ((target >= 0) & (target <= 1)).all():
        raise ValueError(f'target = {target} must be in [0, 1], relative to the largest conductance')
    return target


def programming_spread(target: npt.ArrayLike) -> np.ndarray:
    """Return the standard deviation after programming, `max(0.26348 + 1.9650 x - 1.1731 x^2, 0) uS`, S."""
    return 1e-6 * pcm.programming_spread(checked_target(target))


def drift_exponents(target: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of the drift exponent, which grow as a target gets smaller.

        mu = clip(-0.0155 ln x + 0.0244, 0.049, 0.1),       sigma = clip(-0.0125 ln x - 0.0059, 0.008, 0.045)
    """
    return pcm.drift_exponents(checked_target(target))


def noise_strength(target: npt.ArrayLike) -> np.ndarray:
    """Return sqrt(Q) of the 1/f noise, `min(0.0088 / x^0.65, 0.2)`; see `aihwlab.physics.pcm_ageing.read_noise`."""
    return pcm.noise_strength(checked_target(target))


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

    def drifted(self, time: npt.ArrayLike) -> np.ndarray:
        """Return the conductances without read noise, `G ((t + t_0) / t_0)^-nu`, S, [..., cells].

        Args:
            time: after t_0, s; a number or [times, 1].
        """
        return np.asarray(drift(self.conductance, np.asarray(time, dtype=float) + START, self.exponent, START))

    def read(self, time: npt.ArrayLike, rng: np.random.Generator, noise: float = 1.0) -> np.ndarray:
        """Return what is read, `max(G_d + G_d Q_s sqrt(ln((t' + t_read) / (2 t_read))) xi, 0)` with t' = t + t_0, S.

        Args:
            time: after t_0, s; a number or [times, 1].
            rng: generator of random numbers (`numpy.random.Generator`).
            noise: factor of the read noise; 1 as measured.
        """
        drifted = self.drifted(time)
        spread = read_noise(noise_strength(self.target), np.asarray(time, dtype=float) + START, READ_TIME)
        return np.maximum(drifted * (1 + not_negative('noise', noise) * spread * rng.standard_normal(drifted.shape)), 0)


def program(target: npt.ArrayLike, rng: np.random.Generator, noise: float = 1.0) -> ProgrammedCells:
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


def compensation(first: np.ndarray, now: np.ndarray) -> float:
    """Return the factor by which outputs have shrunk, `sum G(t) / sum G(t_0)`: drift compensation divides by it."""
    return np.sum(now) / np.sum(first)
