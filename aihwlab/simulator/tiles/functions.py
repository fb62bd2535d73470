"""The analog product as a function that torch can differentiate."""

from typing import Any

import torch
from torch.autograd import Function

from aihwlab.kernel.patches import Geometry, Patches


class AnalogFunction(Function):
    """Analog product of a tile: noisy forward, noisy backward, and a record for the pulsed update instead of a gradient."""

    @staticmethod
    def forward(ctx: Any, analog_ctx: Any, tile: Any, x: torch.Tensor, geometry: Geometry | None) -> torch.Tensor:
        """Return the product of the tile with vectors, [batch, in, positions] -> [batch, out, positions].

        With the geometry of a window, `x` are images, and the vectors their patches.
        """
        ctx.analog_ctx, ctx.tile, ctx.geometry = analog_ctx, tile, geometry
        ctx.save_for_backward(x)
        return tile.joint_forward(x if geometry is None else Patches(x, geometry))

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[None, None, torch.Tensor | None, None]:
        """Return the gradient of the input, computed by the transposed tile; record input and gradient for the update."""
        x, = ctx.saved_tensors
        grad_output = grad_output.contiguous()
        if ctx.needs_input_grad[0]:
            ctx.analog_ctx.record(x if ctx.geometry is None else Patches(x, ctx.geometry), grad_output)
        d_input = ctx.tile.backward(grad_output, x.shape, ctx.geometry) if ctx.needs_input_grad[2] else None
        return None, None, d_input, None
