"""Exponential steps: the formula, its noise, and the size of an update."""

import numpy as np
import pytest

from aihwlab.kernel.laws.exp_step import ExpStepDevice, ExpStepPlanes, ExpStepShared, granularity, step
from tests.kernel.helpers import build, equal_devices, pulses


def test_exponential_steps_have_the_formula_of_the_law():
    parameters = equal_devices(ExpStepDevice, dw_min=0.01)
    array = build(parameters)
    array.persistent[...] = 0.2
    z = 2 * parameters.a * 0.2 / 1.2 + parameters.b
    pulses(array, False, 1)
    expected = 0.01 * (1 - parameters.A_down * np.exp(-parameters.gamma_down * z))
    assert 0.2 - array.visible[0, 0] == pytest.approx(expected, rel=1e-4)


def test_a_step_never_turns_back():
    """Where `1 - A exp(gamma z)` is negative, there is no step."""
    device, shared = ExpStepPlanes(size=0.01, slope=1.0), ExpStepShared(0.0, 0.5, 2.0, 0.0, 0.0, 0.0)
    sizes = step(np.linspace(-1, 1, 21), 0.0, device, shared)
    assert (np.diff(sizes) <= 0).all() and sizes[0] > 0.009 and (sizes[-6:] == 0).all()


def test_the_noise_of_a_step_has_three_parts():
    """`s (|D| + add + slope |w|) xi`, with D = 0.01 without exponential."""
    quiet, loud = (ExpStepShared(s, 0.0, 1.0, 0.0, 0.002, 0.1) for s in (0.0, 3.0))
    device = ExpStepPlanes(size=0.01, slope=1.0)
    assert step(-0.5, 2.0, device, quiet) == pytest.approx(0.01)
    assert step(-0.5, 2.0, device, loud) == pytest.approx(0.01 + 3 * (0.01 + 0.002 + 0.1 * 0.5) * 2)


def test_the_step_down_at_zero_sets_the_size_of_an_update():
    parameters = equal_devices(ExpStepDevice, dw_min=0.01)
    array = build(parameters)
    pulses(array, False, 1)
    assert granularity(parameters) == pytest.approx(-array.visible[0, 0], rel=1e-5)
    assert granularity(ExpStepDevice(dw_min=0.01, A_down=1.0, gamma_down=0.0)) == 0.01  # no step down at all
