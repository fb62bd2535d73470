"""The plan of an update: its mean, its limits, and which vectors need no pulses."""

import numpy as np

from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.parameters.update import UpdateParameters


def largest(count):
    """Return the largest magnitudes of inputs and gradients of some vectors."""
    return (np.abs(np.random.default_rng(k).normal(size=count)).astype(np.float32) for k in (1, 2))


def test_the_plan_reaches_the_gradient_on_average_and_no_probability_exceeds_one():
    input_max, gradient_max = largest(500)
    update = UpdateParameters()
    plan = plan_pulses(input_max, gradient_max, 0.01, 0.001, update)
    inside = 0.01 * input_max * gradient_max / 0.001 < update.desired_bl
    mean = 0.001 * plan.length * plan.input_factor * plan.gradient_factor
    np.testing.assert_allclose(mean[inside], 0.01, rtol=1e-5)
    assert (plan.input_factor * input_max <= 1 + 1e-6).all()
    assert ((plan.gradient_factor * gradient_max)[inside] <= 1 + 1e-6).all()
    assert (plan.length <= update.desired_bl).all()


def test_managed_trains_are_as_short_as_they_can_be():
    """One pulse fewer, and the largest input and gradient would have to fire more than always."""
    input_max, gradient_max = largest(500)
    plan = plan_pulses(input_max, gradient_max, 0.01, 0.001, UpdateParameters())
    needed = 10 * input_max * gradient_max
    assert (plan.length >= np.minimum(needed, 31)).all() and (plan.length < needed + 1).all()


def test_management_gives_inputs_and_gradients_the_same_largest_probability():
    input_max, gradient_max = largest(100)
    plan = plan_pulses(input_max, gradient_max, 0.01, 0.001, UpdateParameters(update_bl_management=False))
    probability = plan.input_factor * input_max
    assert (plan.length == 31).all() and probability.max() <= 1 + 1e-6
    np.testing.assert_allclose(np.minimum(plan.gradient_factor * gradient_max, 1), probability, rtol=1e-5)


def test_without_management_all_vectors_have_the_same_plan():
    input_max, gradient_max = largest(100)
    plain = dict(update_bl_management=False, update_management=False)
    fixed = plan_pulses(input_max, gradient_max, 0.31, 0.001, UpdateParameters(**plain))
    assert (fixed.length == 31).all() and (fixed.input_factor == fixed.gradient_factor).all()
    np.testing.assert_allclose(fixed.input_factor, np.sqrt(310 / 31), rtol=1e-6)
    longer = plan_pulses(input_max, gradient_max, 0.31, 0.001, UpdateParameters(**plain, fixed_bl=False))
    assert (longer.length == 310).all() and (longer.input_factor == 1).all()


def test_vectors_of_zeros_need_no_pulses():
    input_max, gradient_max = np.array([0, 1, 0, 1], dtype=np.float32), np.array([1, 0, 0, 1], dtype=np.float32)
    plan = plan_pulses(input_max, gradient_max, 0.01, 0.001, UpdateParameters())
    assert (plan.length == [0, 0, 0, 10]).all() and np.isfinite([plan.input_factor, plan.gradient_factor]).all()
