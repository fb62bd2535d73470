"""The compiled plan of an update is that of the reference."""

import numpy as np
import pytest

from aihwlab.kernel import pulse_plan
from aihwlab.kernel.compiled.pulse_plan import plan_pulses
from aihwlab.parameters.update import UpdateParameters
from tests.kernel.helpers import numbers


@pytest.mark.parametrize('learning_rate', [1e-4, 0.01, 0.5])
@pytest.mark.parametrize('settings', [
    dict(), dict(update_bl_management=False), dict(update_bl_management=False, update_management=False),
    dict(update_bl_management=False, update_management=False, fixed_bl=False), dict(um_grad_scale=0.5), dict(desired_bl=1)])
def test_plans_agree(settings, learning_rate):
    input_max, gradient_max = (np.abs(numbers(seed, 200)) for seed in (1, 2))
    update = UpdateParameters(**settings)
    expected = pulse_plan.plan_pulses(input_max, gradient_max, learning_rate, 0.001, update)
    plan = plan_pulses(input_max, gradient_max, learning_rate, 0.001, update)
    assert plan.length.dtype == expected.length.dtype and (plan.length == expected.length).all()
    for factor, other in zip(plan[1:], expected[1:]):
        assert factor.dtype == np.float32
        np.testing.assert_allclose(factor, other, rtol=1e-6)
