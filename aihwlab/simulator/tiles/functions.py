"""The analog product as functions that torch differentiates: with a record for pulses, or a gradient of the weights."""

import warnings
from math import prod
from typing import Any

import numpy as np
import torch
from torch.autograd import Function

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.rounds import Images
from aihwlab.simulator.tiles.exchange import as_array, as_tensor
from aihwlab.simulator.tiles.recorded_gradient import weight_gradient

ALL_BUT_LINES = {2: 0, 3: (0, 2), 4: (0, 2, 3)}
"""By how many dimensions outputs have: all but the one that counts the output lines."""


class AnalogFunction(Function):
    """Analog product of a tile: noisy forward, noisy backward, and a record for the pulsed update instead of a gradient."""

    @staticmethod
    def forward(ctx: Any, analog_ctx: Any, tile: Any, x: torch.Tensor, geometry: Geometry | None,
                bias: torch.Tensor | None) -> torch.Tensor:
        """Return the product of the tile with vectors, plus a bias.

        Vectors are rows, [batch, in] -> [batch, out], or columns, [batch, in, positions] -> [batch, out, positions]. With the
        geometry of a window, `x` are images, whose patches are the vectors, and so are the outputs.
        """
        ctx.analog_ctx, ctx.tile, ctx.geometry, ctx.is_training = analog_ctx, tile, geometry, tile.training
        ctx.save_for_backward(x)
        vectors = vectors_of(x, geometry)
        ctx.largest = room_for_magnitudes(vectors) if ctx.needs_input_grad[0] else None
        y = tile.run(tile.kernel_tile.forward, vectors, None if bias is None else as_array(bias), ctx.largest)
        if geometry is not None:
            return as_tensor(y.reshape(*y.shape[:2], *geometry.positions(x.shape[2:])))
        return as_tensor(y.reshape(y.shape[:x.dim()]))

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[None, None, torch.Tensor | None, None, torch.Tensor | None]:
        """Return the gradients of input and bias, that of the input computed by the transposed tile.

        Input and gradient are recorded for the update where torch would add to the gradient of a parameter: not for
        `torch.autograd.grad`, and, with a warning, not in evaluation mode.
        """
        (x,), tile, geometry, largest, d_input = ctx.saved_tensors, ctx.tile, ctx.geometry, None, None
        grad_output = grad_output.contiguous()
        d = vectors_of(grad_output)
        if ctx.needs_input_grad[2]:
            largest = room_for_magnitudes(d)
            onto = None if geometry is None else Images(tuple(x.shape), geometry)
            d_input = as_tensor(tile.run(tile.kernel_tile.backward, d, onto, largest).reshape(x.shape))
        if ctx.needs_input_grad[0] and adds_to_gradients(ctx):
            if ctx.is_training:
                x = x.clone() if x.grad_fn is None else x  # the user may fill the memory of an input anew before the step
                ctx.analog_ctx.record(x if geometry is None else Patches(x, geometry), grad_output, (ctx.largest, largest),
                                      (vectors_of(x, geometry), d))
            else:
                warnings.warn('a backward pass in evaluation mode does not count for the update of analog tiles: call '
                              'model.train() to train them, or requires_grad_(False) to keep them as they are', stacklevel=2)
        d_bias = grad_output.sum(ALL_BUT_LINES[grad_output.dim()]) if ctx.needs_input_grad[4] else None
        return None, None, d_input, None, d_bias


def vectors_of(x: torch.Tensor, geometry: Geometry | None = None) -> Any:
    """Return the memory of rows, vectors or images for the kernel: vectors [batch, lines, positions], or patches of images."""
    array = as_array(x.contiguous())
    if geometry is not None:
        return Patches(array, geometry)
    return array.reshape(*array.shape[:2], prod(array.shape[2:]))


def room_for_magnitudes(x: Any) -> Array:
    """Return an array [batch, positions] for the largest magnitude of each vector, which a product finds out anyway."""
    array = x.image if isinstance(x, Patches) else x
    return (np if isinstance(array, np.ndarray) else array_namespace(array)).empty(x.shape[::2], dtype=np.float32)


class TrainedFunction(Function):
    """Analog product of a tile whose weights torch trains: noisy forward, and the gradients of inputs and weights.

    Both are those of the weights that the product has seen, modified ones in training. The gradient of the weights is that of
    the logical weights over the mapping scale, so that a step of gradient descent moves logical weights as in a digital layer.
    """

    @staticmethod
    def forward(ctx: Any, weights: Any, tile: Any, x: torch.Tensor, geometry: Geometry | None,
                bias: torch.Tensor | None) -> torch.Tensor:
        """Return the product of the tile with vectors, plus a bias; see `AnalogFunction.forward`."""
        ctx.tile, ctx.geometry, ctx.x_shape, ctx.seen = tile, geometry, x.shape, tile.product_weights()
        ctx.save_for_backward(x.cpu() if tile.rpu_config.runtime.offload_input else x)
        vectors = x if geometry is None else Patches(x, geometry)
        y: torch.Tensor = tile.forward_crossbar(vectors, bias=bias, weights=ctx.seen)
        return y if geometry is None else y.view(*y.shape[:2], *geometry.positions(x.shape[2:]))

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor | None, None, torch.Tensor | None, None,
                                                               torch.Tensor | None]:
        """Return the gradients of weights, input and bias."""
        x, = ctx.saved_tensors
        d, d_weights, d_input = grad_output.contiguous().flatten(2), None, None
        if ctx.needs_input_grad[2]:
            d_input = ctx.tile.backward_crossbar(d, ctx.x_shape, ctx.geometry, weights=ctx.seen)
        if ctx.needs_input_grad[0]:
            x = x.to(d.device)
            vectors = x if ctx.geometry is None else Patches(x, ctx.geometry)
            d_weights = ctx.tile.as_logical_gradient(weight_gradient(vectors, d))
        return d_weights, None, d_input, None, d.sum((0, 2)) if ctx.needs_input_grad[4] else None


def adds_to_gradients(node: Any) -> bool:
    """Return whether the present backward pass reaches the first input of a node, and is none of `torch.autograd.grad`."""
    try:
        return torch._C._will_engine_execute_node(node.next_functions[0][0])
    except RuntimeError:  # `torch.autograd.grad` asks for the gradient of the weights themselves
        return False
