"""The crossbar of a tile written in torch, and one of the user's own."""

from dataclasses import dataclass

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.simulator.configs import InferenceRPUConfig, IOParameters, TorchInferenceRPUConfig
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile

PERFECT = IOParameters(is_perfect=True)


class Gaining(TorchSimulatorTile):
    """A crossbar whose outputs are too large."""

    def __init__(self, x_size, d_size, rpu_config, bias=False):
        super().__init__(x_size, d_size, rpu_config, bias)
        self.gain = rpu_config.gain

    def forward(self, x_input, *args, **kwargs):
        return self.gain * super().forward(x_input, *args, **kwargs)


@dataclass
class GainingConfig(TorchInferenceRPUConfig):
    """A configuration with a gain."""

    simulator_tile_class: type = Gaining
    gain: float = 2.0


@pytest.mark.parametrize('make, shape', [
    (lambda config: AnalogLinear(9, 4, bias=False, rpu_config=config), (5, 9)),
    (lambda config: AnalogConv2d(1, 4, 3, bias=False, rpu_config=config), (5, 1, 6, 6))])
def test_a_class_of_ones_own_adds_to_products(make, shape):
    layer, x = make(GainingConfig(forward=PERFECT)), torch.randn(shape)
    digital = layer.to_digital()
    torch.testing.assert_close(layer(x), 2 * digital(x), rtol=1e-4, atol=1e-5)
    layer(x).sum().backward()
    digital(x).sum().backward()
    expected = 2 * digital.weight.grad.reshape(4, 9)
    torch.testing.assert_close(layer.analog_module.analog_ctx.grad, expected, rtol=1e-4, atol=1e-4)
    layer.analog_module.rpu_config.gain = 3.0
    torch.testing.assert_close(layer(x), 3 * digital(x), rtol=1e-4, atol=1e-5)


def test_it_can_be_used_by_itself():
    layer, x = AnalogLinear(3, 2, rpu_config=TorchInferenceRPUConfig(forward=PERFECT)), torch.randn(5, 3)
    simulator = layer.analog_module.tile
    assert type(simulator) is TorchSimulatorTile and simulator.get_x_size() == 3 and simulator.get_d_size() == 2
    torch.testing.assert_close(simulator.forward(x), x @ layer.get_weights()[0].T)
    torch.testing.assert_close(simulator.forward(x.T, in_trans=True, out_trans=True), layer.get_weights()[0] @ x.T)


def test_what_it_does_not_know_is_refused_when_a_tile_is_made():
    with pytest.raises(ConfigError, match=r'TorchInferenceRPUConfig\.forward\.ir_drop = 1\.0: must be 0 in a tile written'):
        AnalogLinear(3, 2, rpu_config=TorchInferenceRPUConfig(forward=IOParameters(ir_drop=1.0)))
    AnalogLinear(3, 2, rpu_config=InferenceRPUConfig(forward=IOParameters(ir_drop=1.0)))
