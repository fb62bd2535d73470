"""Weights as pairs of conductances: which device carries them, the order in which pairs fill, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from aihwlab.kernel.conductance.pairs import to_conductances, to_weights

W = np.array([[0.5, -0.25], [0.0, -1.0]], dtype=np.float32)


def test_one_device_of_a_pair_carries_the_weight_the_other_has_the_least_conductance():
    (plus, minus), scale = to_conductances(W, [1.0], 5.0, 25.0)
    assert scale == 20
    np.testing.assert_allclose(plus, [[15, 5], [5, 5]])
    np.testing.assert_allclose(minus, [[5, 10], [5, 25]])


def test_a_pair_is_used_when_those_before_it_are_full():
    """Factors 1 and 3 share 100 uS: the first quarter of the weight fills the first pair."""
    (first, _, second, _), scale = to_conductances(np.array([0.125, 0.25, 0.625, 1.0]), [1.0, 3.0], 0.0, 25.0)
    assert scale == 100
    np.testing.assert_allclose(first, [12.5, 25, 25, 25])
    np.testing.assert_allclose(second, [0, 0, 12.5, 25])


@pytest.mark.parametrize('factors', [[1.0], [1.0, 3.0], [2.0, 1.0, 0.5]])
@given(weights=hnp.arrays(np.float32, (3, 4), elements=st.floats(-2.0, 2.0, width=32)), g_min=st.sampled_from([0.0, 9.0]))
def test_weights_come_back_and_conductances_are_in_range(factors, weights, g_min):
    conductances, scale = to_conductances(weights, factors, g_min, 25.0)
    assert all(((g_min <= g) & (g <= 25)).all() for g in conductances)
    assert all(g.dtype == np.float32 for g in conductances)
    np.testing.assert_allclose(to_weights(conductances, factors, scale), weights, atol=2e-6 * np.abs(weights).max() + 1e-13)


def test_a_matrix_of_zeros_has_the_least_conductances():
    conductances, scale = to_conductances(np.zeros((2, 3)), [1.0], 1.0, 25.0)
    assert all((g == 1).all() for g in conductances) and (to_weights(conductances, [1.0], scale) == 0).all()
