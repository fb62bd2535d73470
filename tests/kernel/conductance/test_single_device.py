"""Weights as one conductance each: its range, and the way back."""

import numpy as np

from aihwlab.kernel.conductance.single_device import to_conductances, to_weights


def test_the_range_of_weights_is_the_range_of_conductances():
    conductance, scale, least = to_conductances(np.array([[-1.0, 0.0, 3.0]]), 9.0, 89.0)
    np.testing.assert_allclose(conductance, [[9, 29, 89]])
    assert (scale, least) == (20, -1)


def test_weights_come_back():
    weights = np.random.default_rng(1).normal(size=(5, 6)).astype(np.float32)
    conductance, scale, least = to_conductances(weights, 9.0, 88.2)
    assert conductance.dtype == np.float32
    np.testing.assert_allclose(to_weights(conductance, 9.0, scale, least), weights, atol=1e-6)


def test_equal_weights_have_the_least_conductance_and_come_back():
    for value in (0.0, -0.3):
        conductance, scale, least = to_conductances(np.full((2, 3), value), 9.0, 88.2)
        assert (conductance == 9).all() and (to_weights(conductance, 9.0, scale, least) == value).all()
