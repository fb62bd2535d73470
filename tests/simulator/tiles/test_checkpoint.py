"""What a checkpoint holds of a tile, and what is said of one that is impossible; all keys: tests/robustness."""

from copy import deepcopy

import pytest
import torch

from aihwlab import __version__
from aihwlab.exceptions import TileError, TileModuleError
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.presets import ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile
from aihwlab.simulator.tiles.checkpoint import read, state_of


def tile_and_state():
    tile = AnalogTile(2, 3, ReRamSBPreset())
    tile.set_weights(torch.full((2, 3), 0.1))
    return tile, deepcopy(state_of(tile))


def test_a_state_makes_a_tile_and_leaves_the_present_one_alone():
    tile, state = tile_and_state()
    state['learning_rate'] = 0.5
    kernel = tile.kernel_tile
    made = read(tile, state, tile.analog_ctx, 'state')
    assert tile.kernel_tile is kernel is not made['kernel_tile'] and (made['kernel_tile'].weights == kernel.weights).all()
    assert made['learning_rate'] == 0.5 and made['rpu_config'] == tile.rpu_config and tile.learning_rate != 0.5


@pytest.mark.parametrize('key, value, message', [
    ('version', '999.0.0', 'version = .999.0.0.: must be a version up to'), ('version', 3, 'version = 3'),
    ('learning_rate', -1.0, 'learning_rate = -1.0: must be a number from 0'), ('learning_rate', None, 'learning_rate = None'),
    ('seed', -1, 'seed = -1: must be an integer in'), ('operation', 1.5, 'operation = 1.5'),
    ('average_input', [0.5], r'average_input = \[0.5\]: must be two numbers'),
    ('reference_weights', torch.full((2, 3), torch.nan), r'state\.reference_weights contains NaN'),
    ('reference_weights', torch.zeros(3, 2), r'state\.reference_weights is of torch.float32 and shape \(3, 2\)'),
    ('colour', 'red', 'has unknown parts: colour'), ('analog_tile_class', 'OtherTile', 'OtherTile: this tile is')])
def test_an_impossible_part_is_named(key, value, message):
    tile, state = tile_and_state()
    with pytest.raises(TileError, match=message):
        read(tile, {**state, key: value}, tile.analog_ctx, 'state')


def test_an_impossible_parameter_is_named():
    tile, state = tile_and_state()
    for value, message in ((-1.0, r'state\.rpu_config\.forward\.out_noise = -1\.0: must be'), ('much', 'out_noise')):
        state['rpu_config']['fields']['forward']['fields']['out_noise'] = value
        with pytest.raises(TileError, match=message):
            read(tile, state, tile.analog_ctx, 'state')


def test_a_parameter_may_only_be_missing_in_what_an_older_version_has_written():
    tile, state = tile_and_state()
    del state['rpu_config']['fields']['forward']['fields']['out_noise']
    with pytest.raises(TileError, match=r'state\.rpu_config\.forward in the checkpoint lacks out_noise'):
        read(tile, state, tile.analog_ctx, 'state')
    assert __version__ > '0.0.1'
    config = read(tile, {**state, 'version': '0.0.1'}, tile.analog_ctx, 'state')['rpu_config']
    assert config.forward.out_noise == type(config.forward)().out_noise


@pytest.mark.parametrize('weights, message', [
    (torch.full((2, 3), 9.0), 'weights differ from persistent_weights'), (torch.full((2, 3), torch.nan), 'contains NaN'),
    (None, 'state = None: must be a tensor')])
def test_weights_that_the_devices_cannot_have_are_refused(weights, message):
    tile, state = tile_and_state()
    with pytest.raises(TileError, match=message):
        read(tile, state, weights, 'state')


def test_weights_beyond_the_bounds_are_refused():
    tile = AnalogTile(2, 3, SingleRPUConfig())
    with pytest.raises(TileError, match='weights go beyond the bounds of their devices'):
        read(tile, state_of(tile), torch.full((2, 3), 9.0), 'state')


def test_another_mapping_is_refused():
    tile, state = tile_and_state()
    other = AnalogTile(2, 3, SingleRPUConfig(mapping=MappingParameter(learn_out_scaling=True)))
    with pytest.raises(TileModuleError, match='learn_out_scaling=True'):
        read(other, state, tile.analog_ctx, 'state')
