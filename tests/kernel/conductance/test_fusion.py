"""Weights as magnitudes with a scale for each row: the way back fits the weights that were programmed."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.fusion import to_conductances, to_weights

W = np.random.default_rng(1).normal(size=(4, 30)).astype(np.float32)


def test_every_row_uses_the_whole_range():
    conductance = to_conductances(W * [[1], [2], [3], [100]], 40.0)
    assert (conductance >= 0).all()
    np.testing.assert_allclose(conductance.max(axis=1), 40)


def test_weights_come_back_with_their_signs():
    conductance = to_conductances(W, 40.0)
    assert conductance.dtype == np.float32
    np.testing.assert_allclose(to_weights(conductance, W), W, atol=1e-6)


def test_the_fit_undoes_a_common_factor_such_as_drift():
    np.testing.assert_allclose(to_weights(0.3 * to_conductances(W, 40.0), W), W, atol=1e-6)


def test_the_fit_is_one_of_least_squares_with_an_intercept():
    noisy = to_conductances(W, 40.0) + np.random.default_rng(2).normal(size=W.shape)
    x = noisy * np.sign(W)
    slopes = [np.polyfit(x[row], W[row], 1)[0] for row in range(4)]
    np.testing.assert_allclose(to_weights(noisy, W), x * np.array(slopes)[:, None], rtol=1e-5)


@pytest.mark.parametrize('weights', [np.full((2, 5), -0.3), np.array([[0.5], [-2.0]]), np.zeros((2, 3))],
                         ids=['equal', 'one', 'zero'])
def test_rows_without_a_slope_come_back_too(weights):
    conductance = to_conductances(weights, 40.0)
    np.testing.assert_allclose(to_weights(conductance, weights), weights, atol=1e-12)
    noisy = conductance * (1 + 0.01 * np.random.default_rng(1).normal(size=weights.shape))
    np.testing.assert_allclose(to_weights(noisy, weights), weights, rtol=0.05)
