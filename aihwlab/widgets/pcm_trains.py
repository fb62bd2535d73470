"""Trains of pulses on one phase-change memory cell and on a thousand: the conductance pulse by pulse, and its spread."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_pulse import Pulse, programming_curve
from aihwlab.physics.pcm_read import conductance
from aihwlab.physics.pcm_set import accumulate, read
from aihwlab.physics.pcm_train import train_on_cells
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, ORANGE, RED, SKY, TICKS, ceiling, stairs, tidy

CELL = PCMCell()
CELLS = 1000
BINS = 40
SHOWN = 6
"""Number of cells that are drawn one by one."""

SCALE = 50.0
"""The conductance axis reaches at least this far, uS, so that trains can be compared; crystal has 25."""

TRAIN_CONTROLS = {
    'power': Slider('SET pulses', 195, 100, 300, 1, unit='µW', symbol='P_SET'),
    'down': Slider('pulses in the second half', 400, 0, 500, 5, unit='µW', symbol='P_down',
                   help='Above 289 µW they melt the cell: RESET.'),
    'noise': Slider('noise from pulse to pulse', 2.0, 0.0, 10.0, 0.5, unit='% of the power'),
    'shown': Slider('histogram after pulse', 10, 0, 40, 1),
    'spread': Slider('spread of the thermal resistances', 3.0, 0.0, 10.0, 0.5, unit='%',
                     help='Standard deviation from cell to cell.'),
    'width': Slider('width', 50, 10, 150, 10, unit='ns'),
    'pulses': Slider('pulses in each half', 15, 1, 20, 1, symbol='n'),
}

ARRAY_CONTROLS = {
    'pulses': Slider('SET pulses after a RESET', 20, 1, 60, 1, symbol='p'),
    'noise': Slider('write noise', 1.0, 0.0, 2.0, 0.1, unit='× measured'),
    'read_noise': Slider('read noise', 1.0, 0.0, 5.0, 0.1, unit='× measured'),
    'shown': Slider('histogram after pulse', 20, 0, 60, 1),
}


@dataclass(frozen=True)
class Train:
    """What a train of pulses does to cells.

    Attributes:
        conductance: conductances before the train and after each pulse, S, [pulses + 1, cells].
        shown: number of the pulse after which the histogram is taken.
        turn: number of the last pulse before the train changes direction, or None if it does not.
    """

    conductance: np.ndarray
    shown: int
    turn: int | None = None


class PCMTrainExplorer(Explorer):
    """A thousand cells of the physical model get SET pulses, then other pulses: gradual against abrupt.

    Example:
        >>> PCMTrainExplorer()
        >>> PCMTrainExplorer(down=310)              # can a weak RESET take small steps?

    Args:
        start: values to open with, by the names of the controls: `power`, `down` (uW), `noise`, `spread` (%), `shown`,
            `width` (ns) and `pulses`.
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(train, TrainView, TRAIN_CONTROLS, **start)


class PCMArrayExplorer(Explorer):
    """A thousand cells, as measured in an array, get equal SET pulses: mean, spread and histogram.

    Example:
        >>> PCMArrayExplorer(noise=0.5)

    Args:
        start: values to open with, by the names of the controls: `pulses`, `noise`, `read_noise` and `shown`.
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(array, TrainView, ARRAY_CONTROLS, **start)


def train(power: float, down: float, noise: float, shown: int, spread: float, width: float, pulses: int) -> Train:
    """Return what a train does to a thousand cells of the physical model: the model of the explorer."""
    return Train(conductances(power, down, noise, spread, width, pulses), min(shown, 2 * pulses), pulses)


@lru_cache(maxsize=8)
def conductances(power: float, down: float, noise: float, spread: float, width: float, pulses: int) -> np.ndarray:
    """Return the conductances of the cells after each pulse; they are kept, so that the histogram can be moved quickly."""
    up, after = (Pulse(value * 1e-6, width * 1e-9) for value in (power, down))
    glass = train_on_cells(CELL, [up] * pulses + [after] * pulses, np.random.default_rng(1), CELLS, glass_of_reset(),
                           spread / 100, noise / 100)
    return conductance(CELL, glass)


@lru_cache(maxsize=1)
def glass_of_reset() -> float:
    """Return the thickness of the glass with which trains begin, m."""
    return programming_curve(CELL, [400e-6])[0]


def array(pulses: int, noise: float, read_noise: float, shown: int) -> Train:
    """Return what SET pulses do to a thousand cells of a measured array: the model of the explorer."""
    rng = np.random.default_rng(1)
    return Train(read(accumulate(pulses, CELLS, rng, noise), rng, noise=read_noise), min(shown, pulses))


class TrainView:
    """Conductance against pulse number on the left, histogram after one of the pulses on the right."""

    def __init__(self, figure: Figure) -> None:
        # Leave room for wider numbers on the axes: the layout stays as it is at first.
        figure.get_layout_engine().set(rect=(0.02, 0, 0.965, 1))
        self.time, self.many = figure.subplots(1, 2, width_ratios=(1.5, 1), sharey=True)
        self.time.set(xlabel='pulse number', ylabel='conductance (µS)', title='pulse by pulse')
        self.many.set(xlabel='cells, relative to the fullest bin', xlim=(0, 1.1), title='all cells')
        self.caption = self.many.text(0.97, 0.97, '', transform=self.many.transAxes, ha='right', va='top')
        for axes in (self.time, self.many):
            tidy(axes)
        self.time.xaxis.set_major_locator(MaxNLocator(TICKS, integer=True))
        self.band = self.time.fill([0], [0], color=BLUE, alpha=0.2, linewidth=0, label='80 % of the cells')[0]
        self.cells = [self.time.plot([], [], color=SKY, linewidth=0.8, alpha=0.9)[0] for _ in range(SHOWN)]
        self.one, = self.time.plot([], [], color=ORANGE, linewidth=1.6, label='one cell')
        self.mean, = self.time.plot([], [], color=BLACK, linewidth=2.4, label='mean of 1000')
        self.turn = self.time.axvline(0, color=RED, linewidth=1, linestyle=':')
        self.moment = self.time.axvline(0, color='#606060', linewidth=1)
        self.bars, = self.many.plot([], [], color=BLUE, linewidth=1.8)
        self.level = self.many.axhline(0, color=BLACK, linewidth=1.5, linestyle='--')
        self.time.legend(loc='upper left', frameon=False, fontsize='small')
        self.curves = [self.mean, self.bars]

    def update(self, result: Train) -> None:
        g = result.conductance * 1e6
        pulse = np.arange(len(g))
        mean = g.mean(axis=1)
        lower, upper = np.percentile(g, (10, 90), axis=1)
        self.band.set_xy(np.concatenate([np.column_stack([pulse, lower]), np.column_stack([pulse, upper])[::-1]]))
        for line, values in zip([self.one, *self.cells], g.T):
            line.set_data(pulse, values)
        self.mean.set_data(pulse, mean)
        self.turn.set_visible(result.turn is not None)
        self.turn.set_xdata([result.turn or 0] * 2)
        self.moment.set_xdata([result.shown] * 2)
        low, top = min(0.0, g.min()), g.max()
        counts, edges = np.histogram(g[result.shown], np.linspace(low, top, BINS + 1))
        # The numbers are relative, so that the axis, which is slow to draw, stays as it is.
        self.bars.set_data(*stairs(counts / counts.max(), edges))
        self.level.set_ydata([mean[result.shown]] * 2)
        high = max(SCALE, ceiling(1.35 * top))
        self.time.set_xlim(0, ceiling(pulse[-1]))
        self.time.set_ylim(-0.03 * high if low > -0.03 * high else -ceiling(-low), high)
        self.caption.set_text(f'after pulse {result.shown}\nfullest bin: {counts.max()} of 1000')

    def describe(self, values: Values, result: Train) -> str:
        g = result.conductance * 1e6
        chosen = g[result.shown]
        sentence = (f'After pulse {result.shown} of {len(g) - 1}, the mean of 1000 cells is {chosen.mean():.2f} µS and the '
                    f'standard deviation {chosen.std():.2f} µS; the orange cell has {chosen[0]:.2f} µS.')
        if result.turn is not None:
            steps = np.diff(g.mean(axis=1))
            largest = np.abs(steps[:result.turn]).max()
            sentence += (f' Up to pulse {result.turn}, the largest step of the mean is {largest:.2f} µS; the next pulse '
                         f'then changes it by {steps[result.turn]:+.2f} µS.')
        return sentence
