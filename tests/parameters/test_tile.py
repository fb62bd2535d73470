"""Parameters of a tile: what they hold, checked part by part."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.parameters.helpers import assert_impossible


def test_without_parameters_a_tile_is_ideal_behind_converters():
    parameters = TileParameters()
    parameters.validate()
    assert parameters == TileParameters(IdealDevice(), IOParameters(), IOParameters(), UpdateParameters())
    assert parameters.forward is not parameters.backward and parameters.forward is not TileParameters().forward


@pytest.mark.parametrize('parameters, field', [
    (TileParameters(device=ConstantStepDevice(dw_min=0.0)), r'device\.dw_min'),
    (TileParameters(forward=IOParameters(out_noise=-1.0)), r'forward\.out_noise'),
    (TileParameters(backward=IOParameters(inp_noise=-1.0)), r'backward\.inp_noise'),
    (TileParameters(update=UpdateParameters(desired_bl=0)), r'update\.desired_bl'),
])
def test_impossible_values_are_found_in_all_parts(parameters, field):
    assert_impossible(parameters, field, 'in ')


@pytest.mark.parametrize('part, value', [('device', IOParameters()), ('forward', UpdateParameters()), ('update', None)])
def test_parts_have_their_class(part, value):
    with pytest.raises(ConfigError, match=rf'(?s)TileParameters\.{part} = .*: must be an instance of '):
        TileParameters(**{part: value})
