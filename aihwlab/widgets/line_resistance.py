"""What the resistance of the wires takes from the cells of a crossbar."""

from typing import NamedTuple

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from aihwlab.physics.circuit import CrossbarCircuit, ideal_currents
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import RED, ceiling, tidy

READ_VOLTAGE = 0.2
"""Voltage of all rows, V."""

SEED = 1

LARGEST = 80
"""Number of rows, and of columns, of the largest array, which is solved in a few hundredths of a second."""

SMALL = 5.0
"""The scale of the loss reaches at least this far, %, so that its axes, which are slow to draw, rarely change."""


class Loss(NamedTuple):
    """What is left of the voltages and lost of the currents.

    Attributes:
        voltage: voltage across the cells, relative to the read voltage, [rows, columns].
        lost: fraction of the ideal current that each column has lost, [columns].
    """

    voltage: np.ndarray
    lost: np.ndarray


def loss(size: int, resistance: float, g_max: float, cells: str) -> Loss:
    """Return the losses of a square array, all of whose rows are driven: the model of the explorer.

    Args:
        size: number of rows, and of columns.
        resistance: resistance of a line between two neighbouring cells, ohm.
        g_max: conductance of the cells, or the upper limit of random conductances, uS.
        cells: 'all at g_max' or 'random'.
    """
    conductance = np.full((size, size), 1e-6 * g_max)
    if cells == 'random':
        conductance *= np.random.default_rng(SEED).random((size, size))
    voltages = np.full(size, READ_VOLTAGE)
    word, bit = CrossbarCircuit(conductance, resistance, resistance).node_voltages(voltages)
    voltage = word - bit
    currents = (conductance * voltage).sum(axis=0)
    return Loss(voltage / READ_VOLTAGE, 1 - currents / ideal_currents(conductance, voltages))


class LineResistanceExplorer(Explorer):
    """A heat map of the voltage that is left for each cell, and the current that each column loses.

    Kirchhoff's laws are solved at all nodes for each picture. Drivers are to the left of the rows, and ground is below the
    columns.

    Example:
        >>> LineResistanceExplorer()
        >>> LineResistanceExplorer(size=80, resistance=0.5)

    Args:
        start: values to open with, by the names of the controls: `size`, `resistance`, `g_max` and `cells`.
    """

    def __init__(self, **start: Value) -> None:
        controls = {
            'size': Slider('rows and columns', 64, 8, LARGEST, 8, symbol='n', help='Size of the square array.'),
            'resistance': Slider('resistance between two cells', 1.0, 0.01, 10.0, 0.1, unit='Ω', symbol='r',
                                 scale='log', help='Resistance of one segment of a row or a column.'),
            'g_max': Slider('largest conductance', 25.0, 1.0, 100.0, 1.0, unit='µS', symbol='G',
                            help='Conductance of a cell that is fully on.'),
            'cells': Choice('cells', 'all at g_max', ('all at g_max', 'random'),
                            help='All cells fully on, or evenly distributed between 0 and the largest conductance.')}
        super().__init__(loss, LossView, controls, figsize=(7.8, 3.7), **start)


class LossView:
    """The array on the left, the losses of its columns on the right."""

    def __init__(self, figure: Figure) -> None:
        figure.get_layout_engine().set(rect=(0.02, 0, 0.965, 1), wspace=0.06)
        self.array, self.loss = figure.subplots(1, 2, width_ratios=(1.1, 1))
        self.array.set(xlabel='column', ylabel='row (driver on the left)', title='cell voltage (% of the driver)',
                       xticks=[0], yticks=[0], xticklabels=['1'], yticklabels=['1'])
        self.image = self.array.imshow(np.ones((2, 2)), cmap='viridis', vmin=0, vmax=100, interpolation='nearest',
                                       zorder=1, extent=(0, 1, 1, 0))
        # Numbers that change are texts, not ticks, so that the frames, which are slow to draw, are the same for all sizes.
        self.last_column = self.array.annotate('', (1, 0), (0, -7), 'axes fraction', 'offset points', ha='center', va='top')
        self.last_row = self.array.annotate('', (0, 0), (-7, 0), 'axes fraction', 'offset points', ha='right', va='center')
        bar = figure.colorbar(ScalarMappable(cmap='viridis'), ax=self.array, shrink=0.85, ticks=[1], format='100')
        self.middle, self.lowest = (bar.ax.annotate('', (1, height), (7, 0), 'axes fraction', 'offset points', va='center')
                                    for height in (0.5, 0))
        self.loss.set(xlabel='column', ylabel='current lost (%)', title='loss of each column')
        tidy(self.loss)
        self.curve, = self.loss.plot([], [], color=RED, linewidth=2.2)
        self.curves = [self.curve]

    def update(self, result: Loss) -> None:
        size = len(result.lost)
        self.image.set_data(100 * result.voltage)
        for text in (self.last_column, self.last_row):
            text.set_text(str(size))
        span = ceiling(max(1.0, 100 * (1 - result.voltage.min())))
        self.image.set_clim(100 - span, 100)
        self.middle.set_text(f'{100 - span / 2:g}')
        self.lowest.set_text(f'{100 - span:g}')
        self.curve.set_data(np.arange(1, size + 1), 100 * result.lost)
        self.loss.set_xlim(0, LARGEST if size > LARGEST / 2 else LARGEST / 2)
        self.loss.set_ylim(0, ceiling(max(SMALL, 115 * result.lost.max())))

    def describe(self, values: Values, result: Loss) -> str:
        return (f"{values['size']} × {values['size']} cells, {values['resistance']:.3g} ohm between two neighbours: the "
                f'columns lose {100 * result.lost.mean():.2g} % of their current on average, the farthest one '
                f"{100 * result.lost[-1]:.2g} %. The worst cell gets {100 * result.voltage.min():.0f} % of its driver's "
                'voltage.')
