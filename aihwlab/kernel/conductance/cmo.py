"""Statistics of ReRAM of a conductive metal oxide on HfOx: programming within an acceptance range, relaxation and read noise.

Source: D. Falcone et al., IBM Research Europe, Zurich; the coefficients are those of aihwkit 1.2.0, which cites their
article as in review.
"""

from collections.abc import Sequence

import numpy as np

from aihwlab.kernel.conductance.pcm import accumulated_noise
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals

G_MIN, G_MAX = 9.0, 88.199997
"""Range of conductances, uS."""

PROGRAMMING = {0.2: (0.00081107, 0.00106879), 2.0: (0.0112185391, 0.01129027418)}
"""Coefficients of the spread after programming, `c_0 + c_1 G`, in uS like G, by the acceptance range in percent."""

RELAXATION, RELAXATION_SPREAD = (-0.08900206,), (0.04201137, 0.41183342)
"""Change of a conductance with the logarithm of time, uS, and its standard deviation: slope and offset, uS."""

NOISE, READ_TIME = 0.0277316483, 1e-6
"""Read noise for a decade of conductance, uS; how long a reading averages, s."""


def relaxed(conductance: Array, time: float, mean: Sequence[float], spread: Sequence[float], stream: Stream) -> Array:
    """Return conductances that have relaxed, `G + m_0 L + (s_0 L + s_1) xi` with `L = ln(max(t, 1 s))`, uS.

    The law was measured from 1 s on; earlier, where the logarithm is negative, it is taken for that of 1 s.

    Args:
        conductance: as programmed, uS.
        time: t since programming, s.
        mean, spread: coefficients m and s, uS.
        stream: random numbers of this operation (`Stream`).
    """
    log = float(np.log(max(time, 1.0)))
    xi = normals(stream, Purpose.DRIFT_EXPONENT, conductance.size, xp=array_namespace(conductance)).reshape(conductance.shape)
    return conductance + mean[0] * log + (spread[0] * log + spread[1]) * xi


def read_spread(conductance: Array, time: float, noise: float, read_time: float) -> Array:
    """Return the standard deviation of a reading, `K log10(max(G, 1 uS)) sqrt(ln((t + t_read) / (2 t_read)))`, uS.

    Conductances below 1 uS, whose logarithm is negative, have no read noise.

    Args:
        conductance: G, uS.
        time: t since programming, s; earlier than t_read there is no noise.
        noise: K, uS.
        read_time: t_read, s.
    """
    xp = array_namespace(conductance)
    return xp.log10(xp.maximum(conductance, 1)) * (noise * float(accumulated_noise(max(time, read_time), read_time)))
