"""Steps that depend on the distance to the bound by a power law: `step (|bound - w| / (max - min))^gamma (1 + s xi)`."""

import numpy as np

from aihwlab.kernel.devices.construction import halves
from aihwlab.kernel.devices.linear_step import inverse

ZERO, ONE = np.float32(0), np.float32(1)


def step(weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoints `e`.

    Args:
        weight: present weights.
        noise: standard normal numbers.
        device: step size, exponent, bound and `1 / (max_bound - min_bound)` (negative for pulses down) of each device,
            [4, crosspoints].
        shared: [s].
    """
    distance = np.maximum((device[2, e] - weight) * device[3, e], ZERO)
    return device[0, e] * np.power(distance, device[1, e]) * (ONE + shared[0] * noise)


def construct(parameters, hidden, draw):
    """Return the exponents of each device."""
    p = parameters
    gain = 1 + p.pow_gamma_dtod * draw('gamma')
    up, down = halves(p.pow_up_down, gain, p.pow_up_down_dtod * draw('gamma_difference'))
    if p.enforce_consistency:
        up, down = abs(up), abs(down)
    return {'gamma_up': up * p.pow_gamma, 'gamma_down': down * p.pow_gamma}


def planes(parameters, hidden):
    """Return step size, exponent, bound and inverse range of each device, up and down; no steps if the range is empty."""
    upper, lower = hidden['max_bound'], hidden['min_bound']
    per_range = inverse(upper - lower, upper)
    moves = per_range != 0
    return ([hidden['dwmin_up'] * moves, hidden['gamma_up'], upper, per_range],
            [hidden['dwmin_down'] * moves, hidden['gamma_down'], lower, -per_range])


def shared(parameters):
    """Return the cycle-to-cycle noise, for both directions."""
    return [parameters.dw_min_std], [parameters.dw_min_std]


def granularity(parameters):
    """Return the mean step in the middle of the range, `dw_min / 2^pow_gamma`."""
    return parameters.dw_min * 0.5 ** parameters.pow_gamma
