"""A grid of tiles: what is handed out to its tiles, and collected from them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from math import prod
from typing import Any

import torch
from torch.nn import Module

from aihwlab.exceptions import TileError
from aihwlab.kernel.patches import Patches
from aihwlab.simulator.tiles.exchange import written_out


class TileGrid(Module):
    """Tiles that share the inputs and outputs of one matrix.

    Attributes:
        array: the tiles, `array[input block][output block]`.
        in_sizes, out_sizes: sizes of the blocks.
    """

    array: Any
    in_sizes: list[int]
    out_sizes: list[int]

    def tiles(self) -> Iterator[Any]:
        """Yield all tiles, one input block after the other."""
        for block in self.array:
            yield from block

    def places(self) -> dict[str, Any]:
        """Return all tiles by their place, such as '0.1' for the first input block and the second output block."""
        return {f'{number}.{output}': tile for number, block in enumerate(self.array) for output, tile in enumerate(block)}

    def collected(self, name: str) -> dict[str, Any]:
        """Return the entries of the dictionaries that a method of all tiles returns, by place and name."""
        return {f'{place}.{key}': value for place, tile in self.places().items()
                for key, value in getattr(tile, name)().items()}

    def by_tile(self, entries: dict[str, Any]) -> dict[Any, dict[str, Any]]:
        """Return entries by place and name, as `collected` returns them, as one dictionary for each tile.

        Raises:
            TileError: for a place where no tile is.
        """
        places = self.places()
        parts: dict[Any, dict[str, Any]] = {tile: {} for tile in places.values()}
        for entry, value in entries.items():
            place, _, name = entry.rpartition('.')
            if place not in places:
                raise TileError(f'{entry}: must begin with the place of a tile, {", ".join(places)}')
            parts[places[place]][name] = value
        return parts

    def hand_out(self, name: str, parts: dict[Any, dict[str, Any]], *arguments: Any) -> None:
        """Call a method of each tile with its part; the last tile refuses before the first one is changed."""
        for tile, part in parts.items():
            getattr(deepcopy(tile), name)(part, *arguments)
        for tile, part in parts.items():
            getattr(tile, name)(part, *arguments)

    @property
    def first(self) -> Any:
        """The first tile."""
        return self.array[0][0]

    def with_parts(self, matrix: torch.Tensor) -> Iterator[tuple[Any, torch.Tensor]]:
        """Yield all tiles, each with its part of a matrix [out, in]."""
        for block, tiles in zip(matrix.split(self.in_sizes, dim=1), self.array):
            yield from zip(tiles, block.split(self.out_sizes, dim=0))

    def whole(self, part_of: Callable[[Any], torch.Tensor]) -> torch.Tensor:
        """Return the matrix [out, in] whose parts a function gives for the tiles."""
        return torch.cat([torch.cat([part_of(tile) for tile in tiles], dim=0) for tiles in self.array], dim=1)


def parts_of(x: Any, sizes: list[int]) -> list[Any]:
    """Return parts, with some numbers of lines, of vectors [batch, lines, positions], or of patches of images."""
    window = prod(x.geometry.window) if isinstance(x, Patches) else 0
    if window and all(size % window == 0 for size in sizes):
        channels = x.image.split([size // window for size in sizes], dim=1)
        return [Patches(image, x.geometry) for image in channels]
    return list(written_out(x).split(sizes, dim=1))


def split(size: int, limit: int) -> list[int]:
    """Return the sizes of nearly equal parts of at most `limit`, larger ones first; a limit of 0 is none."""
    if limit <= 0:
        return [size]
    parts = -(-size // limit)
    return [size // parts + (part < size % parts) for part in range(parts)]
