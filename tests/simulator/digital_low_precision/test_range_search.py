"""Ranges that are searched: their errors are smaller than those of the extremes, and near the least of a fine grid."""

import pytest
import torch

from aihwlab.parameters.enums import OptMethod, RangeEstimators
from aihwlab.simulator.digital_low_precision.range_estimators import estimated_range, extremes
from aihwlab.simulator.digital_low_precision.range_search import least_square_error
from aihwlab.simulator.digital_low_precision.rounding import rounded
from aihwlab.simulator.parameters.quantization import (
    ActivationQuantConfig,
    CrossEntropyEstimatorParams,
    MSEEstimatorParams,
)

X = torch.randn(1, 4000, generator=torch.Generator().manual_seed(1))


def square_error(low, high, n_bits, symmetric):
    return (rounded(X, low, high, n_bits, symmetric) - X).square().mean().item()


@pytest.mark.parametrize('symmetric', [True, False])
@pytest.mark.parametrize('method', list(OptMethod))
def test_normal_numbers_are_clipped_for_the_smallest_error(method, symmetric):
    settings = ActivationQuantConfig(3, symmetric, RangeEstimators.MSE, MSEEstimatorParams(method))
    low, high = estimated_range(X, None, settings)
    factors = torch.linspace(0.2, 1.2, 301)
    widest = extremes(X, symmetric)
    least = min(square_error(factor * widest[0], factor * widest[1], 3, symmetric) for factor in factors)
    assert square_error(low, high, 3, symmetric) < 1.05 * least < 0.7 * square_error(*widest, 3, symmetric)


@pytest.mark.parametrize('n_bits, optimal', [(4, 0.335 * 7.5), (6, 0.104 * 31.5)])
def test_the_range_of_normal_numbers_is_that_of_the_literature(n_bits, optimal):
    """J. Max, "Quantizing for minimum distortion" (1960), doi:10.1109/TIT.1960.1057548: the steps for 16 and 64 numbers."""
    x = torch.randn(1, 40000, generator=torch.Generator().manual_seed(2))
    _, high = estimated_range(x, None, ActivationQuantConfig(n_bits, True, RangeEstimators.MSE))
    assert high.item() == pytest.approx(optimal, rel=0.08)


@pytest.mark.parametrize('method', list(OptMethod))
def test_the_range_for_classes_keeps_them(method):
    logits = 8 * torch.randn(1, 200, 5, generator=torch.Generator().manual_seed(3))
    logits[0, 0, 0] = -300.0  # an outlier that stands for no class
    settings = ActivationQuantConfig(4, True, RangeEstimators.cross_entropy, CrossEntropyEstimatorParams(method))

    def kept(low, high):
        return (rounded(logits, low, high, 4, True).argmax(dim=-1) == logits.argmax(dim=-1)).float().mean().item()

    low, high = estimated_range(logits, None, settings)
    assert high < 60 and kept(low, high) > 0.85 > kept(*extremes(logits, True))


@pytest.mark.parametrize('method', list(OptMethod))
def test_zeros_have_a_range_of_zero(method):
    zeros = torch.zeros(2, 5)
    settings = ActivationQuantConfig(3, True, RangeEstimators.MSE)
    low, high = least_square_error(zeros, extremes(zeros, True), settings, MSEEstimatorParams(method))
    assert torch.equal(low, torch.zeros(2)) and torch.equal(high, torch.zeros(2))
