"""What all explorers of training share: controls for the devices, and a picture of loss, accuracy and weights."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.device_response import DEVICE_CONTROLS
from aihwlab.widgets.live_panel import LivePanel
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, around, tidy

MEAN_OF = 25
"""Number of batches over which the loss is averaged."""

POINTS = 150
"""Number of points in the line of a device; with more of them, the noise would be one big blot."""

BINS = 60
"""Number of bins of the histogram."""

DEVICE_NAMES = 'dw_min_std', 'dw_min_dtod'
"""Controls that set parameters of the device."""

CONTROLS = {
    'lr': Slider('learning rate', 0.01, 0.001, 1.0, 0.05, symbol='lr', scale='log',
                 help='Factor between the gradient and the change in the weights.'),
    **{name: DEVICE_CONTROLS[name] for name in DEVICE_NAMES},
    'desired_bl': Slider('length of the pulse trains', 31, 1, 127, 1, unit='pulses', one='pulse', symbol='desired_bl',
                         help='Largest number of pulses that one update may use.'),
}


class TrainingPanel(LivePanel):
    """Choose devices, press Start, and watch a network learn on them. Subclasses provide `begin()`.

    Args:
        configurations: functions that make a configuration, with a `device` and, but for exact ones, an `update`; by name.
        crosspoints: number of crosspoints whose weights are drawn against time.
        start: values to open with, by the names of the controls.
    """

    def __init__(self, configurations: Mapping[str, Callable[[], Any]], crosspoints: int, **start: Value) -> None:
        self.configurations = dict(configurations)
        first = next(iter(self.configurations))
        controls = {'preset': Choice('device', first, tuple(self.configurations)), **CONTROLS}
        super().__init__(lambda figure: TrainingView(figure, crosspoints), controls, {'preset': self.settings},
                         figsize=(8.0, 5.8), doing='train')
        self.start_with(**{'preset': first, **start})

    @abstractmethod
    def begin(self, values: Values) -> Any:
        """Return a new training run."""

    def settings(self, preset: str) -> Values:
        """Return the values of the controls that belong to a configuration; None where it has no such parameter."""
        config = self.configurations[preset]()
        return {'desired_bl': getattr(getattr(config, 'update', None), 'desired_bl', None),
                **{name: getattr(config.device, name, None) for name in DEVICE_NAMES}}

    def configuration(self) -> Any:
        """Return the configuration that the controls describe."""
        values = self.values
        config = self.configurations[values['preset']]()
        for name in DEVICE_NAMES:
            if values[name] is not None:
                setattr(config.device, name, values[name])
        if values['desired_bl'] is not None:
            config.update.desired_bl = values['desired_bl']
        return config


class TrainingView:
    """Loss and accuracy at the top; below, the weights of one tile: all of them in a histogram, some against time, and at the
    foot all of them as a map of the crossbar."""

    def __init__(self, figure: Figure, crosspoints: int) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 0.97, 1))
        grid = figure.add_gridspec(3, 2, height_ratios=(1, 1, 0.62))
        axes = np.array([[figure.add_subplot(grid[row, column]) for column in range(2)] for row in range(2)])
        (self.loss_axes, self.accuracy_axes), (self.histogram_axes, self.traces_axes) = axes
        self.map_axes = figure.add_subplot(grid[2, :], xlabel='input', ylabel='output',
                                           title='the cells of this tile (blue: negative, red: positive)')
        self.map = self.map_axes.imshow(np.zeros((1, 1)), cmap='RdBu_r', aspect='auto', interpolation='nearest', vmin=-1,
                                        vmax=1)
        self.loss_axes.set(xlabel='batch', ylabel='loss', title='training loss', ylim=(0, 2.5))
        self.accuracy_axes.set(xlabel='batch', ylabel='test accuracy (%)', title='images recognised', ylim=(0, 100))
        self.histogram_axes.set(xlabel='weight (relative conductance)', ylabel='number of devices',
                                title='all devices of one tile')
        self.traces_axes.set(xlabel='batch', ylabel='weight', title=f'{crosspoints} devices of this tile')
        for each in axes.flat:
            tidy(each)
        self.losses, = self.loss_axes.plot([], [], color=SKY, linewidth=0.6)
        self.loss, = self.loss_axes.plot([], [], color=BLUE, linewidth=2, label=f'mean of {MEAN_OF} batches')
        self.accuracy, = self.accuracy_axes.plot([], [], color=GREEN, linewidth=2, marker='o')
        self.before, = self.histogram_axes.plot([], [], color=BLACK, linewidth=1, linestyle=':', drawstyle='steps-mid',
                                                label='before training')
        self.now, = self.histogram_axes.plot([], [], color=RED, linewidth=1.6, drawstyle='steps-mid', label='now')
        colours = (SKY, ORANGE, GREEN, PURPLE, RED, BLUE)
        self.traces = [self.traces_axes.plot([], [], color=colours[number % len(colours)], linewidth=0.8)[0]
                       for number in range(crosspoints)]
        for each in (self.loss_axes, self.histogram_axes):
            each.legend(loc='upper right', fontsize='small', framealpha=0.9, edgecolor='none')
        self.curves = [self.loss, self.accuracy, self.now]

    def update(self, run: Any) -> None:
        if run is None:
            for line in (self.losses, self.before, *self.traces, *self.curves):
                line.set_data([], [])
            self.map.set_data(np.zeros((1, 1)))
            return
        batch = np.arange(1, len(run.losses) + 1)
        self.losses.set_data(batch, run.losses)
        self.loss.set_data(batch, running_mean(run.losses))
        self.accuracy.set_data(run.tested, 100 * np.array(run.accuracies))
        edges = np.linspace(*around(run.first_weights, run.weights), BINS + 1)
        for line, weights in ((self.before, run.first_weights), (self.now, run.weights)):
            line.set_data((edges[:-1] + edges[1:]) / 2, np.histogram(weights, edges)[0])
        shown = np.unique(np.linspace(0, len(run.losses), POINTS + 1).round().astype(int))
        traces = np.array([run.traces[number] for number in shown])
        for line, trace in zip(self.traces, traces.T):
            line.set_data(shown, trace)
        out_size, in_size = run.cells.shape
        self.map.set_data(run.cells)
        self.map.set_extent((0, in_size, out_size, 0))
        self.map.set_clim(-max(abs(edges)), max(abs(edges)))
        for axes in (self.loss_axes, self.accuracy_axes, self.traces_axes):
            axes.set_xlim(0, run.total)
        self.loss_axes.set_ylim(0, max(2.5, 1.3 * self.loss.get_ydata().max()))
        self.histogram_axes.set_xlim(edges[0], edges[-1])
        self.histogram_axes.set_ylim(0, 1.35 * max(self.before.get_ydata().max(), self.now.get_ydata().max()))
        self.traces_axes.set_ylim(around(traces))

    def describe(self, values: Values, run: Any) -> str:
        if run is None:
            return 'Nothing has been trained yet: press Start.'
        sentence = (f"{values['preset']}, learning rate {values['lr']:.3g}: {len(run.losses)} of {run.total} batches, "
                    f'loss {np.mean(run.losses[-MEAN_OF:]):.2f} (mean of the last {len(run.losses[-MEAN_OF:])}).')
        if run.accuracies:
            sentence += f' {100 * run.accuracies[-1]:.1f} % of {len(run.test)} test images are recognised.'
        return sentence


def running_mean(values: npt.ArrayLike) -> np.ndarray:
    """Return the mean of each value and those before it, `MEAN_OF` values at most."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    last = np.arange(1, len(total))
    first = np.maximum(last - MEAN_OF, 0)
    return (total[last] - total[first]) / (last - first)
