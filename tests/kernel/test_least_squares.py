"""Least squares in loops of our own: right for many vectors and for few, and the same bits on any number of threads."""

import os
import subprocess
import sys

import numpy as np
import pytest

from aihwlab.kernel.least_squares import cholesky, least_squares, solve

RNG = np.random.default_rng(1)
PROGRAM = '''
import numpy as np
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.tile import TileParameters
tile = Tile((90, 130), TileParameters(), seed=1)
tile.write(np.random.default_rng(1).normal(size=(90, 130)).astype("f4"))
print(tile.read().tobytes().hex())
'''


def test_a_positive_definite_matrix_is_solved():
    square = RNG.normal(size=(6, 6))
    matrix, right = square @ square.T + np.eye(6), RNG.normal(size=(6, 2))
    factor = cholesky(matrix)
    np.testing.assert_allclose(factor @ factor.T, matrix)
    assert (np.triu(factor, 1) == 0).all()
    np.testing.assert_allclose(solve(factor, right), np.linalg.solve(matrix, right))


@pytest.mark.parametrize('vectors', [3, 8, 80])
def test_it_is_the_solution_of_lapack(vectors):
    """With fewer vectors than inputs, the smallest of all solutions."""
    x, y = (RNG.normal(size=(vectors, size)).astype(np.float32) for size in (8, 5))
    expected = np.linalg.lstsq(x.astype(float), y.astype(float), rcond=None)[0]
    np.testing.assert_allclose(least_squares(x)(y), expected, rtol=1e-4, atol=1e-5)
    assert least_squares(x)(y).dtype == np.float32


def test_vectors_that_depend_on_each_other_are_refused():
    x = np.repeat(RNG.normal(size=(9, 2)), 2, axis=1).astype(np.float32)
    with pytest.raises(ValueError, match='the input at line 1 depends on those before it'):
        least_squares(x)


@pytest.mark.slow
def test_the_number_of_threads_changes_no_bit():
    threads = ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMBA_NUM_THREADS')
    environments = [{**os.environ, **dict.fromkeys(threads, number)} for number in ('1', '2')]
    printed = {subprocess.run([sys.executable, '-c', PROGRAM], env=environment, stdout=subprocess.PIPE, text=True,
                              check=True).stdout for environment in environments}
    assert len(printed) == 1 and len(printed.pop()) > 100
