"""Converters, models of noise and compensations against those of aihwkit: modules, bases, arguments and defaults."""

from dataclasses import fields
from importlib import import_module

import pytest

from aihwlab.parameters.base import Parameters
from tests.parameters.helpers import REFERENCE

OBJECTS = REFERENCE['objects']
CORRECTED = {
    'ReRamCMONoiseModel': {'coeff_g_max_reference': None},  # without any meaning there
    'ReRamWan2022NoiseModel': {'coeff_g_max_reference': 40.0, 'prog_coeff_g_max_reference': None},
}
"""Attributes that differ on purpose."""


def find(name):
    """Return a class from the module where aihwkit has it."""
    return getattr(import_module(f'aihwlab.{OBJECTS[name]["module"]}'), name)


def value_of(described):
    """Return a value of the reference: plain, or a dictionary."""
    return dict(described['dict']) if isinstance(described, dict) and 'dict' in described else described


def arguments(name):
    return [value_of(argument) for argument in OBJECTS[name]['example_args']]


def assert_attributes(found, described, corrected=None):
    for name, value in {**described['attributes'], **(corrected or {})}.items():
        mine = getattr(found, name, None)
        if isinstance(mine, Parameters):
            assert type(mine).__name__ == value['object']
            assert_attributes(mine, value)
        elif name != 'scale_ratio':
            assert mine == value_of(value), name


@pytest.mark.parametrize('name', OBJECTS)
def test_arguments_have_the_same_order(name):
    assert [field.name for field in fields(find(name))][:len(OBJECTS[name]['init'])] == OBJECTS[name]['init']


@pytest.mark.parametrize('name', OBJECTS)
def test_defaults(name):
    assert_attributes(find(name)(*arguments(name)), OBJECTS[name], CORRECTED.get(name))


@pytest.mark.parametrize('name', OBJECTS)
def test_bases(name):
    assert set(OBJECTS[name]['bases']) <= {base.__name__ for base in find(name).__mro__}


@pytest.mark.parametrize('name', OBJECTS)
def test_all_arguments_may_be_none_that_may_be_so_in_aihwkit(name):
    cls = find(name)
    optional = [field.name for field in fields(cls) if field.metadata.get('filled_in')]
    assert cls(*arguments(name), **dict.fromkeys(optional)) == cls(*arguments(name))
