"""Steps interpolated linearly between nodes at equal distances from the lower to the upper bound: `step f(w) (1 + s xi)`."""

import numpy as np

from aihwlab.kernel.devices.linear_step import inverse

ZERO, ONE = np.float32(0), np.float32(1)


def step(weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoints `e`.

    The interpolation is a sum of hat functions, `f = sum_k f_k max(0, 1 - |q - k|)` with the position `q` among the nodes.

    Args:
        weight: present weights.
        noise: standard normal numbers.
        device: step size, lower bound and nodes per weight of each device, [3, crosspoints].
        shared: [s, f_0, f_1, ...].
    """
    last = np.float32(len(shared) - 2)
    position = np.minimum(np.maximum((weight - device[1, e]) * device[2, e], ZERO), last)
    factor = ZERO * position
    for node in range(len(shared) - 1):
        factor = factor + shared[node + 1] * np.maximum(ZERO, ONE - np.abs(position - np.float32(node)))
    return device[0, e] * factor * (ONE + shared[0] * noise)


def construct(parameters, hidden, draw):
    """Return no further parameters."""
    return {}


def planes(parameters, hidden):
    """Return step sizes, lower bounds and nodes per weight."""
    lower = hidden['min_bound']
    nodes = (len(parameters.piecewise_up) - 1) * inverse(hidden['max_bound'] - lower, lower)
    return [hidden['dwmin_up'], lower, nodes], [hidden['dwmin_down'], lower, nodes]


def shared(parameters):
    """Return the noise and the nodes for each direction."""
    p = parameters
    return [p.dw_min_std, *p.piecewise_up], [p.dw_min_std, *p.piecewise_down]


def granularity(parameters):
    """Return the mean step up at the middle node."""
    nodes = parameters.piecewise_up
    return parameters.dw_min * nodes[len(nodes) // 2]
