"""Colours, letters and sizes that all explorers share."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import AutoLocator

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    '#000000', '#E69F00', '#56B4E9', '#009E73', '#F0E442', '#0072B2', '#D55E00', '#CC79A7')
"""The palette of M. Okabe and K. Ito (2008), which readers with any kind of colour vision can tell apart."""

INK = {BLUE: BLUE, RED: '#A84A00', GREEN: '#00664A'}
"""Colours of words that belong to something of a colour: some are too pale for letters."""

GHOST = '#9A9A9A'
"""Grey of a pinned curve."""

PREDICTED = '#666666'
"""Grey of a prediction."""

DPI = 100
"""Pixels per inch of a figure."""

TEXT = {'text.hinting': 'no_hinting'}
"""Matplotlib's parameters for the texts of explorers: letters not fitted to the pixels take less than half the time."""


@contextmanager
def letters() -> Iterator[None]:
    """Draw with the parameters in `TEXT`; all others stay as they are, so that another thread may set them meanwhile."""
    before = {name: mpl.rcParams[name] for name in TEXT}
    mpl.rcParams.update(TEXT)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


TICKS = 5
"""Largest number of intervals between ticks: each tick takes a millisecond or two to draw."""


def tidy(axes: Axes) -> None:
    """Give axes a light grid and few ticks, and remove the top and right sides of their box."""
    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_locator(), AutoLocator):
            axis.get_major_locator().set_params(nbins=TICKS)
    axes.grid(True, color='#E4E4E4', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)


ROUND = np.array([1, 2, 5, 10])
"""First digits of limits: so few that an axis, which is slow to draw, rarely changes."""


def ceiling(value: float) -> float:
    """Return the smallest round number that is at least as large as a positive value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(np.round(ROUND[np.searchsorted(ROUND, value / power - 1e-9)] * power, 12 - int(np.log10(power))))


def around(*values: npt.ArrayLike) -> tuple[float, float]:
    """Return round limits for an axis that holds all values, with a margin."""
    low, high = min(np.min(part) for part in values), max(np.max(part) for part in values)
    margin = 0.05 * (high - low) or 1.0
    step = ceiling((high - low + 2 * margin) / 8)
    return float(step * np.floor((low - margin) / step)), float(step * np.ceil((high + margin) / step))


def stairs(counts: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a histogram that lies on its side, from zero to zero: their counts and their values."""
    return np.concatenate([[0], np.repeat(counts, 2), [0]]), np.repeat(edges, 2)
