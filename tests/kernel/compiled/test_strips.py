"""Strips of a product whose sums stay in registers, against NumPy."""

import numpy as np
import pytest

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.products import Matrix, as_matrix, unsigned_matrix
from aihwlab.kernel.compiled.strips import ROWS, WIDTH, Strip, multiply_strip
from tests.kernel.helpers import numbers

LINES, POSITIONS = 7, int(WIDTH) + 5


@jit
def multiply(matrix, voltage, current, positions, place):
    row, rows, position, first_line, last_line = place
    strip = Strip(np.uint64(row), np.uint64(rows), np.uint64(position), np.uint64(first_line), np.uint64(last_line))
    multiply_strip(unsigned_matrix(Matrix(*matrix)), voltage, current, np.uint64(positions), strip)


@pytest.fixture(params=[False, True], ids=['in rows', 'turned around'])
def weights(request):
    out_size = int(ROWS) + 3
    return numbers(1, (LINES, out_size)).T if request.param else numbers(1, (out_size, LINES))


@pytest.mark.parametrize('row, rows, position', [(0, int(ROWS), 0), (2, int(ROWS), 5), (int(ROWS), 3, 1), (1, 1, 4)])
def test_a_strip_is_written_and_nothing_beside_it(weights, row, rows, position):
    voltage, current = numbers(2, (LINES, POSITIONS)), np.full((len(weights), POSITIONS), np.nan, dtype=np.float32)
    multiply(as_matrix(weights), voltage.reshape(-1), current.reshape(-1), POSITIONS, (row, rows, position, 0, LINES))
    expected = np.full_like(current, np.nan)
    inside = slice(row, row + rows), slice(position, position + int(WIDTH))
    expected[inside] = (weights @ voltage)[inside]
    np.testing.assert_allclose(current, expected, rtol=1e-5, atol=1e-5)


def test_later_lines_are_added_to_those_before(weights):
    voltage, current = numbers(2, (LINES, POSITIONS)), np.full((len(weights), POSITIONS), np.nan, dtype=np.float32)
    for lines in ((0, 3), (3, LINES)):
        multiply(as_matrix(weights), voltage.reshape(-1), current.reshape(-1), POSITIONS, (0, int(ROWS), 0, *lines))
    inside = slice(int(ROWS)), slice(int(WIDTH))
    np.testing.assert_allclose(current[inside], (weights @ voltage)[inside], rtol=1e-5, atol=1e-5)
    assert np.isnan(current[:, int(WIDTH):]).all()


def test_a_nan_stays_in_its_row_and_at_its_position(weights):
    voltage, current = numbers(2, (LINES, POSITIONS)), np.zeros((len(weights), POSITIONS), dtype=np.float32)
    voltage[4, 2] = np.nan
    multiply(as_matrix(weights), voltage.reshape(-1), current.reshape(-1), POSITIONS, (0, int(ROWS), 0, 0, LINES))
    assert np.isnan(current[:int(ROWS), 2]).all() and np.isfinite(np.delete(current, 2, axis=1)).all()
