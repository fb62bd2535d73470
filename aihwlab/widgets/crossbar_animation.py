"""A crossbar at work: pulses travel along its lines, meet, and change cells; currents add up; time and energy run."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from aihwlab.physics.crossbar_motion import GRADIENTS, INPUTS, Moment, product_at, update_at
from aihwlab.physics.work import TileHardware
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.style import BLACK, BLUE, RED, tidy

PRODUCT, UPDATE = 'product', 'update'
"""What the crossbar can do."""

CONTROLS = {
    'operation': Choice('operation', UPDATE, (PRODUCT, UPDATE), help='Product: read all cells. Update: change some of them.'),
    'moment': Slider('moment', 0.0, 0.0, 100.0, 0.5, unit='% are over', help='Press Play, or move it yourself.'),
    'slots': Slider('length of the pulse trains', 8, 2, 20, 1, unit='slots', symbol='desired_bl'),
    'seed': Slider('seed', 1, 1, 20, 1, help='Another seed: other pulses, other cells.'),
    'voltage': Slider('write voltage', 1.0, 0.5, 3.0, 0.1, unit='V', symbol='V_w',
                      help='Where two pulses meet; each line gives half of it. A round number, not a measured one.'),
    'slot_time': Slider('length of a time slot', 100, 10, 1000, 10, unit='ns', symbol='t_w',
                        help='A round number, not a measured one.'),
}
WRITING = 'slots', 'seed', 'voltage', 'slot_time'

GREY = '#BDBDBD'
DASHES = 40
"""How far the dashes of a current move during a product, in widths of its line."""
BLUES = np.array([[0.97, 0.98, 1.0], [0.0, 0.27, 0.55]])
"""Colours of a cell without conductance, and of one with the largest."""


def moment_of(operation: str, moment: float, slots: int | None, seed: int | None, voltage: float | None,
              slot_time: float | None) -> Moment:
    """Return a moment of a product or an update: the model of the explorer."""
    if operation == PRODUCT or slots is None or seed is None or voltage is None or slot_time is None:
        return product_at(moment / 100, TileHardware(write_voltage=1.0, write_time=1e-7))
    return update_at(moment / 100, slots, seed, TileHardware(write_voltage=voltage, write_time=slot_time * 1e-9))


class CrossbarAnimation(Explorer):
    """A crossbar of four by four cells that multiplies, or is updated by pulses, as a film.

    The darker a cell, the larger its conductance. Blue and red lines carry positive and negative voltages; where pulses
    meet, a blue ring says that the cell goes up, a red one that it goes down.

    Example:
        >>> CrossbarAnimation()
        >>> CrossbarAnimation(operation='product', moment=50.0)

    Args:
        start: values to open with, by the names of the controls: `operation`, `moment` (%), `slots`, `seed`, `voltage` (V)
            and `slot_time` (ns).
    """

    def __init__(self, **start: Value) -> None:
        written = {name: CONTROLS[name].value for name in WRITING}
        follow = {'operation': lambda operation: {**(dict.fromkeys(WRITING) if operation == PRODUCT else written),
                                                  'moment': 0.0}}
        super().__init__(moment_of, CrossbarView, CONTROLS, follow, figsize=(7.8, 4.3), play='moment', **start)


class CrossbarView:
    """The crossbar on the left; on the right, energy against time."""

    def __init__(self, figure: Figure) -> None:
        axes, self.course = figure.subplots(1, 2, width_ratios=(1.55, 1))
        axes.set(xlim=(-1.25, 3.75), ylim=(4.15, -0.95), aspect='equal')
        axes.set_axis_off()
        lines = [[(-0.6, row), (3.5, row)] for row in range(4)] + [[(column, -0.5), (column, 3.6)] for column in range(4)]
        axes.add_collection(LineCollection(lines, colors=GREY, linewidths=2.5, zorder=STILL - 0.1))
        for row, value in enumerate(INPUTS):
            axes.text(-0.7, row, f'x{row + 1} = {value:+.2f}', ha='right', va='center', fontsize=9, zorder=STILL)
        self.pulses = LineCollection([[(0, 0), (0, 0)]] * 8, linewidths=4, zorder=2, capstyle='round')
        self.flows = LineCollection([[(column, row), (column, row + (1 if row < 3 else 0.6))] for row in range(4)
                                     for column in range(4)], zorder=2.2, capstyle='butt')
        for collection in (self.pulses, self.flows):
            axes.add_collection(collection)
        place = np.array([(column, row) for row in range(4) for column in range(4)], dtype=float)
        self.cells = axes.scatter(*place.T, s=330, marker='s', edgecolors=BLACK, linewidths=0.8, zorder=3)
        self.rings = axes.scatter(*place.T, s=620, marker='o', facecolors='none', linewidths=2.5, zorder=4)
        self.ends = [axes.text(column, 3.72, '', ha='center', va='top', fontsize=9, zorder=4) for column in range(4)]
        self.heads = [axes.text(column, -0.58, '', ha='center', va='bottom', fontsize=9, zorder=4) for column in range(4)]
        self.course.set(xlabel='time (ns)', ylabel='energy (pJ)', title='so far')
        tidy(self.course)
        self.whole, = self.course.plot([], [], color=GREY, linewidth=1.5, linestyle=':')
        self.energy, = self.course.plot([], [], color=BLACK, linewidth=2.2)
        self.now, = self.course.plot([], [], 'o', color=BLACK, markersize=7)
        self.counter = self.course.text(0.04, 0.95, '', transform=self.course.transAxes, va='top', fontsize=12, zorder=4)
        self.curves = [self.energy]

    def update(self, moment: Moment) -> None:
        shade = np.clip(moment.conductance.ravel() / moment.conductance.max(initial=25e-6), 0, 1)[:, None]
        self.cells.set_facecolor(BLUES[0] + shade * (BLUES[1] - BLUES[0]))
        self.rings.set_edgecolor([(colour_of(change) if change else (0, 0, 0, 0)) for change in moment.changes.ravel()])
        self.pulses.set_segments([[(-0.6, row), (-0.6 + 4.1 * abs(way), row)] for row, way in enumerate(moment.rows)]
                                 + [[(column, -0.5), (column, -0.5 + 4.1 * abs(way))]
                                    for column, way in enumerate(moment.columns)])
        self.pulses.set_color([colour_of(way) if way else (0, 0, 0, 0) for way in (*moment.rows, *moment.columns)])
        self.update_columns(moment)
        done = moment.times < moment.time
        self.whole.set_data(1e9 * moment.times, 1e12 * moment.energies)
        self.energy.set_data(1e9 * np.append(moment.times[done], moment.time),
                             1e12 * np.append(moment.energies[done], moment.energy))
        self.now.set_data([1e9 * moment.time], [1e12 * moment.energy])
        self.course.set(xlim=(0, 1.02e9 * moment.times[-1]), ylim=(0, 1.3e12 * moment.energies[-1]))
        self.counter.set_text(f'{1e9 * moment.time:.0f} ns, {1e12 * moment.energy:.2f} pJ')

    def update_columns(self, moment: Moment) -> None:
        """Show what flows down the columns and arrives at their ends, or the gradients at their heads."""
        self.flows.set_visible(moment.collected is not None)
        for column, (end, head) in enumerate(zip(self.ends, self.heads)):
            end.set_text('' if moment.collected is None else f'{1e15 * moment.collected[column]:+.0f} fC')
            head.set_text(f'd{column + 1} = {GRADIENTS[column]:+.1f}' if moment.collected is None else '')
        if moment.collected is not None:
            sums = np.cumsum(moment.current, axis=0).ravel()  # what has been added up above each part of a column
            self.flows.set_color([colour_of(current) if current else (0, 0, 0, 0) for current in sums])
            self.flows.set_linewidth(1 + 1e6 * abs(sums))
            self.flows.set_linestyle([(-DASHES * moment.time / moment.times[-1] * np.sign(current), (1.2, 0.8))
                                      for current in sums])

    def describe(self, values: Values, moment: Moment) -> str:
        so_far = f'{1e9 * moment.time:.0f} ns and {1e12 * moment.energy:.2f} pJ so far'
        if moment.collected is not None:
            charges = ', '.join(f'{1e15 * charge:+.0f}' for charge in moment.collected)
            return (f'Product: {so_far}. The rows carry the inputs as voltages; at the ends of the columns, {charges} fC have '
                    'been collected.')
        met = int((moment.changes != 0).sum())
        return (f'Update: {so_far}, slot {moment.slot + 1} of {values["slots"]}. {np.count_nonzero(moment.rows)} rows and '
                f'{np.count_nonzero(moment.columns)} columns fire, and {met or "no"} cells see two pulses at once.')


def colour_of(value: float) -> str:
    """Return the colour of a sign."""
    return BLUE if value > 0 else RED
