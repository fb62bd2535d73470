"""The gradient that records amount to: that of the digital layer, worked out only when somebody looks, scaled as a whole."""

import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.tiles.recorded_gradient import RecordedGradient, common_factor, gradient_of
from tests.networks import wide_config


def layer_of(make=AnalogLinear, *sizes, **mapping):
    return make(*sizes, bias=False, rpu_config=wide_config(mapping=MappingParameter(**mapping)))


@pytest.mark.parametrize('omega', [0.0, 0.6])
@pytest.mark.parametrize('make, sizes, shape', [(AnalogLinear, (4, 3), (5, 4)), (AnalogConv2d, (2, 3, 3), (5, 2, 6, 6))])
def test_it_is_that_of_the_digital_layer_whatever_the_scales(make, sizes, shape, omega):
    analog = layer_of(make, *sizes, weight_scaling_omega=omega)
    digital, x = analog.to_digital(), torch.rand(shape)
    for layer in (analog, digital):
        for part in x.split(3):
            layer(part).square().sum().backward()
    context = analog.analog_module.analog_ctx
    expected = digital.weight.grad.reshape(context.shape)
    torch.testing.assert_close(gradient_of(context), expected, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(context.grad.norm(), expected.norm(), rtol=1e-3, atol=1e-3)


def test_it_is_worked_out_when_somebody_looks():
    layer = layer_of(AnalogLinear, 4, 3)
    layer(torch.rand(5, 4)).sum().backward()
    gradient = layer.analog_module.analog_ctx.grad
    assert isinstance(gradient, RecordedGradient) and not gradient.is_filled
    assert gradient.abs().max() > 0 and gradient.is_filled and type(gradient * 2) is torch.Tensor


@pytest.mark.parametrize('change', [
    lambda gradient: gradient.mul_(0.25), lambda gradient: gradient.data.div_(4.0),
    lambda gradient: torch._foreach_mul_([gradient], 0.25)])
def test_what_multiplies_it_multiplies_the_records(change):
    layer = layer_of(AnalogLinear, 4, 3)
    context = layer.analog_module.analog_ctx
    layer(torch.rand(5, 4)).sum().backward()
    d = context.analog_grad_output[0].clone()
    change(context.grad)
    layer(torch.rand(5, 4)).sum().backward()
    assert (context.analog_grad_output[0] == d / 4).all() and (context.analog_grad_output[1] == d).all()


def test_a_factor_is_found():
    gradient = torch.randn(4, 3)
    assert common_factor(gradient, gradient.clone()) == 1 and common_factor(gradient, gradient / 65536) == 1 / 65536
    assert common_factor(gradient, -gradient) == -1 and common_factor(gradient, 0 * gradient) == 0
    assert common_factor(gradient / 0, gradient) == 1  # the update refuses it


@pytest.mark.parametrize('changed', [torch.randn(3, 2), torch.ones(3, 3), torch.full((3, 2), torch.nan)])
def test_any_other_change_is_refused(changed):
    with pytest.raises(TileError, match='changed element by element'):
        common_factor(torch.ones(3, 2) + torch.eye(3, 2), changed)
