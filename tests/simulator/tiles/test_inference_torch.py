"""The tile for inference in torch: the numbers of the other one, with and without noise, and gradients of the whole chain."""

import copy

import pytest
import torch
from torch import nn

from aihwlab.nn import AnalogConv1d, AnalogConv2d, AnalogConv3d, AnalogLinear
from aihwlab.simulator.configs import InferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters import (
    InputRangeParameter,
    IOParameters,
    MappingParameter,
    NoiseManagementType,
    PrePostProcessingParameter,
)

QUIET = IOParameters(out_noise=0.0)
SMOOTH = IOParameters(out_noise=0.0, inp_res=-1.0, out_res=-1.0)
LAYERS = [
    (lambda config: AnalogLinear(9, 4, rpu_config=config), (5, 9)),
    (lambda config: AnalogConv1d(2, 4, 3, rpu_config=config), (5, 2, 8)),
    (lambda config: AnalogConv2d(1, 4, 3, padding=1, rpu_config=config), (5, 1, 6, 6)),
    (lambda config: AnalogConv3d(1, 2, 2, rpu_config=config), (2, 1, 4, 4, 4))]


def pair(make, **settings):
    """Return a layer on each kind of tile, with the same weights and random numbers."""
    torch.manual_seed(2)
    return [layer for layer in (make(config(**copy.deepcopy(settings))) for config in
                                (InferenceRPUConfig, TorchInferenceRPUConfig)) if torch.manual_seed(2)]


@pytest.mark.parametrize('make, shape', LAYERS)
@pytest.mark.parametrize('mapping', [MappingParameter(), MappingParameter(digital_bias=False, weight_scaling_omega=0.7),
                                     MappingParameter(max_input_size=5, max_output_size=3)])
def test_outputs_are_those_of_the_other_tile(make, shape, mapping):
    first, second = pair(make, forward=QUIET, mapping=mapping)
    x = torch.randn(shape)
    torch.testing.assert_close(first(x), second(x), rtol=1e-4, atol=1e-5)
    for layer in (first.eval(), second.eval()):
        layer.drift_analog_weights(3.15e7)
    torch.testing.assert_close(first(x), second(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('number', range(20))
def test_a_linear_layer_has_the_same_noise_too(number):
    first, second = pair(LAYERS[0][0])
    x = torch.randn(5, 9)
    for _ in range(number % 3 + 1):
        torch.testing.assert_close(first(x), second(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('make, shape', LAYERS)
def test_gradients_of_the_whole_chain_agree_with_differences(make, shape):
    """With mapping scales, an input range, learned scales and a bias: the logical weight has the gradient."""
    pre_post = PrePostProcessingParameter(InputRangeParameter(enable=True, init_value=1.0, init_from_data=0, decay=0.0))
    forward = copy.deepcopy(SMOOTH)
    forward.noise_management = NoiseManagementType.NONE
    layer = make(TorchInferenceRPUConfig(forward=forward, pre_post=pre_post, mapping=MappingParameter(
        weight_scaling_omega=0.5, learn_out_scaling=True, out_scaling_columnwise=True)))
    x = 0.3 * torch.rand(shape)
    d = torch.randn(layer(x).shape)
    (layer(x) * d).sum().backward()
    tile = layer.analog_module
    weight, bias = layer.get_weights()
    gradient = tile.analog_ctx.grad * tile.mapping_scales ** 2  # with respect to the weights in the crossbar

    def loss(change):
        with torch.no_grad():
            tile.set_weights(weight + change, bias, apply_weight_scaling=False)
            return (layer(x) * d).double().sum().item()

    scales, weight = tile.get_scales(), layer.get_weights(apply_weight_scaling=False)[0]
    assert scales is not None
    for place in [(0, 0), (1, 2), (1, weight.shape[1] - 1)]:
        change = torch.zeros_like(weight)
        change[place] = 0.05
        assert gradient[place].item() == pytest.approx((loss(change) - loss(-change)) / 0.1, rel=1e-2, abs=1e-2)
    digital = tile.bias.grad
    torch.testing.assert_close(digital, d.transpose(0, 1).flatten(1).sum(1) if d.dim() > 2 else d.sum(0), rtol=1e-4, atol=1e-4)


def test_gradients_know_where_a_converter_has_clipped():
    forward = IOParameters(out_noise=0.0, inp_res=-1.0, out_res=-1.0, out_bound=0.5, noise_management=NoiseManagementType.NONE)
    forward.bound_management = type(forward.bound_management).NONE
    layer = AnalogLinear(2, 2, bias=False, rpu_config=TorchInferenceRPUConfig(forward=forward))
    layer.set_weights(torch.tensor([[0.9, 0.9], [0.1, 0.1]]))
    layer(torch.ones(1, 2)).sum().backward()
    torch.testing.assert_close(layer.analog_module.analog_ctx.grad, torch.tensor([[0.0, 0.0], [1.0, 1.0]]))


def test_second_derivatives_exist():
    layer = AnalogLinear(3, 1, bias=False, rpu_config=TorchInferenceRPUConfig(forward=IOParameters(is_perfect=True)))
    x = torch.randn(4, 3, requires_grad=True)
    gradient, = torch.autograd.grad(layer(x).square().sum(), x, create_graph=True)
    gradient.square().sum().backward()
    weight = layer.get_weights()[0]
    torch.testing.assert_close(x.grad, 8 * (x.detach() @ weight.T) * weight.square().sum() * weight, rtol=1e-4, atol=1e-5)


def test_each_kind_loads_what_the_other_has_saved():
    first, second = pair(LAYERS[0][0], forward=QUIET)
    x = torch.randn(5, 9)
    for source, target in ((first, second), (second, first)):
        torch.nn.init.normal_(source.analog_module.analog_ctx, std=0.1)
        target.load_state_dict(source.state_dict())
        torch.testing.assert_close(target(x), source(x), rtol=1e-4, atol=1e-5)


def test_a_model_of_torch_may_hold_it():
    model = nn.Sequential(nn.Linear(3, 4), AnalogLinear(4, 2, rpu_config=TorchInferenceRPUConfig()))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x, losses = torch.randn(20, 3), []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (model(x) - x[:, :2]).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
