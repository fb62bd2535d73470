"""The analog product as a function that torch can differentiate."""

from torch.autograd import Function


class AnalogFunction(Function):
    """Analog product of a tile: noisy forward, noisy backward, and a record for the pulsed update instead of a gradient."""

    @staticmethod
    def forward(ctx, analog_ctx, tile, x, is_test):
        """Return the product of the tile with the vectors of `x`, [batch, in, positions] -> [batch, out, positions]."""
        ctx.analog_ctx, ctx.tile = analog_ctx, tile
        ctx.save_for_backward(x)
        return tile.joint_forward(x, is_test)

    @staticmethod
    def backward(ctx, grad_output):
        """Return the gradient of the input, computed by the transposed tile; record input and gradient for the update."""
        x, = ctx.saved_tensors
        grad_output = grad_output.contiguous()
        if ctx.needs_input_grad[0]:
            ctx.analog_ctx.record(x, grad_output)
        return None, None, ctx.tile.backward(grad_output) if ctx.needs_input_grad[2] else None, None
