"""Pulses up, then pulses down; and sequences of pulses."""

from dataclasses import replace

import numpy as np
import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.pulse_response import balance, pulse_response, sequence_response, step_size, without_spread
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice, SoftBoundsDevice
from aihwlab.simulator.presets import devices as presets

EXACT = dict(dw_min_std=0.0, dw_min_dtod=0.0, up_down_dtod=0.0, w_max_dtod=0.0, w_min_dtod=0.0)
CONSTANT = ConstantStepDevice(dw_min=0.01, w_max=0.5, w_min=-0.2, **EXACT)


def test_constant_steps_up_and_down_to_the_bounds():
    weights = pulse_response(CONSTANT, 20, 100, devices=3).weights
    assert weights.shape == (121, 3)
    np.testing.assert_allclose(weights[:21], 0.01 * np.arange(21)[:, None] * np.ones(3), atol=1e-6)
    np.testing.assert_allclose(weights[21:61, 0], 0.2 - 0.01 * np.arange(1, 41), atol=1e-6)
    np.testing.assert_allclose(weights[61:], -0.2, atol=1e-6)


def test_soft_bounds_approach_the_bound_exponentially():
    device = SoftBoundsDevice(dw_min=0.01, w_max=0.5, w_min=-0.5, **EXACT)
    weights = pulse_response(device, 100, 0, devices=1).weights[:, 0]
    np.testing.assert_allclose(weights, 0.5 * (1 - (1 - 0.01 / 0.5) ** np.arange(101)), atol=1e-5)


def test_write_noise_has_the_stated_strength():
    device = SoftBoundsDevice(dw_min=0.01, w_max=0.5, w_min=-0.5, write_noise_std=10.0, **EXACT)
    response = pulse_response(device, 2000, 0, devices=10, seed=3)
    quiet = pulse_response(replace(device, write_noise_std=0.0), 2000, 0, devices=10, seed=3)
    noise = (response.weights - quiet.weights)[1:]
    assert response.write_noise == pytest.approx(0.1)
    assert abs(noise.std() - 0.1) < 4 * 0.1 / np.sqrt(2 * noise.size)      # four standard errors
    assert abs(noise.mean()) < 4 * 0.1 / np.sqrt(noise.size)


def test_seed_decides():
    device = presets.ReRamSBPresetDevice()
    first, again, other = (pulse_response(device, 5, 5, seed=seed).weights for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_step_size_of_reram_with_soft_bounds():
    step = step_size(presets.ReRamSBPresetDevice())
    np.testing.assert_allclose(step.weight[[0, -1]], [-0.75, 1.25])
    np.testing.assert_allclose(step.up, 0.002 * (1 - step.weight / 1.25), atol=1e-8)
    np.testing.assert_allclose(step.down, -0.002 * (1 + step.weight / 0.75), atol=1e-8)
    np.testing.assert_allclose(step.up_noise, 3.75 * 0.002, rtol=1e-5)


@pytest.mark.parametrize('name', presets.__all__)
def test_all_presets_stay_within_their_bounds(name):
    device = getattr(presets, name)()
    response = pulse_response(without_spread(replace(device, write_noise_std=0.0)
                                             if 'write_noise_std' in vars(device) else device), 50, 50)
    low, high = response.step.weight[[0, -1]]
    assert low - 1e-5 <= response.weights.min() and response.weights.max() <= high + 1e-5


@pytest.mark.parametrize('change, message', [
    ({'pulses_up': -1}, 'pulses_up = -1: must be at least 0'), ({'devices': 0}, 'devices = 0: must be at least 1'),
    ({'device': IdealDevice()}, 'device = IdealDevice: must be'),
])
def test_impossible_experiments_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        pulse_response(**{**dict(device=CONSTANT, pulses_up=1, pulses_down=1), **change})


def test_impossible_devices_are_refused():
    with pytest.raises(ConfigError, match='dw_min'):
        pulse_response(ConstantStepDevice(dw_min=-1.0), 1, 1)


# -- sequences


def test_pulses_are_given_as_the_sequence_says():
    weights = sequence_response(CONSTANT, np.array([1, 2, 0, -1, -4]), start=0.1)
    np.testing.assert_allclose(weights[:, 0], [0.1, 0.11, 0.13, 0.13, 0.12, 0.08], atol=1e-6)


@pytest.mark.parametrize('name', [name for name in presets.__all__ if 'Array' not in name])
def test_pulses_up_then_down_are_one_sequence(name):
    """Devices with a reference start elsewhere: one at the state zero, the other at the weight zero."""
    device, sequence = getattr(presets, name)(), np.concatenate([np.ones(30), -np.ones(20)])
    found, expected = sequence_response(device, sequence, devices=4), pulse_response(device, 30, 20, devices=4).weights
    np.testing.assert_array_equal(found[1:], expected[1:])  # setting the weights has write noise of its own


def test_many_turns_are_as_good_as_few():
    device = SoftBoundsDevice(dw_min=0.02)
    turns = np.resize([2, -1], 60)
    single = np.repeat(np.sign(turns), np.abs(turns))
    np.testing.assert_array_equal(sequence_response(device, turns)[-1], sequence_response(device, single)[-1])


def test_a_sequence_starts_within_the_bounds_and_may_be_empty():
    assert sequence_response(CONSTANT, np.array([]), start=2.0, devices=3).tolist() == [[0.5] * 3]
    assert sequence_response(CONSTANT, np.array([0, 0]), start=0.25).tolist() == [[0.25]] * 3


def test_write_noise_is_in_what_is_seen():
    device = replace(presets.ReRamSBPresetDevice(), dw_min_std=0.0)
    seen = sequence_response(device, np.resize([1, -1], 400), devices=10)
    assert np.diff(seen, axis=0).std() == pytest.approx(np.sqrt(2) * 56 * 0.002, rel=0.1)


def test_each_device_may_start_at_a_weight_of_its_own():
    weights = sequence_response(CONSTANT, np.array([1, -1]), start=[0.1, -0.2], devices=2)
    np.testing.assert_allclose(weights, [[0.1, -0.2], [0.11, -0.19], [0.1, -0.2]], atol=1e-6)


@pytest.mark.parametrize('change, message', [
    ({'start': [0.1, 0.2]}, r'start = \[0.1, 0.2\]: must be a weight'),
    ({'pulses': np.array([0.5])}, 'must be whole numbers'), ({'pulses': np.array([np.nan])}, 'must be whole numbers'),
    ({'pulses': np.ones((2, 2))}, 'must be whole numbers'), ({'devices': 0}, 'devices = 0: must be at least 1'),
    ({'device': IdealDevice()}, 'device = IdealDevice: must be')])
def test_impossible_sequences_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        sequence_response(**{**dict(device=CONSTANT, pulses=np.array([1, -1])), **change})


# -- where pulses cancel


@pytest.mark.parametrize('share', [0.2, 0.5, 0.8])
@pytest.mark.parametrize('up_down', [0.0, 0.3])
def test_pulses_cancel_where_the_law_says(share, up_down):
    """With steps down that are smaller by `up_down`: `share (1 - w) = (1 - share) (1 - up_down) (1 + w)`."""
    step = step_size(SoftBoundsDevice(dw_min=0.01, up_down=up_down, w_max=1.0, w_min=-1.0))
    up, down = share, (1 - share) * (1 - up_down)
    assert balance(step, share) == pytest.approx((up - down) / (up + down), abs=1e-4)


def test_a_device_without_balance_has_none():
    step = step_size(CONSTANT)
    assert np.isnan(balance(step, 0.7))
    with pytest.raises(ValueError, match='share = 1.2: must be between 0 and 1'):
        balance(step, 1.2)
