"""Power-law steps: their power, where they vanish, and which exponents are possible."""

import numpy as np
import pytest

from aihwlab.kernel.laws.law import Shared
from aihwlab.kernel.laws.pow_step import PowStepDevice, PowStepPlanes, step
from tests.kernel.helpers import build, equal_devices, pulses
from tests.parameters.helpers import assert_impossible


def test_power_steps_follow_their_power():
    array = build(equal_devices(PowStepDevice, pow_gamma=2.0, dw_min=0.01))
    pulses(array, True, 1)
    assert array.visible[0, 0] == pytest.approx(0.01 * 0.5 ** 2, rel=1e-5)


def test_steps_vanish_at_the_bound_and_beyond_it():
    device = PowStepPlanes(size=0.01, gamma=0.5, bound=0.6, per_range=1 / 1.2)
    np.testing.assert_allclose(step(np.array([-0.6, 0.3, 0.6, 0.7]), 0.0, device, Shared(0.0)), [0.01, 0.005, 0, 0], atol=1e-9)


def test_an_exponent_of_zero_makes_constant_steps():
    array = build(equal_devices(PowStepDevice, pow_gamma=0.0, dw_min=0.01))
    pulses(array, True, 10)
    assert array.visible[0, 0] == pytest.approx(0.1, rel=1e-5) and array.granularity == pytest.approx(0.01)


def test_devices_without_a_range_do_not_move():
    """Those that are stuck have equal bounds."""
    array = build(PowStepDevice(corrupt_devices_prob=1.0), (5, 6))
    start = array.visible.copy()
    pulses(array, True, 5)
    assert (array.visible == start).all() and not any(np.isinf(plane).any() for plane in (*array.up, *array.down))


@pytest.mark.parametrize('device, field, allowed', [
    (PowStepDevice(pow_gamma=-1.0), 'pow_gamma', r'in \[0, inf\)'),
    (PowStepDevice(pow_gamma=1e4), 'pow_gamma', 'so small that a pulse in the middle'),
])
def test_impossible_values(device, field, allowed):
    assert_impossible(device, field, allowed)
