"""Statistics of programmed phase-change memory: limits of the curves, and which way they go."""

import numpy as np
import pytest

from aihwlab.kernel.conductance import pcm

X = np.linspace(0, 1, 101)


def test_the_programming_spread_is_a_parabola_that_is_never_negative():
    spread = pcm.programming_spread(X)
    assert spread[0] == pytest.approx(0.26348) and spread[-1] == pytest.approx(0.26348 + 1.9650 - 1.1731)
    assert (spread > 0).all() and X[spread.argmax()] == pytest.approx(1.9650 / (2 * 1.1731), abs=0.01)
    assert pcm.programming_spread(np.array([3.0])) == 0  # far beyond the largest conductance


def test_small_conductances_drift_faster_and_spread_more():
    mean, spread = pcm.drift_exponents(X)
    assert (np.diff(mean) <= 0).all() and (np.diff(spread) <= 0).all()
    assert (mean[0], mean[-1]) == (0.1, 0.049) and (spread[0], spread[-1]) == (0.045, 0.008)


def test_the_exponent_between_its_limits_by_hand():
    mean, spread = pcm.drift_exponents(np.exp([-2.0]))
    assert mean == pytest.approx(-0.0155 * -2 + 0.0244) and spread == pytest.approx(-0.0125 * -2 - 0.0059)


def test_read_noise_is_relatively_stronger_for_small_conductances():
    strength = pcm.noise_strength(X)
    assert (np.diff(strength) <= 0).all() and strength[0] == 0.2 and strength[-1] == pytest.approx(0.0088)
    assert (pcm.noise_strength(np.float32(X)).dtype, pcm.noise_strength(X).dtype) == (np.float32, np.float64)


def test_read_noise_grows_for_ever_but_ever_more_slowly():
    times = np.logspace(-3, 9, 13)
    grown = pcm.accumulated_noise(times)
    assert pcm.accumulated_noise(pcm.READ_TIME) == 0
    np.testing.assert_allclose(np.diff(grown ** 2), np.log(10), rtol=1e-3)
    assert (np.diff(grown, 2) < 0).all()
