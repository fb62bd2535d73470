"""Arithmetic of the laws: an inverse that knows zero, and sizes of steps up and down."""

import numpy as np

from aihwlab.kernel.laws.arithmetic import halves, inverse

LIKE = np.zeros((2, 2), dtype=np.float32)


def test_the_inverse_of_zero_is_zero():
    with np.errstate(all='raise'):
        result = inverse(np.array([[2.0, 0.0], [-4.0, 1.0]], dtype=np.float32), LIKE)
    assert (result == [[0.5, 0], [-0.25, 1]]).all() and result.dtype == np.float32


def test_the_inverse_of_a_number_is_an_array_like_another_one():
    assert (inverse(-0.5, LIKE) == -2).all() and inverse(-0.5, LIKE).shape == (2, 2)


def test_a_difference_is_taken_from_the_smaller_half_and_a_spread_from_both():
    assert halves(0.0, 1.0, 0.0) == (1.0, 1.0)
    assert halves(0.25, 1.0, 0.125) == (1.125, 0.625)
    assert halves(-0.25, 1.0, 0.125) == (0.875, 0.875)
    up, down = halves(0.5, 2.0, 0.0)
    assert halves(-0.5, 2.0, 0.0) == (down, up)
