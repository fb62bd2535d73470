"""Modified weights: without strength nothing changes, and the table of the reference."""

import numpy as np
import pytest

from aihwlab.kernel.random import Stream
from aihwlab.kernel.weight_modifiers import modify_weights
from aihwlab.parameters.enums import WeightModifierType
from aihwlab.parameters.weights import WeightModifierParameter
from tests.compare import assert_moments, parameters_from, reference, slow_except
from tests.kernel.helpers import TABLE_WEIGHTS

REFERENCE = reference('weight_operations')


@pytest.mark.parametrize('kind', WeightModifierType)
def test_a_modifier_without_strength_changes_nothing(kind):
    modifier = WeightModifierParameter(type=kind, res=0.0, std_dev=0.0)
    expected = 0.6 / np.tanh(0.6) * np.tanh(TABLE_WEIGHTS) if kind is WeightModifierType.DOREFA else TABLE_WEIGHTS
    before = TABLE_WEIGHTS.copy()
    np.testing.assert_allclose(modify_weights(TABLE_WEIGHTS, modifier, Stream(1, 1)), expected, rtol=1e-6)
    assert (before == TABLE_WEIGHTS).all()


@pytest.mark.parametrize('name', slow_except('discretize_sto', REFERENCE['modifiers']))
def test_modified_weights_are_those_of_the_reference(name):
    case = REFERENCE['modifiers'][name]
    modifier = parameters_from(case['config'], [WeightModifierParameter])
    if 'weights' in case:
        np.testing.assert_allclose(modify_weights(TABLE_WEIGHTS, modifier, Stream(1, 1)), case['weights'], atol=2e-7)
        return
    samples = np.stack([modify_weights(TABLE_WEIGHTS, modifier, Stream(3, operation)) for operation in range(8000)])
    assert_moments(samples, case)


def test_nan_weights_are_refused():
    with pytest.raises(ValueError, match='NaN'):
        modify_weights(np.full((1, 1), np.nan, dtype=np.float32), WeightModifierParameter(), Stream(1, 1))
