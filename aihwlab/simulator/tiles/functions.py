"""The analog product as a function that torch can differentiate."""

from torch.autograd import Function

from aihwlab.kernel.patches import Patches


class AnalogFunction(Function):
    """Analog product of a tile: noisy forward, noisy backward, and a record for the pulsed update instead of a gradient."""

    @staticmethod
    def forward(ctx, analog_ctx, tile, x, geometry, is_test):
        """Return the product of the tile with vectors, [batch, in, positions] -> [batch, out, positions].

        With the geometry of a kernel, `x` are images, and the vectors their patches.
        """
        ctx.analog_ctx, ctx.tile, ctx.geometry = analog_ctx, tile, geometry
        ctx.save_for_backward(x)
        return tile.joint_forward(x if geometry is None else Patches(x, geometry), is_test)

    @staticmethod
    def backward(ctx, grad_output):
        """Return the gradient of the input, computed by the transposed tile; record input and gradient for the update."""
        x, = ctx.saved_tensors
        grad_output = grad_output.contiguous()
        if ctx.needs_input_grad[0]:
            ctx.analog_ctx.record(x if ctx.geometry is None else Patches(x, ctx.geometry), grad_output)
        d_input = ctx.tile.backward(grad_output, x.shape, ctx.geometry) if ctx.needs_input_grad[2] else None
        return None, None, d_input, None, None
