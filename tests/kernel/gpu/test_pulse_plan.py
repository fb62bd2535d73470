"""The plan of pulse trains on a GPU: that of the reference, bit by bit."""

import numpy as np
import pytest

from aihwlab.kernel import pulse_plan as reference
from aihwlab.kernel.gpu.pulse_plan import plan_and_check, plan_pulses
from aihwlab.parameters.update import UpdateParameters
from tests.kernel.gpu.arrays import assert_same, on_cpu, on_gpu
from tests.kernel.helpers import numbers

INPUTS, GRADIENTS = np.abs(numbers(1, 20)), 0.1 * np.abs(numbers(2, 20))
PLAIN = dict(update_bl_management=False, update_management=False)
SETTINGS = [{}, dict(update_bl_management=False), PLAIN, dict(desired_bl=3), dict(um_grad_scale=2.0),
            dict(PLAIN, fixed_bl=False)]


@pytest.mark.parametrize('settings', SETTINGS)
def test_plans(settings):
    update = UpdateParameters(**settings)
    for expected, given in zip(reference.plan_pulses(INPUTS, GRADIENTS, 0.3, 0.001, update),
                               plan_pulses(on_gpu(INPUTS), on_gpu(GRADIENTS), 0.3, 0.001, update)):
        assert_same(expected, given)


@pytest.mark.parametrize('bad', [np.nan, np.inf])
def test_vectors_that_are_not_finite_are_counted(bad):
    inputs, gradients = INPUTS.copy(), GRADIENTS.copy()
    inputs[3] = gradients[3] = gradients[8] = bad
    plan, unfit = plan_and_check(on_gpu(inputs), on_gpu(gradients), 0.3, 0.001, UpdateParameters())
    assert on_cpu(unfit).tolist() == [2] and on_cpu(plan.length)[[3, 8]].tolist() == [0, 0]
