"""Programming a conductance by write-and-verify: where it ends up, around its target."""

from collections.abc import Sequence

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals


def polynomial(x: Array, coefficients: Sequence[float]) -> Array:
    """Return `c_0 + c_1 x + c_2 x^2 + ...` by Horner's rule, in the precision of x."""
    value = 0 * x
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def polynomial_spread(x: Array, coefficients: Sequence[float]) -> Array:
    """Return the standard deviation of a programmed conductance, `max(c_0 + c_1 x + c_2 x^2 + ..., 0)`, uS.

    Args:
        x: targets relative to the largest conductance, `G / g_max`.
        coefficients: c, lowest order first, uS.
    """
    return array_namespace(x).maximum(polynomial(x, coefficients), 0)


def programmed(target: Array, spread: Array, stream: Stream) -> Array:
    """Return conductances after programming, `max(G + sigma xi, 0)`, uS, with a standard normal `xi` for each.

    Devices that should have no conductance get noise as well: they are programmed like any other.

    Args:
        target: conductances G to program, uS.
        spread: standard deviation sigma of each, uS.
        stream: random numbers of this operation (`Stream`).
    """
    xp = array_namespace(target)
    xi = normals(stream, Purpose.PROGRAMMING, target.size, xp=xp).reshape(target.shape)
    return xp.maximum(target + spread * xi, 0)
