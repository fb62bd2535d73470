"""Ranges of quantizers: of one tensor, of all, of most numbers, running; each index of the first dimension for itself."""

import pytest
import torch

from aihwlab.simulator.digital_low_precision.config_utils import CurrentMinMaxEstimatorParams, RunningMinMaxEstimatorParams
from aihwlab.simulator.digital_low_precision.range_estimators import RangeEstimators, estimated_range
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, WeightQuantConfig

FIRST, SECOND = torch.tensor([[-1.0, 0.0, 3.0]]), torch.tensor([[-2.0, 0.5, 1.0]])


def config(estimator, symmetric=False, params=None, n_bits=4):
    return ActivationQuantConfig(n_bits, symmetric, estimator, params)


def after_both(settings):
    found = estimated_range(SECOND, estimated_range(FIRST, None, settings), settings)
    return [end.item() for end in found]


@pytest.mark.parametrize('estimator, symmetric, expected', [
    (RangeEstimators.current_minmax, False, [-2, 1]), (RangeEstimators.current_minmax, True, [-2, 2]),
    (RangeEstimators.allminmax, False, [-2, 3]), (RangeEstimators.allminmax, True, [-3, 3]),
    (RangeEstimators.running_minmax, False, [-1.1, 2.8]), (RangeEstimators.running_minmax, True, [-2.9, 2.9])])
def test_the_range_after_two_tensors(estimator, symmetric, expected):
    assert after_both(config(estimator, symmetric)) == pytest.approx(expected)


def test_momentum_is_the_share_of_the_range_so_far():
    params = RunningMinMaxEstimatorParams(momentum=0.25)
    assert after_both(config(RangeEstimators.running_minmax, params=params)) == pytest.approx([-1.75, 1.5])


@pytest.mark.parametrize('symmetric, expected', [(False, [-97, 98]), (True, [-99, 99])])
def test_a_percentile_leaves_out_the_outermost(symmetric, expected):
    x = torch.cat([torch.arange(-99.0, 101.0)])[None]
    settings = config(RangeEstimators.current_minmax, symmetric, CurrentMinMaxEstimatorParams(percentile=99.0))
    low, high = estimated_range(x, None, settings)
    assert [low.item(), high.item()] == expected


@pytest.mark.parametrize('estimator', list(RangeEstimators))
def test_zero_is_in_the_range(estimator):
    for sign in (1, -1):
        low, high = estimated_range(sign * torch.tensor([[1.0, 2.0, 3.0]]), None, config(estimator))
        assert low <= 0 <= high and low < high and 0 in (low, high)


def test_each_index_of_the_first_dimension_has_its_range():
    x = torch.randn(3, 20, generator=torch.Generator().manual_seed(1)) * torch.tensor([[1.0], [2.0], [0.1]])
    for estimator in (RangeEstimators.current_minmax, RangeEstimators.allminmax, RangeEstimators.MSE):
        settings = WeightQuantConfig(4, False, True, estimator)
        low, high = estimated_range(x, None, settings)
        for index in range(3):
            alone = estimated_range(x[[index]], None, settings)
            assert (low[index], high[index]) == (alone[0], alone[1])


@pytest.mark.parametrize('symmetric', [True, False])
@pytest.mark.parametrize('value', [float('nan'), float('inf'), -float('inf')])
@pytest.mark.parametrize('estimator, params', [
    *((estimator, None) for estimator in RangeEstimators),
    (RangeEstimators.current_minmax, CurrentMinMaxEstimatorParams(percentile=60.0))])
def test_numbers_that_are_none_are_refused(estimator, params, value, symmetric):
    with pytest.raises(ValueError, match='NaN or infinite'):
        estimated_range(torch.tensor([[1.0, 2.0, value, 3.0, 4.0]]), None, config(estimator, symmetric, params))
