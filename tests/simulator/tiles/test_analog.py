"""The tile of pulsed devices: a tile of the kernel whose parameters are those of the configuration."""

import numpy as np
import pytest
import torch

from aihwlab.simulator.configs import ConstantStepDevice, SingleRPUConfig
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.tiles import AnalogTile
from aihwlab.simulator.tiles.exchange import multiply


def test_its_parameters_are_those_of_its_configuration():
    tile = AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice(w_max_dtod=0.0)))  # no bound is below the weights
    assert tile.kernel_tile.parameters is tile.rpu_config and tile.kernel_tile.engine.multiply is multiply
    x = torch.ones(1, 3)
    tile.set_weights(torch.full((2, 3), 0.25))
    tile.rpu_config.forward.is_perfect = True  # the tile reads its parameters whenever it computes
    torch.testing.assert_close(tile(x), torch.full((1, 2), 0.75))


@pytest.mark.parametrize('digital', [True, False])
def test_an_analog_bias_is_one_more_column(digital):
    tile = AnalogTile(2, 3, SingleRPUConfig(mapping=MappingParameter(digital_bias=digital)), bias=True)
    assert tile.kernel_tile.shape == (2, 3 if digital else 4) and tile.kernel_tile.bias_column is not digital


def test_the_tile_of_the_kernel_computes_the_same():
    tile = AnalogTile(4, 7, SingleRPUConfig())
    weights, x = 0.2 * torch.randn(4, 7), torch.randn(5, 7)
    tile.set_weights(weights)
    other = tile.build_tile(tile.rpu_config, tile.seed)
    other.write(weights.numpy())
    np.testing.assert_array_equal(tile(x).detach().numpy(), other.forward(x.numpy()[:, :, None])[:, :, 0])
