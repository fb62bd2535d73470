"""What all modules with analog parts have in common: finding layers and tiles, reading and writing weights."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor
from torch.nn import Module

from aihwlab.exceptions import ConfigError, ModuleError, TileModuleError
from aihwlab.inference.utils import drift_analog_weights, program_analog_weights
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.module import ConfigChoice, TileModule

if TYPE_CHECKING:
    from torch.nn import Module as MixIn
else:
    MixIn = object  # so that a mix-in may stand before or after `Module` among the bases of a layer

Layer = TypeVar('Layer', bound='AnalogLayerBase')


class AnalogLayerBase(MixIn):
    """Mix-in of analog layers and containers.

    An analog layer owns one `analog_module`: a tile, or an array of tiles. Containers (`IS_CONTAINER`) own analog layers.
    """

    IS_CONTAINER = False

    def named_analog_modules(self) -> Iterator[tuple[str, 'AnalogLayerBase']]:
        """Yield names and modules of all analog layers and containers below, this one included."""
        for name, module in self.named_modules():
            if isinstance(module, AnalogLayerBase):
                yield name, module

    def analog_modules(self) -> Iterator['AnalogLayerBase']:
        """Yield all analog layers and containers below, this one included."""
        for _, module in self.named_analog_modules():
            yield module

    def named_analog_layers(self) -> Iterator[tuple[str, 'AnalogLayerBase']]:
        """Yield names and modules of all analog layers below; a layer yields itself under the name ''."""
        for name, module in self.named_analog_modules():
            if not module.IS_CONTAINER:
                yield name, module

    def analog_layers(self) -> Iterator['AnalogLayerBase']:
        """Yield all analog layers below; a layer yields itself."""
        for _, module in self.named_analog_layers():
            yield module

    def named_analog_tiles(self) -> Iterator[tuple[str, TileModule]]:
        """Yield names and modules of all tiles below."""
        for name, module in self.named_modules():
            if isinstance(module, TileModule):
                yield name, module

    def analog_tiles(self) -> Iterator[TileModule]:
        """Yield all tiles below."""
        for _, tile in self.named_analog_tiles():
            yield tile

    def analog_tile_count(self) -> int:
        """Return the number of tiles below."""
        return sum(1 for _ in self.analog_tiles())

    def apply_to_analog_layers(self: Layer, fn: Callable[['AnalogLayerBase'], object]) -> Layer:
        """Call a function on every analog layer; return this module."""
        for layer in self.analog_layers():
            fn(layer)
        return self

    def apply_to_analog_tiles(self: Layer, fn: Callable[[TileModule], object]) -> Layer:
        """Call a function on every tile; return this module."""
        for tile in self.analog_tiles():
            fn(tile)
        return self

    def get_analog_tile_devices(self) -> list[torch.device]:
        """Return the torch devices of all tiles."""
        return [tile.device for tile in self.analog_tiles()]

    def program_analog_weights(self, noise_model: Any = None) -> None:
        """Program all tiles below; see `aihwlab.inference.program_analog_weights`."""
        program_analog_weights(self, noise_model)

    def drift_analog_weights(self, t_inference: float = 0.0) -> None:
        """Let the tiles below drift; see `aihwlab.inference.drift_analog_weights`."""
        drift_analog_weights(self, t_inference)

    def replace_rpu_config(self, rpu_config: RPUConfigBase) -> None:
        """Give all tiles below copies of another configuration; see `TileInterface.replace_with`.

        Raises:
            TileModuleError: if it does not fit one of the tiles. Nothing is changed.
        """
        rpu_config.validate()
        for name, tile in self.named_analog_tiles():
            fits, why = tile.compatible_with(rpu_config)
            if not fits:
                raise TileModuleError(f'the configuration cannot replace that of {name or "this tile"}: {why}')
        for tile in self.analog_tiles():
            tile.replace_with(rpu_config)

    def prepare_for_ddp(self) -> None:
        """Check that `DistributedDataParallel` can train this network; nothing else is needed before it is wrapped.

        Raises:
            ModuleError: if there is a tile that it cannot train, as all here that are trained by pulses.
        """
        for name, tile in self.named_analog_tiles():
            if not tile.supports_ddp:
                raise ModuleError(f'{name or "this tile"} is of class {type(tile).__name__}, which DistributedDataParallel '
                                  'cannot train: each process would go on with devices of its own')

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False,
                        load_rpu_config: bool | None = None, strict_rpu_config_check: bool | None = None) -> Any:
        """Load a saved state, as torch does.

        Args:
            state_dict: the saved state.
            strict: refuse missing and unexpected names.
            assign: as in torch.
            load_rpu_config: take the saved configurations of the tiles, too, as by default; otherwise tiles keep their own,
                whose devices must have the same hidden parameters.
            strict_rpu_config_check: if tiles keep their own configurations, refuse saved ones of another kind, as by default.

        Raises:
            TileError: if the state of a tile does not fit.
        """
        choice = ConfigChoice(load_rpu_config is None or load_rpu_config,
                              strict_rpu_config_check is None or strict_rpu_config_check)
        tiles = list(self.analog_tiles())
        for tile in tiles:
            tile.config_choice = choice
        try:
            return super().load_state_dict(state_dict, strict, assign)
        finally:
            for tile in tiles:
                del tile.config_choice

    def remap_analog_weights(self: Layer, weight_scaling_omega: float | None = 1.0) -> Layer:
        """Read the logical weights of all tiles and write them back with new mapping scales."""
        return self.apply_to_analog_tiles(lambda tile: tile.remap_weights(weight_scaling_omega))

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, also the inputs and gradients that were recorded for analog tiles."""
        super().zero_grad(set_to_none)
        self.apply_to_analog_tiles(lambda tile: tile.analog_ctx.reset())

    def unregister_parameter(self, name: str) -> None:
        """Turn a parameter into a plain attribute that is None.

        Raises:
            ModuleError: if there is no parameter of this name.
        """
        if name not in self._parameters:
            raise ModuleError(f'{type(self).__name__} has no parameter {name!r}')
        del self._parameters[name]
        object.__setattr__(self, name, None)


class AnalogLayer(AnalogLayerBase):
    """Mix-in of layers whose weight matrix is on `analog_module`."""

    def place_weights(self, out_size: int, in_size: int, rpu_config: RPUConfigBase | None,
                      tile_module_class: type[Module] | None = None) -> None:
        """Move the weights that torch has initialised onto tiles.

        Raises:
            ConfigError: if `rpu_config` is no configuration.
            ModuleError: if torch has put the weights on its device `meta`, where they have no values.
        """
        if rpu_config is None:
            from aihwlab.simulator.configs import SingleRPUConfig
            rpu_config = SingleRPUConfig()
        if not isinstance(rpu_config, RPUConfigBase):
            raise ConfigError(f'rpu_config = {rpu_config!r}: must be a configuration such as SingleRPUConfig(), an object, '
                              'not a class')
        if self.weight.is_meta:
            raise ModuleError(f'{type(self).__name__} on the torch device meta: an analog tile needs memory, on cpu or cuda')
        weight, bias = self.weight.detach(), None if self.bias is None else self.bias.detach()
        self.unregister_parameter('weight')
        self.unregister_parameter('bias')
        tile_class = tile_module_class or rpu_config.get_default_tile_module_class(out_size, in_size)
        self.analog_module = tile_class(out_size, in_size, rpu_config, bias=bias is not None)
        self.analog_module.set_weights(weight, bias)

    def set_weights(self, weight: Tensor, bias: Tensor | None = None, **kwargs: Any) -> None:
        """Write logical weights [out, in] and bias [out]; see `TileWithPeriphery.set_weights`."""
        self.analog_module.set_weights(weight, bias, **kwargs)

    def get_weights(self, **kwargs: Any) -> tuple[Tensor, Tensor | None]:
        """Return copies of the logical weights [out, in] and the bias or None; see `TileWithPeriphery.get_weights`."""
        return self.analog_module.get_weights(**kwargs)

    def copy_to(self, digital: Module, realistic: bool) -> Module:
        """Copy the logical weights, exactly or as they are read, into a torch layer and return it."""
        weight, bias = self.get_weights(realistic=realistic)
        tile = next(self.analog_tiles())
        digital.to(tile.device)
        digital.weight.data.copy_(weight.reshape(digital.weight.shape))
        if bias is not None:
            digital.bias.data.copy_(bias)
        return digital.train(self.training)

    def copy_from(self: Layer, digital: Module) -> Layer:
        """Take over weights, torch device and mode of a torch layer, and return this layer."""
        self.to(digital.weight.device)
        self.set_weights(digital.weight.detach(), None if digital.bias is None else digital.bias.detach())
        return self.train(digital.training)

    def describe_tiles(self) -> str:
        """Return what `repr` adds to a layer: the class of its configuration."""
        return f'rpu_config={type(next(self.analog_tiles()).rpu_config).__name__}'

    def has_bias(self) -> bool:
        """Return whether the layer adds a bias."""
        module = self.analog_module
        return module.bias is not None or getattr(module, 'analog_bias', False)
