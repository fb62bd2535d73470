"""Configurations: defaults of the reference, and parts that go together."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.device import FloatingPointDevice
from aihwlab.parameters.enums import PulseType, RPUDataType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell, MixedPrecisionCompound
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.vector import VectorUnitCell
from aihwlab.simulator import configs
from aihwlab.simulator.configs.configs import (
    DigitalRankUpdateRPUConfig,
    FloatingPointRPUConfig,
    SingleRPUConfig,
    TorchInferenceRPUConfig,
)
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.parameters.runtime import RuntimeParameter
from aihwlab.simulator.tiles.custom import CustomRPUConfig
from tests.parameters.helpers import assert_defaults, find, make, names_in


@pytest.mark.parametrize('name', names_in('configs'))
def test_fields_and_defaults(name):
    assert_defaults(name)
    assert getattr(configs, name) is find(name)


@pytest.mark.parametrize('name', names_in('configs'))
def test_defaults_are_possible_but_for_cells_that_need_devices(name):
    parameters = innermost = make(name)
    while hasattr(innermost, 'device'):
        innermost = innermost.device
    if hasattr(innermost, 'unit_cell_devices'):
        with pytest.raises(ConfigError, match=rf'{name}\.(device\.)*unit_cell_devices = \[\]: must be a list'):
            parameters.validate()
    else:
        parameters.validate()


@pytest.mark.parametrize('config', [FloatingPointRPUConfig, SingleRPUConfig, TorchInferenceRPUConfig, CustomRPUConfig])
@pytest.mark.parametrize('kind', [RPUDataType.DOUBLE, RPUDataType.HALF])
def test_tiles_compute_in_single_precision(config, kind):
    with pytest.raises(ConfigError, match=rf'runtime\.data_type = {kind}: must be RPUDataType\.FLOAT'):
        config(runtime=RuntimeParameter(data_type=kind)).validate()


def test_impossible_values_are_found_in_all_parts():
    for part, parameter, value in (('forward', 'out_noise', -1.0), ('backward', 'inp_noise', -1.0),
                                   ('update', 'desired_bl', 0), ('mapping', 'max_input_size', -1),
                                   ('device', 'dw_min', 0.0)):
        config = SingleRPUConfig()
        setattr(getattr(config, part), parameter, value)
        with pytest.raises(ConfigError, match=rf'SingleRPUConfig\.{part}\.{parameter} = {value}: must be in '):
            config.validate()


@pytest.mark.parametrize('part, value', [
    ('forward', UpdateParameters()), ('update', IOParameters()), ('device', IOParameters()),
    ('device', FloatingPointDevice()), ('device', ConstantStepDevice), ('tile_class', 'AnalogTile'), ('mapping', None),
    ('runtime', RPUDataType.FLOAT),
])
def test_parts_have_their_class(part, value):
    with pytest.raises(ConfigError, match=rf'(?s)SingleRPUConfig\.{part} = .*: must be '):
        SingleRPUConfig(**{part: value})


def test_the_base_of_all_devices_is_no_device():
    with pytest.raises(ConfigError, match='must be a device with a law of its own, such as ConstantStepDevice'):
        SingleRPUConfig(device=PulsedDevice()).validate()


def test_a_cell_must_say_how_it_is_updated():
    with pytest.raises(ConfigError, match=r'(?s)\.device = .*: must be a cell that says how it is updated'):
        DigitalRankUpdateRPUConfig(device=DigitalRankUpdateCell(device=ConstantStepDevice())).validate()


def test_cells_of_several_devices_take_no_exact_update_in_mixed_precision_either():
    cell = MixedPrecisionCompound(device=VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]))
    config = DigitalRankUpdateRPUConfig(device=cell)
    config.validate()
    config.update.pulse_type = PulseType.NONE_WITH_DEVICE
    with pytest.raises(ConfigError, match=r'update\.pulse_type = .*: must be a type with pulses'):
        config.validate()
    DigitalRankUpdateRPUConfig(device=MixedPrecisionCompound(device=ConstantStepDevice()), update=config.update).validate()
