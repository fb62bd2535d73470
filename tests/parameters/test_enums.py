"""The choices: names and identifiers of the reference, and torch's data types."""

import pytest
import torch

from aihwlab.parameters.enums import RPUDataType
from aihwlab.simulator.configs import utils
from tests.parameters.helpers import REFERENCE, find


@pytest.mark.parametrize('name', REFERENCE['enums'])
def test_enums(name):
    expected = REFERENCE['enums'][name]['members']
    assert {member.name: member.value for member in find(name)} == expected
    assert getattr(utils, name) is find(name)


def test_data_types():
    assert [kind.as_torch() for kind in RPUDataType] == [torch.float32, torch.float64, torch.float16]
