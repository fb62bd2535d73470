"""ReRAM on the chip NeuRRAM: where its spread is largest, and that it grows in the first day."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.programming import polynomial_spread
from aihwlab.kernel.conductance.wan2022 import DAY, G_MAX, PROGRAMMING

X = np.linspace(0, 1, 101)


def test_the_spread_grows_in_a_day_and_then_hardly():
    at_once, day, two_days = (polynomial_spread(X, PROGRAMMING[time]).mean() for time in (1.0, DAY, 2 * DAY))
    assert 1.2 * at_once < day and two_days == pytest.approx(day, rel=0.1)
    assert G_MAX == 40


@pytest.mark.parametrize('time', PROGRAMMING)
def test_empty_and_full_devices_are_more_exact_than_those_in_between(time):
    spread = polynomial_spread(X, PROGRAMMING[time])
    assert (spread > 0).all() and 0.1 < X[spread.argmax()] < 0.5
