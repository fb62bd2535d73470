"""One weight learns from noisy examples: by SGD on a single device, or by Tiki-Taka and its relatives on two."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from aihwlab.kernel.learning import Course, learn
from aihwlab.kernel.pulse_response import balance, step_size
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.device import Device
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.transfer import TransferCompound
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import SoftBoundsReferenceDevice
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, ceiling, tidy
from aihwlab.widgets.symmetry_point import ASYMMETRY, STATES

SGD, TIKI_TAKA, BUFFERED, CHOPPED, MIXED = 'SGD', 'Tiki-Taka', 'Tiki-Taka 2', 'c-TTv2', 'mixed precision'
"""The algorithms: on a single device; on two, without and with a buffer, and with choppers; with a digital sum."""

ALGORITHMS = SGD, TIKI_TAKA, BUFFERED, CHOPPED, MIXED

TARGET = 0.5
"""The weight that is to be learned."""

BATCHES, EXAMPLES = 48, 25
"""Number of batches, after each of which the fast array is read once, and of the examples in each."""

CHOPPER = 8
"""Number of reads after which a chopper switches."""

RATE = Slider('transfer rate', 0.1, 0.01, 1.0, 0.05, symbol='transfer_lr', scale='log',
              help='What part of the reading of the fast array is added to the slow one.')
NOISE = Slider('noise of the gradients', 1.0, 0.0, 1.5, 0.05,
               help='Each example wants the weight too high or too low by this, at random.')
LEARNING_RATE = Slider('learning rate', 0.02, 0.002, 0.2, 0.05, symbol='lr', scale='log')

CONTROLS = {
    'algorithm': Choice('algorithm', SGD, ALGORITHMS),
    'up_down': ASYMMETRY,
    'rate': RATE,
    'moment': Slider('moment', BATCHES, 0, BATCHES, 1, unit='batches', one='batch', help='Press Play, or move it yourself.'),
    'states': STATES,
    'write_noise': Slider('write noise', 0.0, 0.0, 0.3, 0.01,
                          help='How much the weight that is seen fluctuates around the state of a device.'),
    'zero': Slider('error of the zero', 0.0, -0.3, 0.3, 0.02,
                   help='What the fast array reads when its devices are at their symmetry point.'),
    'noise': NOISE,
    'lr': LEARNING_RATE,
    'seed': Slider('seed', 1, 1, 20, 1, help='Another seed: other examples, other pulses.'),
}


class Moment(NamedTuple):
    """A moment in the course of one weight.

    Attributes:
        course: the whole course.
        batch: how many batches are over.
        algorithm: its name.
        steps: content of the buffer after each batch, in steps of the device that is written; NaN where there is none.
        point: what the array that takes the gradients shows at the symmetry point of its devices.
    """

    course: Course
    batch: int
    algorithm: str
    steps: np.ndarray
    point: float


def device(up_down: float, states: float, write_noise: float, zero: float | None = None) -> SoftBoundsReferenceDevice:
    """Return a device with bounds at -1 and 1; with a `zero`, that is what it shows at its symmetry point."""
    step = 2 / states
    return SoftBoundsReferenceDevice(
        dw_min=step, dw_min_dtod=0.0, dw_min_std=0.3, up_down=up_down, up_down_dtod=0.0, w_max=1.0, w_max_dtod=0.0, w_min=-1.0,
        w_min_dtod=0.0, write_noise_std=write_noise / step, subtract_symmetry_point=zero is not None,
        reference_mean=-(zero or 0.0))


def cells(algorithm: str, up_down: float, states: float, write_noise: float, zero: float | None, rate: float | None,
          slices: int = 1) -> Device:
    """Return the cells on which an algorithm learns.

    Args:
        algorithm: one of `ALGORITHMS`.
        up_down, states, write_noise: of all devices.
        zero: what the fast array shows at the symmetry point of its devices; None where there is no such array.
        rate: of the transfers; None where there are none.
        slices: number of columns, each of which is read once in every batch.
    """
    slow = device(up_down, states, write_noise)
    if algorithm == SGD:
        return slow
    if algorithm == MIXED:
        return MixedPrecisionCompound(device=slow)
    pair = dict(unit_cell_devices=[device(up_down, states, write_noise, zero or 0.0), slow], transfer_lr=rate,
                scale_transfer_lr=False, transfer_every=1 / slices, transfer_forward=IOParameters(is_perfect=True))
    if algorithm == TIKI_TAKA:
        return TransferCompound(**pair)
    return ChoppedTransferCompound(**pair, units_in_mbatch=True, scale_fast_lr=True, in_chop_random=False, forget_buffer=False,
                                   in_chop_prob=1 / CHOPPER if algorithm == CHOPPED else 0.0,
                                   transfer_update=UpdateParameters())


@lru_cache(maxsize=16)
def course_of(algorithm: str, noise: float, lr: float, seed: int, **settings: float | None) -> Course:
    """Return how one weight learns; kept for who plays it, or goes back."""
    return learn(cells(algorithm, **settings), np.ones((BATCHES, EXAMPLES, 1)), np.array([TARGET]), noise, lr, seed)


def moment_of(algorithm: str, moment: int, up_down: float, states: float, write_noise: float, zero: float | None,
              **others: float | None) -> Moment:
    """Return a moment of the course: the model of the explorer."""
    course = course_of(algorithm, up_down=up_down, states=states, write_noise=write_noise, zero=zero, **others)
    # The sum of mixed precision is that of the gradients, in units of the weight; buffers count in steps.
    scale = {BUFFERED: 1.0, CHOPPED: 1.0, MIXED: -states / 2}.get(algorithm, np.nan)
    point = balance(step_size(device(up_down, states, write_noise, zero)))
    return Moment(course, moment, algorithm, scale * course.digital[:, 0], point)


def settings_of(algorithm: str) -> Values:
    """Return the values of the controls that belong to an algorithm; None where it has no such thing."""
    if algorithm in (SGD, MIXED):
        return {'rate': None, 'zero': None}
    return {name: CONTROLS[name].value for name in ('rate', 'zero')}


class OneWeightExplorer(Explorer):
    """One weight that learns: its arrays, buffer and chopper as they move.

    Example:
        >>> OneWeightExplorer()
        >>> OneWeightExplorer(algorithm='c-TTv2', zero=0.2)

    Args:
        start: values to open with, by the names of the controls: `algorithm`, `up_down`, `rate`, `moment` (batches), `states`,
            `write_noise`, `zero`, `noise`, `lr` and `seed`.
    """

    def __init__(self, **start: Value | None) -> None:
        super().__init__(moment_of, WeightView, CONTROLS, {'algorithm': settings_of}, figsize=(7.8, 4.6), play='moment',
                         **start)


class WeightView:
    """Dials of the moment on the left; on the right, what they have shown so far: weights, and below buffer and chopper."""

    def __init__(self, figure: Figure) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 0.98, 1))
        grid = figure.add_gridspec(2, 2, width_ratios=(1, 2.3), height_ratios=(2.1, 1))
        self.dials = figure.add_subplot(grid[:, 0], title='now', xlim=(-0.6, 2.6), ylim=(-1.2, 1.2))
        self.weights = figure.add_subplot(grid[0, 1], ylabel='weight', title='so far', ylim=(-1.05, 1.05))
        self.below = figure.add_subplot(grid[1, 1], xlabel='batch', ylabel='buffer (steps)')
        for axes in (self.weights, self.below):
            tidy(axes)
            axes.set(xlim=(0, BATCHES), xticks=range(0, BATCHES + 1, 12))
            axes.axhline(0, color='#808080', linewidth=0.8)
        self.weights.axhline(TARGET, color=PURPLE, linewidth=1.4, linestyle='--', label='to be learned')
        self.point = self.weights.axhline(0, color=BLUE, linewidth=1.2, linestyle=':', label='symmetry point')
        self.whole = [self.weights.plot([], [], color=colour, linewidth=1.0, alpha=0.35)[0] for colour in (BLUE, BLACK)]
        self.fast, = self.weights.plot([], [], color=BLUE, linewidth=1.4, label='fast array')
        self.seen, = self.weights.plot([], [], color=BLACK, linewidth=2.2, label='weight')
        self.weights.legend(loc='lower right', ncols=2, frameon=False, fontsize='small')
        self.sign, = self.below.plot([], [], color=ORANGE, linewidth=1.6, drawstyle='steps-post', label='sign of the chopper')
        self.buffer, = self.below.plot([], [], color=GREEN, linewidth=1.4, label='buffer')
        self.below.legend(loc='upper right', ncols=2, frameon=False, fontsize='small')
        self.draw_dials()
        self.curves = [self.seen, self.fast]

    def draw_dials(self) -> None:
        """Draw three tracks with a dot on each, and a place for the sign of the chopper."""
        self.dials.set_xticks([0, 1, 2], ['fast\narray', 'buffer', 'weight'])
        self.dials.set_yticks([-1, 0, 1])
        self.dials.spines[['top', 'right', 'bottom']].set_visible(False)
        self.dials.tick_params(bottom=False)
        for place in range(3):
            self.dials.plot([place, place], [-1, 1], color='#D0D0D0', linewidth=9, solid_capstyle='round', zorder=1)
        self.dials.plot([1.7, 2.3], [TARGET, TARGET], color=PURPLE, linewidth=1.6, linestyle='--', zorder=2)
        self.marks = [self.dials.plot([], [], 'o', color=colour, markersize=13, zorder=3)[0]
                      for colour in (BLUE, GREEN, BLACK)]
        self.chopper = self.dials.text(0.5, 1.12, '', ha='center', va='center', fontsize=11)

    def update(self, result: Moment) -> None:
        course, until = result.course, result.batch + 1
        batch, seen = np.arange(len(course.weights)), course.weights[:, 0]
        fast = course.arrays[:, 0, 0] if course.arrays.shape[1] > 1 else np.full(len(seen), np.nan)
        signs = course.signs[:, 0] if result.algorithm == CHOPPED else np.full(len(seen), np.nan)
        # A buffer that is written whenever it holds a step has a dial of one step; a sum of gradients has more of them.
        most = ceiling(max(1, np.nanmax(abs(result.steps)))) if result.algorithm == MIXED else 1.0
        self.below.set_ylim(-1.5 * most, 2.6 * most)
        self.point.set_ydata([result.point] * 2)
        for line, values in zip(self.whole, (fast, seen)):
            line.set_data(batch, values)
        for line, values in ((self.fast, fast), (self.seen, seen), (self.buffer, result.steps), (self.sign, 1.2 * signs)):
            line.set_data(batch[:until], values[:until])
        for place, (mark, values) in enumerate(zip(self.marks, (fast, result.steps / most, seen))):
            mark.set_data([place], [np.clip(values[result.batch], -1, 1)])
        sign = {1.0: '+', -1.0: '\N{MINUS SIGN}'}.get(float(signs[result.batch]))
        self.chopper.set_text(f'chopper {sign}' if sign else '')

    def describe(self, values: Values, result: Moment) -> str:
        now, course = result.batch, result.course
        last = course.weights[max(0, now - 11):now + 1, 0]
        sentence = (f'{result.algorithm}, asymmetry {values["up_down"]:.2f}, after {now} of {BATCHES} batches: the weight is '
                    f'{course.weights[now, 0] + 0.0:.2f}, {last.mean() + 0.0:.2f} on average of the last {len(last)}; '
                    f'{TARGET} is to be learned.')
        if course.arrays.shape[1] > 1:
            sentence += f' The fast array is at {course.arrays[now, 0, 0] + 0.0:.2f}.'
        if np.isfinite(result.steps[now]):
            sentence += f' The buffer holds {result.steps[now] + 0.0:.1f} steps.'
        if result.algorithm == CHOPPED:
            sentence += f' The chopper is {"positive" if course.signs[now, 0] > 0 else "negative"}.'
        return sentence
