"""The crossbars of an array of tiles as one crossbar: what `tile.tile` is of a tile."""

from typing import Any

import torch

from aihwlab.simulator.tiles.arguments import as_rows, as_weights
from aihwlab.simulator.tiles.base import SimulatorTile


class SimulatorTileArray(SimulatorTile):
    """All crossbars of an array, without anything digital but the sums of their outputs; weights are [out, in].

    An array has no analog bias: where a method takes `bias`, it has to be False.
    """

    def get_weights(self) -> torch.Tensor:
        """Return a copy of the weights in the crossbars, on the CPU."""
        weights: torch.Tensor = self.owner.whole(lambda tile: tile.tile.get_weights())
        return weights

    def set_weights(self, weights: Any) -> None:
        """Write weights into the crossbars, within the bounds of the devices.

        Raises:
            TypeError: for what holds no real numbers.
            ValueError: for a wrong shape, or NaN or infinite values. Nothing is changed.
        """
        weights, _ = as_weights(weights, None, self.owner.out_size, self.owner.in_size, has_bias=False)
        for tile, part in self.owner.with_parts(weights):
            tile.tile.set_weights(part)

    def set_weights_uniform_random(self, bmin: float, bmax: float) -> None:
        """Write weights drawn uniformly from [bmin, bmax), from the random streams of the tiles."""
        for tile in self.owner.tiles():
            tile.tile.set_weights_uniform_random(bmin, bmax)

    def get_x_size(self) -> int:
        """Return the number of inputs."""
        size: int = self.owner.in_size
        return size

    def get_d_size(self) -> int:
        """Return the number of outputs."""
        size: int = self.owner.out_size
        return size

    def forward(self, x_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
                out_trans: bool = False) -> torch.Tensor:
        """Return the sums of the analog products for inputs [..., in]: [..., out]."""
        require_no_bias(bias)
        parts = as_rows(x_input, in_trans).split(self.owner.in_sizes, dim=-1)
        y: Any = sum(torch.cat([tile.tile.forward(part) for tile in tiles], dim=-1)
                     for part, tiles in zip(parts, self.owner.array))
        return as_rows(y, out_trans)

    def backward(self, d_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
                 out_trans: bool = False) -> torch.Tensor:
        """Return the sums of the transposed products for gradients [..., out]: [..., in]."""
        require_no_bias(bias)
        parts = as_rows(d_input, out_trans).split(self.owner.out_sizes, dim=-1)
        sums = [sum(tile.tile.backward(part) for part, tile in zip(parts, tiles)) for tiles in self.owner.array]
        return as_rows(torch.cat(sums, dim=-1), in_trans)

    def update(self, x_input: torch.Tensor, d_input: torch.Tensor, bias: bool = False, in_trans: bool = False,
               out_trans: bool = False) -> None:
        """Update the weights with inputs [..., in] and gradients [..., out], with the learning rate of each tile."""
        require_no_bias(bias)
        gradients = as_rows(d_input, out_trans).split(self.owner.out_sizes, dim=-1)
        for x, tiles in zip(as_rows(x_input, in_trans).split(self.owner.in_sizes, dim=-1), self.owner.array):
            for d, tile in zip(gradients, tiles):
                tile.tile.update(x, d)


def require_no_bias(bias: bool) -> None:
    """Raise a ValueError if an array is asked to treat an input as that of an analog bias."""
    if bias:
        raise ValueError(f'bias = {bias}: must be False, an array of tiles has no analog bias')
