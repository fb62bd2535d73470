"""A weight matrix that is too large for one tile, on a grid of tiles."""

from typing import Any

import torch
from torch.nn import ModuleList, Parameter

from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.simulator.tiles.arguments import as_batch, as_numbers, as_weights
from aihwlab.simulator.tiles.array_crossbar import SimulatorTileArray
from aihwlab.simulator.tiles.context import AnalogContext
from aihwlab.simulator.tiles.exchange import written_out
from aihwlab.simulator.tiles.grid import TileGrid, parts_of, split
from aihwlab.simulator.tiles.quantized_periphery import QuantizedPeriphery


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


class TileModuleArray(TileGrid):
    """A grid of tiles that together hold one weight matrix.

    A dimension of size `S` with at most `M` lines a tile is cut into `ceil(S / M)` nearly equal parts, larger ones first.
    The outputs of the tiles that share an output are added digitally; the bias is digital and belongs to the array.

    It answers what a tile answers: facts are those of its first tile, which all tiles share; matrices are put together from
    all tiles; what changes a tile changes all of them. What each tile has of its own is named by the place of the tile, input
    block and output block, before the name: `0.1.out_noise_values`.

    Args:
        out_size, in_size: sizes of the matrix.
        rpu_config: configuration of the tiles.
        bias: whether there is a bias.
        undivided: so many inputs, one after the other, stay on one tile, such as the window of a convolution for one channel.

    Attributes:
        bias: parameter [out], or None.

    Raises:
        ConfigError: if an analog bias is asked for.
        ModuleError: if the inputs that are to stay on one tile are more than it has.
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
    get_hidden_update_index = of_first('get_hidden_update_index')
    get_tensor_view = of_first('get_tensor_view')
    is_indexed = of_first('is_indexed')
    shared_weights = of_first('shared_weights')

    set_learning_rate = by_all('set_learning_rate')
    set_input_range = by_all('set_input_range')
    set_hidden_update_index = by_all('set_hidden_update_index')
    set_verbosity_level = by_all('set_verbosity_level')
    remap_weights = by_all('remap_weights')
    replace_with = by_all('replace_with')
    post_update_step = by_all('post_update_step')
    decay_weights = by_all('decay_weights')
    diffuse_weights = by_all('diffuse_weights')
    drift_weights = by_all('drift_weights')
    reset = by_all('reset')

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool = False, undivided: int = 1) -> None:
        super().__init__()
        mapping = rpu_config.mapping
        if bias and not mapping.digital_bias:
            raise ConfigError(f'mapping.digital_bias = False: a matrix of {out_size} x {in_size} needs several tiles, '
                              'whose bias can only be digital')
        self.out_size, self.in_size = out_size, in_size
        if 0 < mapping.max_input_size < undivided:
            raise ModuleError(f'mapping.max_input_size = {mapping.max_input_size}: must be at least {undivided}, the inputs '
                              'that stay on one tile')
        self.in_sizes = [undivided * size for size in split(in_size // undivided, mapping.max_input_size // undivided)]
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
    def tile(self) -> SimulatorTileArray:
        """All crossbars without anything digital, as `tile.tile` of a tile."""
        return SimulatorTileArray(self)

    def get_analog_ctx(self) -> list[AnalogContext]:
        """Return the parameters through which an optimizer reaches the tiles, one for each."""
        return [tile.analog_ctx for tile in self.tiles()]

    @property
    def analog_tile_count(self) -> int:
        """Number of tiles."""
        return len(self.in_sizes) * len(self.out_sizes)

    def forward(self, x_input: torch.Tensor) -> torch.Tensor:
        """Return the output for inputs of shape [..., in]: [..., out]."""
        return self.forward_vectors(as_batch(x_input, self.in_size)).reshape(*x_input.shape[:-1], self.out_size)

    def forward_vectors(self, x: Any) -> torch.Tensor:
        """Return the output for a batch of vectors, [batch, in, positions]: [batch, out, positions].

        A convolution hands over the patches of its images; to split their lines, they are written out, unless each tile takes
        whole channels.
        """
        if type(self).pre_forward is not TileModuleArray.pre_forward:
            x = self.pre_forward(written_out(x), 1, not self.training)
        parts = [x] if len(self.in_sizes) == 1 else parts_of(x, self.in_sizes)
        y: Any = sum(torch.cat([tile.forward_vectors(part) for tile in tiles], dim=1)
                     for part, tiles in zip(parts, self.array))
        y = self.post_forward(y, 1, not self.training)
        return y if self.bias is None else y + self.in_periphery('bias').view(-1, *[1] * (y.dim() - 2))

    def in_periphery(self, name: str) -> Any:
        """Return the bias as it is computed with: here, as it is."""
        return getattr(self, name)

    def pre_forward(self, x_input: torch.Tensor, dim: int, is_test: bool = False, ctx: Any = None) -> torch.Tensor:
        """Return what is split among the tiles for inputs, whose dimension `dim` are the lines: the inputs.

        Each tile then processes its part. Override it to process the whole in a way of your own; torch differentiates it.
        """
        return x_input

    def post_forward(self, x_output: torch.Tensor, dim: int, is_test: bool = False, ctx: Any = None) -> torch.Tensor:
        """Return what becomes of the sums of the outputs, whose dimension `dim` are the lines: the same.

        Override it to process them in a way of your own, before the bias; torch differentiates it.
        """
        return x_output

    # Products and updates without torch's differentiation; weights.

    @torch.no_grad()
    def joint_forward(self, x_input: torch.Tensor, is_test: bool = False, ctx: Any = None) -> torch.Tensor:
        """Return the product for inputs [..., in]: [..., out], without the bias; see the method of a tile."""
        parts = self.pre_forward(x_input, x_input.dim() - 1, is_test, ctx).split(self.in_sizes, dim=-1)
        y: Any = sum(torch.cat([tile.joint_forward(part, is_test, ctx) for tile in tiles], dim=-1)
                     for part, tiles in zip(parts, self.array))
        return self.post_forward(y, y.dim() - 1, is_test, ctx)

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
            matrix = as_numbers(name, matrix)
            if matrix.shape != (self.out_size, self.in_size):
                raise ValueError(f'{name} has the shape {tuple(matrix.shape)}: must be {(self.out_size, self.in_size)}')
            for tile, part in self.with_parts(matrix):
                parts[tile][name] = part
        self.hand_out('set_hidden_parameters', parts)

    def get_forward_parameters(self) -> dict[str, torch.Tensor]:
        """Return what was drawn for each output line of each tile, by place and name; see the method of a tile."""
        return self.collected('get_forward_parameters')

    def set_forward_parameters(self, parameters: dict[str, Any]) -> None:
        """Set what `get_forward_parameters` returns; see the method of a tile. If one tile refuses, nothing is changed."""
        self.hand_out('set_forward_parameters', self.by_tile(parameters))

    def get_backward_parameters(self) -> dict[str, torch.Tensor]:
        """Return the same as `get_forward_parameters` of the transposed products."""
        return self.collected('get_backward_parameters')

    def set_backward_parameters(self, parameters: dict[str, Any]) -> None:
        """Set what `get_backward_parameters` returns; see `set_forward_parameters`."""
        self.hand_out('set_backward_parameters', self.by_tile(parameters))

    def dump_extra(self) -> dict[str, Any]:
        """Return what each tile remembers besides weights and configuration, by place and name."""
        return self.collected('dump_extra')

    def load_extra(self, extra: dict[str, Any], strict: bool = False) -> None:
        """Take over what `dump_extra` returned; see the method of a tile. If one tile refuses, nothing is changed."""
        self.hand_out('load_extra', self.by_tile(extra), strict)

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

    def copy_of_bias(self) -> torch.Tensor | None:
        """Return a copy of the bias, on the CPU, or None."""
        return None if self.bias is None else self.bias.detach().cpu().clone()


class QuantizedTileModuleArray(QuantizedPeriphery, TileModuleArray):
    """An array of tiles whose digital parts compute in low precision; see `QuantizedPeriphery`.

    Each tile rounds its outputs, and the array rounds its bias, and the sums of all tiles with the bias, once more.
    """

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool = False, undivided: int = 1) -> None:
        super().__init__(out_size, in_size, rpu_config, bias, undivided)
        self.make_quantizers(rpu_config)

    def forward_vectors(self, x: Any) -> torch.Tensor:
        """Return the output for a batch of vectors, rounded; see the method of the base class."""
        return self.output_quantizer(super().forward_vectors(x))
