"""A weight matrix that is too large for one tile, on a grid of tiles."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import torch
from torch.nn import Module, ModuleList, Parameter

from aihwlab.exceptions import ConfigError
from aihwlab.simulator.tiles.arguments import as_batch, as_weights
from aihwlab.simulator.tiles.exchange import written_out

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


def of_first(name: str) -> Any:
    """Return an attribute of the class below: that of the first tile."""
    return property(lambda array: getattr(array.first, name), doc=f'See `CrossbarTile.{name}`: that of the first tile.')


def by_all(name: str) -> Any:
    """Return a method of the class below, which calls the method of all tiles."""
    def call(array: Any, *args: Any, **kwargs: Any) -> None:
        for tile in array.tiles():
            getattr(tile, name)(*args, **kwargs)

    call.__name__, call.__doc__ = name, f'See `CrossbarTile.{name}`, which is called of all tiles.'
    return call


class TileModuleArray(Module):
    """A grid of tiles that together hold one weight matrix.

    A dimension of size `S` with at most `M` lines a tile is cut into `ceil(S / M)` nearly equal parts, larger ones first.
    The outputs of the tiles that share an output are added digitally; the bias is digital and belongs to the array.

    It answers what a tile answers: facts are those of its first tile, which all tiles share; matrices are put together from
    all tiles; what changes a tile changes all of them.

    Attributes:
        array: the tiles, `array[input block][output block]`.
        in_sizes, out_sizes: sizes of the blocks.
        bias: parameter [out], or None.

    Raises:
        ConfigError: if an analog bias is asked for.
    """

    analog_bias = in_trans = out_trans = False

    device = of_first('device')
    is_cuda = of_first('is_cuda')
    rpu_config = of_first('rpu_config')
    supports_indexed = of_first('supports_indexed')
    supports_ddp = of_first('supports_ddp')
    compatible_with = of_first('compatible_with')
    get_runtime = of_first('get_runtime')
    get_data_type = of_first('get_data_type')
    get_dtype = of_first('get_dtype')
    get_learning_rate = of_first('get_learning_rate')

    set_learning_rate = by_all('set_learning_rate')
    set_input_range = by_all('set_input_range')
    remap_weights = by_all('remap_weights')
    replace_with = by_all('replace_with')
    post_update_step = by_all('post_update_step')
    decay_weights = by_all('decay_weights')
    diffuse_weights = by_all('diffuse_weights')
    drift_weights = by_all('drift_weights')
    reset = by_all('reset')

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
    def use_bias(self) -> bool:
        """Whether the array adds a bias."""
        return self.bias is not None

    @property
    def digital_bias(self) -> bool:
        """Whether the array adds a digital bias: it has no other."""
        return self.bias is not None

    def get_brief_info(self) -> str:
        """Return one line about the array."""
        return (f'{len(self.in_sizes)} x {len(self.out_sizes)} tiles for {self.out_size} outputs and {self.in_size} inputs, '
                f'the first a {self.first.get_brief_info()}')

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

    # Products and updates without torch's differentiation; weights.

    def joint_forward(self, x_input: torch.Tensor, is_test: bool = False) -> torch.Tensor:
        """Return the product for inputs [..., in]: [..., out], without the bias; see the method of a tile."""
        return sum(torch.cat([tile.joint_forward(part, is_test) for tile in tiles], dim=-1)
                   for part, tiles in zip(x_input.split(self.in_sizes, dim=-1), self.array))

    def backward(self, d_input: torch.Tensor) -> torch.Tensor:
        """Return the transposed product for gradients [..., out]: [..., in]."""
        parts = d_input.split(self.out_sizes, dim=-1)
        return torch.cat([sum(tile.backward(part) for part, tile in zip(parts, tiles)) for tiles in self.array], dim=-1)

    def update(self, x_input: torch.Tensor, d_input: torch.Tensor) -> None:
        """Update the weights with inputs [..., in] and gradients [..., out]."""
        for x, tiles in zip(x_input.split(self.in_sizes, dim=-1), self.array):
            for d, tile in zip(d_input.split(self.out_sizes, dim=-1), tiles):
                tile.update(x, d)

    @torch.no_grad()
    def set_weights(self, weight: Any, bias: Any = None, realistic: bool = False, **kwargs: Any) -> None:
        """Write logical weights [out, in], each tile with scales of its own; see `TileWithPeriphery.set_weights`.

        Raises:
            ValueError: as there.
        """
        weight, bias = as_weights(weight, bias, self.out_size, self.in_size, self.bias is not None)
        for tile, placed in [(tile, tile.placed(part, **kwargs)) for tile, part in self.with_parts(weight)]:
            tile.write_placed(placed, realistic)
        if bias is not None and self.bias is not None:
            self.bias.copy_(bias)

    def get_weights(self, **kwargs: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return copies of the logical weights [out, in] and the bias [out] or None, on the CPU."""
        return self.whole(lambda tile: tile.get_weights(**kwargs)[0]), self.copy_of_bias()

    def read_weights(self, **kwargs: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Estimate the weights from noisy products; see `TileWithPeriphery.read_weights`."""
        return self.whole(lambda tile: tile.read_weights(**kwargs)[0]), self.copy_of_bias()

    def program_weights(self, **kwargs: Any) -> float:
        """Write the weights of all tiles with pulses, and return the largest of their errors; see `CrossbarTile`."""
        return max(tile.program_weights(**kwargs) for tile in self.tiles())

    def get_hidden_parameters(self) -> dict[str, torch.Tensor]:
        """Return what is fixed or hidden in each cell: a dictionary of tensors [out, in], on the CPU."""
        def whole(name: str) -> torch.Tensor:
            return self.whole(lambda tile: hidden[tile][name])

        hidden = {tile: tile.get_hidden_parameters() for tile in self.tiles()}
        return {name: whole(name) for name in hidden[self.first]}

    def set_hidden_parameters(self, hidden: dict[str, Any]) -> None:
        """Set what `get_hidden_parameters` returns.

        Raises:
            ValueError: for impossible values. Nothing is changed.
            TileError: for other names. Nothing is changed.
        """
        parts: dict[Any, dict[str, Any]] = {tile: {} for tile in self.tiles()}
        for name, matrix in hidden.items():
            for tile, part in self.with_parts(torch.as_tensor(matrix)):
                parts[tile][name] = part
        for tile, part in parts.items():
            deepcopy(tile).set_hidden_parameters(part)  # so that the last one refuses before the first one is changed
        for tile, part in parts.items():
            tile.set_hidden_parameters(part)

    def reset_columns(self, start_column_idx: int = 0, num_columns: int = 1, reset_prob: float = 1.0) -> None:
        """Reset the devices of some columns (inputs), each with a probability; the range of columns wraps around.

        Raises:
            ValueError: for columns that do not exist.
        """
        if not (0 <= start_column_idx < self.in_size and 0 <= num_columns <= self.in_size):
            raise ValueError(f'start_column_idx = {start_column_idx}, num_columns = {num_columns}: must be columns of a '
                             f'matrix with {self.in_size} inputs')
        wanted = {(start_column_idx + number) % self.in_size for number in range(num_columns)}
        first = 0
        for size, tiles in zip(self.in_sizes, self.array):
            for column in range(size):
                if first + column in wanted:
                    for tile in tiles:
                        tile.reset_columns(column, 1, reset_prob)
            first += size

    # The tiles, and what goes to all of them.

    def tiles(self) -> Iterator[Any]:
        """Yield all tiles, one input block after the other."""
        for block in self.array:
            yield from block

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

    def copy_of_bias(self) -> torch.Tensor | None:
        """Return a copy of the bias, on the CPU, or None."""
        return None if self.bias is None else self.bias.detach().cpu().clone()


def split(size: int, limit: int) -> list[int]:
    """Return the sizes of nearly equal parts of at most `limit`, larger ones first; a limit of 0 is none."""
    if limit <= 0:
        return [size]
    parts = -(-size // limit)
    return [size // parts + (part < size % parts) for part in range(parts)]
