"""A weight matrix that is too large for one tile, on a grid of tiles."""

from typing import Any

import torch
from torch.nn import Module, ModuleList, Parameter

from aihwlab.exceptions import ConfigError
from aihwlab.simulator.tiles.arguments import as_batch, as_weights
from aihwlab.simulator.tiles.exchange import written_out
from aihwlab.simulator.tiles.whole import ChangesAsAWhole

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


class TileModuleArray(ChangesAsAWhole, Module):
    """A grid of tiles that together hold one weight matrix.

    A dimension of size `S` with at most `M` lines a tile is cut into `ceil(S / M)` nearly equal parts, larger ones first.
    The outputs of the tiles that share an output are added digitally; the bias is digital and belongs to the array.

    Attributes:
        array: the tiles, `array[input block][output block]`.
        in_sizes, out_sizes: sizes of the blocks.
        bias: parameter [out], or None.

    Raises:
        ConfigError: if an analog bias is asked for.
    """

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool = False) -> None:
        super().__init__()
        mapping = rpu_config.mapping
        if bias and not mapping.digital_bias:
            raise ConfigError(f'mapping.digital_bias = False: a matrix of {out_size} x {in_size} needs several tiles, '
                              'whose bias can only be digital')
        self.out_size, self.in_size = out_size, in_size
        self.in_sizes = split(in_size, mapping.max_input_size)
        self.out_sizes = split(out_size, mapping.max_output_size)
        self.array = ModuleList(
            ModuleList(rpu_config.tile_class(out_part, in_part, rpu_config, bias=False) for out_part in self.out_sizes)
            for in_part in self.in_sizes)
        self.bias = Parameter(torch.zeros(out_size)) if bias else None

    @property
    def analog_tile_count(self) -> int:
        """Number of tiles."""
        return len(self.in_sizes) * len(self.out_sizes)

    def forward(self, x_input: torch.Tensor) -> torch.Tensor:
        """Return the output for inputs of shape [..., in]: [..., out]."""
        return self.forward_vectors(as_batch(x_input, self.in_size)).reshape(*x_input.shape[:-1], self.out_size)

    def forward_vectors(self, x: Any) -> torch.Tensor:
        """Return the output for a batch of vectors, [batch, in, positions]: [batch, out, positions].

        A convolution hands over the patches of its images; to split their lines, they are written out.
        """
        parts = [x] if len(self.in_sizes) == 1 else written_out(x).split(self.in_sizes, dim=1)
        y: Any = sum(torch.cat([tile.forward_vectors(part) for tile in tiles], dim=1)
                     for part, tiles in zip(parts, self.array))
        return y if self.bias is None else y + self.bias.view(-1, *[1] * (y.dim() - 2))

    @torch.no_grad()
    def set_weights(self, weight: Any, bias: Any = None, realistic: bool = False, **kwargs: Any) -> None:
        """Write logical weights [out, in], each tile with scales of its own; see `TileWithPeriphery.set_weights`.

        Raises:
            ValueError: as there.
        """
        weight, bias = as_weights(weight, bias, self.out_size, self.in_size, self.bias is not None)
        tiles = [tile for tiles in self.array for tile in tiles]
        parts = [part for block in weight.split(self.in_sizes, dim=1) for part in block.split(self.out_sizes, dim=0)]
        for tile, placed in [(tile, tile.placed(part, **kwargs)) for tile, part in zip(tiles, parts)]:
            tile.write_placed(placed, realistic)
        if bias is not None and self.bias is not None:
            self.bias.copy_(bias)

    def get_weights(self, **kwargs: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return copies of the logical weights [out, in] and the bias [out] or None, on the CPU."""
        blocks = [torch.cat([tile.get_weights(**kwargs)[0] for tile in tiles], dim=0) for tiles in self.array]
        return torch.cat(blocks, dim=1), None if self.bias is None else self.bias.detach().cpu().clone()


def split(size: int, limit: int) -> list[int]:
    """Return the sizes of nearly equal parts of at most `limit`, larger ones first; a limit of 0 is none."""
    if limit <= 0:
        return [size]
    parts = -(-size // limit)
    return [size // parts + (part < size % parts) for part in range(parts)]
