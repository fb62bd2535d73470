"""How weights and steps spread over many devices: the histograms beside the response of a few."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from aihwlab.widgets.style import BLUE, RED, tidy


def draw_ends(axes: Axes, top: np.ndarray, bottom: np.ndarray) -> None:
    """Draw how often devices have which weight after the pulses up and after those down, on its side."""
    edges = np.histogram_bin_edges(np.concatenate([top, bottom]), 30).tolist()
    for weights, colour, label in ((top, BLUE, 'up'), (bottom, RED, 'down')):
        axes.hist(weights, edges, orientation='horizontal', color=colour, alpha=0.6, label=f'after {label}')
    axes.set_xlabel('devices')
    axes.set_title(f'weights of {len(top)} devices', fontsize='medium')
    axes.tick_params(labelleft=False)
    axes.legend(frameon=False, fontsize='small', loc='center right')
    tidy(axes)


def draw_changes(axes: Axes, weights: np.ndarray, steps: int) -> None:
    """Draw how often one pulse up or down changes the weight by how much, in the middle fifth of the range."""
    before, change = weights[:-1], np.diff(weights, axis=0)
    low, high = np.quantile(weights, (0.01, 0.99))
    central = np.abs(before - (low + high) / 2) < (high - low) / 10
    up = np.arange(1, len(weights)) < steps
    parts = [change[chosen][central[chosen]] for chosen in (up, ~up)]
    if not all(len(part) for part in parts):
        parts = [change[chosen].ravel() for chosen in (up, ~up)]
    limit = max(np.quantile(np.abs(part), 0.995) for part in parts) or 1.0
    edges = np.linspace(-limit, limit, 41).tolist()
    for part, colour, label in zip(parts, (BLUE, RED), ('up', 'down')):
        axes.hist(part, edges, weights=np.full(len(part), 100 / len(part)), color=colour, alpha=0.6, label=label)
    axes.set(xlabel='weight change', ylabel='pulses (%)', ylim=(0, 1.2 * axes.get_ylim()[1]))
    axes.set_title('one pulse, mid-range', fontsize='medium')
    axes.legend(frameon=False, fontsize='small', loc='upper center', ncols=2)
    tidy(axes)
    axes.xaxis.set_major_locator(MaxNLocator(3))
