"""The crossbar: the exact product in the limit, and what wires, amplifiers and noisy weights do to it."""

import numpy as np
import pytest

from aihwlab.kernel.crossbar import crossbar, product
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import WeightNoiseType
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers

W, V = 0.3 * numbers(1, (6, 40)), numbers(2, (3, 40, 5))


def currents(weights=W, voltage=V, offset=None, **settings):
    if offset is not None:
        offset = np.full(len(weights), offset, dtype=np.float32)
    lines = Lines(np.zeros(len(weights)), None, np.float32(1), offset, None)
    return crossbar(weights, voltage, IOParameters(**settings), lines, Noise(Stream(1, 1)))


@pytest.mark.parametrize('positions', [1, 5])
def test_a_perfect_crossbar_multiplies(positions):
    voltage = V[:, :, :positions]
    expected = np.einsum('oi,bip->bop', W, voltage)
    np.testing.assert_allclose(product(W, voltage), expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(currents(voltage=voltage), expected, rtol=1e-5, atol=1e-5)


def test_a_library_of_the_users_own_multiplies():
    lines = Lines(np.zeros(6), None, np.float32(1), None, None)
    doubled = crossbar(W, V, IOParameters(), lines, Noise(Stream(1, 1)), lambda *arrays: 2 * product(*arrays))
    assert (doubled == 2 * currents()).all()


# -- wires


def test_wires_lower_currents_of_one_sign():
    positive = np.abs(W), np.abs(V)
    exact, lowered, more = (currents(*positive, ir_drop=drop, ir_drop_g_ratio=1000.0) for drop in (0.0, 1.0, 2.0))
    assert (lowered < exact).all() and (lowered > 0.5 * exact).all()
    np.testing.assert_allclose(exact - more, 2 * (exact - lowered), rtol=1e-3)


def test_good_wires_lose_nothing():
    np.testing.assert_allclose(currents(ir_drop=1.0, ir_drop_g_ratio=1e12), currents(), rtol=1e-6, atol=1e-6)


def test_the_drop_of_a_single_input_by_hand():
    """`k w v (1 - (1 - j/n)^2)`, `k = a (a (0.05 a - 0.2) + 0.5)`, `a = n |w v| / g_ratio`."""
    weights, voltage = np.full((1, 4), 0.5, dtype=np.float32), np.eye(4, dtype=np.float32)[:, :, None]
    a = 4 * 0.5 / 10
    expected = a * (a * (0.05 * a - 0.2) + 0.5) * 0.5 * (1 - (1 - np.arange(4) / 4) ** 2)
    lost = 0.5 - currents(weights, voltage, ir_drop=1.0, ir_drop_g_ratio=10.0)
    np.testing.assert_allclose(lost.ravel(), expected, atol=1e-7)


# -- amplifiers


def test_amplifiers_without_offset_and_resistance_change_nothing():
    np.testing.assert_allclose(currents(offset=0.0), currents(), atol=1e-5)


def test_an_offset_by_hand():
    """`z <- (1 - o) z` without a reference; with one of weight `w_min`, `z <- (1 - o) z + 2 o w_min sum v`."""
    exact = currents()
    np.testing.assert_allclose(currents(offset=0.1, v_offset_w_min=0.0), 0.9 * exact, rtol=1e-5, atol=1e-5)
    total = V.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(currents(offset=0.1, v_offset_w_min=-0.5), 0.9 * exact - 0.1 * total, atol=2e-5)


def test_a_series_resistance_saturates_and_keeps_signs():
    exact, weak, strong = (currents(offset=0.0, v_offset_w_min=0.0, r_series=r) for r in (0.0, 0.1, 10.0))
    assert (np.abs(strong) < np.abs(weak)).all() and (np.abs(weak) < np.abs(exact)).all() and (strong * exact > 0).all()
    assert np.abs(strong).max() < 1 / 10
    np.testing.assert_allclose(weak, exact / (1 + 0.1 * np.abs(exact)), rtol=1e-5)


# -- noise of the weights


@pytest.mark.parametrize('kind, power', [
    (WeightNoiseType.ADDITIVE_CONSTANT, lambda w, v: (v ** 2).sum()),
    (WeightNoiseType.PCM_READ, lambda w, v: (abs(w) * v ** 2).sum())])
def test_weight_noise_has_the_strength_that_independent_weights_give(kind, power):
    vector, n = V[:1, :, :1], 20_000
    many = np.repeat(vector, n, axis=0)
    noise = currents(voltage=many, w_noise=0.02, w_noise_type=kind) - currents(voltage=many)
    expected = [0.02 * np.sqrt(power(row, vector[0, :, 0])) for row in W]
    np.testing.assert_allclose(noise.std(axis=0)[:, 0], expected, rtol=4.5 / np.sqrt(2 * n))
    assert np.abs(np.corrcoef(noise[:, :, 0].T) - np.eye(6)).max() < 4.5 / np.sqrt(n)


def test_no_type_of_noise_is_no_noise():
    assert (currents(w_noise=0.1, w_noise_type=WeightNoiseType.NONE) == currents()).all()
