"""Converters between numbers and voltages or currents: how many bits, what range, and how inputs are split up."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt


def quantise(x: npt.ArrayLike, bits: int, bound: float) -> float | np.ndarray:
    """Round to the levels of a converter: `clip(rint(x / D), -n, n) D` with `n = 2^(bits - 1) - 1` and `D = bound / n`.

    Zero is a level, with as many levels below it as above (a mid-tread quantiser).

    Example:
        >>> quantise([0.1, 0.5, 3.0], bits=3, bound=1.0)     # levels are multiples of 1/3
        array([0.        , 0.66666667, 1.        ])

    Args:
        x: numbers, in an array of any shape.
        bits: number of bits of the converter, at least 2.
        bound: largest number that the converter can represent.

    Returns:
        The rounded numbers, in the shape of x.

    Raises:
        ValueError: if bits is not an integer of at least 2, or if bound is not positive and finite.
    """
    width = step_width(bits, bound)
    levels = 2 ** (bits - 1) - 1
    return np.clip(np.rint(np.asarray(x, dtype=float) / width), -levels, levels) * width


def step_width(bits: int, bound: float) -> float:
    """Return the distance D between neighbouring levels of a converter; see `quantise`."""
    if bits != int(bits) or bits < 2:
        raise ValueError(f'bits = {bits} must be a whole number, 2 or more')
    if not 0 < bound < np.inf:
        raise ValueError(f'bound = {bound} must be positive and finite')
    return bound / (2 ** (bits - 1) - 1)


def signal_to_noise(exact: npt.ArrayLike, converted: npt.ArrayLike) -> float:
    """Return the ratio of the power of a signal to that of its error, dB; about `6.02 bits + 1.76` for a full-scale sine."""
    exact = np.asarray(exact, dtype=float)
    return 10 * np.log10((exact ** 2).sum() / ((np.asarray(converted) - exact) ** 2).sum())


def relative_error(exact: npt.ArrayLike, result: npt.ArrayLike) -> float:
    """Return `||result - exact|| / ||exact||` over all numbers: a yardstick for any kind of imperfection."""
    exact = np.asarray(exact, dtype=float)
    return float(np.linalg.norm(np.asarray(result) - exact) / np.linalg.norm(exact))


def two_phases(multiply: Callable[[np.ndarray], np.ndarray], x: npt.ArrayLike) -> np.ndarray:
    """Multiply inputs of both signs with voltages of one sign: first the positive parts, then the negative ones.

        y = multiply(max(x, 0)) - multiply(max(-x, 0))
    """
    x = np.asarray(x)
    return multiply(np.maximum(x, 0)) - multiply(np.maximum(-x, 0))


def bit_serial(multiply: Callable[[np.ndarray], np.ndarray], x: npt.ArrayLike, bits: int) -> np.ndarray:
    """Multiply integers with voltages that are either on or off, one bit after another.

        y = sum over b of 2^b multiply(bit b of x)

    Args:
        multiply: linear function of inputs that are 0 or 1.
        x: integers in [0, 2^bits).
        bits: number of bits, and so of phases.

    Raises:
        ValueError: if x holds anything but such integers.
    """
    x = np.asarray(x)
    if not np.issubdtype(x.dtype, np.integer) or (x < 0).any() or (x >= 2 ** bits).any():
        raise ValueError(f'x must hold integers in [0, {2 ** bits}) for bits = {bits}')
    return sum(2 ** bit * multiply((x >> bit) & 1) for bit in range(bits))
