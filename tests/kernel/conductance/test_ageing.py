"""Drift by a power law and noisy readings: limits, and each of their random numbers."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.ageing import drift_exponents, drifted, read
from aihwlab.kernel.random import Stream

G = np.linspace(1, 25, 10_000, dtype=np.float32)


def test_a_decade_of_time_is_a_factor_that_depends_on_the_exponent_alone():
    exponent = np.full_like(G, 0.05)
    np.testing.assert_allclose(drifted(G, exponent, 200.0, 20.0), G * 10 ** -0.05, rtol=1e-6)
    np.testing.assert_allclose(drifted(drifted(G, exponent, 200.0, 20.0), exponent, 2000.0, 200.0),
                               drifted(G, exponent, 2000.0, 20.0), rtol=1e-6)


def test_nothing_drifts_before_the_first_reading_or_without_an_exponent():
    np.testing.assert_array_equal(drifted(G, np.full_like(G, 0.1), 20.0, 20.0), G)
    np.testing.assert_array_equal(drifted(G, np.zeros_like(G), 1e9, 20.0), G)


def test_exponents_are_folded_at_zero():
    """The mean of |N(0, 1)| is sqrt(2 / pi), of |N(5, 1)| it is 5."""
    zero, ones = np.zeros(40_000, dtype=np.float32), np.ones(40_000, dtype=np.float32)
    folded = drift_exponents(zero, ones, Stream(1, 0))
    assert (folded >= 0).all() and folded.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=4.5 * 0.6 / 200)
    assert drift_exponents(5 * ones, ones, Stream(1, 0)).mean() == pytest.approx(5, abs=4.5 / 200)


def test_readings_scatter_and_are_never_negative():
    small = np.full(40_000, 0.1, dtype=np.float32)
    found = read(small, np.float32(0.5), Stream(1, 0))
    assert (found >= 0).all() and (found == 0).any()
    assert read(small + 10, np.float32(0.5), Stream(1, 0)).std() == pytest.approx(0.5, rel=4.5 / np.sqrt(80_000))
    np.testing.assert_array_equal(read(G, 0 * G, Stream(1, 0)), G)


def test_exponents_and_readings_draw_independently():
    zero, ones = np.zeros(40_000, dtype=np.float32), np.ones(40_000, dtype=np.float32)
    exponents, readings = drift_exponents(9 * ones, ones, Stream(1, 0)), read(zero + 9, ones, Stream(1, 0))
    assert np.corrcoef(exponents, readings)[0, 1] == pytest.approx(0, abs=4.5 / 200)
