"""Curves of the chip HERMES: by hand at some points, and how one device and two compare."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.hermes import CHIPS

X = np.linspace(0, 1, 101)


@pytest.mark.parametrize('devices', [1, 2])
def test_curves_end_where_the_polynomials_do(devices):
    chip = CHIPS[devices]
    one = np.ones(1)
    assert chip.exponent(one) == pytest.approx(0.0736 - 0.0126 - 0.0436)
    assert chip.exponent_spread(one) == pytest.approx({1: 0.0104 + 0.0116 - 0.0165, 2: 0.0073 + 0.0093 - 0.0118}[devices])
    assert chip.noise(one) == pytest.approx({1: 0.0168, 2: 0.0123}[devices], abs=1e-12)


@pytest.mark.parametrize('devices', [1, 2])
def test_an_empty_device_has_the_largest_exponent_and_noise(devices):
    chip, zero = CHIPS[devices], np.zeros(1)
    assert (chip.exponent(zero), chip.exponent_spread(zero), chip.noise(zero)) == (0.13, 0.04, 0.04)


@pytest.mark.parametrize('devices', [1, 2])
def test_the_parts_of_a_curve_meet(devices):
    """Within what a fit of measurements leaves: a twentieth."""
    for curve in CHIPS[devices][3:]:
        below, above = curve(curve.threshold + np.array([-1e-6, 1e-6]))
        assert below == pytest.approx(above, rel=0.05)


def test_a_curve_between_its_limits_by_hand():
    assert CHIPS[2].exponent(np.array([0.05])) == pytest.approx(-0.0387 * np.log(0.05) - 0.0182)


def test_two_devices_are_relatively_more_exact_than_one():
    assert (CHIPS[2].noise(X) < CHIPS[1].noise(X) + 1e-9).mean() > 0.9
    assert CHIPS[2].g_max == 2 * CHIPS[1].g_max


def test_precision_is_kept():
    assert CHIPS[1].exponent(np.float32(X)).dtype == np.float32
