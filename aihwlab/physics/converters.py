"""Converters between numbers and voltages or currents: how many bits, which range, and how inputs are split."""

import numpy as np


def quantise(x, bits, bound):
    """Round to the levels of a converter: `clip(rint(x / D), -n, n) D` with `n = 2^(bits - 1) - 1` and `D = bound / n`.

    Zero is a level, and there are as many levels below it as above (a mid-tread quantiser).

    Example:
        >>> quantise([0.1, 0.5, 3.0], bits=3, bound=1.0)     # levels are multiples of 1/3
        array([0.        , 0.66666667, 1.        ])

    Args:
        x: numbers, any shape.
        bits: of the converter, at least 2.
        bound: largest number that the converter can represent.

    Returns:
        Array like x.

    Raises:
        ValueError: for fewer than 2 bits, and for a bound that is not positive.
    """
    width = step_width(bits, bound)
    levels = 2 ** (bits - 1) - 1
    return np.clip(np.rint(np.asarray(x, dtype=float) / width), -levels, levels) * width


def step_width(bits, bound):
    """Return the distance D of two levels of a converter; see `quantise`."""
    if bits != int(bits) or bits < 2:
        raise ValueError(f'bits = {bits} must be an integer of at least 2')
    if not 0 < bound < np.inf:
        raise ValueError(f'bound = {bound} must be positive and finite')
    return bound / (2 ** (bits - 1) - 1)


def signal_to_noise(exact, converted):
    """Return the ratio of the powers of a signal and of its error, dB; about `6.02 bits + 1.76` for a full sine."""
    exact = np.asarray(exact, dtype=float)
    return 10 * np.log10((exact ** 2).sum() / ((np.asarray(converted) - exact) ** 2).sum())


def relative_error(exact, result):
    """Return `||result - exact|| / ||exact||` over all numbers, by which any imperfection can be judged."""
    exact = np.asarray(exact, dtype=float)
    return np.linalg.norm(np.asarray(result) - exact) / np.linalg.norm(exact)


def two_phases(multiply, x):
    """Multiply inputs of both signs with voltages of one: the positive parts first, then the negative ones.

        y = multiply(max(x, 0)) - multiply(max(-x, 0))
    """
    x = np.asarray(x)
    return multiply(np.maximum(x, 0)) - multiply(np.maximum(-x, 0))


def bit_serial(multiply, x, bits):
    """Multiply integers with voltages that are on or off, one bit after the other.

        y = sum over b of 2^b multiply(bit b of x)

    Args:
        multiply: linear function of inputs that are 0 or 1.
        x: integers in [0, 2^bits).
        bits: how many phases there are.

    Raises:
        ValueError: for inputs that are not such integers.
    """
    x = np.asarray(x)
    if not np.issubdtype(x.dtype, np.integer) or (x < 0).any() or (x >= 2 ** bits).any():
        raise ValueError(f'x must hold integers in [0, {2 ** bits}) for bits = {bits}')
    return sum(2 ** bit * multiply((x >> bit) & 1) for bit in range(bits))
