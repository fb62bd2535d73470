"""The analog product under torch's differentiation: the transposed product back, and a record for the update."""

import pytest
import torch

from aihwlab.kernel.patches import Geometry
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile
from aihwlab.simulator.tiles.functions import AnalogFunction

W = torch.tensor([[0.5, -0.25, 0.0, 1.0], [1.0, 0.5, -1.0, 0.25]])


def exact_tile():
    tile = FloatingPointTile(2, 4, FloatingPointRPUConfig())
    tile.set_weights(W)
    return tile


def test_the_gradient_of_the_input_is_the_transposed_product():
    tile, x, d = exact_tile(), torch.randn(3, 4, 5, requires_grad=True), torch.randn(3, 2, 5)
    y = AnalogFunction.apply(tile.analog_ctx, tile, x, None, None)
    torch.testing.assert_close(y, W @ x)
    y.backward(d)
    torch.testing.assert_close(x.grad, W.T @ d)
    assert (tile.analog_ctx.analog_input[0] == x).all() and (tile.analog_ctx.analog_grad_output[0] == d).all()


def test_images_are_convolved_and_their_gradient_is_one_of_images():
    tile, geometry = exact_tile(), Geometry((2, 2), (1, 1), (1, 1))
    images = torch.randn(3, 1, 4, 5, requires_grad=True)
    other = images.detach().clone().requires_grad_()
    y = AnalogFunction.apply(tile.analog_ctx, tile, images, geometry, None).reshape(3, 2, 3, 4)
    expected = torch.nn.functional.conv2d(other, W.reshape(2, 1, 2, 2))
    torch.testing.assert_close(y, expected)
    y.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(images.grad, other.grad, rtol=1e-4, atol=1e-5)
    recorded = tile.analog_ctx.analog_input[0]
    assert recorded.geometry is geometry and (recorded.image == images).all()


@pytest.mark.parametrize('learns, flows', [(True, False), (False, True), (True, True)])
def test_only_what_is_needed_is_computed(learns, flows):
    """The tile is read backwards, an operation, only if the input wants a gradient."""
    tile = AnalogTile(2, 4, SingleRPUConfig(device=IdealDevice()))
    tile.analog_ctx.requires_grad_(learns)
    x = torch.rand(3, 4, 1, requires_grad=flows)
    AnalogFunction.apply(tile.analog_ctx, tile, x, None, None).sum().backward()
    assert tile.analog_ctx.has_gradient() is learns and (x.grad is not None) is flows
    assert tile.kernel_tile.operation == 1 + flows


def test_an_input_of_the_user_is_copied_and_one_that_torch_has_computed_is_not():
    """The user may fill the same memory with the next input before the step."""
    tile, x = exact_tile(), torch.rand(3, 4)
    tile(x).sum().backward()
    inner = torch.rand(3, 4, requires_grad=True).exp()
    tile(inner).sum().backward()
    first, second = (recorded.data_ptr() for recorded in tile.analog_ctx.analog_input)
    assert first != x.data_ptr() and second == inner.data_ptr()


@pytest.mark.parametrize('backward', [
    lambda y, x: torch.autograd.grad(y, x), lambda y, x: y.backward(inputs=[x]),
    lambda y, x: torch.autograd.grad(y, [x, tile_of(y).analog_ctx], allow_unused=True)])
def test_gradients_of_inputs_alone_are_not_recorded(backward):
    tile, x = exact_tile(), torch.rand(3, 4, requires_grad=True)
    backward(tile(x).sum(), x)
    assert not tile.analog_ctx.has_gradient()
    tile(x).sum().backward(inputs=[x, tile.analog_ctx])
    assert tile.analog_ctx.has_gradient()


def tile_of(y):
    """Return the tile that an output comes from."""
    node = y.grad_fn
    while not hasattr(node, 'analog_ctx'):
        node = node.next_functions[0][0]
    return node.tile


def test_a_backward_pass_in_evaluation_mode_is_not_recorded_and_says_so():
    tile, x = exact_tile().eval(), torch.rand(3, 4, requires_grad=True)
    with pytest.warns(UserWarning, match='evaluation mode does not count for the update of analog tiles'):
        tile(x).sum().backward()
    assert x.grad is not None and not tile.analog_ctx.has_gradient()


@pytest.mark.parametrize('shape', [(3, 4), (3, 4, 5)])
def test_rows_and_vectors_leave_arrays_in_the_memory_of_their_tensors(shape):
    tile, x = exact_tile(), torch.rand(shape, requires_grad=True).exp()
    y = AnalogFunction.apply(tile.analog_ctx, tile, x, None, None)
    y.sum().backward()
    record, = tile.analog_ctx.records
    assert y.shape == (3, 2, *shape[2:]) and record.x.data_ptr() == x.data_ptr()
    for array, tensor, vectors in zip(record.arrays, (record.x, record.d), record.vectors()):
        assert array.ctypes.data == tensor.data_ptr() and (array == vectors.detach().numpy()).all()


def test_an_update_by_arrays_is_one_by_tensors():
    weights = []
    for change in (lambda record: record, lambda record: record._replace(arrays=None)):
        torch.manual_seed(1)
        tile, x = AnalogTile(2, 4, SingleRPUConfig(device=IdealDevice())), torch.rand(3, 4, 5)
        AnalogFunction.apply(tile.analog_ctx, tile, x, None, None).sum().backward()
        tile.take_update(tile.possible_update_by(change(*tile.analog_ctx.records), tile.learning_rate))
        weights.append(tile.get_weights()[0])
    assert weights[0].any() and (weights[0] == weights[1]).all()
