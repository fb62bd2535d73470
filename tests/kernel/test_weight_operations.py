"""Modification, clipping and remapping of weights: limits, then the tables of the reference."""

import json
from pathlib import Path

import numpy as np
import pytest

from aihwlab.kernel.random import Stream
from aihwlab.kernel.weight_clipping import clip_weights
from aihwlab.kernel.weight_modifiers import modify_weights
from aihwlab.kernel.weight_remapping import remap_weights
from aihwlab.parameters.enums import WeightModifierType
from aihwlab.simulator.parameters import WeightClipParameter, WeightModifierParameter, WeightRemapParameter
from tests.compare import assert_moments, parameters_from

REFERENCE = json.loads((Path(__file__).parents[1] / 'data' / 'reference_weight_operations.json').read_text())
W = np.array([[-0.6 + 0.15 * j for j in range(9)], [0.3 * np.cos(j) for j in range(9)]], dtype=np.float32)
W[0, 8] = 0.6
PARAMETERS = [WeightModifierParameter, WeightClipParameter, WeightRemapParameter]


@pytest.mark.parametrize('kind', WeightModifierType)
def test_a_modifier_without_strength_changes_nothing(kind):
    modifier = WeightModifierParameter(type=kind, res=0.0, std_dev=0.0)
    expected = 0.6 / np.tanh(0.6) * np.tanh(W) if kind is WeightModifierType.DOREFA else W
    before = W.copy()
    np.testing.assert_allclose(modify_weights(W, modifier, Stream(1, 1)), expected, rtol=1e-6)
    assert (before == W).all()


@pytest.mark.parametrize('name', REFERENCE['modifiers'])
def test_modified_weights_are_those_of_the_reference(name):
    case = REFERENCE['modifiers'][name]
    modifier = parameters_from(case['config'], PARAMETERS)
    if 'weights' in case:
        np.testing.assert_allclose(modify_weights(W, modifier, Stream(1, 1)), case['weights'], atol=2e-7)
        return
    samples = np.stack([modify_weights(W, modifier, Stream(3, operation)) for operation in range(8000)])
    assert_moments(samples, case)


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


@pytest.mark.parametrize('name', REFERENCE['clip'])
def test_clipped_weights_are_those_of_the_reference(name):
    case = REFERENCE['clip'][name]
    clipped = clip_weights(W, parameters_from(case['config'], PARAMETERS))
    np.testing.assert_allclose(clipped, case['weights'], atol=2e-7)


@pytest.mark.parametrize('name', REFERENCE['remap'])
def test_remapped_weights_and_scales_are_those_of_the_reference(name):
    case = REFERENCE['remap'][name]
    scales = np.array(case['scales_in'], dtype=np.float32)
    weights, remapped = remap_weights(W, scales, parameters_from(case['config'], PARAMETERS))
    np.testing.assert_allclose(weights, case['weights'], atol=5e-7)
    np.testing.assert_allclose(remapped, case['scales_out'], rtol=1e-6)
    np.testing.assert_allclose(weights * remapped[:, None], W * scales[:, None], rtol=2e-6)


def test_a_zero_matrix_is_left_alone():
    zero, scales = np.zeros((2, 3), dtype=np.float32), np.ones(2, dtype=np.float32)
    for kind in ('LAYERWISE_SYMMETRIC', 'CHANNELWISE_SYMMETRIC'):
        parameters = parameters_from({'class': 'WeightRemapParameter', 'type': kind}, PARAMETERS)
        weights, remapped = remap_weights(zero, scales, parameters)
        assert (weights == 0).all() and (remapped == 1).all()


def test_nan_weights_are_refused():
    with pytest.raises(ValueError, match='NaN'):
        modify_weights(np.full((1, 1), np.nan, dtype=np.float32), WeightModifierParameter(), Stream(1, 1))
