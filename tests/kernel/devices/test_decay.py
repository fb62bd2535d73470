"""Decay: the time to 1/e, the state after a reset, and the numbers of the reference."""

import numpy as np
import pytest

from aihwlab.kernel.devices.decay import decay
from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs.devices import IdealDevice, SoftBoundsDevice
from tests.compare import assert_moments, reference
from tests.kernel.helpers import array_at, device_of, wide

REFERENCE = reference('devices')


def test_weights_afterwards_are_those_of_the_reference():
    array = array_at(0.2, device_of(REFERENCE['cases']['ConstantStepDevice_updown_corrupt']))
    decay(array, Stream(1, 2))
    assert_moments(array.visible.reshape(-1), REFERENCE['weight_operations']['results']['decay_1'])


def test_a_lifetime_is_the_time_to_one_over_e():
    for parameters in (wide(lifetime=50.0), IdealDevice(lifetime=50.0)):
        array = array_at(0.5, parameters, (2, 2))
        for step in range(50):
            decay(array, Stream(1, step))
        np.testing.assert_allclose(array.visible, 0.5 * (1 - 1 / 50) ** 50, rtol=1e-5)


def test_decay_goes_to_the_state_after_a_reset():
    array = array_at(0.5, wide(lifetime=2.0, reset=0.1), (2, 2))
    for step in range(40):
        decay(array, Stream(1, step))
    np.testing.assert_allclose(array.visible, 0.1, rtol=1e-4)


def test_alpha_is_how_many_times_the_decay_of_one_step():
    weights = []
    for alpha in (0.0, 1.0, 3.0):
        array = array_at(0.5, wide(lifetime=10.0), (2, 2))
        decay(array, Stream(1, 2), alpha)
        weights.append(array.visible[0, 0])
    np.testing.assert_allclose(weights, [0.5, 0.45, 0.35], rtol=1e-6)


def test_ageing_renews_the_write_noise():
    array = array_at(0.2, SoftBoundsDevice(write_noise_std=5.0, lifetime=1e9), (50, 50))
    before = array.visible.copy()
    decay(array, Stream(1, 2))
    assert (array.visible != before).all()


@pytest.mark.parametrize('alpha', [np.nan, -1.0, np.inf])
def test_impossible_requests_are_refused(alpha):
    with pytest.raises(ValueError, match=f'alpha = {alpha}'):
        decay(array_at(0.1, wide(), (2, 3)), Stream(1, 1), alpha)
