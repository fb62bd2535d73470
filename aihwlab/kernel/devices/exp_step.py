"""Steps that depend on the weight exponentially: `D = step max(1 - A exp(gamma z), 0)`, `z = 2 a w / (max - min) + b`.

The noise of a step is `s (|D| + dw_min_std_add + dw_min_std_slope |w|) xi`.

Source: N. Gong et al., Nat. Commun. 9, 2102, 2018, doi:10.1038/s41467-018-04485-1.
"""

import numpy as np

from aihwlab.kernel.devices.linear_step import inverse

ZERO, ONE = np.float32(0), np.float32(1)


def step(weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoints `e`.

    Args:
        weight: present weights.
        noise: standard normal numbers.
        device: step size and `2 a / (max_bound - min_bound)` of each device, [2, crosspoints].
        shared: [s, A, gamma (negative for pulses down), b, dw_min_std_add, dw_min_std_slope].
    """
    z = device[1, e] * weight + shared[3]
    size = device[0, e] * np.maximum(ONE - shared[1] * np.exp(shared[2] * z), ZERO)
    return size + shared[0] * (np.abs(size) + shared[4] + shared[5] * np.abs(weight)) * noise


def construct(parameters, hidden, draw):
    """Return no further parameters."""
    return {}


def planes(parameters, hidden):
    """Return the step sizes and the slope of the argument of the exponential."""
    slope = 2 * parameters.a * inverse(hidden['max_bound'] - hidden['min_bound'], hidden['max_bound'])
    return [hidden['dwmin_up'], slope], [hidden['dwmin_down'], slope]


def shared(parameters):
    """Return the constants of the law for each direction."""
    p = parameters
    noise = [p.dw_min_std_add, p.dw_min_std_slope]
    return ([p.dw_min_std, p.A_up, p.gamma_up, p.b, *noise], [p.dw_min_std, p.A_down, -p.gamma_down, p.b, *noise])


def granularity(parameters):
    """Return the mean step down at weight zero, `dw_min` if it vanishes.

    Steps up and down may differ a lot. The step down alone sets the number of pulses in aihwkit too, so that the same
    configuration trains alike.
    """
    p = parameters
    factor = max(1 - p.A_down * np.exp(-p.gamma_down * p.b), 0.0)
    down = (1 - max(p.up_down, 0.0)) * p.dw_min * factor
    return down if down > 0 else p.dw_min
