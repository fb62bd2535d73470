"""Parameter classes: the defaults of the reference, strict names and types, impossible values, printing and copies."""

import ast
import pickle
import re
import subprocess
import sys
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest
import torch

import aihwlab
from aihwlab.exceptions import AihwlabError, ConfigError, UnknownParameterError
from aihwlab.parameters.base import Parameters
from aihwlab.simulator.configs import utils
from aihwlab.simulator.parameters import (
    AnalogMVType,
    BoundManagementType,
    DriftParameter,
    InputRangeParameter,
    IOParameters,
    MappingParameter,
    NoiseManagementType,
    PrePostProcessingParameter,
    PulseType,
    RPUDataType,
    RuntimeParameter,
    SimpleDriftParameter,
    UpdateParameters,
    WeightClipParameter,
    WeightClipType,
    WeightModifierParameter,
    WeightModifierType,
    WeightRemapParameter,
    WeightRemapType,
)
from tests.simulator.reference_defaults import REFERENCE, assert_defaults, find, make, names_in

ALL = list(REFERENCE['classes'])
PARAMETERS = names_in('parameters')


def names_of(name, *kinds):
    """Return the fields of a class that have one of these types."""
    return [field.name for field in fields(find(name)) if field.type in kinds]


def assert_refused(name, field, value, allowed):
    """Assert that assigning a value of the wrong type raises at once, with its name and what is allowed."""
    with pytest.raises(ConfigError, match=rf'(?s){name}\.{field} = .*: must be {allowed}'):
        setattr(make(name), field, value)


def assert_impossible(name, field, value, allowed):
    """Assert that `validate` raises for a value, with its name, the value and what is allowed."""
    parameters = make(name)
    setattr(parameters, field, value)
    with pytest.raises(ConfigError, match=rf'{name}\.{field} = {value}: must be in {allowed}'):
        parameters.validate()


# -- the reference


@pytest.mark.parametrize('name', PARAMETERS)
def test_fields_and_defaults(name):
    assert_defaults(name)


@pytest.mark.parametrize('name', REFERENCE['enums'])
def test_enums(name):
    expected = REFERENCE['enums'][name]['members']
    assert {member.name: member.value for member in find(name)} == expected
    assert getattr(utils, name) is find(name)


def test_data_types():
    assert [kind.as_torch() for kind in RPUDataType] == [torch.float32, torch.float64, torch.float16]


@pytest.mark.parametrize('module', ['parameters', 'configs', 'configs.devices', 'presets', 'presets.devices'])
def test_parameters_do_not_need_torch(module):
    code = f'import sys, aihwlab.simulator.{module}; assert "torch" not in sys.modules'
    subprocess.run([sys.executable, '-c', code], check=True)


def test_every_field_is_documented():
    root = Path(aihwlab.__file__).parent
    folders = ('parameters', 'kernel/laws', 'simulator/parameters', 'simulator/configs')
    for path in [path for folder in folders for path in root.glob(f'{folder}/*.py')]:
        classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
        for cls in [node for node in classes if node.decorator_list]:  # dataclasses
            for field, below in zip(cls.body, [*cls.body[1:], None], strict=True):
                if isinstance(field, ast.AnnAssign) and 'ClassVar' not in ast.unparse(field.annotation):
                    text = below.value.value if isinstance(below, ast.Expr) else None
                    assert isinstance(text, str), f'{cls.name}.{field.target.id} has no docstring'


# -- names and types


def test_misspelt_keyword():
    with pytest.raises(TypeError, match='out_nois'):
        IOParameters(out_nois=0.1)


@pytest.mark.parametrize('name', [name for name in ALL if not name.endswith(('RPUConfig', 'RPU', 'RPUConfigBase'))])
def test_unknown_names_raise(name):
    parameters = make(name)
    with pytest.raises(UnknownParameterError, match=f"{name} has no parameter 'colour'"):
        parameters.colour = 1


def test_misspelt_name_is_suggested():
    parameters = IOParameters()
    with pytest.raises(UnknownParameterError, match="has no parameter 'out_nois'; did you mean 'out_noise'?") as info:
        parameters.out_nois = 0.1
    assert all(isinstance(info.value, kind) for kind in (ConfigError, AttributeError, ValueError, AihwlabError))


def test_unlike_name_lists_what_there_is():
    with pytest.raises(UnknownParameterError, match='it has fixed_value, sigma, type'):
        WeightClipParameter().zzz = 1


@pytest.mark.parametrize('name', ALL)
def test_wrong_types_raise(name):
    for field in names_of(name, float):
        for value in (True, '0.5', 1j, [0.5]):
            assert_refused(name, field, value, 'a number')
    for field in names_of(name, int):
        for value in (True, 1.0, None):
            assert_refused(name, field, value, 'an integer')
    for field in names_of(name, bool):
        for value in (1, 0.0, None):
            assert_refused(name, field, value, 'True or False')
    for field in names_of(name, *(find(kind) for kind in REFERENCE['enums'])):
        for value in ('NONE', 'None', None, WeightClipParameter):
            assert_refused(name, field, value, type(getattr(make(name), field)).__name__ + r'\.')


def test_wrong_type_as_keyword():
    with pytest.raises(ConfigError, match=r"UpdateParameters\.desired_bl = '31': must be an integer"):
        UpdateParameters(desired_bl='31')


@pytest.mark.parametrize('value', [['0.1'], (0.1, 0.2), np.array([0.1]), [True]])
def test_list_of_wrong_type(value):
    with pytest.raises(ConfigError, match=r'(?s)WeightModifierParameter\.coeffs = .*: must be a list'):
        WeightModifierParameter(coeffs=value)


def test_numbers_of_numpy_and_integers_are_numbers():
    parameters = IOParameters(out_noise=0, inp_res=np.float32(0.01), max_bm_factor=np.int64(4))
    parameters.validate()
    assert (parameters.out_noise, parameters.max_bm_factor) == (0, 4)


def test_parameters_inside_of_parameters_have_their_class():
    with pytest.raises(ConfigError, match=r'input_range = IOParameters\(\): must be an instance of InputRangeParam'):
        PrePostProcessingParameter(input_range=IOParameters())


# -- impossible values


@pytest.mark.parametrize('name', PARAMETERS)
def test_defaults_are_possible(name):
    make(name).validate()


@pytest.mark.parametrize('name', ALL)
def test_nan_and_infinite_numbers_are_impossible(name):
    for field in names_of(name, float):
        assert_impossible(name, field, float('nan'), r'[\[(]')
        if field not in ('inp_bound', 'out_bound'):
            assert_impossible(name, field, float('inf'), r'[\[(]')
            assert_impossible(name, field, float('-inf'), r'[\[(]')


@pytest.mark.parametrize('name', ALL)
def test_spreads_and_probabilities_are_not_negative(name):
    for field in names_of(name, float):
        if field.endswith(('_std', '_dtod', '_noise', '_prob')):
            assert_impossible(name, field, -0.1, r'\[0')


IMPOSSIBLE = [
    (IOParameters(inp_bound=2.0), 'inp_bound', '1, or noise_management must be NONE'),
    (IOParameters(inp_bound=0.0), 'inp_bound', '1, or noise_management must be NONE'),
    (IOParameters(inp_asymmetry=1.1), 'inp_asymmetry', r'in \(-inf, 1\]'),
    (IOParameters(out_asymmetry=-0.1), 'out_asymmetry', r'in \[0, 1\]'),
    (IOParameters(out_asymmetry=1.1), 'out_asymmetry', r'in \[0, 1\]'),
    (IOParameters(bound_management=BoundManagementType.SHIFT), 'bound_management', 'NONE, ITERATIVE or'),
    (IOParameters(mv_type=AnalogMVType.SPLIT_MODE), 'mv_type', 'IDEAL, ONE_PASS, POS_NEG_SEPARATE or'),
    (IOParameters(mv_type=AnalogMVType.BIT_WISE), 'mv_type', 'IDEAL, ONE_PASS, POS_NEG_SEPARATE or'),
    (IOParameters(ir_drop=-1.0), 'ir_drop', r'in \[0, inf\)'),
    (IOParameters(ir_drop_g_ratio=0.0), 'ir_drop_g_ratio', r'in \(0, inf\)'),
    (IOParameters(out_nonlinearity=-0.1), 'out_nonlinearity', r'in \[0, inf\)'),
    (IOParameters(r_series=-0.1), 'r_series', r'in \[0, inf\)'),
    (IOParameters(max_bm_factor=-1), 'max_bm_factor', r'in \[0, inf\)'),
    (IOParameters(max_bm_res=-1), 'max_bm_res', r'in \[0, inf\)'),
    (IOParameters(nm_thres=-1), 'nm_thres', r'in \[0, inf\)'),
    (UpdateParameters(desired_bl=0), 'desired_bl', r'in \[1, inf\)'),
    (UpdateParameters(um_grad_scale=0.0), 'um_grad_scale', r'in \(0, inf\)'),
    (MappingParameter(weight_scaling_omega=-1.0), 'weight_scaling_omega', r'in \[0, inf\)'),
    (MappingParameter(max_input_size=-1), 'max_input_size', r'in \[0, inf\)'),
    (MappingParameter(max_output_size=-1), 'max_output_size', r'in \[0, inf\)'),
    (InputRangeParameter(init_value=0.0), 'init_value', r'in \(0, inf\)'),
    (InputRangeParameter(init_from_data=-1), 'init_from_data', r'in \[0, inf\)'),
    (InputRangeParameter(init_std_alpha=0.0), 'init_std_alpha', r'in \(0, inf\)'),
    (InputRangeParameter(decay=-0.1), 'decay', r'in \[0, inf\)'),
    (InputRangeParameter(input_min_percentage=95.0), 'input_min_percentage', r'in \[0, 1\]'),
    (InputRangeParameter(output_min_percentage=95.0), 'output_min_percentage', r'in \[0, 1\]'),
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
    (SimpleDriftParameter(t_0=0.0), 't_0', r'in \(0, inf\)'),
    (SimpleDriftParameter(reset_tol=-1.0), 'reset_tol', r'in \[0, inf\)'),
    (DriftParameter(wg_ratio=0.0), 'wg_ratio', r'in \(0, inf\)'),
]


@pytest.mark.parametrize('parameters, field, allowed', [
    pytest.param(*case, id=f'{type(case[0]).__name__}.{case[1]}-{number}') for number, case in enumerate(IMPOSSIBLE)])
def test_impossible_values_are_named(parameters, field, allowed):
    with pytest.raises(ConfigError, match=rf'(?s){type(parameters).__name__}\.{field} = .*: must be {allowed}'):
        parameters.validate()


@pytest.mark.parametrize('parameters', [
    IOParameters(inp_res=-1, out_res=254, out_bound=-1.0),
    IOParameters(inp_bound=2.0, noise_management=NoiseManagementType.NONE),
    IOParameters(inp_bound=-1.0, noise_management=NoiseManagementType.NONE),
    IOParameters(inp_bound=float('inf'), noise_management=NoiseManagementType.NONE),
    IOParameters(out_bound=float('inf')), IOParameters(inp_asymmetry=-0.5),
    IOParameters(is_perfect=True, bound_management=BoundManagementType.SHIFT),
    IOParameters(mv_type=AnalogMVType.IDEAL, inp_bound=3.0), UpdateParameters(res=-1), UpdateParameters(res=100),
    MappingParameter(max_input_size=0, max_output_size=0), WeightClipParameter(type=WeightClipType.LAYER_GAUSSIAN),
    WeightModifierParameter(type=WeightModifierType.DISCRETIZE, res=-1.0),
])
def test_values_that_switch_off_are_possible(parameters):
    parameters.validate()


def test_impossible_values_are_found_inside():
    parameters = PrePostProcessingParameter()
    parameters.input_range.decay = -1.0
    with pytest.raises(ConfigError, match=r'PrePostProcessingParameter\.input_range\.decay = -1\.0: must be in \[0'):
        parameters.validate()


def test_wrong_types_are_found_inside_of_lists():
    parameters = WeightModifierParameter()
    parameters.coeffs.append('0.1')
    with pytest.raises(ConfigError, match=r'(?s)WeightModifierParameter\.coeffs = .*: must be a list'):
        parameters.validate()


def test_another_default_keeps_the_range():
    @dataclass
    class Quiet(IOParameters):
        out_noise: float = 0.01

    Quiet().validate()
    with pytest.raises(ConfigError, match=r'Quiet\.out_noise = -1\.0: must be in \[0, inf\)'):
        Quiet(out_noise=-1.0).validate()


# -- printing


@pytest.mark.parametrize('name', ALL)
def test_defaults_are_not_printed(name):
    reference = REFERENCE['classes'][name]['fields'].items()
    expected = [field for field, entry in reference if 'required' in entry or entry.get('always_show')
                or isinstance(entry['default'], dict) and 'dataclass' in entry['default'] and not entry.get('hide_if')]
    assert re.findall(r'^ {4}(\w+)=', str(make(name)), flags=re.MULTILINE) == expected


def test_differences_are_printed():
    parameters = UpdateParameters(desired_bl=10, pulse_type=PulseType.MEAN_COUNT)
    assert str(parameters) == 'UpdateParameters(\n    desired_bl=10,\n    pulse_type=PulseType.MEAN_COUNT,\n)'
    assert str(UpdateParameters()) == 'UpdateParameters()'


def test_perfect_converters_print_only_that():
    assert str(IOParameters(is_perfect=True, out_noise=1.0)) == 'IOParameters(\n    is_perfect=True,\n)'


def test_lists_print_one_item_per_line():
    text = str(WeightModifierParameter(coeffs=[0.5, 0.25], type=WeightModifierType.POLY))
    assert text == ('WeightModifierParameter(\n    coeffs=[\n        0.5,\n        0.25,\n    ],\n'
                    '    type=WeightModifierType.POLY,\n)')


def test_parameters_inside_are_indented():
    parameters = PrePostProcessingParameter(input_range=InputRangeParameter(enable=True, calibration_info='max'))
    assert str(parameters) == ('PrePostProcessingParameter(\n    input_range=InputRangeParameter(\n'
                               "        enable=True,\n        calibration_info='max',\n    ),\n)")


def test_repr_shows_every_field():
    text = repr(RuntimeParameter())
    assert text.startswith('RuntimeParameter(data_type=') and 'offload_gradient=False' in text


# -- copies and equality


@pytest.mark.parametrize('name', ALL)
def test_copies_are_equal_and_separate(name):
    original = make(name)
    original._note = 'private attributes are free'
    for copied in (deepcopy(original), pickle.loads(pickle.dumps(original))):
        assert copied == original and copied is not original and copied._note == original._note
        for field in fields(original):
            if isinstance(getattr(original, field.name), (Parameters, list)):
                assert getattr(copied, field.name) is not getattr(original, field.name)


def test_defaults_are_not_shared():
    first, second = WeightModifierParameter(), WeightModifierParameter()
    first.coeffs.append(1.0)
    assert first != second and len(second.coeffs) == 3


def test_mappings_are_compatible_if_only_the_scaling_of_weights_differs():
    mapping = MappingParameter()
    assert mapping.compatible_with(MappingParameter(weight_scaling_omega=0.6, weight_scaling_columnwise=True))
    assert not mapping.compatible_with(MappingParameter(digital_bias=False))
    assert not mapping.compatible_with(MappingParameter(max_input_size=256))
