"""Coincidences and device steps on a GPU: as many as those of the reference, and the same weights."""

from copy import deepcopy

import pytest

from aihwlab.kernel import coincidences as reference
from aihwlab.kernel.converters import abs_max
from aihwlab.kernel.gpu import coincidences, pulse_trains
from aihwlab.kernel.pulse_plan import PulsePlan, plan_pulses
from aihwlab.kernel.pulse_trains import draw_trains
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import devices
from tests.kernel.gpu.arrays import assert_same, on_gpu
from tests.kernel.helpers import PULSED_TYPES, build, numbers

STREAM = Stream(5, 9)


@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('write_noise', [0.0, 2.0])
def test_trains_given_in_parts(pulse_type, write_noise):
    x, d = numbers(1, (3, 5, 2)), 0.2 * numbers(2, (3, 4, 2))
    update = UpdateParameters(pulse_type=pulse_type)
    array = build(devices.SoftBoundsDevice(write_noise_std=write_noise), (4, 5))
    plan = plan_pulses(abs_max(x).reshape(-1), abs_max(d).reshape(-1), 0.1, array.granularity, update)
    expected = draw_trains(x, d, plan, update, STREAM)
    given = pulse_trains.draw_trains(on_gpu(x), on_gpu(d), PulsePlan(*map(on_gpu, plan)), update, STREAM)
    there = on_gpu(deepcopy(array))
    for first, last in ((0, 2), (2, 2), (2, 6)):
        met = reference.apply_trains(array, expected.of_vectors(first, last), STREAM)
        assert coincidences.apply_trains(there, given.of_vectors(first, last), STREAM) == met
        assert (met > 0) is (last > first)
    assert_same(array.persistent, there.persistent)
    assert_same(array.visible, there.visible)
    assert (array.visible != array.persistent).any() == (write_noise > 0)
