"""Programming noise: its spread, its limit at zero, and where its random numbers come from."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.programming import polynomial, polynomial_spread, programmed
from aihwlab.kernel.random import Stream


def test_a_polynomial_has_its_lowest_order_first_and_the_precision_of_its_argument():
    x = np.array([0, 1, 2], dtype=np.float32)
    assert polynomial(x, [1.0, 2.0, 3.0]).tolist() == [1, 6, 17]
    assert polynomial(x, [0.1]).dtype == np.float32


def test_the_spread_is_a_polynomial_that_is_never_negative():
    x = np.array([0.0, 0.5, 2.0])
    np.testing.assert_allclose(polynomial_spread(x, [1.0, -1.0]), [1, 0.5, 0])
    np.testing.assert_allclose(polynomial_spread(x, [0.0, 0.0, 2.0]), [0, 0.5, 8])


def test_conductances_are_programmed_around_their_target():
    target = np.full(40_000, 10, dtype=np.float32)
    found = programmed(target, np.float32(0.5), Stream(1, 0))
    assert found.dtype == np.float32
    assert found.mean() == pytest.approx(10, abs=4.5 * 0.5 / 200)
    assert found.std() == pytest.approx(0.5, rel=4.5 / np.sqrt(2 * 40_000))


def test_a_device_without_conductance_gets_half_a_normal_distribution():
    found = programmed(np.zeros(40_000, dtype=np.float32), np.float32(1), Stream(1, 0))
    assert (found >= 0).all() and (found == 0).mean() == pytest.approx(0.5, abs=4.5 * 0.5 / 200)
    assert found.mean() == pytest.approx(1 / np.sqrt(2 * np.pi), abs=4.5 * 0.6 / 200)


def test_without_spread_it_is_exact_and_the_stream_decides_the_rest():
    target = np.linspace(0, 25, 100, dtype=np.float32)
    np.testing.assert_array_equal(programmed(target, 0 * target, Stream(1, 0)), target)
    same, again, other = (programmed(target, target, Stream(seed, 0)) for seed in (1, 1, 2))
    assert (same == again).all() and (same != other).any()
