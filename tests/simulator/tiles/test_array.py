"""Matrices on several tiles: how they are cut, and that nobody notices."""

import pytest
import torch

from aihwlab.exceptions import ArgumentError, ConfigError, TileError
from aihwlab.nn import AnalogLinear
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.tiles import AnalogTile, TileModuleArray
from aihwlab.simulator.tiles.array import split
from tests.networks import SPLIT

PERFECT = IOParameters(is_perfect=True)


@pytest.mark.parametrize('size, limit, parts', [(10, 0, [10]), (10, 10, [10]), (10, 9, [5, 5]), (11, 5, [4, 4, 3]),
                                                (3, 1, [1, 1, 1]), (700, 300, [234, 233, 233])])
def test_parts_are_nearly_equal_and_the_larger_ones_first(size, limit, parts):
    assert split(size, limit) == parts


def test_large_layers_are_split_into_nearly_equal_tiles():
    config = SingleRPUConfig(mapping=MappingParameter(max_input_size=300, max_output_size=100))
    layer = AnalogLinear(700, 130, rpu_config=config)
    assert isinstance(layer.analog_module, TileModuleArray)
    assert layer.analog_module.in_sizes == [234, 233, 233] and layer.analog_module.out_sizes == [65, 65]
    assert layer.analog_tile_count() == 6
    assert isinstance(AnalogLinear(300, 100, rpu_config=config).analog_module, AnalogTile)


def test_an_analog_bias_needs_a_single_tile():
    config = SingleRPUConfig(mapping=MappingParameter(digital_bias=False, max_input_size=4))
    with pytest.raises(ConfigError, match='digital_bias = False'):
        AnalogLinear(8, 2, rpu_config=config)
    AnalogLinear(8, 2, bias=False, rpu_config=config)


def test_an_array_is_one_matrix():
    array = TileModuleArray(5, 16, SPLIT, bias=True)
    weight, bias, x = torch.randn(5, 16), torch.randn(5), torch.randn(4, 16)
    array.set_weights(weight, bias)
    assert array.analog_tile_count == 6 and array.in_sizes == [6, 5, 5] and array.out_sizes == [3, 2]
    assert (array.array[1][1].get_weights()[0] == weight[3:, 6:11]).all()
    assert all((read == written).all() for read, written in zip(array.get_weights(), (weight, bias)))
    torch.testing.assert_close(array(x), torch.nn.functional.linear(x, weight, bias), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('call, message', [
    (lambda: AnalogLinear(8, 2, rpu_config=SPLIT).set_weights(torch.zeros(2, 7)), r'shape \(2, 7\): expected 2 x 8'),
    (lambda: AnalogLinear(8, 2, rpu_config=SPLIT).set_weights(torch.zeros(2, 8), torch.zeros(1)), r'bias of shape \(1,\)'),
    (lambda: AnalogLinear(8, 2, rpu_config=SPLIT).set_weights(torch.zeros(2, 8), torch.full((2,), torch.nan)), 'finite'),
])
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def split_array(device=None):
    """Return an array of six tiles for a matrix [3, 5]."""
    mapping = MappingParameter(max_input_size=2, max_output_size=2)
    config = SingleRPUConfig(device=device or IdealDevice(), mapping=mapping, forward=PERFECT, backward=PERFECT)
    return TileModuleArray(3, 5, config)


def test_products_and_updates_of_an_array_are_those_of_the_matrix():
    array, x, d = split_array(), torch.rand(4, 5), torch.rand(4, 3)
    weight = array.get_weights()[0]
    torch.testing.assert_close(array.joint_forward(x), x @ weight.T)
    torch.testing.assert_close(array.backward(d), d @ weight)
    array.set_learning_rate(0.1)
    array.update(x, d)
    torch.testing.assert_close(array.get_weights()[0], weight - 0.1 * d.T @ x)


def test_columns_are_reset_wherever_their_tiles_are():
    array = split_array(ConstantStepDevice(reset=0.25, reset_std=0.0, w_max_dtod=0.0))
    array.set_weights(torch.full((3, 5), 0.1))
    array.reset_columns(4, 2)
    weight = array.get_weights()[0]
    assert (weight[:, [0, 4]] == 0.25).all() and (weight[:, 1:4] == weight[0, 1]).all()
    for start, count in ((5, 1), (-1, 1), (0, 6)):
        with pytest.raises(ValueError, match='must be columns of a matrix with 5 inputs'):
            array.reset_columns(start, count)


def test_hidden_parameters_that_one_tile_refuses_change_no_other():
    array = split_array(ConstantStepDevice())
    before = array.get_hidden_parameters()
    wrong = {**before, 'max_bound': before['max_bound'].clone() + 1}
    wrong['max_bound'][2, 4] = torch.nan
    with pytest.raises(ValueError, match='max_bound'):
        array.set_hidden_parameters(wrong)
    assert all((value == before[name]).all() for name, value in array.get_hidden_parameters().items())


def test_an_array_says_how_many_tiles_it_has():
    assert split_array().get_brief_info() == ('3 x 2 tiles for 3 outputs and 5 inputs, the first a Tile of 2 outputs and '
                                              '2 inputs, IdealDevice')


@pytest.mark.parametrize('name, entries, error, message', [
    ('set_forward_parameters', {'2.1.out_noise_values': torch.full((1,), torch.nan)}, ArgumentError, 'out_noise_values'),
    ('set_forward_parameters', {'7.1.out_noise_values': torch.ones(1)}, TileError, 'must begin with the place of a tile, 0.0'),
    ('set_backward_parameters', {'out_noise_values': torch.ones(1)}, TileError, 'must begin with the place of a tile, 0.0'),
    ('load_extra', {'0.0.learning_rate': 0.5, '2.1.learning_rate': -1.0}, TileError, 'learning_rate = -1.0'),
    ('load_extra', {'0.0.learning_rate': 0.5, '2.1.learning': 0.5}, TileError, 'learning'),
])
def test_what_one_tile_refuses_changes_no_other(name, entries, error, message):
    io = IOParameters(out_noise_std=0.5)
    array = TileModuleArray(3, 5, SingleRPUConfig(mapping=MappingParameter(max_input_size=2, max_output_size=2), forward=io,
                                                  backward=io))
    before, lines = array.dump_extra(), array.get_forward_parameters()
    given = {**{place: 2 * value for place, value in lines.items()}, **entries} if name.startswith('set_f') else entries
    with pytest.raises(error, match=message):
        getattr(array, name)(given)
    after = array.dump_extra()
    assert all(after[entry] == value for entry, value in before.items() if entry.endswith(('.learning_rate', '.seed')))
    assert all((value == lines[entry]).all() for entry, value in array.get_forward_parameters().items())
