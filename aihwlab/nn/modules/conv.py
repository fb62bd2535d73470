"""Analog convolutions: every patch of the input is a vector that the crossbar multiplies."""

from math import prod
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import Conv1d, Conv2d, Conv3d, Module
from torch.nn.functional import pad

from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.nn.modules.base import AnalogLayer
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.arguments import require, require_sizes, require_tensor
from aihwlab.simulator.tiles.exchange import written_out

Size = int | tuple[int, ...]


class AnalogConv(AnalogLayer):
    """Mix-in of the convolutions; the matrix on the crossbar is [out_channels, in_channels * elements of the window].

    Args:
        in_channels, out_channels, kernel_size, stride, padding, dilation, padding_mode: as in torch.
        groups: 1, others have no place on one crossbar.
        bias: whether to add a bias.
        rpu_config: configuration of the tiles; `SingleRPUConfig()` by default.
        tile_module_class: class of the tile or array of tiles, if not the one that the configuration chooses.
        use_indexed: whether the tile takes patches from images by index, as by default; otherwise they are written out
            before, which needs more memory and gives the same.

    Raises:
        ValueError: for `groups` other than 1, or sizes that are no integers of at least 1 (`padding`: 0).
        MemoryError: for a matrix that the machine has no room for.
    """

    digital_class: ClassVar[type[Module]]
    dimensions: ClassVar[int]
    takes_images: ClassVar[bool] = True

    def __init__(self, in_channels: int, out_channels: int, kernel_size: Size, stride: Size = 1, padding: Size | str = 0,
                 dilation: Size = 1, groups: int = 1, bias: bool = True, padding_mode: str = 'zeros',
                 rpu_config: RPUConfigBase | None = None, tile_module_class: type[Module] | None = None,
                 use_indexed: bool | None = None) -> None:
        if groups != 1:
            raise ValueError(f'groups = {groups}: an analog convolution has groups = 1')
        window = self.checked('kernel_size', kernel_size)
        require_sizes(in_channels=in_channels, out_channels=out_channels)
        require_sizes(**{'in_channels * kernel_size': in_channels * prod(window), 'out_channels': out_channels})
        for name, size in (('stride', stride), ('dilation', dilation)):
            self.checked(name, size)
        if not isinstance(padding, str):
            self.checked('padding', padding, '[0, inf)')
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode)
        self.in_features = in_channels * prod(self.kernel_size)
        self.out_features = out_channels
        self.use_indexed = self.takes_images and use_indexed is not False
        self.place_weights(self.out_features, self.in_features, rpu_config, tile_module_class)
        self.apply_to_analog_tiles(lambda tile: tile.analog_ctx.set_indexed(self.use_indexed))

    def checked(self, name: str, size: Any, interval: str = '[1, inf)') -> tuple[int, ...]:
        """Return an integer, or one for each dimension, as a tuple.

        Raises:
            ValueError: for anything else, or an integer outside of an interval.
        """
        count = self.dimensions
        sizes = tuple(size) if isinstance(size, (tuple, list)) else (size,) * count
        if len(sizes) != count:
            raise ValueError(f'{name} = {size}: must be an integer, or {count} of them')
        for each in sizes:
            require(name, each, interval=interval)
        return sizes

    def forward(self, x_input: Tensor) -> Tensor:
        """Return the output for [batch, channels, ...], or for one example [channels, ...]."""
        require_tensor(x_input)
        dimensions = self.dimensions + 2
        batched = x_input.dim() == dimensions
        x = x_input if batched else x_input.unsqueeze(0)
        if x.dim() != dimensions or x.shape[1] != self.in_channels:
            raise ValueError(f'input of shape {tuple(x_input.shape)}: expected (batch, {self.in_channels}, '
                             f'{", ".join(["size"] * len(self.kernel_size))}), the batch may be missing')
        if any(self._reversed_padding_repeated_twice):
            mode = 'constant' if self.padding_mode == 'zeros' else self.padding_mode
            x = pad(x, self._reversed_padding_repeated_twice, mode)
        geometry = Geometry(self.kernel_size, self.stride, self.dilation)
        sizes = geometry.positions(x.shape[2:])
        if min(sizes) < 1:
            raise ValueError(f'input of shape {tuple(x_input.shape)} is smaller than the window {self.kernel_size}')
        vectors = self.vectors(x, geometry)
        y = self.analog_module.forward_vectors(vectors if self.use_indexed else written_out(vectors))
        if y.dim() != dimensions:
            y = y.reshape(x.shape[0], self.out_channels, *sizes)
        return y if batched else y.squeeze(0)

    def vectors(self, x: Tensor, geometry: Geometry) -> Patches | Tensor:
        """Return the patches of padded inputs, or tensors with the patches as columns, [batch, in_features, positions]."""
        return Patches(x, geometry)

    @classmethod
    def from_digital(cls, module: Module, rpu_config: RPUConfigBase | None = None,
                     tile_module_class: type[Module] | None = None) -> 'AnalogConv':
        """Return an analog layer with the weights of a torch convolution."""
        layer = cls(module.in_channels, module.out_channels, module.kernel_size, module.stride, module.padding,
                    module.dilation, module.groups, module.bias is not None, module.padding_mode, rpu_config,
                    tile_module_class)
        return layer.copy_from(module)

    def to_digital(self, realistic: bool = False) -> Module:
        """Return a torch convolution with the logical weights, exactly or as noisy products estimate them."""
        return self.copy_to(self.digital_class(
            self.in_channels, self.out_channels, self.kernel_size, self.stride, self.padding, self.dilation, self.groups,
            self.has_bias(), self.padding_mode), realistic)

    def extra_repr(self) -> str:
        """Describe the layer."""
        parts = [f'{self.in_channels}, {self.out_channels}', f'kernel_size={self.kernel_size}', f'stride={self.stride}']
        if self.padding not in (0, (0,) * len(self.kernel_size)):
            parts.append(f'padding={self.padding}')
        if any(dilation != 1 for dilation in self.dilation):
            parts.append(f'dilation={self.dilation}')
        return ', '.join([*parts, f'bias={self.has_bias()}', self.describe_tiles()])


class AnalogConv1d(AnalogConv, Conv1d):
    """Analog convolution over one dimension, [batch, channels, length]; see `AnalogConv`."""

    digital_class, dimensions = Conv1d, 1

    def vectors(self, x: Tensor, geometry: Geometry) -> Patches | Tensor:
        """Return the patches of images of height 1."""
        return Patches(x.unsqueeze(2), Geometry(*((1, *across) for across in geometry)))


class AnalogConv2d(AnalogConv, Conv2d):
    """Analog convolution over images, [batch, channels, height, width]; see `AnalogConv`."""

    digital_class, dimensions = Conv2d, 2


class AnalogConv3d(AnalogConv, Conv3d):
    """Analog convolution over volumes, [batch, channels, depth, height, width]; see `AnalogConv`."""

    digital_class, dimensions = Conv3d, 3
    takes_images = False

    def vectors(self, x: Tensor, geometry: Geometry) -> Patches | Tensor:
        """Return the patches as columns; torch unfolds images only, so the elements of the window are stacked one by one."""
        sizes = geometry.positions(x.shape[2:])
        elements = torch.cartesian_prod(*(torch.arange(size) for size in self.kernel_size)).tolist()
        parts = [(..., *(slice(offset * dilation, offset * dilation + (size - 1) * stride + 1, stride)
                         for offset, dilation, size, stride in zip(element, self.dilation, sizes, self.stride)))
                 for element in elements]
        return torch.stack([x[part] for part in parts], dim=2).reshape(x.shape[0], self.in_features, -1)
