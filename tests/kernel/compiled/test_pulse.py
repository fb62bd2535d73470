"""The compiled step of a device: the same series of pulses, and one class of planes for each step."""

from copy import deepcopy
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel.backend import stages
from aihwlab.kernel.compiled.pulse import STEPS, can_step, flat_devices, planes_class
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.laws import constant_step
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.random import Stream
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsReferenceDevice
from tests.kernel.helpers import BACKENDS, PULSED, build, numbers
from tests.kernel.strategies import few_examples, seeds, sizes


@given(st.sampled_from(PULSED), sizes, st.integers(0, 100), st.integers(0, 110), seeds)
@few_examples
def test_series_of_pulses_agree_and_leave_the_devices_alone(device, in_size, pulses, pulses_up, seed):
    array = build_device_array(device().resolved(), (2, in_size), Stream(seed, 0))
    array.set_weights(0.1 * numbers(seed, array.visible.shape), Stream(seed, 1))
    before, noise = deepcopy(array), numbers(seed, (pulses, 2 * in_size))
    states = [stages(noise, backend, array).pulse_series(array, pulses_up, noise) for backend in BACKENDS]
    np.testing.assert_allclose(*states, atol=1e-6)
    for name in ('persistent', 'visible'):
        np.testing.assert_array_equal(getattr(array, name), getattr(before, name))
    for backend in BACKENDS:
        with pytest.raises(ValueError, match='noise has the shape'):
            stages(noise, backend, array).pulse_series(array, pulses_up, noise[:, 1:])


def test_compiled_loops_work_on_the_memory_of_the_array():
    array = build(SoftBoundsReferenceDevice(write_noise_std=1.0), (3, 4))
    devices = flat_devices(array, Stream(1, 1))
    assert np.shares_memory(devices.state.persistent, array.persistent)
    assert np.shares_memory(devices.state.visible, array.visible) and devices.state.reference is array.reference
    assert len(flat_devices(build(ConstantStepDevice()), Stream(1, 1)).state.reference) == 0


def test_a_law_of_the_package_keeps_its_own_class_of_planes():
    planes = planes_class(constant_step.ConstantStepPlanes, constant_step.step)
    assert planes is constant_step.ConstantStepPlanes and STEPS[planes] is constant_step.step


def test_another_step_of_the_same_planes_gets_a_class_of_its_own():
    """Machine code is found by the class: two steps must not share it."""
    def twice(weight, noise, device, shared):
        return 2 * device.size

    @dataclass
    class Twice(PulsedDevice):
        law: ClassVar[Law] = Law(twice, constant_step.planes)

    array = build(Twice(), (2, 2))
    assert can_step(array)
    planes = type(flat_devices(array, Stream(1, 1)).up)
    assert issubclass(planes, constant_step.ConstantStepPlanes) and planes is not constant_step.ConstantStepPlanes
    assert STEPS[planes] is twice and planes.__name__ not in {other.__name__ for other in STEPS if other is not planes}
