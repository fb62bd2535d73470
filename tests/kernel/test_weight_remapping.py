"""Remapped weights and scales: the table of the reference, and limits."""

import numpy as np
import pytest

from aihwlab.kernel.weight_remapping import remap_weights
from aihwlab.parameters.enums import WeightRemapType
from aihwlab.parameters.weights import WeightRemapParameter
from tests.compare import parameters_from, reference
from tests.kernel.helpers import TABLE_WEIGHTS

REFERENCE = reference('weight_operations')


@pytest.mark.parametrize('name', REFERENCE['remap'])
def test_remapped_weights_and_scales_are_those_of_the_reference(name):
    case = REFERENCE['remap'][name]
    scales = np.array(case['scales_in'], dtype=np.float32)
    weights, remapped = remap_weights(TABLE_WEIGHTS, scales, parameters_from(case['config'], [WeightRemapParameter]))
    np.testing.assert_allclose(weights, case['weights'], atol=5e-7)
    np.testing.assert_allclose(remapped, case['scales_out'], rtol=1e-6)
    np.testing.assert_allclose(weights * remapped[:, None], TABLE_WEIGHTS * scales[:, None], rtol=2e-6)


def test_a_zero_matrix_is_left_alone():
    zero, scales = np.zeros((2, 3), dtype=np.float32), np.ones(2, dtype=np.float32)
    for kind in ('LAYERWISE_SYMMETRIC', 'CHANNELWISE_SYMMETRIC'):
        parameters = parameters_from({'class': 'WeightRemapParameter', 'type': kind}, [WeightRemapParameter])
        weights, remapped = remap_weights(zero, scales, parameters)
        assert (weights == 0).all() and (remapped == 1).all()


@pytest.mark.parametrize('kind', [WeightRemapType.LAYERWISE_SYMMETRIC, WeightRemapType.CHANNELWISE_SYMMETRIC])
def test_remapping_again_changes_nothing(kind):
    parameters = WeightRemapParameter(type=kind, remapped_wmax=0.5)
    once = remap_weights(TABLE_WEIGHTS, np.array([1.0, 3.0], dtype=np.float32), parameters)
    assert np.abs(once[0]).max() == pytest.approx(0.5)
    for again, before in zip(remap_weights(*once, parameters), once):
        np.testing.assert_allclose(again, before, rtol=1e-6)


def test_no_remapping_gives_copies():
    scales = np.ones(2, dtype=np.float32)
    weights, remapped = remap_weights(TABLE_WEIGHTS, scales, WeightRemapParameter())
    assert (weights == TABLE_WEIGHTS).all() and (remapped == scales).all()
    assert not np.shares_memory(weights, TABLE_WEIGHTS) and not np.shares_memory(remapped, scales)
