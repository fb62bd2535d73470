"""Colours and figure sizes that all explorers share."""

import numpy as np

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    '#000000', '#E69F00', '#56B4E9', '#009E73', '#F0E442', '#0072B2', '#D55E00', '#CC79A7')
"""The palette of M. Okabe and K. Ito (2008), which readers with any kind of colour vision can tell apart."""

GHOST = '#9A9A9A'
"""Grey of a pinned curve."""

DPI = 100
"""Pixels per inch of a figure."""


def tidy(axes):
    """Give axes a light grid and remove the frame's upper and right sides."""
    axes.grid(True, color='#E4E4E4', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)


def around(*values):
    """Return limits for an axis that holds all values, with a margin."""
    low, high = min(np.min(part) for part in values), max(np.max(part) for part in values)
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin
