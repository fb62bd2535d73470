"""Soft bounds: the exponential approach, and devices that are described by a number of pulses."""

from math import exp

import numpy as np
import pytest

from aihwlab.kernel.laws.soft_bounds import SoftBoundsDevice, SoftBoundsPmaxDevice
from aihwlab.parameters.drift import DriftParameter
from tests.kernel.helpers import build, equal_devices, pulses
from tests.parameters.helpers import REFERENCE, assert_impossible


def test_soft_bounds_approach_their_bound_exponentially():
    array = build(equal_devices(SoftBoundsDevice, dw_min=0.01, w_max=0.5))
    pulses(array, True, 40)
    assert array.visible[0, 0] == pytest.approx(0.5 * (1 - (1 - 0.01 / 0.5) ** 40), rel=1e-5)


def test_steps_of_each_device_vanish_at_its_own_bound():
    array = build(SoftBoundsDevice(), (20, 20))
    for direction, bound in ((array.up, array.upper), (array.down, array.lower)):
        steps = array.law.step(bound, np.zeros_like(bound), direction, array.up_shared)
        np.testing.assert_allclose(steps, 0, atol=1e-9)


def test_reversed_steps_are_possible():
    SoftBoundsDevice(reverse_up=True, reverse_down=True).validate()


# -- described by a number of pulses


def test_soft_bounds_pmax_reaches_its_range_after_p_max_pulses():
    array = build(equal_devices(SoftBoundsPmaxDevice, p_max=200, alpha=0.005, range_min=0.0, range_max=0.7))
    pulses(array, True, 200)
    assert array.visible[0, 0] == pytest.approx(0.7, abs=0.003)


def test_soft_bounds_by_pulse_number_have_the_values_of_the_reference():
    resolved = SoftBoundsPmaxDevice().resolved()
    resolved.validate()
    assert type(resolved) is SoftBoundsDevice
    for name, expected in REFERENCE['derived']['SoftBoundsPmaxDevice'].items():
        assert getattr(resolved, name) == pytest.approx(expected, rel=2e-7)  # single precision


@pytest.mark.parametrize('p_max, alpha, range_max', [(1000, 0.0005, 1.0), (100, 0.02, 0.3), (10, 1.0, 2.0)])
def test_soft_bounds_by_pulse_number_reach_the_range(p_max, alpha, range_max):
    device = SoftBoundsPmaxDevice(p_max=p_max, alpha=alpha, range_min=0.0, range_max=range_max).resolved()
    after = device.w_max * (1 - exp(-p_max * device.dw_min / device.w_max))
    assert after == pytest.approx(range_max)


def test_soft_bounds_by_pulse_number_are_constant_steps_for_small_alpha():
    """What many small steps lead to in the limit: equal ones."""
    device = SoftBoundsPmaxDevice(p_max=100, alpha=1e-20, range_min=0.0, range_max=1.0).resolved()
    assert device.dw_min == pytest.approx(0.01)


def test_soft_bounds_by_pulse_number_keep_the_other_parameters():
    device = SoftBoundsPmaxDevice(dw_min_dtod=0.1, write_noise_std=2.0, drift=DriftParameter(nu=0.1)).resolved()
    assert (device.dw_min_dtod, device.write_noise_std, device.drift.nu) == (0.1, 2.0, 0.1)


# -- impossible values


@pytest.mark.parametrize('device, field, allowed', [
    (SoftBoundsDevice(reverse_down=True, mult_noise=False), 'reverse_down', 'False, unless mult_noise is True'),
    (SoftBoundsPmaxDevice(w_max=1.0), 'w_max', 'None: it follows from'),
    (SoftBoundsPmaxDevice(p_max=0), 'p_max', r'in \[1, inf\)'),
    (SoftBoundsPmaxDevice(alpha=0.0), 'alpha', r'in \(0, inf\)'),
    (SoftBoundsPmaxDevice(range_min=0.1), 'range_min', r'in \(-inf, 0\]'),
    (SoftBoundsPmaxDevice(range_min=0.0, range_max=0.0), 'range_max', r'above range_min = 0\.0'),
    (SoftBoundsPmaxDevice(reverse_up=True, mult_noise=False), 'reverse_up', 'False, unless mult_noise is True'),
])
def test_impossible_values(device, field, allowed):
    assert_impossible(device, field, allowed)
