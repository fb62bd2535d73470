"""Statistics of phase-change memory that was programmed with write-and-verify, from a chip with a million cells.

All curves are functions of the target relative to the largest conductance, `x = G / g_max`.

Source: V. Joshi et al., Nature Communications 11, 2473, 2020, doi:10.1038/s41467-020-16108-9; S. Nandakumar et al., ICECS,
2019, doi:10.1109/ICECS46596.2019.8964852.
"""

import numpy as np

from aihwlab.kernel.conductance.programming import polynomial_spread
from aihwlab.kernel.namespace import Array, array_namespace

G_MAX = 25.0
"""Largest conductance that is programmed, uS."""

START = 20.0
"""t_0, the time between programming and the first reading, s."""

READ_TIME = 250e-9
"""How long a reading averages, s."""

PROGRAMMING = 0.26348, 1.9650, -1.1731
"""Coefficients of the programming noise, uS."""

SMALLEST = 1e-7
"""Smaller targets than this count as this, where a logarithm or a power needs one."""


def programming_spread(x: Array) -> Array:
    """Return the standard deviation after programming, `max(0.26348 + 1.9650 x - 1.1731 x^2, 0)`, uS."""
    return polynomial_spread(x, PROGRAMMING)


def drift_exponents(x: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of the drift exponent, which grow as a target gets smaller.

        mu = clip(-0.0155 ln x + 0.0244, 0.049, 0.1),       sigma = clip(-0.0125 ln x - 0.0059, 0.008, 0.045)
    """
    xp = array_namespace(x)
    log = xp.log(xp.maximum(x, SMALLEST))
    return xp.clip(-0.0155 * log + 0.0244, 0.049, 0.1), xp.clip(-0.0125 * log - 0.0059, 0.008, 0.045)


def noise_strength(x: Array) -> Array:
    """Return sqrt(Q) of the 1/f noise, `min(0.0088 / x^0.65, 0.2)`, relative to the conductance."""
    xp = array_namespace(x)
    return xp.minimum(0.0088 / xp.maximum(x, SMALLEST) ** 0.65, 0.2)


def accumulated_noise(time: Array | float, read_time: float = READ_TIME) -> Array:
    """Return by how much 1/f noise has grown when a cell is read, `sqrt(ln((t + t_read) / (2 t_read)))`.

    A read that averages over t_read sees frequencies from about 1/t to 1/(2 t_read), so the spread grows with the root of
    the logarithm of time, for ever.

    Source: M. Le Gallo and A. Sebastian, Journal of Physics D 53, 213002, 2020, doi:10.1088/1361-6463/ab7794.

    Args:
        time: since programming, at least t_read, s.
        read_time: t_read, s.
    """
    return np.sqrt(np.log((time + read_time) / (2 * read_time)))
