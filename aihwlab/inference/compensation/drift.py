"""Compensations of drift: one factor for all outputs of a tile, or one for each."""

from dataclasses import dataclass
from functools import lru_cache
from math import pi
from typing import Any

import torch

from aihwlab.inference.compensation.base import BaseDriftCompensation

SMALLEST = 1e-4
"""Readouts count as at least this, so that a tile of zeros has a factor."""


@lru_cache(maxsize=2)
def hartley_matrix(size: int) -> torch.Tensor:
    """Return the matrix of the discrete Hartley transform in [-1, 1], `H_jk = (cos a + sin a) / sqrt(2)`, `a = 2 pi j k / n`.

    It is symmetric, and `H H = n / 2`: so it is its own inverse, up to a factor.

    Source: R. Bracewell, Journal of the Optical Society of America 73, 1832, 1983, doi:10.1364/JOSA.73.001832.
    """
    place = torch.arange(size)
    angle = (2 * pi / size) * (place[:, None] * place % size).double()
    return ((angle.cos() + angle.sin()) / 2 ** 0.5).float()


@dataclass
class GlobalDriftCompensation(BaseDriftCompensation):
    """One factor for all outputs: how much smaller the weights are, on average over all of them, than after programming.

        alpha(t) = b(0) / b(t),     b = max(mean |w|, 1e-4)

    All inputs are driven at once, with the patterns of a Hartley transform, which is undone digitally. So each weight comes
    from as many reads as there are inputs, n, and the noise of a read counts by `sqrt(2 / n)` only. Reading one input after
    the other, a factor is wrong as soon as the noise of a single read is larger than a weight.

    Source: V. Joshi et al., 2020, doi:10.1038/s41467-020-16108-9.
    """

    def get_readout_tensor(self, in_size: int) -> torch.Tensor:
        """Return the patterns that are read, [in, in]."""
        return hartley_matrix(in_size).clone()

    def readout(self, out_tensor: torch.Tensor) -> torch.Tensor:
        """Return `max(mean |w|, 1e-4)` over all weights, a number."""
        return read_weights(out_tensor).abs().mean().clamp(min=SMALLEST)


@dataclass
class GlobalDriftCompensationWithExactReference(GlobalDriftCompensation):
    """One factor for all outputs, by which they are as large as those of the weights that should have been programmed."""

    @torch.no_grad()
    def init_baseline(self, tile: Any) -> torch.Tensor:
        """Return the readout of the exact product with the weights before programming."""
        weights = tile.reference_combined_weights
        return self.readout(self.get_readout_tensor(weights.shape[1]).to(weights) @ weights.T)


@dataclass
class PerColumnDriftCompensation(GlobalDriftCompensation):
    """One factor for each output, from the weights of this output alone: `b_i = max(mean_j |w_ij|, 1e-4)`."""

    def readout(self, out_tensor: torch.Tensor) -> torch.Tensor:
        """Return `max(mean |w|, 1e-4)` over the weights of each output, [out]."""
        return read_weights(out_tensor).abs().mean(dim=0).clamp(min=SMALLEST)


def read_weights(out_tensor: torch.Tensor) -> torch.Tensor:
    """Return the weights [in, out] that outputs for the patterns of a Hartley transform tell, [in, out]."""
    size = len(out_tensor)
    return (2 / size) * (hartley_matrix(size).to(out_tensor) @ out_tensor)
