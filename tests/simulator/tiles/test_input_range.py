"""The input range of a tile: clipped inputs, the first batches, its gradient, and what is saved of it."""

import copy

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters import (
    BoundManagementType,
    InputRangeParameter,
    IOParameters,
    MappingParameter,
    NoiseManagementType,
    PrePostProcessingParameter,
)
from aihwlab.simulator.presets import EcRamPreset
from aihwlab.simulator.tiles import AnalogTile


def layer_with(mapping=None, bias=True, forward=None, **settings):
    """Return an exact layer whose inputs have a range, without any setting from data unless it is asked for."""
    settings = {'enable': True, 'init_from_data': 0, 'init_value': 0.5, **settings}
    pre_post = PrePostProcessingParameter(InputRangeParameter(**settings))
    config = SingleRPUConfig(device=IdealDevice(), forward=forward or IOParameters(is_perfect=True), pre_post=pre_post,
                             backward=IOParameters(is_perfect=True), mapping=mapping or MappingParameter())
    return AnalogLinear(3, 2, bias=bias, rpu_config=config)


@pytest.mark.parametrize('digital_bias', [True, False])
@pytest.mark.parametrize('omega', [0.0, 0.6])
def test_inputs_are_clipped_and_nothing_else_changes(digital_bias, omega):
    """Whatever the scales, and wherever the bias is: in aihwkit an analog bias is multiplied by the range."""
    mapping = MappingParameter(digital_bias=digital_bias, weight_scaling_omega=omega, learn_out_scaling=True)
    layer, x = layer_with(mapping), 2 * torch.randn(5, 3)
    weight, bias = layer.get_weights()
    torch.testing.assert_close(layer(x), torch.nn.functional.linear(x.clamp(-0.5, 0.5), weight, bias))
    torch.testing.assert_close(layer.analog_module.joint_forward(x), layer(x) - (bias if digital_bias else 0))


@pytest.mark.parametrize('digital_bias', [True, False])
def test_an_update_is_the_gradient_of_clipped_inputs(digital_bias):
    layer = layer_with(MappingParameter(digital_bias=digital_bias, weight_scaling_omega=0.6))
    x, d = 2 * torch.randn(5, 3), torch.randn(5, 2)
    weight, bias = layer.get_weights()
    layer(x).backward(d)
    AnalogSGD(layer.parameters(), lr=0.1).step()
    torch.testing.assert_close(layer.get_weights()[0], weight - 0.1 * d.T @ x.clamp(-0.5, 0.5))
    torch.testing.assert_close(layer.get_weights()[1], bias - 0.1 * d.sum(dim=0))
    weight = layer.get_weights()[0]
    layer.analog_module.set_input_range(0.25)
    layer.analog_module.set_learning_rate(0.1)
    layer.analog_module.update(x, d)
    torch.testing.assert_close(layer.get_weights()[0], weight - 0.1 * d.T @ x.clamp(-0.25, 0.25))


def test_images_are_clipped_as_vectors_are():
    pre_post = PrePostProcessingParameter(InputRangeParameter(enable=True, init_from_data=0, init_value=0.5))
    layer = AnalogConv2d(2, 3, 3, padding=1, rpu_config=FloatingPointRPUConfig(pre_post=pre_post))
    images = torch.randn(2, 2, 6, 6, requires_grad=True)
    torch.testing.assert_close(layer(images), layer.to_digital()(images.clamp(-0.5, 0.5)), rtol=1e-4, atol=1e-5)
    layer(images).sum().backward()
    assert layer.analog_module.input_range.grad.shape == (1,) and images.grad.shape == images.shape


def test_only_training_sets_it_from_data():
    layer, batches = layer_with(init_from_data=2), torch.randn(3, 100, 3) * torch.tensor([1.0, 3.0, 10.0])[:, None, None]
    layer.eval()(batches[2])
    layer.train()(torch.ones(1, 3))  # all alike: nothing to learn from
    assert layer.analog_module.input_range.item() == 0.5
    for batch in batches:
        layer(batch)
    expected = 3 * (batches[0].std() + batches[1].std()) / 2
    torch.testing.assert_close(layer.analog_module.input_range.detach(), expected.reshape(1))
    assert layer.analog_module.input_range_update_idx.item() == 2


X, D = torch.tensor([[3.0, 1.0, -4.0], [0.5, -2.0, 2.0]]), torch.tensor([[1.0, -2.0], [0.5, 3.0]])
"""Inputs and gradients for weights of 1: the gradients of the inputs are -1, in the second row 3.5."""


@pytest.mark.parametrize('settings, expected', [
    (dict(gradient_relative=False), -4.5), (dict(), -9.0), (dict(gradient_scale=3.0), -27.0),
    (dict(decay=0.1, input_min_percentage=0.1), -8.8), (dict(decay=0.1, input_min_percentage=0.34), -9.0),
    (dict(decay=0.1, input_min_percentage=0.1, gradient_relative=False), -4.3)])
def test_its_gradient_widens_it_where_clipped_inputs_want_to_go_further(settings, expected):
    layer = layer_with(bias=False, **{'init_value': 2.0, 'decay': 0.0, **settings})
    layer.set_weights(torch.ones(2, 3))
    x = X.clone().requires_grad_()
    layer(x).backward(D)
    torch.testing.assert_close(layer.analog_module.input_range.grad, torch.tensor([expected]))
    torch.testing.assert_close(x.grad, torch.tensor([[-1.0], [3.5]]).expand(2, 3))


@pytest.mark.parametrize('bound, expected', [(100.0, 0.0), (2.0, -0.5)])
def test_clipped_outputs_widen_it(bound, expected):
    """One of two outputs reaches a bound of 2: (1 - 1/2) r."""
    forward = IOParameters(out_bound=bound, out_res=-1.0, out_noise=0.0, inp_res=-1.0,
                           bound_management=BoundManagementType.NONE, noise_management=NoiseManagementType.NONE)
    layer = layer_with(bias=False, forward=forward, init_value=1.0, decay=0.0, manage_output_clipping=True)
    layer.set_weights(torch.tensor([[1.0, 1.0, 1.0], [0.1, 0.1, 0.1]]))
    layer(torch.full((1, 3), 0.9)).sum().backward()
    torch.testing.assert_close(layer.analog_module.input_range.grad, torch.tensor([expected]))


def test_it_is_trained_with_the_weights():
    layer = layer_with(init_value=0.1)
    optimizer = AnalogSGD(layer.parameters(), lr=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        (layer(torch.ones(4, 3)) - 10).square().sum().backward()
        optimizer.step()
    assert layer.analog_module.input_range.item() > 0.1


def test_copies_and_checkpoints_have_it():
    layer = layer_with(init_from_data=5)
    layer(torch.randn(10, 3))
    other, x = layer_with(), torch.randn(4, 3)
    other.load_state_dict(layer.state_dict())
    for copied in (other, copy.deepcopy(layer)):
        assert (copied.eval()(x) == layer.eval()(x)).all() and copied.analog_module.input_range_update_idx.item() == 1
        assert copied.analog_module.input_range is not layer.analog_module.input_range


@pytest.mark.parametrize('enable', [True, False])
@pytest.mark.parametrize('learn', [True, False])
def test_a_checkpoint_says_whether_there_is_one(enable, learn):
    saved, other = layer_with(enable=enable, learn_input_range=learn), layer_with(enable=not enable)
    other.load_state_dict(saved.state_dict())
    names = dict(other.named_parameters())
    assert ('analog_module.input_range' in names) == (enable and learn)
    assert (other.analog_module.input_range is not None) == enable
    before = other.analog_module.input_range
    other.load_state_dict(saved.state_dict())
    assert other.analog_module.input_range is before, 'an optimizer may hold it'


@pytest.mark.parametrize('value', [0.0, float('nan'), float('inf'), torch.ones(2)])
def test_impossible_ranges_are_refused(value):
    tile = layer_with().analog_module
    with pytest.raises(ValueError, match='input range = .*: must be one number, finite and not zero'):
        tile.set_input_range(value)
    tile.set_input_range(-2)
    assert tile.input_range.item() == 2


def test_a_tile_without_one_cannot_be_given_one():
    with pytest.raises(ConfigError, match=r'pre_post.input_range.enable = False: this tile has no input range'):
        AnalogTile(2, 3, EcRamPreset()).set_input_range(1.0)
