"""Programmed cells over the years: drift, read noise and the spread of both."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.pcm_ageing import YEAR
from aihwlab.physics.pcm_programmed import G_MAX, ProgrammedCells, program
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, ORANGE, RED, SKY, ceiling, stairs, tidy
from aihwlab.widgets.words import time_in_words

TIMES = np.logspace(0, np.log10(10 * YEAR), 60)
"""Times at which readings are drawn, s after the first reading."""

CELLS = 1000
BINS = 45
SHOWN = 6

CONTROLS = {
    'target': Slider('target conductance', 10.0, 0.5, 25.0, 0.5, unit='µS', symbol='G_target'),
    'time': Slider('time of the histogram', 86400.0, 1.0, 10 * YEAR, np.log10(86400).item() / 50, unit='s', symbol='t',
                   scale='log', words=time_in_words),
    'programming': Slider('programming noise', 1.0, 0.0, 2.0, 0.1, unit='× measured'),
    'noise': Slider('read noise', 1.0, 0.0, 3.0, 0.1, unit='× measured'),
}


@dataclass(frozen=True)
class Aged:
    """Programmed cells, and what is read from them.

    Attributes:
        cells: the cells, as programmed.
        history: what is read at each of `TIMES`, S, [times, cells].
        time: a chosen time, s.
        reading: what is read at that time, S, [cells].
    """

    cells: ProgrammedCells
    history: np.ndarray
    time: float
    reading: np.ndarray


class PCMDriftExplorer(Explorer):
    """A thousand programmed cells from the first second to ten years, on a logarithmic time axis.

    Example:
        >>> PCMDriftExplorer(target=2.5, noise=0)

    Args:
        start: values to open with, by the names of the controls: `target` (uS), `time` (s), `programming` and `noise`.
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(aged, DriftView, CONTROLS, **start)


def aged(target: float, time: float, programming: float, noise: float) -> Aged:
    """Return what becomes of programmed cells: the model of the explorer."""
    rng = np.random.default_rng(1)
    cells = program(np.full(CELLS, target * 1e-6 / G_MAX), rng, programming)
    return Aged(cells, cells.read(TIMES[:, None], rng, noise), time, cells.read(time, rng, noise))


class DriftView:
    """Conductance against time on the left; on the right, histograms at the beginning and at a chosen time."""

    def __init__(self, figure: Figure) -> None:
        self.time, self.many = figure.subplots(1, 2, width_ratios=(1.5, 1), sharey=True)
        self.time.set(xlabel='time since the first reading (s)', ylabel='conductance (µS)', xscale='log',
                      xlim=(TIMES[0], TIMES[-1]), title='one second to ten years')
        self.time.minorticks_off()
        self.many.set(xlabel='cells out of 1000', title='all cells')
        for axes in (self.time, self.many):
            tidy(axes)
        self.band = self.time.fill([0], [0], color=BLUE, alpha=0.2, linewidth=0, label='± one standard deviation')[0]
        self.cells = [self.time.plot([], [], color=SKY, linewidth=0.8)[0] for _ in range(SHOWN)]
        self.one, = self.time.plot([], [], color=ORANGE, linewidth=1.4, label='one cell')
        self.mean, = self.time.plot([], [], color=BLACK, linewidth=2.4, label='mean of 1000')
        self.moment = self.time.axvline(1, color=RED, linewidth=1)
        self.first, = self.many.plot([], [], color='#808080', linewidth=1.5, linestyle='--', label='programmed')
        self.now, = self.many.plot([], [], color=RED, linewidth=1.8, label='read at t')
        self.time.legend(loc='upper right', frameon=False, fontsize='small')
        self.many.legend(loc='upper right', frameon=False, fontsize='small')
        self.curves = [self.mean, self.now]

    def update(self, result: Aged) -> None:
        history, now, first = (x * 1e6 for x in (result.history, result.reading, result.cells.conductance))
        mean, spread = history.mean(axis=1), history.std(axis=1)
        self.band.set_xy(np.concatenate([np.column_stack([TIMES, mean - spread]),
                                         np.column_stack([TIMES, mean + spread])[::-1]]))
        for line, values in zip([self.one, *self.cells], history.T):
            line.set_data(TIMES, values)
        self.mean.set_data(TIMES, mean)
        self.moment.set_xdata([result.time] * 2)
        top = max(first.max(), now.max(), history[:, :SHOWN + 1].max())
        edges = np.linspace(0, top, BINS + 1)
        for line, values in ((self.first, first), (self.now, now)):
            line.set_data(*stairs(np.histogram(values, edges)[0], edges))
        self.time.set_ylim(0, ceiling(1.35 * top))
        self.many.set_xlim(0, ceiling(1.1 * max(self.first.get_xdata().max(), self.now.get_xdata().max())))

    def describe(self, values: Values, result: Aged) -> str:
        first, now = result.cells.conductance * 1e6, result.reading * 1e6
        return (f'Target {values["target"]:.1f} µS: after programming, the mean is {first.mean():.2f} µS and the standard '
                f'deviation {first.std():.2f} µS. After {time_in_words(result.time)}, the mean is {now.mean():.2f} µS, '
                f'{100 * now.mean() / first.mean():.0f} % of what it was, and the standard deviation {now.std():.2f} µS. '
                f'The mean drift exponent is {result.cells.exponent.mean():.3f}.')
