"""Constant steps: `step (1 + s xi)`, whatever the weight.

Source: T. Gokmen and Y. Vlasov, Front. Neurosci. 10, 333, 2016, doi:10.3389/fnins.2016.00333.
"""

import numpy as np

ONE = np.float32(1)


def step(weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoints `e`.

    Args:
        weight: present weights (not used by this law).
        noise: standard normal numbers.
        device: step size of each device, [1, crosspoints].
        shared: [s].
    """
    return device[0, e] * (ONE + shared[0] * noise)


def construct(parameters, hidden, draw):
    """Return no further parameters."""
    return {}


def planes(parameters, hidden):
    """Return the step sizes up and down, each as a list of one array."""
    return [hidden['dwmin_up']], [hidden['dwmin_down']]


def shared(parameters):
    """Return the cycle-to-cycle noise, for both directions."""
    return [parameters.dw_min_std], [parameters.dw_min_std]


def granularity(parameters):
    """Return the mean step, `dw_min`."""
    return parameters.dw_min
