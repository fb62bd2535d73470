"""Constant steps: the weight counts the pulses."""

import numpy as np
import pytest

from aihwlab.kernel.laws.constant_step import ConstantStepDevice, ConstantStepPlanes, step
from aihwlab.kernel.laws.law import Shared
from tests.kernel.helpers import build, equal_devices, pulses


def test_constant_steps_count_pulses():
    array = build(equal_devices(ConstantStepDevice, dw_min=0.01))
    pulses(array, True, 7)
    assert array.visible[0, 0] == pytest.approx(0.07, rel=1e-5)
    pulses(array, True, 100)
    assert array.visible[0, 0] == np.float32(0.6)


def test_noise_is_relative_to_the_step_whatever_the_weight():
    assert all(step(weight, 2.0, ConstantStepPlanes(0.5), Shared(0.25)) == 0.75 for weight in (-0.6, 0.0, 0.6))


def test_a_conductance_that_is_never_negative_is_possible():
    ConstantStepDevice(w_min=0.0, w_max=2.0).validate()
