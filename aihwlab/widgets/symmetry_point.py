"""Pulses up and down in turn, or at random: where they bring the weight of a device, from wherever it starts."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from aihwlab.kernel.pulse_response import StepSize, balance, sequence_response, step_size
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.simulator.configs.devices import SoftBoundsDevice
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, ceiling, tidy

IN_TURN, AT_RANDOM = 'in turn', 'at random'
"""The order of the pulses."""

PULSES = 600

STARTS = -0.9, -0.45, 0.0, 0.45, 0.9
"""Weights that devices start with."""

ASYMMETRY = Slider('asymmetry', 0.4, -0.6, 0.6, 0.05, symbol='up_down',
                   help='Positive: steps down are smaller than steps up by this part; negative: the other way round.')
STATES = Slider('number of states', 100.0, 10.0, 1000.0, 0.05, scale='log',
                help='The range of the weight, from -1 to 1, in steps at weight zero.')

CONTROLS = {
    'order': Choice('pulses', IN_TURN, (IN_TURN, AT_RANDOM), help='One up, one down; or each drawn for itself.'),
    'up_down': ASYMMETRY,
    'states': STATES,
    'share': Slider('pulses up', 50, 0, 100, 5, unit='%', help='How many of the random pulses go up.'),
    'noise': Slider('noise from pulse to pulse', 0.3, 0.0, 5.0, 0.1, unit='steps', one='step', symbol='dw_min_std',
                    help='Standard deviation of one step, relative to the mean step.'),
    'seed': Slider('seed', 1, 1, 20, 1, help='Another seed: another noise, other pulses.'),
}


class Settling(NamedTuple):
    """Devices under pulses of both directions.

    Attributes:
        weights: before the first pulse and after each, [1 + pulses, devices].
        step: step size of a device, against its weight.
        share: of the pulses up, 0 to 1.
        point: the weight at which pulses of both directions cancel on average.
    """

    weights: np.ndarray
    step: StepSize
    share: float
    point: float


def settle(order: str, up_down: float, states: float, share: int | None, noise: float, seed: int) -> Settling:
    """Give pulses of both directions to devices with soft bounds at -1 and 1: the model of the explorer."""
    device = SoftBoundsDevice(dw_min=2 / states, dw_min_dtod=0.0, dw_min_std=noise, up_down=up_down, up_down_dtod=0.0,
                              w_max=1.0, w_max_dtod=0.0, w_min=-1.0, w_min_dtod=0.0)
    part = 0.5 if share is None else share / 100
    pulses = np.resize([1, -1], PULSES) if order == IN_TURN else np.where(
        uniforms(Stream(seed, 0), Purpose.SELECTION, PULSES) < part, 1, -1)
    step = step_size(device)
    return Settling(sequence_response(device, pulses, STARTS, len(STARTS), seed), step, part, balance(step, part))


class SymmetryPointExplorer(Explorer):
    """Devices that start with different weights and get the same pulses, and the two steps that have to cancel.

    Example:
        >>> SymmetryPointExplorer()
        >>> SymmetryPointExplorer(order='at random', share=70)

    Args:
        start: values to open with, by the names of the controls: `order`, `up_down`, `states`, `share` (%), `noise` and
            `seed`.
    """

    def __init__(self, **start: Value | None) -> None:
        follow = {'order': lambda order: {'share': CONTROLS['share'].value if order == AT_RANDOM else None}}
        super().__init__(settle, SettlingView, CONTROLS, follow, figsize=(7.8, 3.8), **start)


class SettlingView:
    """Weights against pulses on the left; on the right, at the same height, what pulses of each direction do there."""

    def __init__(self, figure: Figure) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 0.98, 1), wspace=0.05)
        self.time, self.steps = figure.subplots(1, 2, sharey=True, width_ratios=(1.6, 1))
        self.time.set(xlabel='pulse number', ylabel='weight (relative conductance)', title='five devices, the same pulses',
                      xlim=(0, PULSES), ylim=(-1.05, 1.05))
        self.steps.set(xlabel='mean step per pulse (0.001)', title='what pulls up, what pulls down')
        for axes in (self.time, self.steps):
            tidy(axes)
        colours = (SKY, GREEN, ORANGE, PURPLE, RED)
        self.devices = [self.time.plot([], [], color=colour, linewidth=1.0)[0] for colour in colours]
        self.lines = [axes.axhline(0, color=BLACK, linewidth=1.2, linestyle=':') for axes in (self.time, self.steps)]
        self.up, = self.steps.plot([], [], color=BLUE, linewidth=2.2, label='up')
        self.down, = self.steps.plot([], [], color=RED, linewidth=2.2, linestyle='--', label='down')
        self.meeting, = self.steps.plot([], [], 'o', color=BLACK, markersize=7)
        self.steps.legend(loc='center right', frameon=False, fontsize='small')
        self.curves = [self.devices[0], self.devices[-1], self.up, self.down]

    def update(self, result: Settling) -> None:
        for line, weights in zip(self.devices, result.weights.T):
            line.set_data(np.arange(len(weights)), weights)
        up, down = 1e3 * result.share * result.step.up, -1e3 * (1 - result.share) * result.step.down
        self.up.set_data(up, result.step.weight)
        self.down.set_data(down, result.step.weight)
        for line in self.lines:
            line.set_ydata([result.point] * 2)
        self.meeting.set_data([np.interp(result.point, result.step.weight, up)], [result.point])
        self.steps.set_xlim(0, ceiling(1.05 * max(up.max(), down.max())))

    def describe(self, values: Values, result: Settling) -> str:
        last = result.weights[-100:]
        order = 'in turn' if values['share'] is None else f"at random, {values['share']} % of them up"
        return (f"Pulses {order}, asymmetry {values['up_down']:.2f}, {values['states']:.0f} states: devices that started from "
                f'{STARTS[0]} to {STARTS[-1]} are between {last[-1].min():.2f} and {last[-1].max():.2f} after {PULSES} '
                f'pulses. The steps cancel at {result.point + 0.0:.2f}; the mean of the last 100 pulses is {last.mean():.2f}.')
