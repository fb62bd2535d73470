"""What users extend: strict names for parameters, and freedom for classes of their own."""

from dataclasses import dataclass

import pytest

from aihwlab import inference
from aihwlab.exceptions import ConfigError, UnknownParameterError
from aihwlab.inference.model import Model
from aihwlab.parameters.base import parameter
from aihwlab.simulator.parameters.serialization import from_plain, to_plain
from tests.inference.noise.models import ALL


@dataclass
class Strict(Model):
    strength: float = parameter(1.0, '[0, 1]')


class Free(Strict):
    def __init__(self):
        super().__init__(0.5)
        self.mine = 3


def test_parameters_are_checked_when_an_object_is_made():
    with pytest.raises(ConfigError, match=r'Strict.strength = 2.0: must be in \[0, 1\]'):
        Strict(2.0)


def test_a_dataclass_refuses_other_names_and_a_class_without_fields_of_its_own_takes_them():
    with pytest.raises(UnknownParameterError, match="no parameter 'strenght'; did you mean 'strength'"):
        Strict().strenght = 1.0
    assert (Free().mine, Free().strength) == (3, 0.5)


@pytest.mark.parametrize('name', ALL)
def test_models_are_saved_as_plain_dictionaries_and_come_back(name):
    model = ALL[name]()
    plain = to_plain(model)
    assert from_plain(plain) == model and 'object' not in str(plain)
    first = next(iter(vars(model)))
    assert model.g_converter == from_plain(to_plain(model.g_converter)) and first in plain['fields']


@pytest.mark.parametrize('name', ALL)
def test_what_is_printed_makes_the_same_model(name):
    model = ALL[name]()
    assert eval(str(model), vars(inference)) == model
