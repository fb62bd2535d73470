"""Analog convolutions on arrays of tiles that are cut between channels, never inside of a window."""

from functools import partial
from math import prod
from typing import Any

from torch.nn import Module, ModuleList

from aihwlab.nn.modules.conv import AnalogConv, AnalogConv1d, AnalogConv2d, AnalogConv3d
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.array import TileModuleArray


class AnalogConvMapped(AnalogConv):
    """Mix-in of convolutions on a `TileModuleArray`, of one tile if the matrix fits onto it; their bias is digital.

    All elements of the window for one channel are lines of the same tile, so that a tile takes whole channels of the images.
    The other convolutions cut a matrix that is too large into parts of nearly equal size, wherever that is.

    Raises:
        ModuleError: if one window for one channel has more elements than `mapping.max_input_size`.
    """

    def place_weights(self, out_size: int, in_size: int, rpu_config: RPUConfigBase | None,
                      tile_module_class: type[Module] | None = None) -> None:
        """Move the weights that torch has initialised onto an array of tiles; see `AnalogLayer.place_weights`."""
        array: Any = partial(TileModuleArray, undivided=prod(self.kernel_size))
        super().place_weights(out_size, in_size, rpu_config, tile_module_class or array)

    @property
    def array(self) -> ModuleList:
        """The tiles, `array[block of input channels][block of output channels]`."""
        return self.analog_module.array

    @property
    def in_sizes(self) -> list[int]:
        """Numbers of input channels of the blocks."""
        return [size // prod(self.kernel_size) for size in self.analog_module.in_sizes]

    @property
    def out_sizes(self) -> list[int]:
        """Numbers of output channels of the blocks."""
        return self.analog_module.out_sizes


class AnalogConv1dMapped(AnalogConvMapped, AnalogConv1d):
    """Analog convolution over one dimension, [batch, channels, length], with whole channels on each tile."""


class AnalogConv2dMapped(AnalogConvMapped, AnalogConv2d):
    """Analog convolution over images, [batch, channels, height, width], with whole channels on each tile."""


class AnalogConv3dMapped(AnalogConvMapped, AnalogConv3d):
    """Analog convolution over volumes, [batch, channels, depth, height, width], with whole channels on each tile."""
