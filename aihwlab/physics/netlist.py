"""A crossbar as a netlist: the text from which a circuit simulator, such as ngspice or LTspice, makes the same circuit."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from aihwlab.physics.circuit import CrossbarCircuit, as_voltages


def netlist(circuit: CrossbarCircuit, voltages: npt.ArrayLike) -> str:
    """Return a crossbar and the sources that drive its rows as a netlist of SPICE, whose analysis is the operating point.

    Nodes have the names of the equations of `CrossbarCircuit`, `u0_1` for U[0, 1] and `d0_1` for D[0, 1]; along a line without
    resistance there is one node, `u0` or `d1`. The current at the end of column 1 is that of the source `vcol1`, an ammeter of
    0 V. A cell that does not conduct is left out. Units are S, ohm and V.

    Source: L. W. Nagel, SPICE2, Memorandum UCB/ERL M520, University of California, Berkeley, 1975.

    Example:
        >>> circuit = CrossbarCircuit([[2e-5, 1e-5], [1e-5, 0.0]], row_resistance=1.0, column_resistance=1.0)
        >>> Path('crossbar.cir').write_text(netlist(circuit, [0.2, 0.1]))       # then: ngspice crossbar.cir

    Args:
        circuit: the crossbar.
        voltages: voltages of the drivers, [rows].

    Raises:
        ValueError: if there is not one finite voltage for each row.
    """
    voltages = as_voltages(voltages, circuit.conductance)
    if voltages.ndim > 1:
        raise ValueError(f'voltages have the shape {voltages.shape}: must be [rows], those of one input')
    rows, columns = circuit.conductance.shape
    return '\n'.join([f'A crossbar of {rows} rows and {columns} columns', *sources(circuit, voltages), *cells(circuit),
                      '.options numdgt=15', '.op', '.end', ''])


def sources(circuit: CrossbarCircuit, voltages: np.ndarray) -> Iterator[str]:
    """Yield the drivers of the rows and the ammeters of the columns, each with the segments of its line."""
    rows, columns = circuit.conductance.shape
    for i, voltage in enumerate(voltages):
        line = [word(circuit, i, j) for j in range(columns)]
        start = f'in{i}' if circuit.row_resistance > 0 else line[0]
        yield f'vrow{i} {start} 0 {voltage:.15g}'
        yield from segments(f'rrow{i}', [start, *line], circuit.row_resistance)
    for j in range(columns):
        line = [bit(circuit, i, j) for i in range(rows)]
        end = f'out{j}' if circuit.column_resistance > 0 else line[-1]
        yield from segments(f'rcol{j}', [*line, end], circuit.column_resistance)
        yield f'vcol{j} {end} 0 0'


def segments(name: str, nodes: list[str], resistance: float) -> Iterator[str]:
    """Yield the resistors between the nodes of a line, if it has resistance."""
    if resistance > 0:
        for number, (one, other) in enumerate(zip(nodes, nodes[1:])):
            yield f'{name}_{number} {one} {other} {resistance:.15g}'


def cells(circuit: CrossbarCircuit) -> Iterator[str]:
    """Yield the cells that conduct, each as a resistor."""
    for (i, j), conductance in np.ndenumerate(circuit.conductance):
        if conductance > 0:
            yield f'rcell{i}_{j} {word(circuit, i, j)} {bit(circuit, i, j)} {1 / conductance:.15g}'


def word(circuit: CrossbarCircuit, i: int, j: int) -> str:
    """Return the name of a node of a row."""
    return f'u{i}_{j}' if circuit.row_resistance > 0 else f'u{i}'


def bit(circuit: CrossbarCircuit, i: int, j: int) -> str:
    """Return the name of a node of a column."""
    return f'd{i}_{j}' if circuit.column_resistance > 0 else f'd{j}'
