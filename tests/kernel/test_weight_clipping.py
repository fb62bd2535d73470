"""Clipped weights: the table of the reference, and limits."""

import numpy as np
import pytest

from aihwlab.kernel.weight_clipping import clip_weights
from aihwlab.parameters.enums import WeightClipType
from aihwlab.parameters.weights import WeightClipParameter
from tests.compare import parameters_from, reference
from tests.kernel.helpers import TABLE_WEIGHTS

REFERENCE = reference('weight_operations')


@pytest.mark.parametrize('name', REFERENCE['clip'])
def test_clipped_weights_are_those_of_the_reference(name):
    case = REFERENCE['clip'][name]
    clipped = clip_weights(TABLE_WEIGHTS, parameters_from(case['config'], [WeightClipParameter]))
    np.testing.assert_allclose(clipped, case['weights'], atol=2e-7)


@pytest.mark.parametrize('kind', WeightClipType)
def test_clipping_is_odd_and_leaves_the_given_weights_alone(kind):
    parameters, before = WeightClipParameter(type=kind, fixed_value=0.25), TABLE_WEIGHTS.copy()
    clipped = clip_weights(TABLE_WEIGHTS, parameters)
    assert (clip_weights(-TABLE_WEIGHTS, parameters) == -clipped).all() and not np.shares_memory(clipped, TABLE_WEIGHTS)
    np.testing.assert_array_equal(TABLE_WEIGHTS, before)
    assert (clipped == (before if kind is WeightClipType.NONE else np.clip(before, -0.25, 0.25))).all()
