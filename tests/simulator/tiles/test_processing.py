"""What is done digitally to inputs and outputs: columns, and processing by classes of your own."""

import pytest
import torch

from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.tiles import FloatingPointTile

X, D = torch.rand(5, 3), torch.rand(5, 2)


@pytest.mark.parametrize('in_trans', [False, True])
@pytest.mark.parametrize('out_trans', [False, True])
def test_inputs_and_outputs_can_be_columns(in_trans, out_trans):
    tile = FloatingPointTile(2, 3, FloatingPointRPUConfig(), bias=True, in_trans=in_trans, out_trans=out_trans)
    weight, bias = torch.rand(2, 3), torch.rand(2)
    tile.set_weights(weight, bias)
    y, x = tile(X.T if in_trans else X), X.clone().requires_grad_()
    torch.testing.assert_close(y.T if out_trans else y, X @ weight.T + bias)
    y = tile(x.T if in_trans else x)
    (y.T if out_trans else y).backward(D)
    torch.testing.assert_close(x.grad, D @ weight)


def test_processing_of_your_own_is_part_of_the_gradient():
    class Squaring(FloatingPointTile):
        def pre_forward(self, x_input, dim, is_test=False, ctx=None):
            return super().pre_forward(x_input ** 2, dim, is_test, ctx)

        def post_forward(self, x_output, dim, is_test=False, ctx=None):
            return super().post_forward(3 * x_output, dim, is_test, ctx)

    config = FloatingPointRPUConfig(tile_class=Squaring, mapping=MappingParameter(weight_scaling_omega=0.5))
    layer, x = AnalogLinear(3, 2, rpu_config=config), X.clone().requires_grad_()
    digital = layer.to_digital()
    y, expected = layer(x), 3 * (x ** 2 @ digital.weight.T) + digital.bias
    torch.testing.assert_close(y, expected)
    torch.testing.assert_close(*(torch.autograd.grad(output.square().sum(), x)[0] for output in (y, expected)))
    layer.zero_grad()
    (layer(x) * D).sum().backward()
    AnalogSGD(layer.parameters(), lr=0.1).step()
    torch.testing.assert_close(layer.get_weights()[0], digital.weight.detach() - 0.3 * D.T @ x.detach() ** 2)
    convolution = AnalogConv2d(1, 2, 3, rpu_config=config)
    images, digital = torch.rand(2, 1, 5, 5), convolution.to_digital()
    bias = digital.bias[:, None, None]
    torch.testing.assert_close(convolution(images), 3 * (digital(images ** 2) - bias) + bias, rtol=1e-4, atol=1e-5)


def test_processing_of_your_own_knows_whether_this_is_training():
    seen = []

    class Watching(FloatingPointTile):
        def pre_forward(self, x_input, dim, is_test=False, ctx=None):
            seen.append((tuple(x_input.shape), dim, is_test))
            return super().pre_forward(x_input, dim, is_test, ctx)

    layer = AnalogLinear(3, 2, rpu_config=FloatingPointRPUConfig(tile_class=Watching))
    layer(X)
    layer.eval()(X)
    layer.analog_module.joint_forward(X, True)
    assert seen == [((5, 3, 1), 1, False), ((5, 3, 1), 1, True), ((5, 3, 1), 1, True)]
