"""Parameters of modification, clipping and remapping: impossible and possible values, lists of coefficients."""

import numpy as np
import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.enums import WeightClipType, WeightModifierType, WeightRemapType
from aihwlab.parameters.weights import WeightClipParameter, WeightModifierParameter, WeightRemapParameter
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('parameters, field, allowed', [
    (WeightModifierParameter(std_dev=-1.0), 'std_dev', r'in \[0, inf\)'),
    (WeightModifierParameter(pdrop=1.5), 'pdrop', r'in \[0, 1\]'),
    (WeightModifierParameter(dorefa_clip=0.0), 'dorefa_clip', r'in \(0, inf\)'),
    (WeightModifierParameter(assumed_wmax=0.0), 'assumed_wmax', r'in \(0, inf\)'),
    (WeightModifierParameter(g_max=0.0), 'g_max', r'in \(0, inf\)'),
    (WeightModifierParameter(pcm_prob_at_gmax=-0.1), 'pcm_prob_at_gmax', r'in \[0, 1\]'),
    (WeightModifierParameter(pcm_t0=0.0), 'pcm_t0', r'in \(0, inf\)'),
    (WeightModifierParameter(coeffs=[float('nan')]), 'coeffs', r'in \(-inf, inf\)'),
    (WeightModifierParameter(type=WeightModifierType.POLY, coeffs=[]), 'coeffs', 'a list of at least one coefficient'),
    (WeightClipParameter(type=WeightClipType.FIXED_VALUE), 'fixed_value', 'positive'),
    (WeightClipParameter(sigma=0.0), 'sigma', r'in \(0, inf\)'),
    (WeightRemapParameter(remapped_wmax=0.0), 'remapped_wmax', r'in \(0, inf\)'),
    (WeightRemapParameter(type=WeightRemapType.CHANNELWISE_SYMMETRIC, max_scale_range=2.0, remapped_wmax=0.5),
     'remapped_wmax', '1 if max_scale_range limits'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


@pytest.mark.parametrize('parameters', [
    WeightClipParameter(type=WeightClipType.LAYER_GAUSSIAN),
    WeightModifierParameter(type=WeightModifierType.DISCRETIZE, res=-1.0),
])
def test_values_that_switch_off_are_possible(parameters):
    parameters.validate()


@pytest.mark.parametrize('value', [['0.1'], (0.1, 0.2), np.array([0.1]), [True]])
def test_list_of_wrong_type(value):
    with pytest.raises(ConfigError, match=r'(?s)WeightModifierParameter\.coeffs = .*: must be a list'):
        WeightModifierParameter(coeffs=value)


def test_wrong_types_are_found_inside_of_lists():
    parameters = WeightModifierParameter()
    parameters.coeffs.append('0.1')
    with pytest.raises(ConfigError, match=r'(?s)WeightModifierParameter\.coeffs = .*: must be a list'):
        parameters.validate()


def test_defaults_are_not_shared():
    first, second = WeightModifierParameter(), WeightModifierParameter()
    first.coeffs.append(1.0)
    assert first != second and len(second.coeffs) == 3


def test_no_type_of_modifier_is_the_type_none():
    assert WeightModifierParameter(type=None).type is WeightModifierType.NONE
    parameters = WeightModifierParameter(type=WeightModifierType.COPY)
    parameters.type = None
    assert parameters.type is WeightModifierType.NONE
