"""The step of a device on a GPU: that of each law, and what happens to laws that cannot be compiled."""

import warnings
from copy import deepcopy
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from numba import cuda

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.devices.pulse import after_pulse
from aihwlab.kernel.gpu.compiling import launch
from aihwlab.kernel.gpu.pulse import can_step, flat_devices, of_law
from aihwlab.kernel.laws.constant_step import planes
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs import devices
from tests.kernel.gpu.arrays import assert_same, library, on_cpu, on_gpu
from tests.kernel.helpers import WITH_PMAX, build, numbers


def _pulses(devices, up, noise, states):
    e = cuda.grid(1)
    if e < len(states):
        states[e] = after_pulse(devices, devices.state.persistent[e], e, up, noise[e])


def states_after(array, up, noise):
    """Return the states of the devices after one pulse each, on the GPU."""
    there, states = on_gpu(array), library().zeros(array.persistent.size, dtype=np.float32)
    launch(of_law(_pulses, there), states.size, flat_devices(there, Stream(1, 1)), up, on_gpu(noise), states)
    return states


@pytest.mark.parametrize('device_class', WITH_PMAX)
@pytest.mark.parametrize('up', [False, True])
def test_steps_of_all_laws(device_class, up):
    parameters = device_class()
    for name, value in (('piecewise_up', [1.5, 1.0, 0.5]), ('piecewise_down', [0.5, 1.0, 1.5])):
        if name in vars(parameters):
            setattr(parameters, name, value)
    array, noise = build(parameters, (5, 6)), numbers(3, 30)
    array.set_weights(0.3 * numbers(2, (5, 6)), Stream(1, 1))
    expected = after_pulse(array, array.persistent.reshape(-1), np.arange(30), up, noise)
    assert (expected != array.persistent.reshape(-1)).any()
    np.testing.assert_allclose(on_cpu(states_after(array, up, noise)), expected, rtol=3e-7, atol=1e-8)
    if device_class not in (devices.ExpStepDevice, devices.PowStepDevice, devices.PowStepReferenceDevice):
        assert_same(expected, states_after(array, up, noise))  # without a function that each library rounds in its own way


def test_devices_are_prepared_once_and_again_after_a_change():
    array = on_gpu(build(devices.SoftBoundsDevice(), (2, 3)))
    first = flat_devices(array, Stream(1, 1))
    assert flat_devices(array, Stream(1, 2)).state is first.state
    array.set_hidden({'max_bound': array.hidden['max_bound'] + 1})
    assert_same(on_cpu(array.upper), library().asarray(flat_devices(array, Stream(1, 2)).state.upper))


def test_a_law_of_ones_own_steps_on_a_gpu():
    def step(weight, noise, device, shared):
        room = 1 - weight * weight
        return device.size * room * (1 + shared.noise * noise)

    @dataclass
    class Squares(devices.PulsedDevice):
        law: ClassVar[Law] = Law(step, planes)

    array, noise = build(Squares(), (2, 3)), numbers(3, 6)
    array.set_weights(0.3 * numbers(2, (2, 3)), Stream(1, 1))
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert can_step(on_gpu(array))
    expected = after_pulse(array, array.persistent.reshape(-1), np.arange(6), True, noise)
    np.testing.assert_allclose(on_cpu(states_after(array, True, noise)), expected, rtol=3e-7)


def test_a_law_that_cannot_be_translated_takes_the_reference_with_one_notice():
    @dataclass
    class Unreadable(devices.PulsedDevice):
        law: ClassVar[Law] = Law(lambda weight, noise, device, shared: device.size, planes)

    array = on_gpu(build(Unreadable(), (2, 3)))
    before, engine = on_cpu(deepcopy(array).persistent), Engine(backend='gpu')
    with pytest.warns(UserWarning, match='cannot be compiled for a GPU'):
        assert not can_step(array)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert engine.stages(array.persistent, array).__name__ == 'aihwlab.kernel.reference'
    assert_same(before, array.persistent)
