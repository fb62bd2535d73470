"""Between the kernel, which knows arrays of vectors, and a crossbar of your own, which knows rows of tensors."""

from typing import Any

import torch

from aihwlab.exceptions import TileError
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import gather, scatter
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Images
from aihwlab.kernel.tile import Tile
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors
from aihwlab.simulator.tiles.arguments import in_single_precision
from aihwlab.simulator.tiles.exchange import as_array, as_tensor


class CustomKernelTile(Tile):
    """A tile of the kernel whose products and updates are those of a simulator tile in torch.

    Attributes:
        simulator: the simulator tile, to which the tile around both links it.
    """

    simulator: Any

    @property
    def has_exact_products(self) -> bool:
        """True: a product of a class of your own may let NaN pass, so that the update has to look for it."""
        return True

    @torch.no_grad()
    @in_single_precision()
    def forward(self, x: Vectors, bias: Array | None = None, largest: Array | None = None, weights: Array | None = None,
                stream: Stream | None = None) -> Array:
        """Return the product of the simulator tile; see `Tile.forward`."""
        vectors = written(x, largest)
        self.simulator.seen, self.simulator.stream = None if weights is None else as_tensor(weights), stream
        try:
            rows = self.simulator.forward(as_rows_of(vectors), is_test=not self.simulator.owner.training)
        finally:
            self.simulator.seen = self.simulator.stream = None
        y = as_vectors_of(rows, (len(vectors), self.shape[0], vectors.shape[2]))
        return y if bias is None else y + bias[:, None]

    @torch.no_grad()
    @in_single_precision()
    def backward(self, d: Vectors, onto: Images | None = None, largest: Array | None = None,
                 weights: Array | None = None) -> Array:
        """Return the transposed product of the simulator tile; see `Tile.backward`."""
        vectors = written(d, largest)
        self.simulator.seen = None if weights is None else as_tensor(weights)
        try:
            rows = self.simulator.backward(as_rows_of(vectors))
        finally:
            self.simulator.seen = None
        x = as_vectors_of(rows, (len(vectors), self.shape[1], vectors.shape[2]))
        return x if onto is None else scatter(x, onto.shape, onto.geometry)

    @torch.no_grad()
    @in_single_precision()
    def update(self, x: Vectors, d: Array, learning_rate: float, largest: Magnitudes = UNKNOWN) -> None:
        """Let the simulator tile update its weights; see `Tile.update`."""
        self.magnitudes_for_update(x, d, learning_rate, largest)
        if learning_rate == 0:
            return
        self.simulator.present_rate = learning_rate
        try:
            self.simulator.update(as_rows_of(gather(x)), as_rows_of(d))
        finally:
            self.simulator.present_rate = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != 'simulator'}


def written(x: Vectors, largest: Array | None) -> Array:
    """Return vectors [batch, lines, positions] as an array, and put their largest magnitudes where they are wanted."""
    vectors = gather(x)
    if largest is not None:
        largest[...] = abs(vectors).max(axis=1)
    return vectors


def as_rows_of(vectors: Array) -> torch.Tensor:
    """Return vectors [batch, lines, positions] as rows, [batch * positions, lines]."""
    return as_tensor(vectors).transpose(1, 2).reshape(-1, vectors.shape[1])


def as_vectors_of(rows: torch.Tensor, shape: tuple[int, int, int]) -> Array:
    """Return rows [batch * positions, lines] as vectors of a shape, (batch, lines, positions).

    Raises:
        TileError: if there are not as many.
    """
    batch, lines, positions = shape
    expected = batch * positions, lines
    if tuple(rows.shape) != expected:
        raise TileError(f'a product of the simulator tile has the shape {tuple(rows.shape)}: must be {expected}')
    vectors = rows.to(torch.float32).reshape(batch, positions, lines).transpose(1, 2)
    return as_array(vectors.contiguous())
