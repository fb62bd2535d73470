"""Rounding to the numbers of a floating-point format of few bits."""

from typing import Any

import torch
from torch.autograd import Function
from torch.nn import Module

from aihwlab.exceptions import ArgumentError
from aihwlab.parameters.validation import require

BIAS, BITS_OF_FRACTION = 1023, 52
"""How numbers in double precision are made of bits."""


def float_precision_cast(x: torch.Tensor, exponent: int = 8, mantissa: int = 7, saturate_to_inf: bool = True) -> torch.Tensor:
    """Return the nearest numbers of a format with a sign and some bits of exponent and mantissa; halves go to even ones.

        |y| = k 2^(E - m),   E = max(floor(log2 |x|), 2 - 2^(e - 1)),   k an integer,   |y| <= (2 - 2^-m) 2^(2^(e - 1) - 1)

    Exponents are as in IEEE 754: the highest one is that of infinity and NaN, and below the least one numbers are evenly
    spaced down to zero. So (8, 7) is bfloat16, (5, 10) float16 and (5, 2) the 8-bit format E5M2.

    Source: IEEE Standard for floating-point arithmetic (2019), doi:10.1109/IEEESTD.2019.8766229.

    Args:
        x: floating-point numbers of any shape.
        exponent: bits of the exponent, e.
        mantissa: bits of the mantissa, m, without the leading one.
        saturate_to_inf: numbers that are too large become infinite; otherwise, they and infinity become the largest number.

    Raises:
        ArgumentError: for numbers that are no floating-point ones, or numbers of bits that single precision has not.
    """
    if not x.is_floating_point():
        raise ArgumentError(f'x of type {x.dtype}: must be floating-point numbers')
    require('exponent', exponent, int, '[2, 8]', error=ArgumentError)
    require('mantissa', mantissa, int, '[0, 23]', error=ArgumentError)
    require('saturate_to_inf', saturate_to_inf, bool, error=ArgumentError)
    highest = 2 ** (exponent - 1) - 1
    largest = (2 - 2.0 ** -mantissa) * 2.0 ** highest
    wide = x.double()
    is_finite = torch.isfinite(wide)
    exponents = (torch.frexp(torch.where(is_finite, wide, 0)).exponent.long() - 1).clamp(min=1 - highest)
    unit = (exponents - mantissa + BIAS << BITS_OF_FRACTION).view(torch.float64)  # a power of two, made of its bits
    y = torch.where(is_finite, (wide / unit).round() * unit, wide)
    if saturate_to_inf:
        y = torch.where(y.abs() > largest, torch.copysign(torch.full_like(y, torch.inf), y), y)
    else:
        y = y.clamp(-largest, largest)
    return y.to(x.dtype)


class StraightThrough(Function):
    """`float_precision_cast`, whose gradient is that of the identity."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, exponent: int, mantissa: int, saturate_to_inf: bool) -> torch.Tensor:
        """Return the nearest numbers of the format."""
        return float_precision_cast(x, exponent, mantissa, saturate_to_inf)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        """Return the gradient as it is."""
        return grad_output, None, None, None


class FloatPrecisionCast(Module):
    """A module that rounds to a floating-point format, and passes gradients; see `float_precision_cast`.

    Args:
        exponent: bits of the exponent.
        mantissa: bits of the mantissa.
        saturate_to_inf: whether numbers that are too large become infinite.

    Raises:
        ArgumentError: for numbers of bits that single precision has not.
    """

    def __init__(self, exponent: int = 8, mantissa: int = 7, saturate_to_inf: bool = True) -> None:
        super().__init__()
        float_precision_cast(torch.zeros(1), exponent, mantissa, saturate_to_inf)  # refuses what is impossible
        self.exponent, self.mantissa, self.saturate_to_inf = exponent, mantissa, saturate_to_inf

    def forward(self, x_input: torch.Tensor) -> torch.Tensor:
        """Return a tensor of any shape, rounded."""
        rounded: torch.Tensor = StraightThrough.apply(x_input, self.exponent, self.mantissa, self.saturate_to_inf)
        return rounded

    def extra_repr(self) -> str:
        """Describe the format."""
        return f'exponent={self.exponent}, mantissa={self.mantissa}, saturate_to_inf={self.saturate_to_inf}'
