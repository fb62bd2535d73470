"""Least squares whose bits depend on neither the number of threads nor the library: what a tile reads is part of a run.

LAPACK cuts its work among threads, and sums in another order on each number of them.
"""

from collections.abc import Callable

from aihwlab.kernel.namespace import Array, array_namespace

SMALLEST_PIVOT = 1e-10
"""Of a direction in which vectors differ, relative to the largest: below, they are taken to depend on each other."""


def least_squares(x: Array) -> Callable[[Array], Array]:
    """Return the function that finds the matrix `W` for which `x W` is nearest to what was measured, of several the smallest.

    It takes `y`, [vectors, out], and returns `W`, [in, out], float32. Whether the vectors tell the weights is known before
    anything is measured.

    Normal equations in double precision, solved by a Cholesky decomposition: exact enough for vectors that are far from
    depending on each other, as random ones are.

    Args:
        x: known vectors, [vectors, in].

    Raises:
        ValueError: for vectors that depend on each other, so that they do not tell the weights.
    """
    xp, (vectors, in_size) = array_namespace(x), x.shape
    x = x.astype(xp.float64)
    rows = xp.ascontiguousarray(x if vectors < in_size else x.T)
    factor = cholesky(xp.einsum('iv,jv->ij', rows, rows))

    def nearest(y: Array) -> Array:
        y = y.astype(xp.float64)
        if vectors < in_size:  # the smallest of many solutions is a sum of the vectors
            return xp.einsum('vi,vo->io', x, solve(factor, y)).astype(xp.float32)
        return solve(factor, xp.einsum('iv,vo->io', rows, y)).astype(xp.float32)
    return nearest


def cholesky(matrix: Array) -> Array:
    """Return the lower triangular `L` with `L L^T` equal to a positive definite matrix."""
    xp, size = array_namespace(matrix), len(matrix)
    factor = xp.zeros_like(matrix)
    smallest = SMALLEST_PIVOT * float(matrix.diagonal().max()) if size else 0.0
    for column in range(size):
        left = factor[column, :column]
        rest = matrix[column:, column] - xp.einsum('ik,k->i', factor[column:, :column], left)
        if not rest[0] > smallest:
            raise ValueError(f'x_values: the input at line {column} depends on those before it, so that nothing tells its '
                             'weights; give vectors that do not depend on each other')
        factor[column:, column] = rest / xp.sqrt(rest[0])
    return factor


def solve(factor: Array, right: Array) -> Array:
    """Return the solution `X` of `L L^T X = right` for a lower triangular `L`."""
    xp, solution = array_namespace(factor), right.copy()
    for row in range(len(factor)):
        solution[row] = (solution[row] - xp.einsum('k,ko->o', factor[row, :row], solution[:row])) / factor[row, row]
    for row in reversed(range(len(factor))):
        below = xp.einsum('k,ko->o', factor[row + 1:, row], solution[row + 1:])
        solution[row] = (solution[row] - below) / factor[row, row]
    return solution
