"""The converter with a scale for each row: signs, range, and the way back."""

import pytest
import torch

from aihwlab.exceptions import ArgumentError
from aihwlab.inference.converter.fusion import FusionConductanceConverter


def test_weights_come_back_with_their_signs():
    weights = torch.randn(4, 6, generator=torch.Generator().manual_seed(1))
    converter = FusionConductanceConverter()
    (conductance,), params = converter.convert_to_conductances(weights)
    assert (conductance >= 0).all() and torch.allclose(conductance.max(dim=1).values, torch.tensor(40.0))
    torch.testing.assert_close(converter.convert_back_to_weights([conductance], params), weights)


def test_later_changes_of_the_weights_do_not_change_what_was_programmed():
    weights = torch.rand(2, 5)
    before, converter = weights.clone(), FusionConductanceConverter(20)
    conductances, params = converter.convert_to_conductances(weights)
    weights.neg_()
    torch.testing.assert_close(converter.convert_back_to_weights(conductances, params), before)


@pytest.mark.parametrize('g_max', [9.9, 41, float('nan'), float('inf')])
def test_ranges_that_the_chip_does_not_have(g_max):
    with pytest.raises(ArgumentError, match=r'g_max = .*: must be'):
        FusionConductanceConverter(g_max)


def test_what_is_refused_says_why():
    converter = FusionConductanceConverter()
    with pytest.raises(ValueError, match=r'weights of shape \(3,\): must be a matrix, \[out, in\]'):
        converter.convert_to_conductances(torch.ones(3))
    with pytest.raises(ValueError, match='params lack original_weights'):
        converter.convert_back_to_weights([torch.ones(1, 1)], {})
    with pytest.raises(ValueError, match='must be a list of 1, not 2'):
        converter.convert_back_to_weights([torch.ones(1, 1)] * 2, {'original_weights': torch.ones(1, 1)})
