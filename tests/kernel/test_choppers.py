"""Choppers: the sign of a line changes from one vector on."""

import numpy as np

from aihwlab.kernel.choppers import Switches, chop
from tests.kernel.helpers import numbers

X = numbers(1, (2, 3, 2))


def switches(signs, before=(), lines=()):
    """Return switches in the types of a kernel."""
    return Switches(np.array(signs, dtype=np.float32), np.array(before, dtype=np.int64), np.array(lines, dtype=np.int64))


def test_positive_signs_change_nothing():
    assert chop(X, switches([1, 1, 1])) is X


def test_signs_hold_from_the_change_on():
    signs = chop(X, switches([1, -1, 1], before=[1, 2, 3], lines=[0, 1, 0])) / X
    np.testing.assert_array_equal(signs, [[[1, -1], [-1, -1], [1, 1]], [[-1, 1], [1, 1], [1, 1]]])


def test_a_change_after_the_last_vector_comes_too_late():
    np.testing.assert_array_equal(chop(X, switches([1, 1, 1], before=[4], lines=[0])), X)
