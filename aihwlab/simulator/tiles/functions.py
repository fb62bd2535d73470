"""The analog product as a function that torch can differentiate."""

from typing import Any

import torch
from torch.autograd import Function

from aihwlab.kernel.patches import Geometry, Patches


class AnalogFunction(Function):
    """Analog product of a tile: noisy forward, noisy backward, and a record for the pulsed update instead of a gradient."""

    @staticmethod
    def forward(ctx: Any, analog_ctx: Any, tile: Any, x: torch.Tensor, geometry: Geometry | None,
                bias: torch.Tensor | None) -> torch.Tensor:
        """Return the product of the tile with vectors, plus a bias, [batch, in, positions] -> [batch, out, positions].

        With the geometry of a window, `x` are images, whose patches are the vectors, and so are the outputs.
        """
        ctx.analog_ctx, ctx.tile, ctx.geometry = analog_ctx, tile, geometry
        ctx.save_for_backward(x)
        vectors = x if geometry is None else Patches(x, geometry)
        ctx.largest = tile.room_for_magnitudes(vectors) if ctx.needs_input_grad[0] else None
        y: torch.Tensor = tile.joint_forward(vectors, bias=bias, largest=ctx.largest)
        return y if geometry is None else y.view(*y.shape[:2], *geometry.positions(x.shape[2:]))

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[None, None, torch.Tensor | None, None, torch.Tensor | None]:
        """Return the gradients of input and bias, that of the input computed by the transposed tile.

        Input and gradient are recorded for the update.
        """
        x, = ctx.saved_tensors
        grad_output, largest, d_input = grad_output.contiguous().flatten(2), None, None
        if ctx.needs_input_grad[2]:
            largest = ctx.tile.room_for_magnitudes(grad_output)
            d_input = ctx.tile.backward(grad_output, x.shape, ctx.geometry, largest)
        if ctx.needs_input_grad[0]:
            vectors = x if ctx.geometry is None else Patches(x, ctx.geometry)
            ctx.analog_ctx.record(vectors, grad_output, (ctx.largest, largest))
        return None, None, d_input, None, grad_output.sum((0, 2)) if ctx.needs_input_grad[4] else None
