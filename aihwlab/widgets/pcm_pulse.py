"""One pulse in a phase-change memory cell, moment by moment: heat, melt, growth, and the conductance that is left."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_pulse import Pulse, PulseTrace, apply_pulse
from aihwlab.physics.pcm_read import conductance
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, RED, tidy

CELL = PCMCell()

HEATER_RADIUS = 20.0
"""Radius of the heater as it is drawn, nm."""

SHOWN = 50
"""The time that is shown is a multiple of this, ns."""

CONTROLS = {
    'power': Slider('amplitude', 400, 0, 500, 5, unit='µW', symbol='P', help='Power of the flat part of the pulse.'),
    'width': Slider('width', 50, 5, 200, 5, unit='ns', help='Duration of the flat part.'),
    'fall': Slider('trailing edge', 0, 0, 200, 5, unit='ns', help='How long the power takes to fall to zero.'),
    'moment': Slider('moment', 100, 0, 100, 1, unit='% of the time shown',
                     help='Scans through the pulse; Play moves it for you.'),
    'thickness': Slider('glass before the pulse', 0.0, 0.0, 60.0, 0.5, unit='nm', symbol='u_a'),
}


@dataclass(frozen=True)
class Moment:
    """A pulse, what it does to a cell, and the index of the moment that is looked at."""

    pulse: Pulse
    trace: PulseTrace
    index: int


class PCMPulseExplorer(Explorer):
    """The amplitude, width and trailing edge of a pulse, and the temperature, melt, glass and conductance that follow.

    It opens with a RESET of a crystalline cell. Play scans through the pulse.

    Example:
        >>> PCMPulseExplorer()
        >>> PCMPulseExplorer(power=250, thickness=27.3)      # SET

    Args:
        start: values to open with, by the names of the controls: `power` (uW), `width`, `fall` (ns), `moment` (%) and
            `thickness` (nm).
    """

    def __init__(self, **start: Value) -> None:
        super().__init__(pulse_at, PulseView, CONTROLS, figsize=(7.8, 4.8), play='moment', **start)


@lru_cache(maxsize=64)
def trace_of(pulse: Pulse, thickness: float) -> PulseTrace:
    """Return the history of the cell during a pulse, for a thickness of glass before it, m."""
    return apply_pulse(CELL, pulse, thickness)


def pulse_at(power: float, width: float, fall: float, moment: float, thickness: float) -> Moment:
    """Return what a pulse does, and the moment that is looked at: the model of the explorer."""
    pulse = Pulse(power * 1e-6, width * 1e-9, fall * 1e-9)
    trace = trace_of(pulse, thickness * 1e-9)
    return Moment(pulse, trace, round(moment / 100 * (len(trace.time) - 1)))


class PulseView:
    """The cell in cross-section on the left; power, temperature, glass and conductance against time on the right."""

    def __init__(self, figure: Figure) -> None:
        grid = figure.add_gridspec(4, 2, width_ratios=(1, 1.35))
        self.cell = figure.add_subplot(grid[:, 0], xlim=(-75, 75), ylim=(-35, 118), aspect='equal',
                                       title='the cell in cross-section', xlabel='position (nm)', ylabel='height (nm)')
        self.draw_cell()
        self.power_axes, self.heat_axes, self.glass_axes, self.read_axes = self.times = [
            figure.add_subplot(grid[row, 1]) for row in range(4)]
        for axes in self.times:
            tidy(axes)
        for axes in self.times[:3]:
            axes.xaxis.set_visible(False)  # so that their frames, which are slow to draw, are the same for all times shown
        self.power_axes.set(ylabel='power\n(µW)', ylim=(0, 660))
        self.heat_axes.set(ylabel='temperature\n(K)', ylim=(250, 1700))
        self.glass_axes.set(ylabel='glass or\nmelt (nm)', ylim=(-2, 82))
        self.read_axes.set(ylabel='conduct-\nance (µS)', xlabel='time (ns)', yscale='log', ylim=(0.15, 45))
        self.read_axes.minorticks_off()
        self.power, = self.power_axes.plot([], [], color=BLACK, linewidth=1.5, label='applied')
        self.heat, = self.power_axes.plot([], [], color=ORANGE, linewidth=2, linestyle='--', label='heats the cell')
        self.heat_axes.axhline(CELL.melting, color=RED, linewidth=1, linestyle=':', zorder=STILL)
        self.heat_axes.axhspan(650, 850, color=GREEN, alpha=0.15, linewidth=0, zorder=STILL)
        self.hottest, = self.heat_axes.plot([], [], color=RED, linewidth=1.5, linestyle='--', label='above the heater')
        self.temperature, = self.heat_axes.plot([], [], color=BLUE, linewidth=2, label='edge of the crystal')
        self.melt, = self.glass_axes.plot([], [], color=RED, linewidth=1.5, linestyle='--', label='melt')
        self.glass, = self.glass_axes.plot([], [], color=BLUE, linewidth=2, label='glass and melt')
        self.read, = self.read_axes.plot([], [], color=BLACK, linewidth=2)
        for axes in self.times[:3]:
            axes.legend(loc='upper right', frameon=False, fontsize='x-small', ncols=2, borderaxespad=0.1)
        self.now = [axes.axvline(0, color='#606060', linewidth=1) for axes in self.times]
        self.curves = [self.power, self.temperature, self.glass, self.read]

    def draw_cell(self) -> None:
        """Draw the cell in cross-section: the parts that stay, and the areas of the glass and the melt."""
        axes = self.cell
        for low, high, colour in ((0, 100, '#DDE8F0'), (100, 118, '#666666'), (-35, 0, '#F0EDE4')):
            axes.axhspan(low, high, color=colour, linewidth=0, zorder=STILL)
        self.heater, = axes.fill([-HEATER_RADIUS, HEATER_RADIUS, HEATER_RADIUS, -HEATER_RADIUS], [-35, -35, 0, 0],
                                 color='#606060', linewidth=0)
        self.glass_area, = axes.fill([0], [0], color=BLUE, linewidth=0)
        self.melt_area, = axes.fill([0], [0], color=RED, linewidth=0)
        axes.text(0, -18, 'heater', color='white', ha='center', va='center', fontsize='small')
        self.caption = axes.text(72, 88, '', fontsize='small', ha='right')
        small = dict(fontsize='small', zorder=STILL)
        axes.text(0, 109, 'top electrode', color='white', ha='center', va='center', **small)
        axes.text(-72, 88, 'crystal', **small)
        axes.text(-72, -18, 'insulator', va='center', **small)
        for label, colour, height in (('glass', BLUE, 78), ('melt', RED, 68)):
            axes.plot(-69.5, height + 2.7, 's', color=colour, markersize=6, zorder=STILL)
            axes.text(-64, height, label, **small)

    def update(self, result: Moment) -> None:
        trace, k = result.trace, result.index
        time = trace.time * 1e9
        self.power.set_data(time, trace.power * 1e6)
        self.heat.set_data(time, trace.heat * 1e6)
        self.hottest.set_data(time, CELL.temperature(0.0, trace.heat))
        self.temperature.set_data(time, trace.temperature)
        self.melt.set_data(time, trace.melt * 1e9)
        self.glass.set_data(time, trace.thickness * 1e9)
        self.read.set_data(time, conductance(CELL, trace.thickness) * 1e6)
        for axes, line in zip(self.times, self.now):
            axes.set_xlim(0, SHOWN * np.ceil(time[-1] / SHOWN - 1e-9))
            line.set_xdata([time[k]] * 2)
        self.glass_area.set_xy(dome(trace.thickness[k] * 1e9))
        self.melt_area.set_xy(dome(trace.melt[k] * 1e9))
        heat = trace.heat[k] / 500e-6
        self.heater.set_facecolor((0.38 + 0.55 * min(heat, 1), 0.38, 0.38 - 0.3 * min(heat, 1)))
        self.caption.set_text(f'{time[k]:.0f} ns')

    def describe(self, values: Values, result: Moment) -> str:
        trace, k = result.trace, result.index
        begin, end = trace.thickness[0] * 1e9, trace.thickness[-1] * 1e9
        melted = trace.melt.max() * 1e9
        did = f'melts {melted:.1f} nm' if melted > 0 else 'melts nothing'
        left = conductance(CELL, trace.thickness[-1]) * 1e6
        return (f'The pulse of {result.pulse.energy * 1e12:.1f} pJ {did}. The glass goes from {begin:.1f} nm to '
                f'{end:.1f} nm, which leaves a conductance of {left:.2f} µS. At {trace.time[k] * 1e9:.0f} ns, the edge of '
                f'the crystal is at {trace.temperature[k]:.0f} K, and {trace.thickness[k] * 1e9:.1f} nm are glass or melt. '
                'Green band: fast growth; dotted line: melting.')


def dome(height: float) -> np.ndarray:
    """Return the outline of a dome above the heater, nm, [points, 2]."""
    angle = np.linspace(0, np.pi, 40)
    radius = HEATER_RADIUS + 0.8 * height if height > 0.05 else 0.0
    return np.column_stack([radius * np.cos(angle), height * np.sin(angle)])
