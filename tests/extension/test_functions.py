"""Floating-point formats of few bits: those that torch has, too, agree number by number."""

import pytest
import torch

from aihwlab import extension
from aihwlab.exceptions import ArgumentError
from aihwlab.extension import FloatPrecisionCast
from aihwlab.extension.functions import float_precision_cast

GENERATOR = torch.Generator().manual_seed(1)
BITS = torch.randint(-2 ** 31, 2 ** 31, (20000,), generator=GENERATOR, dtype=torch.int64).to(torch.int32)
NUMBERS = torch.cat([BITS.view(torch.float32), torch.randn(20000, generator=GENERATOR), torch.zeros(2),
                     torch.tensor([float('inf'), -float('inf'), float('nan'), -0.0])])
FORMATS = [((8, 7), torch.bfloat16), ((5, 10), torch.float16), ((5, 2), torch.float8_e5m2), ((8, 23), torch.float32)]


@pytest.mark.parametrize('bits, kind', FORMATS)
def test_formats_of_torch_agree_number_by_number(bits, kind):
    torch.testing.assert_close(float_precision_cast(NUMBERS, *bits), NUMBERS.to(kind).float(), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize('exponent, mantissa, numbers', [
    (2, 0, [0, 1, 2]), (2, 1, [0, 0.5, 1, 1.5, 2, 3]), (3, 1, [0, 0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12])])
def test_small_formats_have_few_numbers(exponent, mantissa, numbers):
    found = float_precision_cast(torch.linspace(0, 100, 100001), exponent, mantissa, saturate_to_inf=False).unique()
    assert found.tolist() == numbers


def test_numbers_that_are_too_large_become_infinite_or_the_largest():
    x = torch.tensor([1e6, -1e6, float('inf'), float('nan')])
    assert float_precision_cast(x, 5, 10)[:3].tolist() == [float('inf'), -float('inf'), float('inf')]
    assert float_precision_cast(x, 5, 10, saturate_to_inf=False)[:3].tolist() == [65504, -65504, 65504]
    assert float_precision_cast(x, 5, 10, saturate_to_inf=False)[3].isnan()


def test_rounding_again_changes_nothing_and_the_type_stays():
    for kind in (torch.float32, torch.float64):
        y = float_precision_cast(torch.randn(100, generator=GENERATOR).to(kind), 4, 3)
        assert y.dtype == kind and torch.equal(float_precision_cast(y, 4, 3), y)


def test_the_module_rounds_and_passes_gradients():
    cast, x = FloatPrecisionCast(4, 3), torch.randn(5, generator=GENERATOR).requires_grad_()
    y = cast(x)
    y.backward(torch.arange(5.0))
    assert torch.equal(y, float_precision_cast(x.detach(), 4, 3)) and torch.equal(x.grad, torch.arange(5.0))
    assert repr(FloatPrecisionCast()) == 'FloatPrecisionCast(exponent=8, mantissa=7, saturate_to_inf=True)'


def test_integers_are_refused():
    with pytest.raises(ArgumentError, match=r'^x of type torch.int64: must be floating-point numbers'):
        float_precision_cast(torch.tensor([300]), 4, 3)


def test_it_is_always_there():
    assert extension.EXTENSION_COMPILED and extension.extension_ops.float_precision_cast is float_precision_cast


@pytest.mark.parametrize('name, value', [('exponent', 1), ('exponent', 9), ('mantissa', -1), ('mantissa', 24),
                                         ('mantissa', 3.0), ('saturate_to_inf', 1)])
def test_formats_that_single_precision_has_not_are_refused(name, value):
    with pytest.raises(ArgumentError, match=f'^{name} = {value}'):
        FloatPrecisionCast(**{name: value})
