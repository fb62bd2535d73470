"""The range of a quantizer that makes an error small: a factor on the range of the numbers is searched.

Source: M. Nagel et al. (2021), arXiv:2106.08295, section 3.1. Both ends get the same factor, so that one outlier on one side
narrows both.
"""

from collections.abc import Callable
from typing import Any

import torch
from scipy.optimize import minimize_scalar

from aihwlab.parameters.enums import OptMethod
from aihwlab.simulator.digital_low_precision.rounding import rounded

Range = tuple[torch.Tensor, torch.Tensor]


def least_square_error(x: torch.Tensor, extremes: Range, config: Any, params: Any) -> Range:
    """Return the range, [ranges] each end, for which a tensor [ranges, ...] has the smallest mean square error."""
    def error(rows: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
        difference = rounded(rows, low, high, config.n_bits, config.symmetric) - rows
        return difference.square().flatten(1).mean(dim=1)
    return searched(x, extremes, params, error)


def least_cross_entropy(x: torch.Tensor, extremes: Range, config: Any, params: Any) -> Range:
    """Return the range, [1] each end, for which the classes that a tensor [1, ..., classes] stands for change least.

        H = -mean over examples of sum_c softmax(x)_c log softmax(rounded(x))_c
    """
    def error(rows: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
        logarithms = rounded(rows, low, high, config.n_bits, config.symmetric).log_softmax(dim=-1)
        return -(rows.softmax(dim=-1) * logarithms).sum(dim=-1).mean().reshape(1)
    return searched(x, extremes, params, error)


def searched(x: torch.Tensor, extremes: Range, params: Any,
             error: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]) -> Range:
    """Return the range with the smallest error.

    Args:
        x: numbers, [ranges, ...].
        extremes: range of the numbers.
        params: how to search (`MSEEstimatorParams`).
        error: function (numbers [ranges, ...], lowest, highest [ranges]) -> errors [ranges].
    """
    low, high = extremes
    largest = 1 + params.range_margin
    if params.range_opt_method is OptMethod.golden_section:
        factors = [golden_section(x[[row]], (low[[row]], high[[row]]), params, error) for row in range(len(x))]
        best = torch.tensor(factors, dtype=low.dtype, device=low.device)
    else:
        candidates = torch.linspace(largest / params.num_candidates, largest, params.num_candidates).tolist()
        errors = torch.stack([error(x, factor * low, factor * high) for factor in candidates])
        best = torch.tensor(candidates, dtype=low.dtype, device=low.device)[errors.argmin(dim=0)]
    return best * low, best * high


def golden_section(row: torch.Tensor, extremes: Range, params: Any,
                   error: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]) -> float:
    """Return the factor on the extremes of one row with the smallest error, or 1 if all numbers are zero.

    The golden section, with Brent's parabolas, finds the least of the errors if there is only one minimum.
    """
    low, high = extremes
    if not (high - low).item() > 0:
        return 1.0
    largest = 1 + params.range_margin
    found = minimize_scalar(lambda factor: error(row, factor * low, factor * high).item(), method='bounded',
                            bounds=(largest / params.num_candidates, largest), options={'maxiter': params.num_candidates})
    return float(found.x)
