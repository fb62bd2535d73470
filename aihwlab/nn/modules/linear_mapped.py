"""The analog fully connected layer on an array of tiles, whatever its size."""

from torch.nn import Module

from aihwlab.nn.modules.linear import AnalogLinear
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.array import TileModuleArray


class AnalogLinearMapped(AnalogLinear):
    """`AnalogLinear` whose weights are always on a `TileModuleArray`, of one tile if they fit onto it; its bias is digital.

    `AnalogLinear` itself takes an array where `mapping.max_input_size` or `max_output_size` asks for it.
    """

    def place_weights(self, out_size: int, in_size: int, rpu_config: RPUConfigBase | None,
                      tile_module_class: type[Module] | None = None) -> None:
        """Move the weights that torch has initialised onto an array of tiles; see `AnalogLayer.place_weights`."""
        super().place_weights(out_size, in_size, rpu_config, tile_module_class or TileModuleArray)
