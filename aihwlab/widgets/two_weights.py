"""Two weights on the surface of their loss: the path of SGD on single devices, and that of another algorithm beside it."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from aihwlab.kernel.learning import learn
from aihwlab.kernel.pulse_response import balance, step_size
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.one_weight import (
    CHOPPED,
    LEARNING_RATE,
    MIXED,
    NOISE,
    RATE,
    SGD,
    TIKI_TAKA,
    cells,
    device,
)
from aihwlab.widgets.one_weight import (
    CONTROLS as ONE_WEIGHT,
)
from aihwlab.widgets.style import BLACK, BLUE, PURPLE, RED, tidy
from aihwlab.widgets.symmetry_point import ASYMMETRY, STATES

BATCHES, EXAMPLES = 48, 24
"""Number of batches, and of the examples in each."""

INPUTS = np.resize([[1.0, 0.2], [0.6, -1.0]], (BATCHES, EXAMPLES, 2))
"""The inputs of all examples, [batches, examples, weights]."""

TARGET = np.array([0.6, -0.5])
"""The weights that are to be learned."""

LIMITS = -0.4, 1.0, -0.9, 0.5
"""The part of the surface that is drawn."""

CONTROLS = {
    'beside': Choice('beside SGD', TIKI_TAKA, (TIKI_TAKA, CHOPPED, MIXED)),
    'up_down': ASYMMETRY,
    'rate': RATE,
    'moment': Slider('moment', BATCHES, 0, BATCHES, 1, unit='batches', one='batch', help='Press Play, or move it yourself.'),
    'noise': replace(NOISE, value=0.7),
    'states': STATES,
    'lr': LEARNING_RATE,
    'seed': ONE_WEIGHT['seed'],
}


class Paths(NamedTuple):
    """The paths of two algorithms until a moment.

    Attributes:
        sgd, other: weights after each batch, [1 + batches, 2].
        batch: how many batches are over.
        point: symmetry point of the devices.
    """

    sgd: np.ndarray
    other: np.ndarray
    batch: int
    point: float


def loss(weights: np.ndarray) -> np.ndarray:
    """Return half of the mean square error of examples without noise for weights [..., 2]."""
    errors = (weights - TARGET) @ INPUTS[0].T
    return 0.5 * np.mean(errors ** 2, axis=-1)


@lru_cache(maxsize=16)
def path(algorithm: str, noise: float, lr: float, seed: int, **settings: float | None) -> np.ndarray:
    """Return the weights of one algorithm after each batch, [1 + batches, 2]; kept for who plays them."""
    return learn(cells(algorithm, **settings, write_noise=0.0, zero=None, slices=2), INPUTS, TARGET, noise, lr, seed).weights


def paths(beside: str, rate: float | None, moment: int, up_down: float, states: float, **others: float) -> Paths:
    """Return the paths of SGD and of what stands beside it: the model of the explorer."""
    same = dict(up_down=up_down, states=states, **others)
    return Paths(path(SGD, rate=None, **same), path(beside, rate=rate, **same), moment,
                 balance(step_size(device(up_down, states, 0.0))))


class TwoWeightsExplorer(Explorer):
    """Two weights that learn: as a path on the surface of the loss, and the loss against time.

    Example:
        >>> TwoWeightsExplorer()
        >>> TwoWeightsExplorer(beside='mixed precision', noise=0.5)

    Args:
        start: values to open with, by the names of the controls: `beside`, `up_down`, `rate`, `moment` (batches), `noise`,
            `states`, `lr` and `seed`.
    """

    def __init__(self, **start: Value | None) -> None:
        follow = {'beside': lambda algorithm: {'rate': None if algorithm == MIXED else RATE.value}}
        super().__init__(paths, PathsView, CONTROLS, follow, figsize=(7.8, 4.2), play='moment', **start)


class PathsView:
    """The surface of the loss with both paths on the left; on the right, the loss against time."""

    def __init__(self, figure: Figure) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 0.98, 1))
        self.surface, self.time = figure.subplots(1, 2, width_ratios=(1.25, 1))
        self.surface.set(xlabel='first weight', ylabel='second weight', title='the loss, seen from above', aspect='equal',
                         xlim=LIMITS[:2], ylim=LIMITS[2:])
        self.time.set(xlabel='batch', ylabel='loss', title='the loss against time', xlim=(0, BATCHES),
                      xticks=range(0, BATCHES + 1, 12), yscale='log', ylim=(1e-4, 1))
        for axes in (self.surface, self.time):
            tidy(axes)
        first, second = np.linspace(*LIMITS[:2], 71), np.linspace(*LIMITS[2:], 71)
        heights = loss(np.stack(np.meshgrid(first, second), axis=-1))
        self.surface.contourf(first, second, np.sqrt(heights), 14, cmap='Greys', vmin=0, vmax=2, zorder=STILL - 0.8)
        self.surface.grid(False)
        self.surface.plot(*TARGET, 'x', color=PURPLE, markersize=11, markeredgewidth=2.5, label='to be learned', linestyle='')
        self.rest, = self.surface.plot([], [], 's', color=RED, markersize=8, label='symmetry point', linestyle='')
        self.sgd, = self.surface.plot([], [], color=BLUE, linewidth=1.6, label='SGD')
        self.other, = self.surface.plot([], [], color=BLACK, linewidth=1.6, label='beside it')
        self.ends = [self.surface.plot([], [], 'o', color=colour, markersize=8)[0] for colour in (BLUE, BLACK)]
        self.surface.legend(loc='upper right', frameon=False, fontsize='small')
        self.losses = [self.time.plot([], [], color=colour, linewidth=1.8)[0] for colour in (BLUE, BLACK)]
        self.curves = [self.sgd, self.other, *self.losses]

    def update(self, result: Paths) -> None:
        until = result.batch + 1
        for weights, line, end, course in zip((result.sgd, result.other), (self.sgd, self.other), self.ends, self.losses):
            line.set_data(*weights[:until].T)
            end.set_data(*weights[result.batch:until].T)
            course.set_data(np.arange(until), np.maximum(loss(weights[:until]), 1e-9))
        self.rest.set_data([result.point], [result.point])

    def describe(self, values: Values, result: Paths) -> str:
        ends = []
        for name, weights in (SGD, result.sgd), (values['beside'], result.other):
            last = weights[max(0, result.batch - 9):result.batch + 1].mean(axis=0) + 0.0
            ends.append(f'{name} is at ({last[0]:.2f}, {last[1]:.2f}), with a loss of {loss(last):.2g}')
        return (f'{result.batch} of {BATCHES} batches are over. On average of the last ten, {ends[0]}; {ends[1]}. '
                f'({TARGET[0]}, {TARGET[1]}) is to be learned; the symmetry points are at {result.point + 0.0:.2f}.')
