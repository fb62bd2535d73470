"""A summary of a network: its layers, their tiles and how far they are filled, and what a forward pass costs."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from torch.nn import Conv1d, Conv2d, Conv3d, Linear, Module

from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.physics.layer_cost import Cost, TileSize, crossbar_cost, digital_cost
from aihwlab.utils.layer_calls import Call, layer_calls, layers_of

BITS = 8
"""Resolution of converters that a configuration leaves ideal, which no converter is."""

QUANTITIES = {
    'energy nJ': ('cost', 'energy', 1e9), 'time us': ('cost', 'time', 1e6), 'area mm2': ('cost', 'area', 1e6),
    'digital nJ': ('digital', 'energy', 1e9), 'on chip nJ': ('digital_on_chip', 'energy', 1e9),
    'digital us': ('digital', 'time', 1e6),
}
"""Columns of costs in a table: whose, of what, and by what a value in SI units is multiplied."""

HEAD = ['layer', 'class', 'input', 'output', 'vectors', 'tiles', 'used %', *QUANTITIES]
"""All columns of a table."""


@dataclass(frozen=True)
class TileInfo:
    """How far a tile is filled.

    Attributes:
        log_in_size, log_out_size: inputs and outputs of the part of the matrix that it holds, an analog bias included.
        phy_in_size, phy_out_size: inputs and outputs of the crossbar: the limits of the mapping, or, where there is none, what
            the matrix needs.
        is_mapped: whether both limits are there.
    """

    log_in_size: int
    log_out_size: int
    phy_in_size: int
    phy_out_size: int
    is_mapped: bool

    @property
    def size(self) -> TileSize:
        """The same, in the words of `aihwlab.physics`."""
        return TileSize(self.log_out_size, self.log_in_size, self.phy_in_size, self.phy_out_size)

    @property
    def utilization(self) -> float:
        """The share of the cells that hold a weight, %."""
        return 100 * self.size.utilisation


@dataclass
class LayerInfo:
    """What a layer is made of, and what it costs.

    Attributes:
        name: of its class.
        path: of the layer in the network.
        isanalog: whether its weights are on tiles.
        input_size, output_size: shapes of the first call; None if it was not called.
        kernel_size: of a convolution or a pooling, or None.
        reuse_factor: vectors that its matrix multiplies in one forward pass, in all calls; 0 without a matrix.
        tiles_info: its tiles.
        cost: of these products on crossbars; None for a digital layer.
        digital, digital_on_chip: of the same products on a digital machine, whose weights come from DRAM, or stay on the chip;
            None for a layer without a matrix.
    """

    name: str
    path: str
    isanalog: bool
    input_size: tuple[int, ...] | None = None
    output_size: tuple[int, ...] | None = None
    kernel_size: Any = None
    reuse_factor: int = 0
    tiles_info: list[TileInfo] = field(default_factory=list)
    cost: Cost | None = None
    digital: Cost | None = None
    digital_on_chip: Cost | None = None

    @property
    def num_tiles(self) -> int:
        """The number of its tiles."""
        return len(self.tiles_info)

    def layer_summary_dict(self) -> dict[str, Any]:
        """Return all but tiles and costs, as a dictionary."""
        names = ('name', 'path', 'isanalog', 'input_size', 'output_size', 'kernel_size', 'num_tiles', 'reuse_factor')
        return {name: getattr(self, name) for name in names}

    def tiles_summary_dict(self) -> dict[str, Any]:
        """Return what is known of each tile, by number."""
        return {f'tile_{number}': {**asdict(tile), 'utilization': tile.utilization}
                for number, tile in enumerate(self.tiles_info)}


class AnalogInfo:
    """The layers of a network, their tiles, and what one forward pass costs, with the digital estimate beside.

    Modules are counted once, however often they are called. The network is left as it is: a copy computes, see
    `layer_calls`. Energy, time and area are those of `aihwlab.physics.layer_cost`, which says what they leave out, with
    converters of as many bits as the configuration gives them (8 where it gives none). Only products of weights with vectors
    are counted, none of what lies between them, such as activations, normalisation, or the products of attention. A vector
    that the bound management repeats counts once. Layers work one after the other.

    Args:
        model: the network.
        input_size: shape of its inputs, the batch included; or the inputs, a tensor, where zeros will not do. Without it,
            tiles are counted, but shapes and costs are not known.
        rpu_config: a configuration whose limits and converters count, instead of those of each tile.

    Attributes:
        layer_summary: a list of `LayerInfo`, in the order of the first call.
        total_tile_number: number of tiles.
        total_nb_analog: number of analog layers.
    """

    def __init__(self, model: Module, input_size: Any = None, rpu_config: Any = None) -> None:
        calls = {} if input_size is None else layer_calls(model, input_size)
        layers = dict(layers_of(model))
        order = [*calls, *(path for path in layers if path not in calls)]
        self.layer_summary = [layer_info(layers[path], path, calls.get(path, []), rpu_config) for path in order]
        self.total_tile_number = sum(layer.num_tiles for layer in self.layer_summary)
        self.total_nb_analog = sum(layer.isanalog for layer in self.layer_summary)

    def total(self, of: str, quantity: str) -> float:
        """Return a sum over all layers of which it is known.

        Args:
            of: 'cost', 'digital' or 'digital_on_chip'.
            quantity: 'energy', J, 'time', s, or 'area', m^2; a digital machine has no area here.
        """
        return sum(amount(layer, of, quantity) or 0.0 for layer in self.layer_summary)

    def __str__(self) -> str:
        tiles = [tile for layer in self.layer_summary for tile in layer.tiles_info]
        total = [f'{self.total_nb_analog} analog layers', '', '', '', '', f'{len(tiles)}', used(tiles),
                 *(f'{factor * self.total(of, quantity):.4g}' for of, quantity, factor in QUANTITIES.values())]
        return aligned([HEAD, *map(row, self.layer_summary), total])

    __repr__ = __str__


def analog_summary(model: Module, input_size: Any = None, rpu_config: Any = None) -> AnalogInfo:
    """Print the layers of a network, their tiles and costs, and return them; see `AnalogInfo`.

    Example:
        >>> info = analog_summary(model, (1, 1, 28, 28))
        >>> info.total('cost', 'energy'), info.total('digital', 'energy')     # J for one image
    """
    info = AnalogInfo(model, input_size, rpu_config)
    print(info)
    return info


def layer_info(layer: Any, path: str, calls: list[Call], rpu_config: Any) -> LayerInfo:
    """Return what a layer is made of, and what its calls cost."""
    is_analog = isinstance(layer, AnalogLayerBase)
    tiles = list(layer.analog_tiles()) if is_analog else []
    info = LayerInfo(type(layer).__name__, path, is_analog, kernel_size=getattr(layer, 'kernel_size', None),
                     tiles_info=[tile_info(tile, rpu_config or tile.rpu_config) for tile in tiles])
    if calls:
        info.input_size, info.output_size = calls[0]
    if not calls or not isinstance(layer, (Linear, Conv1d, Conv2d, Conv3d)):
        return info
    outputs, inputs, groups = matrix_of(layer)
    info.reuse_factor = sum(math.prod(call.output_size) for call in calls) // (outputs * groups)
    # Convolutions with groups have a matrix for each of them.
    info.digital, info.digital_on_chip = (digital_cost(outputs, inputs, info.reuse_factor * groups, resident)
                                          for resident in (0.0, 1.0))
    if tiles:
        forward = getattr(rpu_config or tiles[0].rpu_config, 'forward', None)
        info.cost = crossbar_cost(outputs, [tile.size for tile in info.tiles_info], info.reuse_factor,
                                  bits(forward, 'inp_res'), bits(forward, 'out_res'))
    return info


def tile_info(tile: Any, rpu_config: Any) -> TileInfo:
    """Return how far a tile is filled, with the limits of a configuration."""
    mapping = rpu_config.mapping
    inputs, outputs = tile.in_size + tile.analog_bias, tile.out_size
    return TileInfo(inputs, outputs, max(mapping.max_input_size, inputs), max(mapping.max_output_size, outputs),
                    mapping.max_input_size > 0 and mapping.max_output_size > 0)


def matrix_of(layer: Any) -> tuple[int, int, int]:
    """Return outputs and inputs of the matrix of a layer, and how many such matrices it has."""
    if isinstance(layer, Linear):
        return layer.out_features, layer.in_features, 1
    groups = layer.groups
    return layer.out_channels // groups, layer.in_channels // groups * math.prod(layer.kernel_size), groups


def bits(forward: Any, name: str) -> float:
    """Return the bits of a converter whose resolution is a fraction of its range, or a number of steps."""
    resolution = -1.0 if forward is None or forward.is_perfect else getattr(forward, name)
    if resolution <= 0:
        return BITS
    return math.log2((1 / resolution if resolution < 1 else resolution) + 2)


def amount(layer: LayerInfo, of: str, quantity: str) -> float | None:
    """Return an energy, time or area of a layer, in SI units, or None."""
    cost = getattr(layer, of)
    value = None if cost is None else getattr(cost, quantity)
    return value.total if quantity == 'energy' and value is not None else value


def row(layer: LayerInfo) -> list[str]:
    """Return what a table says of a layer."""
    shapes = ['-' if size is None else 'x'.join(map(str, size)) for size in (layer.input_size, layer.output_size)]
    values = [(amount(layer, of, quantity), factor) for of, quantity, factor in QUANTITIES.values()]
    return [layer.path or '(root)', layer.name, *shapes, f'{layer.reuse_factor or ""}', f'{layer.num_tiles or ""}',
            used(layer.tiles_info), *('' if value is None else f'{factor * value:.4g}' for value, factor in values)]


def used(tiles: list[TileInfo]) -> str:
    """Return the share of the cells of some tiles that hold a weight, %."""
    cells = sum(tile.size.rows * tile.size.columns for tile in tiles)
    return f'{100 * sum(tile.log_out_size * tile.log_in_size for tile in tiles) / cells:.1f}' if tiles else ''


def aligned(rows: list[list[str]]) -> str:
    """Return a table as text, with names on the left and all else on the right of their columns."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return '\n'.join('  '.join(text.ljust(width) if number < 2 else text.rjust(width)
                               for number, (text, width) in enumerate(zip(line, widths))).rstrip() for line in rows)
