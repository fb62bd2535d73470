"""Converters and pulse trains that presets share: the values of the reference, and where they are found."""

import pytest

from aihwlab.simulator import configs, presets
from aihwlab.simulator.presets import utils
from tests.simulator.presets.helpers import CELLS, CONFIGS, DEVICES, PRESETS, assert_values

SHARED = [name for name in PRESETS if name not in (*CELLS, *CONFIGS, *DEVICES)]


@pytest.mark.parametrize('name', SHARED)
def test_values(name):
    assert_values(name)


@pytest.mark.parametrize('name', SHARED)
def test_values_are_possible(name):
    getattr(presets, name)().validate()


def test_parameters_are_found_beside_the_presets():
    assert utils.IOParameters is configs.IOParameters and utils.UpdateParameters is configs.UpdateParameters
