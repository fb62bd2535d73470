"""Tiles of one's own for training: the template, classes that replace parts of it, and what is done for them."""

from copy import deepcopy
from dataclasses import dataclass

import pytest
import torch

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.optim import AnalogAdam, AnalogSGD
from aihwlab.simulator.configs import IdealDevice, IOParameters, MappingParameter, SingleRPUConfig
from aihwlab.simulator.parameters import InputRangeParameter, PrePostProcessingParameter
from aihwlab.simulator.tiles.custom import CustomRPUConfig, CustomSimulatorTile, CustomTile, CustomUpdateParameters
from tests.networks import all_weights, analog_sgd, small_network, through_a_file, train
from tests.parameters.helpers import assert_defaults

PERFECT = dict(forward=IOParameters(is_perfect=True), backward=IOParameters(is_perfect=True))
QUIET = dict(forward=IOParameters(out_noise=0.0), backward=IOParameters(out_noise=0.0))


class WithMomentum(CustomSimulatorTile):
    """A crossbar whose update remembers the gradients before."""

    def __init__(self, x_size, d_size, rpu_config, bias=False):
        super().__init__(x_size, d_size, rpu_config, bias)
        self.momentum = torch.zeros(d_size, x_size)

    def update(self, x_input, d_input, *args, **kwargs):
        self.momentum = 0.9 * self.momentum + d_input.T @ x_input
        self.weight -= self.learning_rate * self.momentum


@dataclass
class Limits(CustomUpdateParameters):
    """Parameters of an update that keeps weights small."""

    largest: float = 0.2


class Limited(CustomSimulatorTile):
    """A crossbar that limits its weights after each update, and asks for its parameters when it needs them."""

    def update(self, x_input, d_input, *args, **kwargs):
        super().update(x_input, d_input, *args, **kwargs)
        limit = self.rpu_config.update.largest
        self.weight = self.weight.clamp(-limit, limit)


@pytest.mark.parametrize('name', ['CustomRPUConfig', 'CustomUpdateParameters'])
def test_defaults(name):
    assert_defaults(name)


@pytest.mark.parametrize('settings', [
    PERFECT, QUIET, {**QUIET, 'mapping': MappingParameter(weight_scaling_omega=0.6, weight_scaling_columnwise=True)},
    {**QUIET, 'mapping': MappingParameter(digital_bias=False)},
    {**QUIET, 'mapping': MappingParameter(max_input_size=7, max_output_size=2)},
    {**QUIET, 'pre_post': PrePostProcessingParameter(InputRangeParameter(enable=True, init_from_data=0))}])
@pytest.mark.parametrize('make, shape', [
    (lambda config: AnalogLinear(9, 4, rpu_config=config), (5, 9)),
    (lambda config: AnalogConv2d(1, 4, 3, padding=1, rpu_config=config), (5, 1, 6, 6))])
def test_the_template_learns_as_ideal_devices_do(settings, make, shape):
    layers = []
    for cls in (CustomRPUConfig, lambda **parts: SingleRPUConfig(device=IdealDevice(), **parts)):
        torch.manual_seed(1)
        layer = make(cls(**deepcopy(settings)))
        optimizer, x = AnalogSGD(layer.parameters(), lr=0.05), torch.randn(shape, requires_grad=True)
        for _ in range(2):
            optimizer.zero_grad()
            y = layer(x)
            y.square().mean().backward()
            optimizer.step()
        layers.append((y, x.grad, *layer.get_weights()))
    for custom, ideal in zip(*layers):
        torch.testing.assert_close(custom, ideal, rtol=1e-4, atol=1e-5)


def test_gradient_noise_has_its_standard_deviation_and_a_seed():
    """Of 10,000 elements the standard deviation is known to 0.7 %; 3.5 % are five standard errors."""
    def updated(seed):
        torch.manual_seed(seed)
        tile = CustomTile(100, 100, CustomRPUConfig(update=CustomUpdateParameters(gradient_noise=0.5), **PERFECT))
        tile.set_weights(torch.zeros(100, 100))
        tile.set_learning_rate(2.0)
        tile.update(torch.zeros(3, 100), torch.zeros(3, 100))
        return tile.get_weights()[0]

    change = updated(1)
    assert change.std().item() == pytest.approx(1.0, rel=0.035) and abs(change.mean().item()) < 0.05
    assert torch.equal(change, updated(1)) and not torch.equal(change, updated(2))


@pytest.mark.parametrize('simulator', [CustomSimulatorTile, WithMomentum, Limited])
def test_a_network_trains_and_goes_on_from_a_checkpoint_a_copy_and_a_pickle_with_the_same_bits(simulator):
    config = CustomRPUConfig(simulator_tile_class=simulator, update=Limits(gradient_noise=0.01))
    model = small_network(config)
    losses = [train(model, analog_sgd(model), 3) for _ in range(3)]
    assert losses[-1] < losses[0]
    if simulator is Limited:
        assert all(tile.analog_ctx.abs().max() <= 0.2 for tile in model.analog_tiles())
    loaded = small_network(config)
    loaded.load_state_dict(through_a_file(model.state_dict()))
    others = [loaded, deepcopy(model), through_a_file(model, weights_only=False)]
    expected = train(model, analog_sgd(model), 3)
    for other in others:
        assert train(other, analog_sgd(other), 3) == expected
        assert torch.equal(all_weights(other), all_weights(model))


def test_momentum_is_what_torch_calls_momentum():
    layer = AnalogLinear(3, 2, bias=False, rpu_config=CustomRPUConfig(simulator_tile_class=WithMomentum, **PERFECT))
    digital, x = layer.to_digital(), torch.randn(5, 3)
    for model, optimizer in ((layer, AnalogAdam(layer.parameters(), lr=0.1)),
                             (digital, torch.optim.SGD(digital.parameters(), lr=0.1, momentum=0.9))):
        for _ in range(4):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
    torch.testing.assert_close(layer.get_weights()[0], digital.weight.detach())


def test_changes_of_a_living_tile_take_effect_and_keep_what_it_remembers():
    config = CustomRPUConfig(simulator_tile_class=WithMomentum, **PERFECT)
    tile = CustomTile(2, 3, config)
    tile.update(torch.ones(1, 3), torch.ones(1, 2))
    assert (tile.tile.momentum == 1).all()
    tile.rpu_config.forward = IOParameters(is_perfect=True, out_scale=2.0)
    tile.set_weights(torch.ones(2, 3))
    assert (tile.joint_forward(torch.ones(1, 3)) == 6).all() and (tile.tile.momentum == 1).all()
    with pytest.raises(TileError, match='only how weights are scaled'):
        tile.rpu_config.mapping = MappingParameter(learn_out_scaling=True)
        tile(torch.ones(1, 3))


class Weakening(WithMomentum):
    """A crossbar with momentum whose outputs are weaker by a number of the configuration."""

    def __init__(self, x_size, d_size, rpu_config, bias=False):
        super().__init__(x_size, d_size, rpu_config, bias)
        self.gain = torch.tensor(1 - rpu_config.update.largest)

    def forward(self, x_input, *args, **kwargs):
        return self.gain * super().forward(x_input, *args, **kwargs)


def test_what_follows_from_the_configuration_follows_its_changes():
    tile = CustomTile(2, 3, CustomRPUConfig(simulator_tile_class=Weakening, update=Limits(), **PERFECT))
    tile.update(torch.ones(1, 3), torch.ones(1, 2))
    tile.rpu_config.update.largest = 0.5
    tile.set_weights(torch.ones(2, 3))
    assert (tile.joint_forward(torch.ones(1, 3)) == 1.5).all() and (tile.tile.momentum == 1).all()


def test_the_crossbar_can_be_used_by_itself():
    tile = CustomTile(2, 3, CustomRPUConfig(**PERFECT))
    simulator, x, d = tile.tile, torch.rand(4, 3), torch.rand(4, 2)
    weights = simulator.get_weights()
    torch.testing.assert_close(simulator.forward(x), x @ weights.T)
    torch.testing.assert_close(simulator.backward(d.T, in_trans=True, out_trans=True), (d @ weights).T)
    simulator.set_learning_rate(0.5)
    simulator.update(x, d)
    torch.testing.assert_close(simulator.get_weights(), weights - 0.5 * d.T @ x)
    torch.testing.assert_close(tile.read_weights()[0], simulator.get_weights(), rtol=1e-3, atol=1e-4)
    assert tile.program_weights(learning_rate=0.01, max_iter=3000) < 0.01


class NotANumber(CustomSimulatorTile):
    """A crossbar whose gradients are no numbers."""

    def forward(self, x_input, *args, **kwargs):
        return super().forward(x_input, *args, **kwargs) * torch.nan


def test_what_cannot_be_is_said():
    with pytest.raises(ConfigError, match=r'CustomRPUConfig\.backward\.ir_drop = 1\.0: must be 0'):
        CustomTile(2, 3, CustomRPUConfig(backward=IOParameters(ir_drop=1.0)))
    layer = AnalogLinear(3, 2, rpu_config=CustomRPUConfig(simulator_tile_class=NotANumber))
    before, optimizer = layer.get_weights(), AnalogSGD(layer.parameters(), lr=0.1)
    layer(torch.rand(5, 3)).square().sum().backward()
    with pytest.raises(ValueError, match='NaN or infinite'):
        optimizer.step()
    assert torch.equal(layer.get_weights()[0], before[0])
