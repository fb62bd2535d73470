"""The product of the kernel's own, against NumPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.products import Matrix, as_matrix, multiply_lines, multiply_rows, unsigned_matrix
from tests.kernel.helpers import numbers
from tests.kernel.strategies import few_examples

GUARD = 64


@jit
def multiply(matrix, voltage, current, positions):
    multiply_lines(unsigned_matrix(Matrix(*matrix)), voltage, current, np.uint64(positions))


@given(st.integers(1, 20), st.integers(1, 600), st.integers(1, 600), st.booleans())
@few_examples
def test_products_of_any_size_are_those_of_numpy(out_size, in_size, positions, turned):
    weights = numbers(1, (in_size, out_size)).T if turned else numbers(1, (out_size, in_size))
    voltage = numbers(2, (in_size, positions))
    memory = np.full(out_size * positions + 2 * GUARD, np.nan, dtype=np.float32)
    current = memory[GUARD:-GUARD]
    multiply(as_matrix(weights), voltage.reshape(-1), current, positions)
    np.testing.assert_allclose(current.reshape(out_size, positions), weights @ voltage, rtol=1e-4, atol=1e-4)
    assert np.isnan(memory[:GUARD]).all() and np.isnan(memory[-GUARD:]).all()  # nothing is written outside


@jit
def multiply_side_by_side(matrix, voltage, current, count):
    multiply_rows(unsigned_matrix(Matrix(*matrix)), voltage, current, np.uint64(count))


@given(st.integers(1, 20), st.integers(1, 300), st.integers(1, 9), st.booleans())
@few_examples
def test_products_of_vectors_side_by_side_are_those_of_numpy(out_size, in_size, count, turned):
    weights = numbers(1, (in_size, out_size)).T if turned else numbers(1, (out_size, in_size))
    voltage, current = numbers(2, (count, in_size)), np.zeros((count + 3) * out_size, dtype=np.float32)
    multiply_side_by_side(as_matrix(weights), voltage.reshape(-1), current, count)
    np.testing.assert_allclose(current[:count * out_size].reshape(count, out_size), voltage @ weights.T, rtol=1e-4, atol=1e-4)
