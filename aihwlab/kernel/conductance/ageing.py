"""What time does to programmed conductances: drift by a power law, and the noise of a reading."""

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals


def drift_exponents(mean: Array, spread: Array, stream: Stream) -> Array:
    """Return a drift exponent for each device, `nu = |mu + sigma xi|`; drawn once, when it is programmed."""
    return abs(mean + spread * _normals(mean, Purpose.DRIFT_EXPONENT, stream))


def drifted(conductance: Array, exponent: Array, time: float, first_time: float) -> Array:
    """Return conductances that have drifted, `G(t) = G(t_0) (t / t_0)^-nu`, uS.

    Args:
        conductance: G(t_0), uS.
        exponent: nu of each device.
        time: t since programming, s.
        first_time: t_0, the time between programming and the first reading, s.
    """
    return conductance * (time / first_time) ** -exponent


def read(conductance: Array, spread: Array, stream: Stream) -> Array:
    """Return what is read, `max(G + sigma xi, 0)`, uS.

    Args:
        conductance: G, uS.
        spread: standard deviation sigma of the read noise of each device, uS.
        stream: random numbers of this operation (`Stream`).
    """
    return array_namespace(conductance).maximum(conductance + spread * _normals(conductance, Purpose.READ_NOISE, stream), 0)


def _normals(like: Array, purpose: Purpose, stream: Stream) -> Array:
    return normals(stream, purpose, like.size, xp=array_namespace(like)).reshape(like.shape)
