"""The roofline of a machine, and a product on it."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.measure_machine import Measurement
from aihwlab.physics.roofline import ROUND_NUMBERS, Machine, intensity
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.energy import BATCH, DOUBLING, brief
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, ORANGE, RED, tidy

SIZE = 4096
"""Rows and columns of the matrix."""

WIDTHS = {'8 bits': 1, '16 bits': 2, '32 bits': 4}
"""Bytes per number."""

LOWEST, HIGHEST = 0.1, 1e4
"""Operations per byte between which the roof is drawn."""

FASTEST = 8
"""How many times as fast arithmetic and memory can be made."""


@dataclass(frozen=True)
class OnTheRoof:
    """A product on the roof of a machine: its operations per byte, and the operations per second that it can reach."""

    machine: Machine
    intensity: float
    attainable: float


class RooflineExplorer(Explorer):
    """The operations per second that a product can reach, against its operations per byte.

    It opens with the product of a matrix with a single vector, far below the peak.

    Example:
        >>> RooflineExplorer()
        >>> measured = measure_machine()
        >>> RooflineExplorer(measured.machine, measured, width='32 bits')

    Args:
        machine: peak and bandwidth of the machine (`Machine`); by default, one with round numbers.
        measured: products measured on it (`aihwlab.physics.measure_machine.Measurement`), to be drawn as points.
        start: values to open with, by the names of the controls: `batch`, `width`, `peak`, `bandwidth` and
            `resident` (%).
    """

    def __init__(self, machine: Machine = ROUND_NUMBERS, measured: Measurement | None = None, **start: Value) -> None:
        def model(batch: float, width: str, peak: float, bandwidth: float, resident: float) -> OnTheRoof:
            return on_the_roof(machine.scaled(peak, bandwidth), batch, width, resident)

        super().__init__(model, lambda figure: RooflineView(figure, machine, measured), {
            'batch': BATCH,
            'width': Choice('width of a number', '8 bits', tuple(WIDTHS), help='Of weights, inputs and outputs.'),
            'peak': Slider('arithmetic, faster by', 1, 1, FASTEST, DOUBLING, scale='log', unit='×',
                           help='Multiplies the peak of the machine.'),
            'bandwidth': Slider('memory, faster by', 1, 1, FASTEST, DOUBLING, scale='log', unit='×',
                                help='Multiplies the bandwidth of the machine.'),
            'resident': Slider('weights that stay on the chip', 0, 0, 100, 5, unit='%', symbol='r',
                               help='They need not be moved.'),
        }, **start)


def on_the_roof(machine: Machine, batch: float, width: str, resident: float) -> OnTheRoof:
    """Return a product on the roof of a machine: the model of the explorer."""
    per_byte = intensity(SIZE, SIZE, round(batch), WIDTHS[width], resident / 100)
    return OnTheRoof(machine, per_byte, float(machine.attainable(per_byte)))


class RooflineView:
    """A roof, a point on it and, if there are any, measured points."""

    def __init__(self, figure: Figure, machine: Machine, measured: Measurement | None) -> None:
        lowest = min(LOWEST, machine.ridge / (2 * FASTEST))  # so that all roofs bend in the picture, of slow machines as well
        self.intensities = np.geomspace(lowest, HIGHEST, 201)
        self.floor = machine.attainable(lowest) / 4
        axes = figure.add_subplot(xlabel='arithmetic intensity (operations per byte)', ylabel='operations per second',
                                  xscale='log', yscale='log', xlim=(lowest, HIGHEST), ylim=(self.floor, 300 * machine.peak),
                                  title='below the roof, whatever the program')
        tidy(axes)
        if measured:
            axes.plot(measured.intensity, measured.performance, 's', color=BLUE, markersize=6, markerfacecolor='none',
                      markeredgewidth=1.8, label=f'measured, batch {measured.batch[0]} to {measured.batch[-1]}')
        self.roof, = axes.plot([], [], color=BLACK, linewidth=2.4, label='what the machine can do')
        self.peak = axes.axhline(machine.peak, color=ORANGE, linewidth=1.2, linestyle='--', label='peak of arithmetic')
        self.drop, = axes.plot([], [], color=RED, linewidth=1, linestyle=':')
        self.point, = axes.plot([], [], 'o', color=RED, markersize=9, label='this product')
        axes.legend(loc='upper left', frameon=False, fontsize='small', ncols=2)
        self.curves = [self.roof]

    def update(self, result: OnTheRoof) -> None:
        self.roof.set_data(self.intensities, result.machine.attainable(self.intensities))
        self.peak.set_ydata([result.machine.peak] * 2)
        self.drop.set_data([result.intensity] * 2, [self.floor / 1e3, result.attainable])
        self.point.set_data([result.intensity], [result.attainable])

    def describe(self, values: Values, result: OnTheRoof) -> str:
        machine = result.machine
        limit = 'memory' if result.intensity < machine.ridge else 'arithmetic'
        return (f"Batch {round(values['batch'])}, {values['width']}: {brief(result.intensity)} operations per byte. At "
                f'most {brief(result.attainable / 1e9)} GOP/s are possible, '
                f'{brief(100 * result.attainable / machine.peak)} % of the peak of {brief(machine.peak / 1e9)} GOP/s; '
                f'{limit} is the limit. From {brief(machine.ridge)} operations per byte upwards, it is arithmetic.')
