"""Parameter classes: the defaults of the reference, strict names and types, impossible values, printing and copies."""

import ast
import pickle
import re
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

import aihwlab
from aihwlab.exceptions import AihwlabError, ConfigError, UnknownParameterError
from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.enums import PulseType, WeightModifierType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.vector import VectorUnitCell
from aihwlab.parameters.weights import WeightClipParameter, WeightModifierParameter
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.parameters.helpers import REFERENCE, assert_defaults, find, make, names_in

ALL = list(REFERENCE['classes'])
PARAMETERS = names_in('parameters')


def names_of(name, *kinds):
    """Return the fields of a class that have one of these types."""
    return [field.name for field in fields(find(name)) if field.type in kinds]


def assert_refused(name, field, value, allowed):
    """Assert that assigning a value of the wrong type raises at once, with its name and what is allowed."""
    with pytest.raises(ConfigError, match=rf'(?s){name}\.{field} = .*: must be {allowed}'):
        setattr(make(name), field, value)


def assert_impossible_value(name, field, value, allowed):
    """Assert that `validate` raises for a value, with its name, the value and what is allowed."""
    parameters = make(name)
    setattr(parameters, field, value)
    with pytest.raises(ConfigError, match=rf'{name}\.{field} = {value}: must be in {allowed}'):
        parameters.validate()


# -- the reference


@pytest.mark.parametrize('name', PARAMETERS)
def test_fields_and_defaults(name):
    assert_defaults(name)


def test_every_field_is_documented():
    root = Path(aihwlab.__file__).parent
    folders = ('parameters', 'kernel/laws', 'inference/converter', 'inference/noise', 'inference/compensation',
               'simulator/parameters', 'simulator/configs')
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
        takes_none = find(name).__dataclass_fields__[field].metadata.get('filled_in')
        for value in ('NONE', 'None', WeightClipParameter, *([] if takes_none else [None])):
            assert_refused(name, field, value, type(getattr(make(name), field)).__name__ + r'\.')


def test_wrong_type_as_keyword():
    with pytest.raises(ConfigError, match=r"UpdateParameters\.desired_bl = '31': must be an integer"):
        UpdateParameters(desired_bl='31')


def test_numbers_of_numpy_and_integers_are_numbers():
    parameters = IOParameters(out_noise=0, inp_res=np.float32(0.01), max_bm_factor=np.int64(4))
    parameters.validate()
    assert (parameters.out_noise, parameters.max_bm_factor) == (0, 4)


# -- impossible values


@pytest.mark.parametrize('name', PARAMETERS)
def test_defaults_are_possible(name):
    make(name).validate()


@pytest.mark.parametrize('name', ALL)
def test_nan_and_infinite_numbers_are_impossible(name):
    for field in names_of(name, float):
        assert_impossible_value(name, field, float('nan'), r'[\[(]')
        if field not in ('inp_bound', 'out_bound'):
            assert_impossible_value(name, field, float('inf'), r'[\[(]')
            assert_impossible_value(name, field, float('-inf'), r'[\[(]')


@pytest.mark.parametrize('name', ALL)
def test_spreads_and_probabilities_are_not_negative(name):
    for field in names_of(name, float):
        if field.endswith(('_std', '_dtod', '_noise', '_prob')):
            assert_impossible_value(name, field, -0.1, r'\[0')


def test_another_default_keeps_the_range():
    @dataclass
    class Quiet(IOParameters):
        out_noise: float = 0.01

    Quiet().validate()
    with pytest.raises(ConfigError, match=r'Quiet\.out_noise = -1\.0: must be in \[0, inf\)'):
        Quiet(out_noise=-1.0).validate()


@dataclass
class Follows(Parameters):
    first: float = parameter(None, '(0, inf)', filled_in=True)
    second: float = 1.0


@dataclass
class FollowsWithAnotherDefault(Follows):
    first: float = None


@pytest.mark.parametrize('cls', [Follows, FollowsWithAnotherDefault])
def test_none_may_stand_for_what_is_filled_in_but_not_remain(cls):
    parameters = cls()
    with pytest.raises(ConfigError, match=rf'{cls.__name__}.first = None: must be a number'):
        parameters.validate()
    with pytest.raises(ConfigError, match='second = None: must be a number'):
        parameters.second = None
    parameters.first = 2.0
    parameters.validate()


def test_what_does_not_go_together_is_found_by_its_dotted_name():
    @dataclass
    class Part(Parameters):
        size: int = parameter(1, '[1, inf)')

    @dataclass
    class Whole(Parameters):
        part: Part = parameter(factory=Part)
        limit: int = 5

        def _problems(self):
            if self.part.size > self.limit:
                yield 'part.size', f'at most limit = {self.limit}'

    Whole().validate()
    with pytest.raises(ConfigError, match=r'^Whole\.part\.size = 7: must be at most limit = 5$'):
        Whole(Part(7)).validate()
    with pytest.raises(ConfigError, match=r'^mine\.part\.size = 0: must be in \[1, inf\)$'):
        Whole(Part(0)).validate('mine')


# -- printing


@pytest.mark.parametrize('name', ALL)
def test_defaults_are_not_printed(name):
    reference = REFERENCE['classes'][name]['fields'].items()
    expected = [field for field, entry in reference if 'required' in entry or entry.get('always_show')
                or isinstance(entry['default'], dict) and not entry.get('hide_if')
                and {'dataclass', 'object'} & set(entry['default'])]
    assert re.findall(r'^ {4}(\w+)=', str(make(name)), flags=re.MULTILINE) == expected


def test_differences_are_printed():
    parameters = UpdateParameters(desired_bl=10, pulse_type=PulseType.MEAN_COUNT)
    assert str(parameters) == 'UpdateParameters(\n    desired_bl=10,\n    pulse_type=PulseType.MEAN_COUNT,\n)'
    assert str(UpdateParameters()) == 'UpdateParameters()'


def test_lists_print_one_item_per_line():
    text = str(WeightModifierParameter(coeffs=[0.5, 0.25], type=WeightModifierType.POLY))
    assert text == ('WeightModifierParameter(\n    coeffs=[\n        0.5,\n        0.25,\n    ],\n'
                    '    type=WeightModifierType.POLY,\n)')


def test_impossible_values_are_found_in_lists_of_parameters():
    cell = VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice(dw_min=-1.0)])
    with pytest.raises(ConfigError, match=r'^VectorUnitCell\.unit_cell_devices\[1\]\.dw_min = -1\.0: must be in \(0, inf\)$'):
        cell.validate()


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


# -- lists


CHANGES = [
    lambda values: values.append(2.0), lambda values: values.extend([2.0]), lambda values: values.insert(0, 2.0),
    lambda values: values.pop(), lambda values: values.remove(1.0), lambda values: values.clear(),
    lambda values: values.reverse(), lambda values: values.sort(), lambda values: values.__setitem__(0, 2.0),
    lambda values: values.__setitem__(slice(None), [2.0]), lambda values: values.__delitem__(0),
    lambda values: values.__iadd__([2.0]), lambda values: values.__imul__(2)]


@pytest.mark.parametrize('change', CHANGES)
@pytest.mark.parametrize('through', [lambda cell: cell, deepcopy, lambda cell: pickle.loads(pickle.dumps(cell))])
def test_a_list_that_is_changed_in_place_counts_as_a_change_of_parameters(change, through):
    cell, plain = through(VectorUnitCell(gamma_vec=[3.0, 1.0])), [3.0, 1.0]
    before = Parameters.changes
    change(cell.gamma_vec)
    change(plain)
    assert Parameters.changes > before and cell.gamma_vec == plain and repr(cell.gamma_vec) == repr(plain)


def test_reading_and_copying_parameters_is_no_change_of_them():
    cell = VectorUnitCell(unit_cell_devices=[ConstantStepDevice()], gamma_vec=[1.0])
    before = Parameters.changes
    deepcopy(cell), repr(cell), list(cell.gamma_vec), cell.gamma_vec[0], cell == deepcopy(cell), cell.gamma_vec + [1.0]
    assert Parameters.changes == before


def test_a_list_is_copied_when_it_is_assigned():
    shares = [1.0, 2.0]
    cell = VectorUnitCell(gamma_vec=shares)
    shares.append(3.0)
    assert cell.gamma_vec == [1.0, 2.0]


def test_differences_of_lists_name_the_element():
    one, other = (VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]) for _ in range(2))
    one.unit_cell_devices[1].dw_min = 0.5
    assert [*one.differences(other, 'device')] == [('device.unit_cell_devices[1].dw_min', 0.5, 0.001)]
    one.unit_cell_devices.pop()
    assert [name for name, *_ in one.differences(other, 'device')] == ['device.unit_cell_devices']
