"""The base of configurations: attributes of your own, and those that are meant for a part."""

from copy import deepcopy

import pytest

from aihwlab.exceptions import UnknownParameterError
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.tiles import FloatingPointTile


def test_states_belong_to_a_tile_class():
    config = SingleRPUConfig()
    assert config.compatible_with('AnalogTile') and not config.compatible_with('FloatingPointTile')
    assert FloatingPointRPUConfig().tile_class is FloatingPointTile


@pytest.mark.parametrize('config', [FloatingPointRPUConfig, SingleRPUConfig])
def test_attributes_of_your_own_are_kept(config):
    given = config()
    given.drift_compensation, given.noise_model = None, 'mine'
    assert deepcopy(given).noise_model == 'mine'
    given.validate()


@pytest.mark.parametrize('name, meant', [('foward', 'forward'), ('devices', 'device'), ('mappings', 'mapping'),
                                         ('back_ward', 'backward'), ('updates', 'update'), ('tile_clas', 'tile_class')])
def test_misspelt_parts_of_a_configuration_raise(name, meant):
    with pytest.raises(UnknownParameterError, match=f'did you mean {meant!r}?'):
        setattr(SingleRPUConfig(), name, None)


@pytest.mark.parametrize('name, meant', [
    ('dw_min', "'device.dw_min'"), ('out_noise', "'forward.out_noise' or 'backward.out_noise'"),
    ('desired_bl', "'update.desired_bl'"), ('weight_scaling_omega', "'mapping.weight_scaling_omega'")])
def test_parameters_of_a_part_are_not_set_beside_it(name, meant):
    with pytest.raises(UnknownParameterError, match=f'has no parameter {name!r}; did you mean {meant}'):
        setattr(SingleRPUConfig(), name, 1)
