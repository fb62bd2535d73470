"""Configurations by the name of an algorithm."""

import pytest

from aihwlab.exceptions import ArgumentError
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from aihwlab.simulator.configs.helpers import build_config
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters


def test_what_is_given_as_an_object_is_copied():
    device, io = SoftBoundsDevice(dw_min=0.01), PresetIOParameters(out_noise=0.2)
    config = build_config('sgd', device, io, construction_seed=5)
    assert config.device == SoftBoundsDevice(dw_min=0.01, construction_seed=5) and device.construction_seed == 0
    assert config.forward == config.backward == io
    config.forward.out_noise = 0.3
    assert io.out_noise == config.backward.out_noise == 0.2


def test_what_is_given_as_a_class_is_made():
    config = build_config('SGD', ConstantStepDevice, PresetIOParameters, PresetUpdateParameters)
    expected = SingleRPUConfig(device=ConstantStepDevice(), forward=PresetIOParameters(), backward=PresetIOParameters(),
                               update=PresetUpdateParameters())
    assert config == expected


@pytest.mark.parametrize('arguments, message', [
    (dict(algorithm='ttv2'), "algorithm = 'ttv2': must be \"sgd\"; algorithms that need several devices"),
    (dict(algorithm='sgd', n_devices=2), 'n_devices = 2: must be 1')])
def test_what_needs_several_devices_is_refused(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        build_config(device=ConstantStepDevice, **arguments)
