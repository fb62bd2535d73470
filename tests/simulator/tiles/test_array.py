"""Matrices on several tiles: how they are cut, and that nobody notices."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogLinear
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.tiles import AnalogTile, TileModuleArray
from aihwlab.simulator.tiles.array import split
from tests.networks import SPLIT


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
