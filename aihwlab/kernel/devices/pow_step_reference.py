"""Power-law steps for a weight that is counted from a reference device, `v = w + r`."""

import numpy as np

from aihwlab.kernel.devices import pow_step
from aihwlab.kernel.devices.pow_step import granularity, planes, shared, step
from aihwlab.kernel.namespace import array_namespace

__all__ = ['construct', 'granularity', 'planes', 'shared', 'step']

MOST_STEPS = 10_000


def construct(parameters, hidden, draw):
    """Return the exponents, the reference, and the weight after a reset."""
    result = pow_step.construct(parameters, hidden, draw)
    xp = array_namespace(hidden['max_bound'])
    reference = parameters.reference_mean + parameters.reference_std * draw('reference')
    result['reference'] = xp.zeros_like(hidden['max_bound']) + reference
    if parameters.subtract_symmetry_point:
        point = symmetry_point(parameters, {**hidden, **result})
        result['reference'] = result['reference'] + point
        result['reset_bias'] = hidden['reset_bias'] + point
    return result


def symmetry_point(parameters, hidden):
    """Return the weight where steps up and down are equal, found by pairs of pulses without noise that start at zero.

    A device whose bounds do not include zero is taken to have it at zero. Each device gets `n_estimation_steps` pairs,
    or ten for each state, at most 10,000.
    """
    upper, lower = hidden['max_bound'].reshape(-1), hidden['min_bound'].reshape(-1)
    xp = array_namespace(upper)
    up, down = (xp.stack([plane.reshape(-1) for plane in direction]) for direction in planes(parameters, hidden))
    smallest = xp.minimum(abs(up[0]), abs(down[0]))
    pairs = xp.minimum(xp.rint(10 * (upper - lower) / xp.maximum(smallest, np.float32(1e-30))), MOST_STEPS)
    if parameters.n_estimation_steps > 0:
        pairs = xp.full_like(upper, parameters.n_estimation_steps)
    regular = (upper > 0) & (lower < 0) & (smallest > 0)
    point, quiet = xp.zeros_like(upper), np.zeros(1, dtype=np.float32)
    everywhere = slice(None)
    for pair in range(int(pairs.max())):
        change = step(point, 0, up, everywhere, quiet) - step(point, 0, down, everywhere, quiet)
        change = xp.where(regular & (pair < pairs), change, np.float32(0))
        if not change.any():
            break
        point = point + change
    return point.reshape(hidden['max_bound'].shape)
