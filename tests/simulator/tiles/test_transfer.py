"""The tile of transfers by its other name: the same bits, and only for such devices."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.presets import AGADReRamSBPreset, ChoppedTTv2EcRamPreset, TikiTakaEcRamPreset
from aihwlab.simulator.tiles import AnalogTile
from aihwlab.simulator.tiles.transfer import TorchTransferTile
from tests.networks import through_a_file


@pytest.mark.parametrize('preset', [TikiTakaEcRamPreset, ChoppedTTv2EcRamPreset, AGADReRamSBPreset])
def test_a_layer_learns_with_the_bits_of_an_analog_tile(preset):
    trained, x = [], torch.rand(8, 4)
    for tile_class in (AnalogTile, TorchTransferTile):
        torch.manual_seed(1)
        layer = AnalogLinear(4, 3, rpu_config=preset(tile_class=tile_class))
        assert type(layer.analog_module) is tile_class
        optimizer = AnalogSGD(layer.parameters(), lr=0.1)
        for _ in range(5):
            optimizer.zero_grad()
            layer(x).square().sum().backward()
            optimizer.step()
        trained.append(layer)
    first, second = trained
    assert torch.equal(first.get_weights()[0], second.get_weights()[0])
    other = AnalogLinear(4, 3, rpu_config=preset(tile_class=TorchTransferTile))
    other.load_state_dict(through_a_file(second.state_dict()))
    assert torch.equal(other(x), second(x))


@pytest.mark.parametrize('config', [SingleRPUConfig(), SingleRPUConfig(tile_class=TorchTransferTile)])
def test_other_devices_are_refused(config):
    with pytest.raises(ConfigError, match=r'device = ConstantStepDevice: must be a TransferCompound'):
        TorchTransferTile(2, 3, config)
