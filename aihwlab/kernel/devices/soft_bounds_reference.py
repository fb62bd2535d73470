"""Soft bounds for a weight that is counted from a reference device: `step (1 - v / bound) (1 + s xi)`, `v = w + r`.

With additive noise: `step (1 - v / bound + s xi)`.

Source: T. Gokmen and W. Haensch, Front. Neurosci. 14, 103, 2020, doi:10.3389/fnins.2020.00103.
"""

import numpy as np

from aihwlab.kernel.devices.linear_step import granularity, inverse, shared, step
from aihwlab.kernel.namespace import array_namespace

__all__ = ['construct', 'granularity', 'planes', 'shared', 'step']


def construct(parameters, hidden, draw):
    """Return bounds divided by the spread of the slopes, the reference, and the weight after a reset.

    The symmetry point is where steps up and down are equal, `(step_up - step_down) / (step_up / max_bound - step_down /
    min_bound)`.
    """
    upper, lower = hidden['max_bound'], hidden['min_bound']
    xp = array_namespace(upper)
    regular = (upper > 0) & (lower < 0)
    upper = xp.where(regular, upper / abs(1 + parameters.slope_up_dtod * draw('slope_up')), upper)
    lower = xp.where(regular, lower / abs(1 + parameters.slope_down_dtod * draw('slope_down')), lower)
    reference = parameters.reference_mean + parameters.reference_std * draw('reference')
    result = {'max_bound': upper, 'min_bound': lower, 'reference': xp.zeros_like(upper) + reference}
    if parameters.subtract_symmetry_point:
        up, down = hidden['dwmin_up'], hidden['dwmin_down']
        point = (up - down) * inverse(up * inverse(upper, up) - down * inverse(lower, up), up)
        result['reference'] = result['reference'] + point
        result['reset_bias'] = hidden['reset_bias'] + point
    return result


def planes(parameters, hidden):
    """Return steps and slopes, up and down; without room on one side of zero, steps to that side are constant."""
    up, down = hidden['dwmin_up'], hidden['dwmin_down']
    xp = array_namespace(up)
    upper = xp.maximum(hidden['max_bound'], np.float32(0))
    lower = xp.minimum(hidden['min_bound'], np.float32(0))
    return [up, -up * inverse(upper, up)], [down, -down * inverse(lower, down)]
