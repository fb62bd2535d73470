"""Presets of configurations: the values of the reference, objects of their own, and other devices."""

import pytest

from aihwlab.parameters.device import IdealDevice
from aihwlab.simulator import presets
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.simulator.presets.helpers import CONFIGS, PRESETS, assert_values

SINGLE = [name for name in CONFIGS if PRESETS[name]['base'] == 'SingleRPUConfig']


@pytest.mark.parametrize('name', CONFIGS)
def test_values(name):
    assert_values(name)


@pytest.mark.parametrize('name', CONFIGS)
def test_values_are_possible(name):
    getattr(presets, name)().validate()


@pytest.mark.parametrize('name', SINGLE)
def test_configurations_have_objects_of_their_own(name):
    first, second = getattr(presets, name)(), getattr(presets, name)()
    assert first == second and first.forward is not first.backward
    first.forward.out_noise = first.device.dw_min = 0.5
    assert second == getattr(presets, name)() and first != second


@pytest.mark.parametrize('device', [IdealDevice(), ConstantStepDevice()])
def test_the_device_of_a_configuration_may_be_another(device):
    presets.ReRamSBPreset(device=device).validate()


@pytest.mark.parametrize('name', SINGLE)
def test_changes_are_printed(name):
    preset = getattr(presets, name)()
    preset.device.dw_min = 0.5
    assert f'device={name}Device(\n        dw_min=0.5,\n    )' in str(preset)
