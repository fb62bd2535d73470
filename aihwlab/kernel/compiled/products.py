"""The product of a matrix and the vectors of one image, compiled: small enough to stay in the cache from DAC to ADC.

Not as fast as a library's for large matrices, but nothing has to be written to memory and read again on either side of it.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.strips import ROWS, WIDTH, Strip, multiply_strip
from aihwlab.kernel.compiled.tasks import call_task
from aihwlab.kernel.namespace import Array

LINES = np.uint64(512)
"""Input lines whose voltages, of a strip of positions, stay in the cache for one row after the other: 32 kB."""

ZERO, ONE, TWO, THREE, FOUR = (np.uint64(number) for number in range(5))
NOTHING = np.float32(0)


class Matrix(NamedTuple):
    """A matrix [out, in] in memory: its numbers, its sizes, and how far neighbours in both directions are apart."""

    values: Any
    out_size: Any
    in_size: Any
    out_step: Any
    in_step: Any


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


@jit(task=True)
def multiply_rows(matrix, voltage, current, count):
    """Write the products of a matrix and `count` voltage vectors that lie side by side, [count, out].

    `current` has room for three vectors more.
    """
    if matrix.in_step == ONE:
        _multiply_by_rows(matrix, voltage, current, count)
    else:  # a matrix turned around: its rows, weighted by the voltages, are added up
        weighted = Matrix(voltage, count, matrix.in_size, matrix.in_size, ONE)
        call_task(multiply_lines, (weighted, matrix.values, current, matrix.out_size))


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
def multiply_lines(matrix, voltage, current, positions):
    """Write the product of a matrix and voltages [in, positions] to currents [out, positions].

    The last strip of positions overlaps with the one before if there are not enough for it.
    """
    if positions < WIDTH:
        _multiply_few_positions(matrix, voltage, current, positions)
        return
    for start in range(ZERO, positions, WIDTH):
        position = min(start, positions - WIDTH)
        for first_line in range(ZERO, matrix.in_size, LINES):
            last_line = min(first_line + LINES, matrix.in_size)
            for row in range(ZERO, matrix.out_size, ROWS):
                rows = min(ROWS, matrix.out_size - row)
                multiply_strip(matrix, voltage, current, positions, Strip(row, rows, position, first_line, last_line))


@jit(inner=True, contract=True)
def _multiply_few_positions(matrix, voltage, current, positions):
    weights = matrix.values
    for row in range(matrix.out_size):
        to = row * positions
        for i in range(positions):
            current[to + i] = NOTHING
        for line in range(matrix.in_size):
            weight, source = weights[row * matrix.out_step + line * matrix.in_step], line * positions
            for i in range(positions):
                current[to + i] += weight * voltage[source + i]
