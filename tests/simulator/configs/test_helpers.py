"""Configurations by the name of an algorithm: what aihwkit builds, from classes, objects and functions alike."""

import json

import pytest

from aihwlab.exceptions import ArgumentError
from aihwlab.simulator.configs import MappingParameter, UpdateParameters, build_config
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from aihwlab.simulator.configs.helpers import ALGORITHMS
from aihwlab.simulator.presets import PresetIOParameters, PresetUpdateParameters, ReRamSBPresetDevice
from tests.compare import reference
from tests.parameters.helpers import plain

REFERENCE = reference('build_config')


@pytest.mark.parametrize('name, first', [(name, names[0]) for names in REFERENCE['names'].values() for name in names
                                         for first in names[:1]])
def test_names_mean_the_same_algorithm(name, first):
    assert ALGORITHMS[name] is ALGORITHMS[first]


def test_no_other_names_are_known():
    assert sorted(ALGORITHMS) == sorted(name for names in REFERENCE['names'].values() for name in names)


@pytest.mark.parametrize('case', REFERENCE['results'])
def test_a_configuration_is_what_aihwkit_builds(case):
    name, _, devices = case.partition(' n_devices=')
    config = build_config(name, ConstantStepDevice, n_devices=int(devices or 1))
    assert json.dumps(plain(config), indent=1) == json.dumps(REFERENCE['results'][case], indent=1)
    config.validate()


@pytest.mark.parametrize('name', ALGORITHMS)
def test_parts_may_be_classes_objects_or_functions(name):
    device, io = SoftBoundsDevice(dw_min=0.01), PresetIOParameters(out_noise=0.2)
    update = PresetUpdateParameters(desired_bl=7)
    configs = [build_config(name, device, io, update), build_config(name, lambda: SoftBoundsDevice(dw_min=0.01),
               lambda: PresetIOParameters(out_noise=0.2), lambda: PresetUpdateParameters(desired_bl=7))]
    assert configs[0] == configs[1] != build_config(name, SoftBoundsDevice)
    assert configs[0].forward == configs[0].backward == io and configs[0].forward is not configs[0].backward
    assert 'dw_min=0.01' in str(configs[0]) and isinstance(configs[0].update, PresetUpdateParameters)
    configs[0].forward.out_noise = configs[0].update.um_grad_scale = 0.5
    assert device == SoftBoundsDevice(dw_min=0.01) and io.out_noise == 0.2 and update.um_grad_scale == 1.0


@pytest.mark.parametrize('name', ALGORITHMS)
def test_the_size_of_letters_does_not_matter_and_other_arguments_reach_the_configuration(name):
    config = build_config(name.upper(), ReRamSBPresetDevice, mapping=MappingParameter(weight_scaling_omega=0.6))
    assert config.mapping.weight_scaling_omega == 0.6
    assert config.update == build_config(name, ReRamSBPresetDevice, up_parameters=UpdateParameters()).update


@pytest.mark.parametrize('name', ALGORITHMS)
def test_a_construction_seed_reaches_the_devices(name):
    assert 'construction_seed=7' in str(build_config(name, ConstantStepDevice, construction_seed=7))


def test_unknown_algorithms_are_refused_with_those_that_are_known():
    with pytest.raises(ArgumentError, match="algorithm = 'adam': must be one of 'sgd', .*'agad'"):
        build_config('adam', ConstantStepDevice)


@pytest.mark.parametrize('name, count, allowed', [
    ('sgd', 0, 'at least 1'), ('mp', 2, "1 for 'mp', which has as many devices as it needs"), ('agad', 3, "1 for 'agad'"),
    ('ttv1', -1, "1 for 'ttv1'")])
def test_impossible_numbers_of_devices_are_refused(name, count, allowed):
    with pytest.raises(ArgumentError, match=f'n_devices = {count}: must be {allowed}'):
        build_config(name, ConstantStepDevice, n_devices=count)
