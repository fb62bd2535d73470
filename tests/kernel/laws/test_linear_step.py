"""Linear steps: where they vanish, which noise they have, and which slopes are possible."""

import numpy as np
import pytest

from aihwlab.kernel.laws.linear_step import LinearStepDevice, LinearStepPlanes, LinearStepShared, step
from tests.kernel.helpers import build, equal_devices, pulses
from tests.parameters.helpers import assert_impossible


def test_linear_steps_vanish_at_the_bound_for_slope_one():
    array = build(equal_devices(LinearStepDevice, gamma_up=1.0, gamma_down=1.0, dw_min=0.01))
    pulses(array, True, 3000)
    assert array.visible[0, 0] == pytest.approx(0.6, rel=1e-4)


def test_additive_noise_belongs_to_the_constant_part_only():
    device = LinearStepPlanes(size=0.5, slope=-0.25)
    assert step(1.0, 2.0, device, LinearStepShared(0.5, 0.5)) == 2 * (0.5 - 0.25)
    assert step(1.0, 2.0, device, LinearStepShared(0.5, 0.0)) == 2 * 0.5 - 0.25


def test_steps_shrink_towards_the_bound_of_the_mean_device_or_of_each():
    spread = dict(gamma_up=0.5, gamma_up_dtod=0.0, dw_min=0.01, dw_min_dtod=0.0, up_down_dtod=0.0)
    mean, own = (build(LinearStepDevice(**spread, mean_bound_reference=mean), (20, 20)) for mean in (True, False))
    np.testing.assert_allclose(mean.hidden['slope_up'], -0.5 * 0.01 / 0.6, rtol=1e-5)
    np.testing.assert_allclose(own.hidden['slope_up'], -0.5 * 0.01 / own.hidden['max_bound'], rtol=1e-5)


def test_reversed_steps_shrink_towards_the_opposite_bound():
    settings = dict(gamma_up=1.0, gamma_down=1.0, dw_min=0.01)
    plain = build(equal_devices(LinearStepDevice, **settings))
    turned = build(equal_devices(LinearStepDevice, **settings, reverse_up=True, reverse_down=True))
    for name, bound in (('slope_up', -0.61), ('slope_down', 0.61)):
        np.testing.assert_allclose(turned.hidden[name], -0.01 / bound, rtol=1e-5)
        assert (turned.hidden[name] * plain.hidden[name] < 0).all()


def test_slopes_keep_their_sign_only_if_they_may():
    hidden = build(LinearStepDevice(gamma_up=0.0, gamma_up_dtod=0.3), (20, 20)).hidden
    free = build(LinearStepDevice(gamma_up=0.0, gamma_up_dtod=0.3, allow_increasing=True), (20, 20)).hidden
    assert (hidden['slope_up'] <= 0).all() and (free['slope_up'] > 0).any()
    assert (np.abs(free['slope_up']) == np.abs(hidden['slope_up'])).all()
    LinearStepDevice(gamma_up=-0.1, allow_increasing=True).validate()


@pytest.mark.parametrize('device, field, allowed', [
    (LinearStepDevice(gamma_up=-0.1), 'gamma_up', '0 or above, unless allow_increasing is True'),
    (LinearStepDevice(gamma_down=-0.1), 'gamma_down', '0 or above, unless allow_increasing is True'),
    (LinearStepDevice(reverse_up=True, mult_noise=False), 'reverse_up', 'False, unless mult_noise is True'),
])
def test_impossible_values(device, field, allowed):
    assert_impossible(device, field, allowed)
