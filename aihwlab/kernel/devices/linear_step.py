"""Steps that change linearly with the weight: `(slope w + step) (1 + s xi)`.

With additive noise: `slope w + step (1 + s xi)`.
"""

import numpy as np

from aihwlab.kernel.devices.constant_step import granularity
from aihwlab.kernel.namespace import array_namespace

ONE = np.float32(1)

__all__ = ['construct', 'granularity', 'planes', 'shared', 'step']


def step(weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoints `e`.

    Args:
        weight: present weights.
        noise: standard normal numbers.
        device: step size at weight zero and slope of each device, [2, crosspoints].
        shared: noise of the constant part and of the part with the slope, [2].
    """
    return device[0, e] * (ONE + shared[0] * noise) + device[1, e] * weight * (ONE + shared[1] * noise)


def construct(parameters, hidden, draw):
    """Return the slopes: `slope_up = -gamma_up step_up / R`, with `R` the bound where the steps vanish for `gamma = 1`."""
    gamma_up = parameters.gamma_up + parameters.gamma_up_dtod * draw('gamma_up')
    gamma_down = parameters.gamma_down + parameters.gamma_down_dtod * draw('gamma_down')
    if not parameters.allow_increasing:
        gamma_up, gamma_down = abs(gamma_up), abs(gamma_down)
    if parameters.mean_bound_reference:
        upper, lower = parameters.w_max, parameters.w_min
    else:
        upper, lower = hidden['max_bound'], hidden['min_bound']
    return slopes(parameters, hidden, gamma_up, gamma_down, upper, lower)


def slopes(parameters, hidden, gamma_up, gamma_down, upper, lower):
    """Return the slopes for given exponents of the law and bounds; reversed steps vanish beyond the opposite bound."""
    vanish_up = lower - parameters.reverse_offset if parameters.reverse_up else upper
    vanish_down = upper + parameters.reverse_offset if parameters.reverse_down else lower
    return {'slope_up': -gamma_up * hidden['dwmin_up'] * inverse(vanish_up, hidden['dwmin_up']),
            'slope_down': -gamma_down * hidden['dwmin_down'] * inverse(vanish_down, hidden['dwmin_down'])}


def inverse(value, like):
    """Return `1 / value` as an array like another one, and 0 where the value is 0."""
    xp = array_namespace(like)
    value = xp.zeros_like(like) + np.float32(value)
    return xp.where(value == 0, np.float32(0), 1 / xp.where(value == 0, np.float32(1), value))


def planes(parameters, hidden):
    """Return steps and slopes, up and down."""
    return [hidden['dwmin_up'], hidden['slope_up']], [hidden['dwmin_down'], hidden['slope_down']]


def shared(parameters):
    """Return the noise of both parts; additive noise belongs to the constant part only."""
    noise = [parameters.dw_min_std, parameters.dw_min_std if parameters.mult_noise else 0.0]
    return noise, noise
