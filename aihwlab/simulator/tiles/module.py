"""What a tile is to torch: a module around a tile of the kernel, which moves between torch devices and is saved exactly."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch.nn import Module

from aihwlab import __version__
from aihwlab.exceptions import TileError, TileModuleError
from aihwlab.kernel.tile import Tile
from aihwlab.simulator.parameters.serialization import from_plain, to_plain
from aihwlab.simulator.tiles.context import AnalogContext
from aihwlab.simulator.tiles.exchange import (
    as_tensor,
    share_threads_of_torch,
    state_as_arrays,
    state_as_tensors,
    stream_of_torch,
    to_torch_device,
)


class TileModule(Module, ABC):
    """A module around a tile of the kernel; its `analog_ctx` shows the tile's weights to torch.

    Subclasses make the tile in `build_tile`.

    Attributes:
        tile: the tile of the kernel, which owns the weights.
        rpu_config: the configuration.
        learning_rate: learning rate of the tile.
        reference_weights: the weights that `program_weights` aims at, or None.
    """

    tile: Tile
    rpu_config: Any
    learning_rate: float
    reference_weights: torch.Tensor | None

    @abstractmethod
    def build_tile(self, rpu_config: Any, seed: int) -> Tile:
        """Return a new tile of the kernel for a configuration, on the CPU."""

    def link_context(self) -> None:
        """Let `analog_ctx` show the present memory of the weights."""
        data = self.weight_view()
        if self._parameters.get('analog_ctx') is None:
            self.analog_ctx = AnalogContext(self, data)
        else:
            self.analog_ctx.analog_tile = self
            self.analog_ctx.data = data

    def weight_view(self) -> torch.Tensor:
        """Return the weights in the crossbar as a tensor that shares their memory."""
        return as_tensor(self.tile.weights)

    @property
    def device(self) -> torch.device:
        """The torch device of the tile."""
        return self.analog_ctx.device

    @property
    def is_cuda(self) -> bool:
        """Whether the tile is on a GPU."""
        return self.analog_ctx.is_cuda

    @property
    def seed(self) -> int:
        """Seed of all random numbers of the tile."""
        return self.tile.seed

    def run(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a method of the kernel's tile returns, computed on torch's threads or on its stream."""
        if isinstance(self.tile.weights, np.ndarray):
            share_threads_of_torch()
            return method(*arguments)
        with stream_of_torch(self.device):
            return method(*arguments)

    def tile_state(self) -> dict[str, Any]:
        """Return all that a checkpoint needs besides parameters and buffers: tensors, strings and numbers only."""
        state = self.tile.state()
        state.pop('weights')  # they are the parameter `analog_ctx`, which torch saves
        return {'version': __version__, 'analog_tile_class': type(self).__name__, 'rpu_config': to_plain(self.rpu_config),
                'learning_rate': self.learning_rate, 'reference_weights': self.reference_weights, **state_as_tensors(state)}

    def load_tile_state(self, state: dict[str, Any], weights: torch.Tensor) -> None:
        """Take over a saved state: configuration, cells, random stream and weights.

        Raises:
            TileError: for a state that lacks an entry, or is that of another class of tiles.
            TileModuleError: for another mapping.
        """
        missing = self.tile_state().keys() - state.keys()
        if missing:
            raise TileError(f'the state of a tile in the checkpoint lacks {", ".join(sorted(missing))}')
        if state['analog_tile_class'] != type(self).__name__:
            raise TileError(f'the checkpoint was made by a {state["analog_tile_class"]}, this tile is a {type(self).__name__}')
        config = from_plain(state['rpu_config'])
        config.tile_class, config.tile_array_class = self.rpu_config.tile_class, self.rpu_config.tile_array_class
        if not self.rpu_config.mapping.compatible_with(config.mapping):
            raise TileModuleError(f'the checkpoint has another mapping: {config.mapping}, this tile has '
                                  f'{self.rpu_config.mapping}')
        state = deepcopy(state)  # another tile may load it as well
        tile, torch_device = self.build_tile(config, state['seed']), self.device
        lacking = sorted(set(_parts(tile.state()['cells'])) - set(_parts(state['cells'])))
        if lacking:
            raise TileError(f'the cells of a tile in the checkpoint lack {", ".join(lacking)}')
        tile.load({**state_as_arrays(state), 'weights': state_as_arrays(weights.detach())})
        tile.map(lambda array: to_torch_device(array, torch_device))
        self.tile, self.rpu_config = tile, config
        self.learning_rate, self.reference_weights = state['learning_rate'], state['reference_weights']
        self.link_context()

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> 'TileModule':
        probe = fn(torch.empty(0, device=self.device))
        if probe.dtype is not torch.float32:
            raise TileModuleError(f'{type(self).__name__} computes in float32 and cannot change to {probe.dtype}')
        super()._apply(fn, recurse)
        self.tile.map(lambda array: to_torch_device(array, probe.device))
        self.link_context()
        return self

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.link_context()

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + 'analog_tile_state'] = self.tile_state()

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, local_metadata: Any, strict: bool,
                              missing_keys: list[str], unexpected_keys: list[str], error_msgs: list[str]) -> None:
        key = prefix + 'analog_tile_state'
        context = self.analog_ctx
        weights = state_dict.get(prefix + 'analog_ctx', context)
        if key in state_dict and weights.shape == context.shape:  # torch reports all sizes that do not fit, by name
            self.load_tile_state(state_dict[key], weights)
        elif key not in state_dict and strict:
            missing_keys.append(key)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        if self.analog_ctx is not context:  # `load_state_dict(assign=True)` has put a parameter without a tile in its place
            with torch.no_grad():
                context.copy_(self.analog_ctx)
            self.analog_ctx = context
        if key in unexpected_keys:
            unexpected_keys.remove(key)


def _parts(state: Any, name: str = '') -> list[str]:
    """Return the dotted names of all parts of a state."""
    if not isinstance(state, dict):
        return [name]
    return [part for key, item in state.items() for part in _parts(item, f'{name}.{key}' if name else key)]
