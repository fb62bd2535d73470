"""A matrix on crossbars that solvers of SciPy take for any other."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse.linalg import LinearOperator

from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.arguments import as_numbers, require, require_sizes

WRITTEN = 1e-3
"""Largest error of an element, relative to the largest element, of a matrix that counts as written as it was given."""


class AnalogMatrix(LinearOperator):
    """A matrix on a tile, or on an array of tiles, as a linear operator of SciPy.

    `A @ x` is an analog product, and so are `A.T @ x`, `A.H @ x` and `x @ A`, by the transposed crossbar. So a solver that
    asks for products only, such as `cg` and `eigsh` of `scipy.sparse.linalg`, computes with a noisy matrix.

    Example:
        >>> A = AnalogMatrix(matrix, SingleRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.6)))
        >>> x, info = scipy.sparse.linalg.cg(A, b, maxiter=50)

    Vectors and matrices are those of NumPy: `A @ X` multiplies the columns of X. The residual `b - A x` that an iteration
    reaches is limited by the errors of the products, whose sum stays in x: stop when it no longer falls, or go on with exact
    residuals. What it leaves out: a noisy matrix is not quite symmetric, so that solvers for symmetric ones have no guarantee.

    Source: M. Le Gallo et al., Nature Electronics 1, 246, 2018, doi:10.1038/s41928-018-0054-8.

    Args:
        matrix: real numbers, [out, in].
        rpu_config: configuration of the tiles.
        realistic: write the matrix with pulses, or program it, instead of copying it.
        to_kwargs: where the tiles are, as in `torch.nn.Module.to`.

    Attributes:
        tile: the tile, or the array of tiles.

    Raises:
        TypeError: for what holds no real numbers.
        ValueError: for what is no matrix, or has values that are not finite.

    A matrix that the devices cannot hold, because its elements are beyond their bounds, is written within them, with a
    warning; `mapping.weight_scaling_omega` of the configuration scales it to fit.
    """

    def __init__(self, matrix: Any, rpu_config: RPUConfigBase, realistic: bool = False, **to_kwargs: Any) -> None:
        weights = as_numbers('matrix', matrix)
        if weights.dim() != 2:
            raise ValueError(f'matrix of shape {tuple(weights.shape)}: must have two dimensions, [out, in]')
        out_size, in_size = weights.shape
        require_sizes(out_size=out_size, in_size=in_size)
        super().__init__(np.dtype(np.float32), (out_size, in_size))
        tile_class = rpu_config.get_default_tile_module_class(out_size, in_size)
        self.tile = tile_class(out_size, in_size, rpu_config, bias=False).eval().to(**to_kwargs or {'device': 'cpu'})
        self.tile.set_weights(weights, realistic=realistic)
        error = (self.tile.get_weights()[0] - weights).abs().max().item()
        if not realistic and error > WRITTEN * weights.abs().max().item():
            warnings.warn(f'an element of the matrix is {error:.2g} off, because it is beyond the bounds of its device: '
                          'mapping.weight_scaling_omega of the configuration scales a matrix to fit', stacklevel=2)

    def to(self, *args: Any, **kwargs: Any) -> 'AnalogMatrix':
        """Move the tiles, as `torch.nn.Module.to` does, and return this matrix."""
        self.tile.to(*args, **kwargs)
        return self

    def cuda(self) -> 'AnalogMatrix':
        """Move the tiles to a GPU, and return this matrix."""
        return self.to('cuda')

    def ger(self, x: npt.ArrayLike, d: npt.ArrayLike, alpha: float = 1.0) -> None:
        """Add an outer product to the matrix by pulses: `A <- A + alpha d x^T`, as the devices do it.

        Args:
            x: vector [in].
            d: vector [out].
            alpha: factor.

        Raises:
            ValueError: for vectors of another shape, or a factor that is not finite.
        """
        require('alpha', alpha, float, '(-inf, inf)')
        out_size, in_size = self.shape
        rows = []
        for name, vector, size in (('x', x, in_size), ('d', d, out_size)):
            numbers = as_numbers(name, vector)
            if numbers.shape != (size,):
                raise ValueError(f'{name} of shape {tuple(numbers.shape)}: must be ({size},)')
            rows.append(numbers[None].to(self.tile.device))
        self.tile.set_learning_rate(abs(alpha))
        self.tile.update(rows[0], rows[1] if alpha < 0 else -rows[1])

    def _matvec(self, x: np.ndarray) -> np.ndarray:
        return self._matmat(x.reshape(-1, 1))[:, 0]

    def _rmatvec(self, x: np.ndarray) -> np.ndarray:
        return self._rmatmat(x.reshape(-1, 1))[:, 0]

    def _matmat(self, x: np.ndarray) -> np.ndarray:
        return self._by(self.tile.joint_forward, x)

    def _rmatmat(self, x: np.ndarray) -> np.ndarray:
        return self._by(self.tile.backward, x)

    @torch.no_grad()
    def _by(self, product: Any, columns: np.ndarray) -> np.ndarray:
        """Return what a product of the tile makes of columns, [size, vectors]."""
        rows = as_numbers('vectors', np.ascontiguousarray(columns.T)).to(self.tile.device)
        return product(rows).T.cpu().numpy()
