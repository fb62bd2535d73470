"""The circuit of a crossbar with resistive lines: the voltage of every node, and the currents at the ends of the columns.

    V_0 --r_w--o--r_w--o--r_w--o            o  a node of a word line (row), voltage U[i, j]
               |G      |G      |G           .  a node of a bit line (column), voltage D[i, j]
               .       .       .
               |r_b    |r_b    |r_b
    V_1 --r_w--o-- ... (bit lines pass under the word lines)

The driver of a row is one segment to the left of column 0, and ground is one segment below the last row. All functions and
methods are linear in the voltages, and work in any consistent units, such as S, ohm, V and A.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import splu

WHOLE = 16
"""A part of a crossbar with no more cells than this is not cut any further when the order of elimination is found."""


class CrossbarCircuit:
    """A crossbar whose lines have resistance, solved exactly: Kirchhoff's current law at all 2 m n nodes.

        word node:  g_w (U[i,j] - U[i,j-1]) + g_w (U[i,j] - U[i,j+1]) + G[i,j] (U[i,j] - D[i,j]) = 0,   U[i,-1] = V[i]
        bit node:   g_b (D[i,j] - D[i-1,j]) + g_b (D[i,j] - D[i+1,j]) + G[i,j] (D[i,j] - U[i,j]) = 0,   D[m,j] = 0

    with g_w = 1 / r_w and g_b = 1 / r_b. The equations are factorised once and then solved for any number of inputs.
    Along a line without resistance, every node is at the voltage of its driver, or at ground.

    Sources: A. Chen, IEEE Transactions on Electron Devices 60, 1318, 2013, doi:10.1109/TED.2013.2246791; D. Joksas and
    A. Mehonic, SoftwareX 12, 100617, 2020, doi:10.1016/j.softx.2020.100617.

    Example:
        >>> circuit = CrossbarCircuit(np.full((64, 64), 25e-6), row_resistance=1.0, column_resistance=1.0)
        >>> circuit.currents(np.full(64, 0.2))           # A, [64]; 8 % less than ideal in the last column

    Args:
        conductance: conductances of the cells, [rows, columns], not negative.
        row_resistance: resistance r_w of one segment of a row; 0 for a perfect conductor.
        column_resistance: resistance r_b of one segment of a column; 0 for a perfect conductor.

    Raises:
        ValueError: if the conductances are not a matrix, or if a number is negative or not finite.
    """

    def __init__(self, conductance: npt.ArrayLike, row_resistance: float, column_resistance: float) -> None:
        self.conductance = as_conductance(conductance)
        self.row_resistance = as_resistance('row_resistance', row_resistance)
        self.column_resistance = as_resistance('column_resistance', column_resistance)
        layers = (self.row_resistance > 0) + (self.column_resistance > 0)
        self._order = elimination_order(layers, *self.conductance.shape)
        if layers:
            # The matrix is symmetric and diagonally dominant: it needs no pivoting, so sparsity may decide the order.
            self._factors = splu(self._equations(), permc_spec='NATURAL', diag_pivot_thresh=0.0, panel_size=1,
                                 options={'SymmetricMode': True})

    def _equations(self) -> sparse.csc_matrix:
        """Return the matrix of the equations for the unknown node voltages, in the order of elimination."""
        layers = np.argsort(self._order).reshape(-1, *self.conductance.shape)
        between: list[tuple[npt.ArrayLike, ...]] = []
        ends: list[tuple[npt.ArrayLike, ...]] = []
        if self.row_resistance > 0:
            word = layers[0]
            between.append((word[:, :-1], word[:, 1:], 1 / self.row_resistance))
            ends.append((word[:, 0], 1 / self.row_resistance))
        if self.column_resistance > 0:
            bit = layers[-1]
            between.append((bit[:-1], bit[1:], 1 / self.column_resistance))
            ends.append((bit[-1], 1 / self.column_resistance))
        if len(layers) == 2:
            between.append((*layers, self.conductance))
        else:
            ends.append((layers[0], self.conductance))
        return current_law(between, ends, layers.size)

    def node_voltages(self, voltages: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Return the voltages of the nodes when the rows are driven.

        Args:
            voltages: voltages of the drivers, [rows] or [..., rows].

        Returns:
            The voltages of the word nodes and those of the bit nodes, each [..., rows, columns], ready for a heat map.
        """
        voltages = as_voltages(voltages, self.conductance)
        rows, columns = self.conductance.shape
        inputs = voltages.reshape(-1, rows)
        ideal = np.repeat(inputs[:, :, None], columns, axis=2)
        sources = []
        if self.row_resistance > 0:
            sources.append(np.zeros_like(ideal))
            sources[0][:, :, 0] = inputs / self.row_resistance
        if self.column_resistance > 0:
            sources.append(np.zeros_like(ideal) if sources else self.conductance * ideal)
        word, bit = ideal, np.zeros_like(ideal)
        if sources:
            solved = self._solve(np.stack(sources, axis=1))
            word = solved[:, 0] if self.row_resistance > 0 else word
            bit = solved[:, -1] if self.column_resistance > 0 else bit
        shape = (*voltages.shape[:-1], rows, columns)
        return word.reshape(shape), bit.reshape(shape)

    def _solve(self, sources: np.ndarray) -> np.ndarray:
        """Return the voltages of the nodes for given currents into them, [inputs, ...]."""
        flat = sources.reshape(len(sources), -1)
        solved = np.empty_like(flat)
        solved[:, self._order] = self._factors.solve(np.ascontiguousarray(flat[:, self._order].T)).T
        return solved.reshape(sources.shape)

    def currents(self, voltages: npt.ArrayLike) -> np.ndarray:
        """Return the currents into ground at the ends of the columns, [..., columns], for voltages [..., rows].

        With many more inputs than rows, `voltages @ circuit.effective_conductance()` is faster.
        """
        voltages = as_voltages(voltages, self.conductance)
        rows, columns = self.conductance.shape
        currents = [self.cell_currents(one).sum(axis=0) for one in voltages.reshape(-1, rows)]
        return np.reshape(currents, (*voltages.shape[:-1], columns))

    def cell_currents(self, voltages: npt.ArrayLike) -> np.ndarray:
        """Return the currents through the cells, from rows to columns, `G (U - D)`, [..., rows, columns]."""
        word, bit = self.node_voltages(voltages)
        return self.conductance * (word - bit)

    def effective_conductance(self) -> np.ndarray:
        """Return the matrix A by which the crossbar multiplies, its lines included: `I = V A`, [rows, columns]."""
        return self.currents(np.eye(len(self.conductance)))


def ideal_currents(conductance: npt.ArrayLike, voltages: npt.ArrayLike) -> np.ndarray:
    """Return the currents of a crossbar with perfect lines: `I[j] = sum over i of G[i, j] V[i]` (Ohm, then Kirchhoff).

    Driving the columns and sensing the rows multiplies by the transpose: `ideal_currents(conductance.T, voltages)`.

    Args:
        conductance: conductances of the cells, [rows, columns].
        voltages: voltages of the rows, [..., rows].

    Returns:
        The currents at the ends of the columns, [..., columns].
    """
    conductance = as_conductance(conductance)
    return as_voltages(voltages, conductance) @ conductance


def current_law(between: Iterable[tuple[npt.ArrayLike, ...]], ends: Iterable[tuple[npt.ArrayLike, ...]],
                nodes: int) -> sparse.csc_matrix:
    """Return the sparse matrix that turns the voltages of the nodes into the currents that leave them.

    A resistor adds its conductance to the diagonal at both of its nodes, and subtracts it where the row of the one meets
    the column of the other.

    Args:
        between: groups of resistors between two nodes: (numbers of the nodes, numbers of the others, conductances).
        ends: groups of resistors from a node to a fixed voltage: (numbers of the nodes, conductances).
        nodes: how many nodes there are.
    """
    one, other, inner = flat_row(between)
    end, outer = flat_row(ends)
    every = np.arange(nodes)
    diagonal = np.bincount(np.concatenate([one, other, end]), np.concatenate([inner, inner, outer]), nodes)
    return sparse.csc_matrix((np.concatenate([-inner, -inner, diagonal]),
                              (np.concatenate([one, other, every]), np.concatenate([other, one, every]))))


def flat_row(resistors: Iterable[tuple[npt.ArrayLike, ...]]) -> list[np.ndarray]:
    """Return the nodes and the conductances of groups of resistors, each of them joined into one flat array."""
    return [np.concatenate([part.ravel() for part in parts])
            for parts in zip(*(np.broadcast_arrays(*group) for group in resistors))]


@lru_cache(maxsize=16)
def elimination_order(layers: int, rows: int, columns: int) -> np.ndarray:
    """Return the numbers of the nodes, counted as in [layer, row, column], in an order that keeps the factors sparse.

    This is nested dissection: the nodes that cut the crossbar in two come last, and before them come the two halves, each
    ordered in the same way. If there is only one layer, its lines do not touch, and each is eliminated from end to end.

    Source: A. George, SIAM Journal on Numerical Analysis 10, 345, 1973, doi:10.1137/0710032.
    """
    nodes = np.arange(layers * rows * columns).reshape(layers, rows, columns)
    order = np.concatenate(dissected(*nodes)) if layers == 2 else nodes.ravel()
    order.flags.writeable = False
    return order


def dissected(word: np.ndarray, bit: np.ndarray) -> list[np.ndarray]:
    """Return the nodes of a part of a crossbar in the order of nested dissection, as a list of arrays."""
    rows, columns = word.shape
    if rows > columns:
        return dissected(bit.T, word.T)
    if word.size <= WHOLE:
        return [word.ravel(), bit.ravel()]
    middle = columns // 2
    left, right = slice(middle), slice(middle + 1, None)
    # Once the word nodes of the middle column are gone, left, right and the bit nodes of that column do not touch.
    return [*dissected(word[:, left], bit[:, left]), *dissected(word[:, right], bit[:, right]),
            bit[:, middle], word[:, middle]]


def as_conductance(conductance: npt.ArrayLike) -> np.ndarray:
    """Return conductances as an array of floats, or raise a ValueError."""
    conductance = np.asarray(conductance, dtype=float)
    if conductance.ndim != 2 or conductance.size == 0:
        raise ValueError(f'conductance has the shape {conductance.shape}: must be [rows, columns]')
    if not (np.isfinite(conductance).all() and (conductance >= 0).all()):
        raise ValueError(f'conductance ranges from {conductance.min()} to {conductance.max()}: '
                         'must be finite and not negative')
    return conductance


def as_resistance(name: str, resistance: float) -> float:
    """Return the resistance of a segment as a float, or raise a ValueError."""
    if not 0 <= resistance < np.inf:
        raise ValueError(f'{name} = {resistance} must be in [0, inf)')
    return float(resistance)


def as_voltages(voltages: npt.ArrayLike, conductance: np.ndarray) -> np.ndarray:
    """Return the voltages for the rows of a matrix of conductances as an array of floats, or raise a ValueError."""
    voltages = np.asarray(voltages, dtype=float)
    if voltages.ndim == 0 or voltages.shape[-1] != len(conductance):
        raise ValueError(f'voltages have the shape {voltages.shape}: the last dimension must be {len(conductance)}, '
                         'one voltage for each row')
    if not np.isfinite(voltages).all():
        raise ValueError('voltages must be finite')
    return voltages
