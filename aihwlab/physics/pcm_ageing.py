"""What time does to a phase-change memory cell: drift, 1/f noise, and the crystallisation of its glass."""

import numpy as np
import numpy.typing as npt

from aihwlab.kernel.conductance.pcm import accumulated_noise
from aihwlab.physics.arguments import not_negative, positive
from aihwlab.physics.pcm_cell import BOLTZMANN, ELECTRON_CHARGE

YEAR = 365.25 * 24 * 3600.0
"""Seconds in a year."""

ACTIVATION_ENERGY = 2.3
"""Activation energy for atoms to move in the glass, eV: G. Burr et al., J. Appl. Phys. 111, 104308, 2012,
doi:10.1063/1.4718574."""


def drift(conductance: npt.ArrayLike, time: npt.ArrayLike, exponent: npt.ArrayLike,
          first_time: float = 1.0) -> float | np.ndarray:
    """Return conductances that have drifted, `G(t) = G(t_0) (t / t_0)^-nu`, S.

    The glass relaxes, and its resistance grows as a power of the time since it froze.

    Source: M. Le Gallo et al., Advanced Electronic Materials 4, 1700627, 2018, doi:10.1002/aelm.201700627.

    Args:
        conductance: conductance G(t_0), S.
        time: time t since programming, s.
        exponent: drift exponent nu; about 0.1 for a cell full of glass, near 0 for crystal.
        first_time: time t_0 since programming at which G(t_0) was read, s.

    Raises:
        ValueError: if a time is not positive and finite.
    """
    time = np.asarray(time, dtype=float)
    if not (np.isfinite(time) & (time > 0)).all():
        raise ValueError(f'time = {time} must be positive and finite')
    return np.asarray(conductance) * (time / positive('first_time', first_time)) ** -np.asarray(exponent)


def read_noise(strength: npt.ArrayLike, time: npt.ArrayLike, read_time: float) -> float | np.ndarray:
    """Return the relative standard deviation of a reading with 1/f noise.

        S_G / G^2 = Q / f   ->   sigma_G / G = sqrt(Q) sqrt(ln((t + t_read) / (2 t_read)))

    A reading that averages over t_read sees frequencies from about 1/t to 1/(2 t_read), so the spread grows with the
    square root of the logarithm of time, for ever.

    Source: M. Le Gallo and A. Sebastian, Journal of Physics D 53, 213002, 2020, doi:10.1088/1361-6463/ab7794.

    Args:
        strength: sqrt(Q), which has no unit.
        time: time t since programming, at least t_read, s.
        read_time: time t_read over which a reading averages, s.

    Raises:
        ValueError: if read_time is not positive and finite, or if a time is shorter than it.
    """
    time = np.asarray(time, dtype=float)
    if not (time >= positive('read_time', read_time)).all():
        raise ValueError(f'time = {time} must be at least read_time = {read_time} s')
    return np.asarray(strength) * accumulated_noise(time, read_time)


def retention_time(temperature: npt.ArrayLike, reference_temperature: float = 373.15, reference_time: float = 10 * YEAR,
                   energy: float = ACTIVATION_ENERGY) -> float | np.ndarray:
    """Return how long the glass lasts before it crystallises, `t_ref exp(E_a / k (1 / T - 1 / T_ref))`, s.

    The defaults are ten years at 100 degrees Celsius, a round number for teaching, and the activation energy of Ge2Sb2Te5
    below its glass transition (about 428 K), where this equation holds.

    Args:
        temperature: temperature at which the cell is kept, K.
        reference_temperature, reference_time: a temperature (K), and how long the glass is known to last there (s).
        energy: activation energy E_a, eV.

    Raises:
        ValueError: if a temperature or the reference time is not positive and finite, or if the energy is negative.
    """
    temperature = np.asarray(temperature, dtype=float)
    if not (np.isfinite(temperature) & (temperature > 0)).all():
        raise ValueError(f'temperature = {temperature} must be positive and finite')
    positive('reference_temperature', reference_temperature)
    slope = not_negative('energy', energy) * ELECTRON_CHARGE / BOLTZMANN
    return positive('reference_time', reference_time) * np.exp(slope * (1 / temperature - 1 / reference_temperature))
