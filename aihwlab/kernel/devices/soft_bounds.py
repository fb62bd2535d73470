"""Steps that vanish at the bounds of each device: `step (1 - w / bound) (1 + s xi)`.

Source: S. Fusi and L. Abbott, Nat. Neurosci. 10, 485, 2007, doi:10.1038/nn1859.
"""

from aihwlab.kernel.devices.linear_step import granularity, planes, shared, slopes, step

__all__ = ['construct', 'granularity', 'planes', 'shared', 'step']


def construct(parameters, hidden, draw):
    """Return the slopes, `slope = -step / bound`."""
    return slopes(parameters, hidden, 1, 1, hidden['max_bound'], hidden['min_bound'])
