"""The update of a tile by pulses that meet, time slot by time slot."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.pulse_trains import fire, gradient_probabilities, input_probabilities
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, ORANGE, RED, ceiling, tidy

STEP = 0.002
"""Weight change of one pulse; the devices of the explorer have no noise."""

OTHER_INPUTS, OTHER_GRADIENTS = (0.5, -0.25), (-0.6, 0.2)
"""Values of the lines that have no slider."""

CONTROLS = {
    'x_1': Slider('first input', 1.0, -1.0, 1.0, 0.05, symbol='x1',
                  help='Probability of a pulse: proportional to |x1|.'),
    'd_1': Slider('first gradient', -0.8, -1.0, 1.0, 0.05, symbol='d1',
                  help='Probability of a pulse: proportional to |d1|.'),
    'length': Slider('length of the pulse trains', 31, 5, 127, 1, unit='slots', symbol='desired_bl'),
    'shown': Slider('part of the trains that is over', 100, 0, 100, 1, unit='%', help='Watch the update bit by bit.'),
    'rate': Slider('learning rate', 0.02, 0.002, 0.5, 0.05, symbol='lr', scale='log'),
    'seed': Slider('seed', 1, 1, 50, 1, help='Another seed, other pulses: the mean stays.'),
}


class Trains(NamedTuple):
    """Pulse trains of an update.

    Attributes:
        inputs, gradients: whether each line fires in each slot, [slots, lines].
        wanted: the outer product `-lr d x^T`, [gradients, inputs].
        direction: +1 or -1, the sign of the steps, [gradients, inputs].
        over: number of slots that are over.
        moment: the time up to which the trains are shown, slots.
        rate: learning rate, the largest change that can be wanted.
    """

    inputs: np.ndarray
    gradients: np.ndarray
    wanted: np.ndarray
    direction: np.ndarray
    over: int
    moment: float = 0.0
    rate: float = 0.0

    @property
    def coincidences(self) -> np.ndarray:
        """Number of slots that are over in which both lines of a crosspoint fired, [gradients, inputs]."""
        return self.gradients[:self.over].T.astype(int) @ self.inputs[:self.over].astype(int)

    @property
    def done(self) -> np.ndarray:
        """Weight changes so far, [gradients, inputs]."""
        return STEP * self.direction * self.coincidences


def trains(x_1: float, d_1: float, length: int, shown: float, rate: float, seed: int) -> Trains:
    """Return the pulse trains of one update of three inputs and three gradients: the model of the explorer."""
    x = np.array([[x_1, *OTHER_INPUTS]], dtype=np.float32)
    d = np.array([[d_1, *OTHER_GRADIENTS]], dtype=np.float32)
    update = UpdateParameters(desired_bl=length, update_bl_management=False)
    plan = plan_pulses(abs(x).max(axis=1), abs(d).max(axis=1), rate, STEP, update)
    stream = Stream(seed, 1)
    x_pulses, d_pulses = input_probabilities(x, plan, update, stream), gradient_probabilities(d, plan, update, stream)
    inputs = fire(x_pulses.repeat(length, axis=0), stream, Purpose.INPUT_PULSES)
    gradients = fire(d_pulses.repeat(length, axis=0).T, stream, Purpose.GRADIENT_PULSES).T
    return Trains(inputs, gradients, -rate * d.T @ x, -np.sign(d.T @ x), round(length * shown / 100),
                  length * shown / 100, rate)


class PulseTrainsExplorer(Explorer):
    """Pulses on three input lines and three gradient lines, where they meet, and the update that results.

    Example:
        >>> PulseTrainsExplorer()
        >>> PulseTrainsExplorer(length=7, seed=3)

    Args:
        start: values to open with, by the names of the controls: `x_1`, `d_1`, `length`, `shown`, `rate` and `seed`.
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(trains, TrainsView, CONTROLS, figsize=(7.8, 4.2), **start)


class TrainsView:
    """Pulse trains on the left; wanted and actual update of the nine crosspoints on the right."""

    def __init__(self, figure: Figure) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 0.975, 1), wspace=0.07)
        self.time, self.update_axes = figure.subplots(1, 2, width_ratios=(1.7, 1))
        self.time.set(xlabel='time slot', title='pulses on the lines', ylim=(-6.6, 0.4))
        self.time.set_yticks(-np.arange(7.0), ['x1', 'x2', 'x3', 'd1', 'd2', 'd3', 'x1 and d1\nmeet'])
        tidy(self.time)
        colours = [BLUE] * 3 + [ORANGE] * 3 + [RED]
        self.pulses = [self.time.plot([], [], color=colour, linewidth=1.6)[0] for colour in colours]
        self.now = self.time.add_patch(Rectangle((0, -7), 1, 8, color='white', alpha=0.8, zorder=3, linewidth=0))
        self.update_axes.set(xlabel='wanted change (steps)', ylabel='change by pulses (steps)',
                             title='nine crosspoints')
        tidy(self.update_axes)
        self.exact, = self.update_axes.plot([], [], color=RED, linewidth=1.2, label='as wanted')
        self.done, = self.update_axes.plot([], [], 'o', color=BLUE, markersize=5, alpha=0.7, label='by pulses')
        self.first, = self.update_axes.plot([], [], 's', color=BLACK, markersize=9, fillstyle='none', label='x1 and d1')
        self.update_axes.legend(loc='upper left', frameon=False, fontsize='small')
        self.curves = [self.pulses[-1]]

    def update(self, result: Trains) -> None:
        lines = np.hstack([result.inputs, result.gradients, result.inputs[:, :1] & result.gradients[:, :1]])
        for number, (pulses, fired) in enumerate(zip(self.pulses, lines.T)):
            pulses.set_data(*square_wave(fired, -number - 0.3, 0.6))
        length = len(lines)
        self.time.set_xlim(0, 16 * np.ceil(length / 16))
        self.now.set_bounds(result.moment, -7, length - result.moment, 8)
        wanted, done = result.wanted / STEP, result.done / STEP
        # Half as much again as can be wanted holds nearly all pulses of every seed, so that the axes seldom change.
        limit = ceiling(max(1.5 * result.rate / STEP, 1.15 * abs(wanted).max(), 1.15 * abs(done).max(), 1))
        self.exact.set_data([-limit, limit], [-limit, limit])
        self.done.set_data(wanted.ravel(), done.ravel())
        self.first.set_data(wanted[:1, 0], done[:1, 0])
        self.update_axes.set(xlim=(-limit, limit), ylim=(-limit, limit))

    def describe(self, values: Values, result: Trains) -> str:
        error = np.sqrt(np.mean((result.done - result.wanted) ** 2)) / STEP
        return (f"{result.over} of {values['length']} slots are over. The pulses of x1 and d1 met "
                f'{result.coincidences[0, 0]} times; wanted are {abs(result.wanted[0, 0]) / STEP:.1f} steps of {STEP}. '
                f'Root mean square error of all nine crosspoints: {error:.2f} steps.')


def square_wave(fired: np.ndarray, base: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a line that is up in the slots in which it fires."""
    slots = np.repeat(np.arange(len(fired) + 1), 2)[1:-1]
    return slots, base + height * np.repeat(fired, 2)
