"""Parts of one's own in a network: a crossbar whose outputs saturate, a model of drift, a compensation, a training tile."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch.nn import Linear, Sequential, Tanh

from aihwlab.inference import BaseDriftCompensation, BaseNoiseModel, SinglePairConductanceConverter
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import TorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.tiles.custom import CustomRPUConfig, CustomSimulatorTile, CustomTile, CustomUpdateParameters
from aihwlab.simulator.tiles.torch_tile import TorchSimulatorTile


class SaturatingTile(TorchSimulatorTile):
    """A crossbar whose outputs saturate."""

    def __init__(self, x_size, d_size, rpu_config, bias=False):
        super().__init__(x_size, d_size, rpu_config, bias)
        self.level = rpu_config.level

    def forward(self, x_input, bias=False, in_trans=False, out_trans=False, is_test=False, non_blocking=False,
                tensor_view=None):
        y = super().forward(x_input, bias, in_trans, out_trans, is_test, non_blocking, tensor_view)
        return self.level * torch.tanh(y / self.level)


class MedianCompensation(BaseDriftCompensation):
    """The median of the outputs tells how far the conductances have drifted."""

    def readout(self, out_tensor):
        return out_tensor.abs().median().clamp(min=1e-4)

    def get_readout_tensor(self, in_size):
        return torch.eye(in_size)


class HalvingNoiseModel(BaseNoiseModel):
    """Conductances that halve every thousand seconds, each a little faster or slower."""

    def __init__(self, spread=0.1, g_max=20.0):
        super().__init__(g_converter=SinglePairConductanceConverter(g_max=g_max))
        self.spread = spread

    def apply_programming_noise_to_conductance(self, g_target):
        return torch.clamp(g_target + 0.1 * torch.randn_like(g_target), min=0.0)

    def generate_drift_coefficients(self, g_target):
        return 1 + self.spread * torch.randn_like(g_target)

    def apply_drift_noise_to_conductance(self, g_prog, drift_noise_param, t_inference):
        return g_prog * 0.5 ** (drift_noise_param * t_inference / 1000)


@dataclass
class SaturatingConfig(TorchInferenceRPUConfig):
    """A configuration that names the crossbar, and has one more parameter for it."""

    simulator_tile_class: ClassVar[type] = SaturatingTile
    level: float = 1.0


torch.manual_seed(3)
digital = Sequential(Linear(6, 10), Tanh(), Linear(10, 2))
x = torch.rand(60, 6)
target = torch.stack([x[:, :3].sum(1) - x[:, 3:].sum(1), x[:, 0] - x[:, 5]], dim=1)


def fit(model, optimizer, steps=60):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (model(x) - target).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


config = SaturatingConfig(level=5.0, mapping=MappingParameter(weight_scaling_omega=1.0),
                          noise_model=HalvingNoiseModel(), drift_compensation=MedianCompensation())
model = convert_to_analog(digital, config)
assert all(isinstance(tile.tile, SaturatingTile) for tile in model.analog_tiles())
losses = fit(model, AnalogSGD(model.parameters(), lr=0.1))
assert losses[-1] < losses[0] / 2, losses

other = convert_to_analog(digital, TorchInferenceRPUConfig(mapping=MappingParameter(weight_scaling_omega=1.0)))
other.load_state_dict(model.state_dict(), load_rpu_config=False, strict_rpu_config_check=False)
assert all(type(tile.tile) is TorchSimulatorTile for tile in other.analog_tiles())

with torch.no_grad():
    model.eval()
    for time in (0.0, 1000.0, 3000.0):
        model.drift_analog_weights(time)
        alpha = [tile.alpha.item() for tile in model.analog_tiles()]
        print(f'after {time:.0f} s: loss {(model(x) - target).square().mean().item():.3f}, factors {alpha}')
    assert all(4 < factor < 12 for factor in alpha)


class ForgetfulTile(CustomSimulatorTile):
    """A crossbar for training, whose weights lose a part of themselves with each update."""

    def update(self, x_input, d_input, bias=False, in_trans=False, out_trans=False, non_blocking=False):
        super().update(x_input, d_input, bias, in_trans, out_trans, non_blocking)
        self.set_weights(0.999 * self.get_weights())


assert CustomRPUConfig().tile_class is CustomTile
for simulator in (CustomSimulatorTile, ForgetfulTile):
    config = CustomRPUConfig(simulator_tile_class=simulator, forward=IOParameters(out_noise=0.02),
                             update=CustomUpdateParameters(gradient_noise=0.01))
    model = AnalogSequential(AnalogLinear(6, 10, rpu_config=config), Tanh(), AnalogLinear(10, 2, rpu_config=config))
    optimizer = AnalogSGD(model.parameters(), lr=0.1)
    optimizer.regroup_param_groups(model)
    losses = fit(model, optimizer)
    assert losses[-1] < losses[0] / 2, losses
    assert isinstance(model[0].analog_module, CustomTile) and type(model[0].analog_module.tile) is simulator

layer = AnalogConv2d(2, 3, 3, rpu_config=CustomRPUConfig())
layer(torch.rand(4, 2, 5, 5)).sum().backward()
assert len(layer.analog_module.analog_ctx.analog_input) == 1
