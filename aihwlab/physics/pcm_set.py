"""Many equal SET pulses on many cells: the statistics of an array, cell by cell and pulse by pulse.

Source: S. Nandakumar et al., Journal of Applied Physics 124, 152135, 2018, doi:10.1063/1.5042408, fitted to about
10,000 cells of doped Ge2Sb2Te5 that get 50 ns pulses of 90 uA after a RESET.
"""

import numpy as np
import numpy.typing as npt

from aihwlab.physics.arguments import count, not_negative
from aihwlab.physics.pcm_ageing import drift

MEMORY = 2.6
"""Number of pulses after which the memory of the RESET has fallen to 1/e."""

MEAN_STEP = -0.084, 0.880e-6, 1.40e-6
"""Mean of a step, `m G + c + A p`: m, c (S) and A (S), where p is the memory of the RESET."""

STEP_SPREAD = 0.091, 0.260e-6, 2.15e-6
"""Standard deviation of a step, in the same form."""

FLOOR = 0.1e-6
"""Conductance after RESET, below which no cell falls, S."""

DRIFT_EXPONENT, DRIFT_START = 0.04, 38.6
"""Drift exponent nu and time T_0 (s) for the cells of this array."""

READ_SPREAD = 0.03, 0.13e-6
"""Standard deviation of a reading, `0.03 G + 0.13 uS`: the factor, and the rest (S)."""


def reset_memory(pulse: npt.ArrayLike) -> float | np.ndarray:
    """Return what is left of the memory of the RESET at pulse p, `P_p = exp(-p / a)`; P_0 = 1 before the first."""
    return np.exp(-np.asarray(pulse, dtype=float) / MEMORY)


def set_step(conductance: npt.ArrayLike, pulse: npt.ArrayLike) -> tuple[float | np.ndarray, float | np.ndarray]:
    """Return the mean and the standard deviation of the change that one pulse makes, S.

        mu = m1 G + c1 + A1 P_p,      sigma = m2 G + c2 + A2 P_p

    Args:
        conductance: conductance before the pulse, S.
        pulse: number p of the pulse since the RESET, counted from 1.
    """
    mean, spread = (slope * np.asarray(conductance) + rest + gain * reset_memory(pulse)
                    for slope, rest, gain in (MEAN_STEP, STEP_SPREAD))
    return mean, spread


def accumulate(pulses: int, cells: int, rng: np.random.Generator, noise: float = 1.0,
               conductance: npt.ArrayLike = FLOOR) -> np.ndarray:
    """Return the conductances of cells before a train of SET pulses and after each pulse, S, [pulses + 1, cells].

        G <- max(G + mu + sigma xi, 0.1 uS)

    Example:
        >>> accumulate(20, 1000, np.random.default_rng(1))[-1].mean()        # about 9.4e-6 S

    Args:
        pulses: number of pulses.
        cells: number of cells.
        rng: random number generator (`numpy.random.Generator`).
        noise: factor applied to sigma; 1 as measured, 0 for the mean step alone.
        conductance: conductance after the RESET, S; a number or [cells].

    Raises:
        ValueError: if the number of pulses or of cells is not a whole number of at least 1, or if the noise is negative.
    """
    count('pulses', pulses), count('cells', cells), not_negative('noise', noise)
    states = [np.broadcast_to(np.asarray(conductance, dtype=float), (cells,))]
    for pulse in range(1, pulses + 1):
        mean, spread = set_step(states[-1], pulse)
        states.append(np.maximum(states[-1] + mean + noise * spread * rng.standard_normal(cells), FLOOR))
    return np.array(states)


def read(conductance: npt.ArrayLike, rng: np.random.Generator, time: npt.ArrayLike = DRIFT_START,
         noise: float = 1.0) -> float | np.ndarray:
    """Return what is read from cells of this array some time after their last pulse, S.

        G_d = G (t / T_0)^-nu,       G_n = G_d + (0.03 G_d + 0.13 uS) xi

    Args:
        conductance: conductance at T_0 = 38.6 s after the last pulse, S.
        rng: random number generator (`numpy.random.Generator`).
        time: time t since the last pulse, s.
        noise: factor applied to the read noise; 1 as measured.
    """
    drifted = drift(conductance, time, DRIFT_EXPONENT, DRIFT_START)
    factor, rest = READ_SPREAD
    return drifted + not_negative('noise', noise) * (factor * drifted + rest) * rng.standard_normal(np.shape(drifted))
