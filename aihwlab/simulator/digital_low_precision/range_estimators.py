"""Ways to find the range of the numbers that a quantizer rounds.

Each is a function of a tensor [ranges, ...], of the range so far, or None, and of the configuration. It returns the lowest and
the highest number, [ranges] each.

Sources: R. Krishnamoorthi (2018), arXiv:1806.08342; M. Nagel et al. (2021), arXiv:2106.08295, section 3.1.
"""

import math
from collections.abc import Callable
from typing import Any

import torch

from aihwlab.parameters.enums import OptMethod, RangeEstimators
from aihwlab.simulator.digital_low_precision.range_search import least_cross_entropy, least_square_error
from aihwlab.simulator.parameters.quantization import ESTIMATOR_PARAMS

__all__ = ['OptMethod', 'RangeEstimators', 'estimated_range']

Range = tuple[torch.Tensor, torch.Tensor]


def current_minmax(x: torch.Tensor, before: Range | None, config: Any) -> Range:
    """Return the range of this tensor, or of most of its numbers."""
    percentile = params_of(config).percentile
    if percentile is None:
        return extremes(x, config.symmetric)
    rows = (x.abs() if config.symmetric else x).flatten(1)
    require_finite(rows)  # those in between would hide a NaN, which is sorted as the highest one
    number = max(1, math.ceil(rows.shape[1] * percentile / 100))
    high = rows.kthvalue(number, dim=1).values
    return -high if config.symmetric else rows.kthvalue(rows.shape[1] + 1 - number, dim=1).values, high


def all_minmax(x: torch.Tensor, before: Range | None, config: Any) -> Range:
    """Return the range of all tensors so far."""
    low, high = extremes(x, config.symmetric)
    return (low, high) if before is None else (torch.minimum(low, before[0]), torch.maximum(high, before[1]))


def running_minmax(x: torch.Tensor, before: Range | None, config: Any) -> Range:
    """Return the running mean of the ranges of all tensors so far, `m before + (1 - m) now`; the first one counts wholly."""
    low, high = extremes(x, config.symmetric)
    if before is None:
        return low, high
    momentum = params_of(config).momentum
    return torch.lerp(low, before[0], momentum), torch.lerp(high, before[1], momentum)


def smallest_square_error(x: torch.Tensor, before: Range | None, config: Any) -> Range:
    """Return the range for which this tensor has the smallest mean square error."""
    return least_square_error(x, extremes(x, config.symmetric), config, params_of(config))


def smallest_cross_entropy(x: torch.Tensor, before: Range | None, config: Any) -> Range:
    """Return the range for which the classes that this tensor, [1, ..., classes], stands for change least."""
    return least_cross_entropy(x, extremes(x, config.symmetric), config, params_of(config))


ESTIMATORS: dict[RangeEstimators, Callable[[torch.Tensor, Range | None, Any], Range]] = {
    RangeEstimators.current_minmax: current_minmax, RangeEstimators.allminmax: all_minmax,
    RangeEstimators.running_minmax: running_minmax, RangeEstimators.MSE: smallest_square_error,
    RangeEstimators.cross_entropy: smallest_cross_entropy,
}


def estimated_range(x: torch.Tensor, before: Range | None, config: Any) -> Range:
    """Return the range that a configuration asks for; zero is in it.

    Raises:
        ValueError: for numbers that are NaN or infinite.
    """
    low, high = ESTIMATORS[config.range_estimator](x, before, config)
    require_finite(low, high)  # the extremes show NaN and infinity
    return low.clamp(max=0), high.clamp(min=0)


def require_finite(*tensors: torch.Tensor) -> None:
    """Raise a ValueError for numbers that are NaN or infinite."""
    if not all(torch.isfinite(each).all() for each in tensors):
        raise ValueError('numbers whose range is to be estimated are NaN or infinite')


def extremes(x: torch.Tensor, symmetric: bool) -> Range:
    """Return the lowest and the highest number, [ranges] each; or the largest magnitude with both signs."""
    rows = x.flatten(1)
    if symmetric:
        high = rows.abs().amax(dim=1)
        return -high, high
    return rows.amin(dim=1), rows.amax(dim=1)


def params_of(config: Any) -> Any:
    """Return the parameters of the way that a configuration chooses."""
    given = config.range_estimator_params
    return ESTIMATOR_PARAMS[config.range_estimator]() if given is None else given
