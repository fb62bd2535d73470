"""Pulses on an array of devices: properties of all laws, then the trajectories of the reference."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.devices.pulse import apply_pulses, pulse_series
from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs import devices
from tests.compare import SIGMAS, assert_quantiles, reference, slow_except
from tests.kernel.helpers import WITH_PMAX, build, device_of, equal_devices, ideal_steps, pulses

REFERENCE = reference('devices')


@pytest.mark.parametrize('device_class', WITH_PMAX)
def test_no_pulse_leaves_the_bounds(device_class):
    settings = {} if device_class is devices.SoftBoundsPmaxDevice else {'dw_min_std': 3.0}
    array = build(device_class(**settings), (30, 40))
    for up in (True, False):
        pulses(array, up, 300, operation=2 + up)
        assert (array.persistent.ravel() <= array.upper).all() and (array.persistent.ravel() >= array.lower).all()
        assert np.isfinite(array.visible).all() and array.visible.dtype == np.float32


@pytest.mark.parametrize('device_class', WITH_PMAX)
def test_pulses_up_raise_the_mean_weight_and_pulses_down_lower_it(device_class):
    array = build(device_class(), (20, 20))
    start = array.visible.mean()
    pulses(array, True, 50)
    top = array.visible.mean()
    pulses(array, False, 80, operation=3)
    assert top > start and array.visible.mean() < top


@pytest.mark.parametrize('device_class', WITH_PMAX)
def test_mirrored_devices_move_alike(device_class):
    """With symmetric parameters, up pulses from zero mirror down pulses from zero."""
    parameters = equal_devices(device_class, a=0.3, b=0.0, A_up=0.2, A_down=0.2, gamma_up=1.5, gamma_down=1.5)
    if device_class is devices.SoftBoundsPmaxDevice:
        parameters.range_min, parameters.range_max, parameters.p_max, parameters.alpha = -1.0, 1.0, 100_000, 0.001
    up, down = build(parameters), build(deepcopy(parameters))
    for array in (up, down):
        array.persistent[...] = 0
        array.visible[...] = 0
    pulses(up, True, 20)
    pulses(down, False, 20)
    np.testing.assert_allclose(up.visible, -down.visible, rtol=1e-5)


def test_a_pulse_reaches_the_crosspoints_it_is_given_to_and_no_others():
    array, quiet = build(ideal_steps(), (2, 3)), np.zeros(2, dtype=np.float32)
    apply_pulses(array, np.array([1, 5]), np.array([True, False]), quiet, quiet)
    np.testing.assert_allclose(array.visible, [[0, 0.001, 0], [0, 0, -0.001]], rtol=1e-6)


def test_a_series_is_what_pulse_after_pulse_does():
    array = build(devices.SoftBoundsReferenceDevice(write_noise_std=2.0), (3, 4))
    noise = np.random.default_rng(1).normal(size=(7, 12)).astype(np.float32)
    states = pulse_series(array, 4, noise)
    assert states.shape == (8, 12) and (states[0] == array.persistent.ravel()).all()
    for pulse, expected in enumerate(states[1:]):
        apply_pulses(array, np.arange(12), np.full(12, pulse < 4), noise[pulse], noise[pulse])
        assert (array.persistent.ravel() == expected).all()


@pytest.mark.parametrize('name', slow_except('ConstantStepDevice', REFERENCE['cases']))
def test_trajectories_are_those_of_the_reference(name):
    """10,000 devices, 1000 pulses up, then 1000 down."""
    case = REFERENCE['cases'][name]
    array = build(device_of(case), (100, 100))
    array.set_weights(np.zeros((100, 100), dtype=np.float32), Stream(1, 1))
    compare_state(array, case['states']['init'], heavy='corrupt' in name or 'Reference' in name)
    given = 0
    for up in (True, False):
        for count in (1, 10, 50, 200, 1000):
            pulses(array, up, count - given, operation=2 + up, first=given)
            given = count
            compare_state(array, case['states'][f'{"up" if up else "down"}_{count}'], heavy='Reference' in name)
        given = 0


def compare_state(array, expected, heavy):
    """Compare the weights that products see and, for devices with write noise, those that pulses change, without `r`."""
    compare(array.visible.ravel(), expected, heavy)
    if 'persistent' in expected:
        reference = 0 if array.reference is None else array.reference
        compare(array.persistent.ravel() - reference, expected['persistent'], heavy)


def compare(samples, expected, heavy):
    """Compare moments within their errors; where single devices dominate them (those with a reference), quantiles."""
    if heavy:
        return assert_quantiles(samples, expected, 'weight')
    n = samples.size
    error = np.hypot(expected['se_mean'], samples.std() / np.sqrt(n))
    assert abs(samples.mean() - expected['mean']) <= SIGMAS * error
    error = np.sqrt(expected['se_std'] ** 2 + 3 * samples.var() / (2 * n))
    assert abs(samples.std() - expected['std']) <= SIGMAS * error
