"""A crossbar of three by three cells: voltages and conductances in, live currents out."""

import numpy as np
from matplotlib.figure import Figure

from aihwlab.physics.circuit import ideal_currents
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.frame import STILL
from aihwlab.widgets.style import BLACK, BLUE, GHOST, GREEN, INK, PREDICTED, RED, tidy

CONDUCTANCES = {
    'one cell for each output': 1e-6 * np.diag([25.0, 15.0, 5.0]),
    'all cells equal': np.full((3, 3), 10e-6),
    'all different': 1e-6 * np.array([[25.0, 5.0, 10.0], [0.0, 20.0, 15.0], [10.0, 1.0, 5.0]]),
}
"""Conductances to choose from, [rows, columns], S."""

WIDTH = 1.2
"""Width of a line per microampere, points."""


def circuit(drive: str, weights: str,
            **voltages: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, bool]:
    """Return the currents for voltages at the rows or at the columns: the model of the explorer.

    Returns:
        The conductances, S, [rows, columns]; the voltages, V; the currents through the cells, A, [rows, columns]; the
        currents at the ends of the lines that are not driven, A; and whether the columns are driven.
    """
    conductance = CONDUCTANCES[weights]
    voltage = np.array([voltages[name] for name in ('V_1', 'V_2', 'V_3')])
    transposed = drive == 'columns'
    through_cells = conductance * (voltage if transposed else voltage[:, None])
    sums = ideal_currents(conductance.T if transposed else conductance, voltage)
    return conductance, voltage, through_cells, sums, transposed


class CircuitExplorer(Explorer):
    """A crossbar with perfect lines: the larger its current, the thicker a line is drawn.

    Ohm's law gives the current of each cell, `G V`; Kirchhoff's current law adds up the currents along a line. Driving the
    columns instead of the rows multiplies by the transposed matrix.

    Example:
        >>> CircuitExplorer()
        >>> CircuitExplorer(drive='columns', V_1=0.2, V_2=0.0, V_3=0.0)

    Args:
        start: values to open with, by the names of the controls: `weights`, `V_1`, `V_2`, `V_3` and `drive`.
    """

    def __init__(self, **start: Value) -> None:
        controls: dict[str, Slider | Choice] = {
            f'V_{number}': Slider('voltage', value, -0.2, 0.2, 0.01, unit='V', symbol=f'V{number}',
                                  help=f'Voltage of driver {number}.')
            for number, value in ((1, 0.2), (2, 0.1), (3, -0.1))}
        controls['weights'] = Choice('conductances', 'all different', tuple(CONDUCTANCES))
        controls['drive'] = Choice('driven lines', 'rows', ('rows', 'columns'),
                                   help='Rows: product with the matrix. Columns: product with its transpose.')
        super().__init__(circuit, CircuitView, controls, figsize=(7.8, 4.4), **start)


class CircuitView:
    """The circuit on the left; on the right, the currents that arrive at the ends of its lines."""

    def __init__(self, figure: Figure) -> None:
        axes, self.sums = figure.subplots(1, 2, width_ratios=(2.1, 1))
        axes.set(xlim=(-1.15, 2.95), ylim=(3.5, -0.35), aspect='equal')
        axes.set_axis_off()
        self.rows = [[axes.plot([max(column - 1, -0.45), column], [row, row])[0]
                      for column in range(3)] for row in range(3)]
        self.columns = [[axes.plot([column + 0.3] * 2, [row + 0.3, min(row + 1.3, 2.95)])[0]
                         for column in range(3)] for row in range(3)]
        self.cells = [[axes.plot([column, column + 0.3], [row, row + 0.3], zorder=3)[0] for column in range(3)]
                      for row in range(3)]
        self.conductances, self.currents = (
            [[axes.text(column + 0.43, row + 0.42, '', va=side, fontsize=8, zorder=zorder) for column in range(3)]
             for row in range(3)] for side, zorder in (('bottom', STILL), ('top', 3)))
        self.row_ends = [axes.text(-0.55, row, '', ha='right', va='center', fontsize=10) for row in range(3)]
        self.column_ends = [axes.text(column + 0.3, 3.1, '', ha='center', va='top', fontsize=10) for column in range(3)]
        self.sums.set(ylabel='current (µA)', title='currents that arrive', xlim=(0.5, 3.5), ylim=(-11, 11),
                      xticks=(1, 2, 3))
        tidy(self.sums)
        self.sums.axhline(0, color='#808080', linewidth=0.8)
        self.current, = self.sums.plot([], [], color=BLACK, linewidth=2.2, drawstyle='steps-mid')
        self.curves = [self.current]

    def update(self, result: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, bool]) -> None:
        conductance, voltage, cells, sums, transposed = result
        # What a segment carries: on a driven line, what the cells beyond it need; on a sensed line, what has been collected.
        rows = np.cumsum(cells[:, ::-1], axis=1)[:, ::-1]
        columns = np.cumsum(cells, axis=0)
        driven, sensed = (self.column_ends, self.row_ends) if transposed else (self.row_ends, self.column_ends)
        for i in range(3):
            for j in range(3):
                for line, current in ((self.rows[i][j], rows[i, j]), (self.columns[i][j], columns[i, j]),
                                      (self.cells[i][j], cells[i, j])):
                    line.set_linewidth(0.8 + WIDTH * abs(current) * 1e6)
                    line.set_color(colour_of(current))
                self.conductances[i][j].set_text(f'{1e6 * conductance[i, j]:.0f} µS')
                self.currents[i][j].set_text(f'{microamperes(cells[i, j])} µA')
            driven[i].set_text(f'{voltage[i]:+.2f} V')
            driven[i].set_color(INK[GREEN])
            sensed[i].set_text(f'{microamperes(sums[i])} µA')
            sensed[i].set_color(INK.get(colour_of(sums[i]), PREDICTED))
        self.sums.set_xlabel('row' if transposed else 'column')
        self.current.set_data([0.5, 1, 2, 3, 3.5], 1e6 * sums[[0, 0, 1, 2, 2]])

    def describe(self, values: Values, result: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, bool]) -> str:
        *_, sums, transposed = result
        voltages = f"{values['V_1']:+.2f}, {values['V_2']:+.2f} and {values['V_3']:+.2f} V"
        first, second, third = (microamperes(current) for current in sums)
        currents = f'{first}, {second} and {third} µA'
        if transposed:
            return (f'The columns are driven with {voltages}. At the ends of the rows, {currents} arrive: the product with '
                    'the transposed matrix.')
        return (f'The rows are driven with {voltages}. At the ends of the columns, {currents} arrive. Blue lines carry '
                'current from rows to columns, red ones the other way.')


def microamperes(current: float) -> str:
    """Return a current in microamperes as text, with its sign."""
    return f'{1e6 * current:+.2f}' if abs(current) >= 5e-9 else '0'


def colour_of(current: float) -> str:
    """Return the colour of a line, which shows the sign of its current."""
    if abs(current) < 1e-12:
        return GHOST
    return BLUE if current > 0 else RED
