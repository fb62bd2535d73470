"""Presets of devices: the values of the reference, their literature, and what they keep of their class."""

from dataclasses import fields

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.simulator import configs, presets
from tests.simulator.presets.helpers import DEVICES, PRESETS, assert_values


@pytest.mark.parametrize('name', DEVICES)
def test_values(name):
    assert_values(name)


@pytest.mark.parametrize('name', DEVICES)
def test_values_are_possible(name):
    getattr(presets, name)().validate()


@pytest.mark.parametrize('name', DEVICES)
def test_devices_are_cited(name):
    text = getattr(presets, name).__doc__
    assert 'Source: ' in text and 'doi:10.' in text


@pytest.mark.parametrize('name', DEVICES)
def test_devices_have_the_law_and_the_ranges_of_their_class(name):
    preset = getattr(presets, name)
    assert preset.law is getattr(configs, PRESETS[name]['base']).law
    for field in fields(preset):
        if field.name.endswith(('_dtod', '_std')):
            with pytest.raises(ConfigError, match=rf'{name}\.{field.name} = -1\.0: must be in \[0, inf\)'):
                preset(**{field.name: -1.0}).validate()
