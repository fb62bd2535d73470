"""Presets: the values of the reference, literature, and imports."""

import json
from dataclasses import fields

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.simulator import configs, presets
from aihwlab.simulator.configs import ConstantStepDevice, IdealDevice, SingleRPUConfig
from aihwlab.simulator.presets import configs as preset_configs
from aihwlab.simulator.presets import devices as preset_devices
from aihwlab.simulator.presets import utils
from tests.simulator.reference_defaults import REFERENCE, find, plain

PRESETS = REFERENCE['preset_overrides']
DEVICES = [name for name in PRESETS if name.endswith('Device')]
CONFIGS = [name for name in PRESETS if name.endswith('Preset')]


def rebuild(name):
    """Build a preset from its base class and what the reference says is different."""
    entry = PRESETS[name]
    result = find(entry['base'])()
    for field, value in entry['overrides'].items():
        setattr(result, field, getattr(presets, value['class'])() if isinstance(value, dict) else value)
    return result


@pytest.mark.parametrize('name', PRESETS)
def test_values(name):
    preset = getattr(presets, name)
    assert issubclass(preset, getattr(configs, PRESETS[name]['base']))
    assert json.dumps(plain(preset())['fields'], indent=1) == json.dumps(plain(rebuild(name))['fields'], indent=1)


@pytest.mark.parametrize('name', PRESETS)
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


@pytest.mark.parametrize('name', CONFIGS)
def test_configurations_have_objects_of_their_own(name):
    first, second = getattr(presets, name)(), getattr(presets, name)()
    assert first == second and first.forward is not first.backward
    first.forward.out_noise = first.device.dw_min = 0.5
    assert second == getattr(presets, name)() and first != second


@pytest.mark.parametrize('device', [IdealDevice(), ConstantStepDevice()])
def test_the_device_of_a_configuration_may_be_another(device):
    presets.ReRamSBPreset(device=device).validate()


@pytest.mark.parametrize('name', CONFIGS)
def test_changes_are_printed(name):
    preset = getattr(presets, name)()
    preset.device.dw_min = 0.5
    assert f'device={name}Device(\n        dw_min=0.5,\n    )' in str(preset)


def test_presets_are_exported():
    names = {}
    exec('from aihwlab.simulator.presets import *', names)
    assert set(PRESETS) <= set(names) and set(PRESETS) <= set(dir(presets))
    assert set(presets.__all__) == {*preset_configs.__all__, *preset_devices.__all__, *utils.__all__}
    assert isinstance(preset_configs.ReRamESPreset(), SingleRPUConfig)


def test_unknown_names_are_no_attributes():
    with pytest.raises(AttributeError, match="has no attribute 'GraphenePreset'"):
        presets.GraphenePreset


def test_parameters_are_found_beside_the_presets():
    assert utils.IOParameters is configs.IOParameters and utils.UpdateParameters is configs.UpdateParameters
