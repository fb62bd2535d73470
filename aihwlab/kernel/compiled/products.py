"""The product of a matrix and the vectors of one image, compiled: small enough to stay in the cache from DAC to ADC.

Not as fast as a library's for large matrices, but nothing has to be written to memory and read again on either side of it.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import zeros
from aihwlab.kernel.compiled.tasks import call_task
from aihwlab.kernel.namespace import Array

ROWS = np.uint64(4)
POSITIONS, LINES = np.uint64(256), np.uint64(256)
"""Voltages that are used for four rows after four rows: 256 kB."""

ZERO, ONE, TWO, THREE, FOUR = (np.uint64(number) for number in range(5))
NOTHING = np.float32(0)


class Matrix(NamedTuple):
    """A matrix [out, in] in memory: its numbers, its sizes, and how far neighbours in both directions are apart."""

    values: Any
    out_size: Any
    in_size: Any
    out_step: Any
    in_step: Any


class Block(NamedTuple):
    """A part of a product: its first row, its first position and their number, and its first and last line of inputs."""

    row: Any
    position: Any
    count: Any
    first_line: Any
    last_line: Any


def as_matrix(weights: Array) -> tuple[Any, ...]:
    """Return the fields of a `Matrix`; that of another one turned around needs no copy."""
    out_size, in_size = weights.shape
    if weights.flags.c_contiguous:
        return weights.reshape(-1), out_size, in_size, in_size, 1
    if weights.flags.f_contiguous:
        return weights.T.reshape(-1), out_size, in_size, 1, out_size
    return as_matrix(np.ascontiguousarray(weights))


@jit(inline=True)
def unsigned_matrix(matrix):
    """Return the matrix with its numbers as unsigned integers."""
    return Matrix(matrix.values, np.uint64(matrix.out_size), np.uint64(matrix.in_size), np.uint64(matrix.out_step),
                  np.uint64(matrix.in_step))


@jit(inline=True)
def room_for_currents(matrix, positions):
    """Return memory for the currents of all outputs at all positions; products are made for whole groups of rows."""
    return zeros((matrix.out_size + ROWS - ONE) // ROWS * ROWS * positions)


@jit(task=True)
def multiply_rows(matrix, voltage, current, count):
    """Write the products of a matrix and `count` voltage vectors that lie side by side, [count, out].

    `current` holds zeros, with room for three vectors more.
    """
    if matrix.in_step == ONE:
        _multiply_by_rows(matrix, voltage, current, count)
    else:  # a matrix turned around: its rows, weighted by the voltages, are added up
        weighted = Matrix(voltage, count, matrix.in_size, matrix.in_size, ONE)
        call_task(add_product, (weighted, matrix.values, current, matrix.out_size))


@jit(inner=True, reorder=True)
def _multiply_by_rows(matrix, voltage, current, count):
    """Four vectors at a time; vectors that do not exist repeat the first one."""
    weights, length = matrix.values, matrix.in_size
    for vector in range(ZERO, count, FOUR):
        first, left = vector * length, count - vector
        second = first + length if left > ONE else first
        third = first + length * TWO if left > TWO else first
        fourth = first + length * THREE if left > THREE else first
        for row in range(matrix.out_size):
            start = row * matrix.out_step
            a = b = c = d = NOTHING
            for i in range(length):
                weight = weights[start + i]
                a += weight * voltage[first + i]
                b += weight * voltage[second + i]
                c += weight * voltage[third + i]
                d += weight * voltage[fourth + i]
            to = vector * matrix.out_size + row
            current[to] = a
            current[to + matrix.out_size] = b
            current[to + matrix.out_size * TWO] = c
            current[to + matrix.out_size * THREE] = d


@jit(task=True)
def add_product(matrix, voltage, current, positions):
    """Add the product of a matrix and voltages [in, positions] to currents [out, positions], see `room_for_currents`."""
    for first_line in range(ZERO, matrix.in_size, LINES):
        last_line = min(first_line + LINES, matrix.in_size)
        for position in range(ZERO, positions, POSITIONS):
            count = min(POSITIONS, positions - position)
            for row in range(ZERO, matrix.out_size, ROWS):
                _add_four_rows(matrix, voltage, current, positions, Block(row, position, count, first_line, last_line))


@jit(inner=True, contract=True)
def _add_four_rows(matrix, voltage, current, positions, block):
    """Add four rows of a product, four lines at a time; rows that do not exist repeat the first one."""
    weights, step, left = matrix.values, matrix.in_step, matrix.out_size - block.row
    row1 = matrix.out_step if left > ONE else ZERO
    row2 = matrix.out_step * TWO if left > TWO else ZERO
    row3 = matrix.out_step * THREE if left > THREE else ZERO
    first = block.row * matrix.out_step
    to0 = block.row * positions + block.position
    to1, to2, to3 = to0 + positions, to0 + positions * TWO, to0 + positions * THREE
    whole = block.first_line + (block.last_line - block.first_line) // FOUR * FOUR
    for line in range(block.first_line, whole, FOUR):
        a = first + line * step
        b, c, d = a + step, a + step * TWO, a + step * THREE
        w0a, w0b, w0c, w0d = weights[a], weights[b], weights[c], weights[d]
        w1a, w1b, w1c, w1d = weights[row1 + a], weights[row1 + b], weights[row1 + c], weights[row1 + d]
        w2a, w2b, w2c, w2d = weights[row2 + a], weights[row2 + b], weights[row2 + c], weights[row2 + d]
        w3a, w3b, w3c, w3d = weights[row3 + a], weights[row3 + b], weights[row3 + c], weights[row3 + d]
        from0 = line * positions + block.position
        from1, from2, from3 = from0 + positions, from0 + positions * TWO, from0 + positions * THREE
        for i in range(block.count):
            va, vb, vc, vd = voltage[from0 + i], voltage[from1 + i], voltage[from2 + i], voltage[from3 + i]
            current[to0 + i] += w0a * va + w0b * vb + w0c * vc + w0d * vd
            current[to1 + i] += w1a * va + w1b * vb + w1c * vc + w1d * vd
            current[to2 + i] += w2a * va + w2b * vb + w2c * vc + w2d * vd
            current[to3 + i] += w3a * va + w3b * vb + w3c * vc + w3d * vd
    for line in range(whole, block.last_line):
        a = first + line * step
        w0, w1, w2, w3 = weights[a], weights[row1 + a], weights[row2 + a], weights[row3 + a]
        source = line * positions + block.position
        for i in range(block.count):
            v = voltage[source + i]
            current[to0 + i] += w0 * v
            current[to1 + i] += w1 * v
            current[to2 + i] += w2 * v
            current[to3 + i] += w3 * v
