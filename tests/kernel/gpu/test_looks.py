"""Looks between pulses on a GPU: the slices that the reference sees."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel import looks as reference
from aihwlab.kernel.converters import abs_max
from aihwlab.kernel.gpu import looks, pulse_trains
from aihwlab.kernel.pulse_plan import PulsePlan, plan_pulses
from aihwlab.kernel.pulse_trains import draw_trains
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import devices
from tests.kernel.gpu.arrays import assert_same, on_gpu
from tests.kernel.helpers import build, numbers

STREAM = Stream(5, 9)


@pytest.mark.parametrize('columns', [False, True])
def test_slices_that_are_seen(columns):
    x, d = numbers(1, (6, 5, 1)), 0.2 * numbers(2, (6, 4, 1))
    update, array = UpdateParameters(), build(devices.SoftBoundsDevice(write_noise_std=1.0), (4, 5))
    plan = plan_pulses(abs_max(x).reshape(-1), abs_max(d).reshape(-1), 0.1, array.granularity, update)
    before, slices, there = np.array([1, 3, 6]), np.array([[0, 1], [2, 3], [0, 1]]), on_gpu(deepcopy(array))
    seen, met = reference.apply_and_look(array, draw_trains(x, d, plan, update, STREAM), STREAM, before, slices, columns)
    trains = pulse_trains.draw_trains(on_gpu(x), on_gpu(d), PulsePlan(*map(on_gpu, plan)), update, STREAM)
    given, count = looks.apply_and_look(there, trains, STREAM, before, slices, columns)
    assert_same(seen, given)
    assert_same(array.visible, there.visible)
    assert count == met > 0
