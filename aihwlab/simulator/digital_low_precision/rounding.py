"""Rounding to evenly spaced numbers, with gradients that pass it."""

from typing import Any

import torch
from torch.autograd import Function

SMALLEST_STEP = 1e-30
"""The least distance of two neighbouring numbers, so that a range of zero gives zero."""


class Round(Function):
    """Rounding to integers within limits, halves to even ones: `clip(rint(x), lowest, highest)`.

    Its gradient is that of the identity (straight through), but zero for numbers that are clipped, because they are rounded
    to an integer outside of the limits.

    Source: Y. Bengio, N. Leonard, A. Courville, "Estimating or propagating gradients through stochastic neurons" (2013),
    arXiv:1308.3432.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, lowest: float, highest: float) -> torch.Tensor:
        """Return the integers."""
        integers = x.round()
        ctx.save_for_backward((integers >= lowest) & (integers <= highest))
        return integers.clamp(lowest, highest)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        """Return the gradient of the numbers."""
        return grad_output * ctx.saved_tensors[0], None, None


def rounded(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, n_bits: int, symmetric: bool) -> torch.Tensor:
    """Return numbers rounded to n bits within a range.

        symmetric:      y = s clip(rint(x / s), -q, q),                  s = high / q,            q = 2^(n - 1) - 1
        not symmetric:  y = s (clip(rint(x / s + z), 0, q) - z),         s = (high - low) / q,    q = 2^n - 1,
                        z = rint(-low / s), so that one of the numbers is zero

    Gradients pass the rounding, and end for x that is clipped, more than half a step outside of the range. What remains is
    exact: the ends of the range get those of clipped numbers, and (y - x) / s times that of s for the others, as a learned
    step size does.

    It is computed in single precision at least. What is in half precision returns to it, so that with more bits than its
    fractions have (float16: 11, bfloat16: 8), numbers are not evenly spaced any more.

    Sources: M. Nagel et al., "A white paper on neural network quantization" (2021), arXiv:2106.08295; S. K. Esser et al.,
    "Learned step size quantization" (2020), arXiv:1902.08153.

    Args:
        x: numbers of any shape and type; the result has it, too, but integers become float32.
        low, high: ends of the range, one for all ([1]) or for each index of the first dimension of x.
        n_bits: number of bits.
        symmetric: whether the range is symmetric about zero; `low` is not used then.
    """
    kind = torch.promote_types(x.dtype, torch.float32)  # half precision has no SMALLEST_STEP, and too few integers
    shape = (-1, *[1] * (x.dim() - 1)) if x.dim() > 0 else ()
    wide, low, high = x.to(kind), low.to(kind).view(shape), high.to(kind).view(shape)
    if symmetric:
        most = 2 ** (n_bits - 1) - 1
        step = (high / most).clamp(min=SMALLEST_STEP)
        y = step * Round.apply(wide / step, -most, most)
    else:
        most = 2 ** n_bits - 1
        step = ((high - low) / most).clamp(min=SMALLEST_STEP)
        zero = Round.apply(-low / step, 0, most)
        y = step * (Round.apply(wide / step + zero, 0, most) - zero)
    return y.to(x.dtype) if x.is_floating_point() else y
