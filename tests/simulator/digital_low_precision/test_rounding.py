"""Rounding to few bits: its numbers, its error, and gradients that are those of the smooth parts."""

import pytest
import torch

from aihwlab.simulator.digital_low_precision.rounding import Round, rounded

CASES = [(2, True), (4, True), (8, True), (1, False), (3, False), (8, False)]


def numbers(*shape, scale=1.0):
    return scale * torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def ends(symmetric, low=-0.7, high=1.1, kind=torch.float32):
    return torch.tensor([-high if symmetric else low], dtype=kind), torch.tensor([high], dtype=kind)


@pytest.mark.parametrize('n_bits, symmetric', CASES)
def test_there_are_as_many_numbers_as_bits_allow_evenly_spaced_with_zero(n_bits, symmetric):
    low, high = ends(symmetric)
    found = rounded(torch.linspace(-3, 3, 20001), low, high, n_bits, symmetric).unique()
    assert len(found) == 2 ** n_bits - symmetric and 0 in found
    steps = found.diff()
    assert torch.allclose(steps, steps[:1], rtol=1e-4)
    assert found[-1] - found[0] == pytest.approx((2.2 if symmetric else 1.8), rel=1e-5)


@pytest.mark.parametrize('n_bits, symmetric', CASES)
def test_inside_of_the_range_the_error_is_at_most_half_a_step(n_bits, symmetric):
    low, high = ends(symmetric)
    step = (high - low).item() / (2 ** n_bits - 1 - symmetric)
    x = torch.linspace(low.item(), high.item(), 1001)
    y = rounded(x, low, high, n_bits, symmetric)
    zero_point = 0 if symmetric else step / 2  # rounded, which may move the range by half a step
    assert (y - x).abs().max() <= step / 2 + zero_point + 1e-6
    assert torch.equal(rounded(y, low, high, n_bits, symmetric), y)


def test_many_bits_change_nothing_but_the_last_digits():
    x = numbers(100)
    assert torch.allclose(rounded(x, *ends(True, high=5.0), 24, True), x, atol=1e-6)
    assert torch.allclose(rounded(x, *ends(False, -5.0, 5.0), 24, False), x, atol=2e-6)


def test_each_index_of_the_first_dimension_may_have_its_range():
    x = numbers(3, 4, 5)
    low, high = -torch.arange(1.0, 4.0), torch.arange(1.0, 4.0) / 2
    for symmetric in (True, False):
        y = rounded(x, low, high, 3, symmetric)
        for index in range(3):
            assert torch.equal(y[index], rounded(x[index], low[[index]], high[[index]], 3, symmetric))


def test_a_range_of_zero_gives_zero():
    zero = torch.zeros(1)
    for symmetric in (True, False):
        assert torch.equal(rounded(torch.zeros(4), zero, zero, 4, symmetric), torch.zeros(4))
        assert rounded(numbers(4), zero, zero, 4, symmetric).abs().max() < 1e-25


@pytest.mark.parametrize('symmetric', [True, False])
@pytest.mark.parametrize('kind', [torch.float16, torch.bfloat16])
def test_numbers_of_half_precision_are_rounded_in_single_and_stay_what_they_are(kind, symmetric):
    x, zero = numbers(100).to(kind), torch.zeros(1, dtype=kind)
    low, high = ends(symmetric, kind=kind)
    y = rounded(x, low, high, 6, symmetric)
    assert y.dtype is kind and torch.equal(y, rounded(x.float(), low.float(), high.float(), 6, symmetric).to(kind))
    assert rounded(x, zero, zero, 6, symmetric).float().abs().max() < 1e-25


@pytest.mark.parametrize('symmetric', [True, False])
def test_a_number_without_dimensions_is_rounded_like_others(symmetric):
    y = rounded(torch.tensor(0.3), *ends(symmetric), 4, symmetric)
    assert y.shape == () and y == rounded(torch.tensor([0.3]), *ends(symmetric), 4, symmetric)


def smooth(x, low, high, n_bits, symmetric):
    """The same without rounding: what the gradients of x and of clipped numbers belong to."""
    most = 2 ** (n_bits - 1) - 1 if symmetric else 2 ** n_bits - 1
    step = (high if symmetric else high - low) / most
    zero = 0 if symmetric else -low / step
    limits = (-most, most) if symmetric else (0, most)
    return step * ((x / step + zero).clamp(*limits) - zero)


@pytest.mark.parametrize('n_bits, symmetric', CASES)
def test_gradients_of_inputs_are_the_finite_differences_of_clipping(n_bits, symmetric):
    low, high = ends(symmetric, kind=torch.float64)
    near = (high - low) / (2 ** n_bits - 1 - symmetric)  # outside by less than half a step, numbers are not clipped;
    near = near / 2 if symmetric else near  # the zero point may move the range by half a step
    x = torch.linspace(-5, 5, 101, dtype=torch.float64) + 0.013
    x = x[((x - low).abs() > near) & ((x - high).abs() > near)].requires_grad_()
    rounded(x, low, high, n_bits, symmetric).sum().backward()
    small = 1e-6
    differences = (smooth(x + small, low, high, n_bits, symmetric) - smooth(x - small, low, high, n_bits, symmetric)) / 2e-6
    assert torch.allclose(x.grad, differences) and 0 in x.grad and (n_bits < 4 or 1 in x.grad)


@pytest.mark.parametrize('n_bits, symmetric', CASES)
def test_gradients_of_the_range_are_the_finite_differences_where_numbers_are_clipped(n_bits, symmetric):
    """The zero point is an integer here without rounding."""
    most = 2 ** n_bits - 1
    zero = round(0.39 * most)
    ranges = [end.requires_grad_() for end in ends(symmetric, -2 * zero / most, 2 - 2 * zero / most, torch.float64)]
    x = torch.tensor([-4.0, -3.0, 3.0, 4.0, 5.0], dtype=torch.float64)
    rounded(x, *ranges, n_bits, symmetric).sum().backward()
    for number, end in enumerate(ranges[1:] if symmetric else ranges):
        def value(change, number=number + symmetric):
            moved = [other + change * (other is ranges[number]) for other in ranges]
            return smooth(x, *moved, n_bits, symmetric).sum()
        assert end.grad.item() == pytest.approx((value(1e-6) - value(-1e-6)).item() / 2e-6)


@pytest.mark.parametrize('n_bits, symmetric', CASES[:3])
def test_gradients_of_the_step_inside_are_those_of_a_learned_step_size(n_bits, symmetric):
    """Esser et al., equation 3: round(x / s) - x / s; here of the end of the range, q steps away."""
    most = 2 ** (n_bits - 1) - 1
    high = torch.tensor([1.1], dtype=torch.float64, requires_grad=True)
    x = torch.linspace(-1.1, 1.1, 7, dtype=torch.float64)
    for number in x:
        high.grad = None
        rounded(number[None], -high, high, n_bits, True).sum().backward()
        share = number / (high.detach() / most)
        assert high.grad.item() == pytest.approx(((share.round() - share) / most).item(), abs=1e-12)


def test_rounding_passes_gradients_within_its_limits():
    x = torch.tensor([0.5, 1.5, -2.4, 2.4, 2.6], requires_grad=True)
    y = Round.apply(x, -2, 2)
    y.backward(torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert y.tolist() == [0, 2, -2, 2, 2] and x.grad.tolist() == [1, 2, 3, 4, 0]
