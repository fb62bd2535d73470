"""The parameters of aihwkit 1.2.0, how to compare classes with them, and how to show that values are impossible."""

import json
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.inference.model import Model

REFERENCE = json.loads((Path(__file__).parents[1] / 'data' / 'defaults.json').read_text())
MODULES = {name: entry['module'] for part in ('classes', 'enums') for name, entry in REFERENCE[part].items()}


def names_in(package):
    """Return the reference classes of a subpackage of `simulator`."""
    return [name for name, entry in REFERENCE['classes'].items() if entry['module'].startswith(f'simulator.{package}.')]


def find(name):
    """Return the class of this name from the module where the reference has it."""
    return getattr(import_module(f'aihwlab.{MODULES[name]}'), name)


def make(name):
    """Build an object with all defaults; base classes of configurations need a tile class, here just `object`."""
    cls = find(name)
    needed = [field.name for field in fields(cls) if field.default is MISSING and field.default_factory is MISSING]
    return cls(**dict.fromkeys(needed, object))


def plain(value):
    """Return a value in the form of the reference file."""
    if isinstance(value, Model):
        return {'object': type(value).__name__}
    if is_dataclass(value):
        content = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {'dataclass': type(value).__name__, 'fields': content}
    if isinstance(value, Enum):
        return {'enum': type(value).__name__, 'name': value.name}
    if isinstance(value, type):
        return {'class': value.__name__}
    return [plain(item) for item in value] if isinstance(value, list) else value


def assert_defaults(name):
    """Compare names, order, values and types (text keeps 0, 0.0 and false apart) of all fields of a class."""
    expected = {field: entry.get('default', {'class': 'object'})
                for field, entry in REFERENCE['classes'][name]['fields'].items()}
    assert json.dumps(plain(make(name))['fields'], indent=1) == json.dumps(expected, indent=1)


def assert_impossible(parameters, field, allowed):
    """Assert that `validate` raises for parameters, with the name of a field and what is allowed."""
    with pytest.raises(ConfigError, match=rf'(?s){type(parameters).__name__}\.{field} = .*: must be {allowed}'):
        parameters.validate()
