"""Weights as phase-change memory would hold them: signs, spread, faults, and the growth of noise with time."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.pcm_noise import pcm_noise
from aihwlab.kernel.random import Stream
from aihwlab.kernel.weight_modifiers import modify_weights
from aihwlab.parameters.enums import WeightModifierType
from aihwlab.parameters.weights import WeightModifierParameter


def test_pcm_noise_keeps_signs_and_has_the_programming_noise_of_its_conductance():
    modifier = WeightModifierParameter(type=WeightModifierType.PCM_NOISE, std_dev=1.0)
    weights = np.full((200, 200), -0.5, dtype=np.float32)
    weights[0, 0] = -1.0
    noisy = modify_weights(weights, modifier, Stream(1, 1))[1:]
    spread = (0.26348 + 1.9650 * 0.5 - 1.1731 * 0.25) / 25
    assert (noisy < 0).all()
    assert noisy.mean() == pytest.approx(-0.5, abs=4.5 * spread / np.sqrt(noisy.size))
    assert noisy.std() == pytest.approx(spread, rel=4.5 / np.sqrt(2 * noisy.size))


def test_pcm_faults_have_their_probabilities():
    modifier = WeightModifierParameter(type=WeightModifierType.PCM_NOISE, std_dev=0.0, pcm_prob_at_reset=0.2,
                                       pcm_prob_at_gmax=0.1)
    weights = np.full((200, 200), 0.5, dtype=np.float32)
    weights[0, 0] = 1.0
    stuck = modify_weights(weights, modifier, Stream(1, 1))
    error = 4.5 * 0.5 / np.sqrt(stuck.size)
    assert (np.abs(stuck) > 0.99).mean() == pytest.approx(0.1, abs=error)
    assert (stuck < -0.99).mean() == pytest.approx(0.05, abs=error)
    assert (stuck == 0).mean() == pytest.approx(0.2 * 0.9, abs=error)


def test_pcm_noise_grows_with_time():
    modifiers = [WeightModifierParameter(type=WeightModifierType.PCM_NOISE, std_dev=1.0, pcm_t_inference=t)
                 for t in (0.0, 3600.0, 3.15e7)]
    weights = np.linspace(0.2, 1, 10_000, dtype=np.float32).reshape(100, 100)
    errors = [np.std(modify_weights(weights, modifier, Stream(1, 1)) - weights) for modifier in modifiers]
    assert errors[0] < errors[1] < errors[2]


def test_weights_beyond_the_largest_conductance_are_limited_to_it():
    weights = np.array([[0.25, -0.75, 2.0, -3.0]], dtype=np.float32)
    exact = pcm_noise(weights, WeightModifierParameter(std_dev=0.0), np.float32(1), Stream(1, 1))
    np.testing.assert_allclose(exact, [[0.25, -0.75, 1, -1]], rtol=1e-6)


def test_small_conductances_become_zero():
    """Below three deviations of the programming noise at zero, 3 x 0.26348 of 25 uS."""
    weights = np.linspace(-0.1, 0.1, 201, dtype=np.float32)[None]
    modifier = WeightModifierParameter(std_dev=1.0, pcm_zero_thres=3.0)
    left = pcm_noise(weights, modifier, np.float32(1), Stream(1, 1)) != 0
    assert (left == (np.abs(weights) > 3 * 0.26348 / 25)).all()
