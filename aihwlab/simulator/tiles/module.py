"""What a tile is to torch: a module around a tile of the kernel, which moves between torch devices and is saved exactly."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from torch.nn import Module

from aihwlab.exceptions import TileError, TileModuleError
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.base import Parameters
from aihwlab.simulator.tiles import whole  # noqa: F401 (networks with tiles change as a whole from now on)
from aihwlab.simulator.tiles.checkpoint import read, state_of
from aihwlab.simulator.tiles.context import AnalogContext
from aihwlab.simulator.tiles.exchange import (
    as_array,
    as_tensor,
    require_room,
    share_threads_of_torch,
    stream_of_torch,
    to_torch_device,
)

CPU = torch.device('cpu')
UNNOTICED = -1
"""In place of `Parameters.changes`: there may be a change that the tile has not noticed."""


class ConfigChoice(NamedTuple):
    """Which configuration a tile has after it has loaded a checkpoint.

    Attributes:
        saved: the one that was saved; otherwise the tile keeps its own.
        related: a tile that keeps its own refuses a checkpoint whose configuration is neither of a base class nor derived.
    """

    saved: bool = True
    related: bool = True


class TileModule(Module, ABC):
    """A module around a tile of the kernel; its `analog_ctx` shows the tile's weights to torch.

    Subclasses make the tile in `build_tile`.

    Whoever holds a tile can change its configuration, and write into `analog_ctx`. The tile notices before it does anything
    else (`notice_changes`): what can take effect does, and the rest is refused.

    Attributes:
        kernel_tile: the tile of the kernel, which owns the weights.
        rpu_config: the configuration. Whoever assigns another one does what changing all its parameters would do.
        built_for: the configuration as it was when the tile last noticed a change of it.
        changes: `Parameters.changes` at that time.
        learning_rate: learning rate of the tile.
        reference_weights: the weights that `program_weights` aims at, or None.
        context_class: class of `analog_ctx`.
        kept: names of the attributes that a checkpoint replaces.
        optional_parts: names of what a checkpoint may have of a tile, or not.
    """

    kernel_tile: Tile
    analog_bias: bool
    context_class: ClassVar[type[AnalogContext]] = AnalogContext
    kept: ClassVar[tuple[str, ...]] = (
        'kernel_tile', '_rpu_config', 'built_for', 'changes', 'learning_rate', 'reference_weights')
    optional_parts: ClassVar[frozenset[str]] = frozenset()
    config_choice = ConfigChoice()
    built_for: Any
    changes: int
    learning_rate: float
    reference_weights: torch.Tensor | None

    @abstractmethod
    def build_tile(self, rpu_config: Any, seed: int) -> Tile:
        """Return a new tile of the kernel for a configuration, on the CPU."""

    @abstractmethod
    def require_fits(self, rpu_config: Any) -> None:
        """Raise an error if a configuration that is possible by itself does not go with the digital parts of the tile."""

    @abstractmethod
    def follow(self, rpu_config: Any) -> None:
        """Let a changed configuration take effect.

        Raises:
            ConfigError: if it needs other devices. Nothing is changed.
        """

    def take(self, tile: Tile, rpu_config: Any) -> None:
        """Take a tile of the kernel and the configuration that it was built for."""
        self.kernel_tile, self.rpu_config = tile, rpu_config
        self.built_for, self.changes = deepcopy(rpu_config), Parameters.changes
        self.link_context()

    def link_context(self) -> None:
        """Let `analog_ctx` show the present memory of the weights."""
        with torch.inference_mode(False):
            data = self.weight_view()
            if self._parameters.get('analog_ctx') is None:
                self.analog_ctx = self.context_class(self, data)
            else:
                self.analog_ctx.analog_tile = self
                self.analog_ctx.show(data)

    def crossbar_weights(self) -> torch.Tensor:
        """Return all weights in the crossbar as a tensor that shares their memory, a column of biases included."""
        return as_tensor(self.kernel_tile.weights)

    def weight_view(self) -> torch.Tensor:
        """Return the weights in the crossbar as a tensor that shares their memory, [out, in], without a column of biases."""
        weights = self.crossbar_weights()
        return weights[:, :-1] if self.analog_bias else weights

    def present_weights(self) -> torch.Tensor:
        """Return the weights, those of an analog bias included, that an evaluation or training finds in the crossbar."""
        return self.crossbar_weights()

    @property
    def rpu_config(self) -> Any:
        """The configuration."""
        return self._rpu_config

    @rpu_config.setter
    def rpu_config(self, rpu_config: Any) -> None:
        self._rpu_config, self.changes = rpu_config, UNNOTICED

    @property
    def device(self) -> torch.device:
        """The torch device of the tile."""
        weights = self.kernel_tile.weights
        return CPU if isinstance(weights, np.ndarray) else torch.device('cuda', weights.device.id)

    @property
    def is_cuda(self) -> bool:
        """Whether the tile is on a GPU."""
        return self.device.type == 'cuda'

    @property
    def seed(self) -> int:
        """Seed of all random numbers of the tile."""
        return self.kernel_tile.seed

    def run(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a method of the kernel's tile returns, computed on torch's threads or on its stream."""
        context = self.noticed_context()
        if context.is_cpu:
            share_threads_of_torch()
            return method(*arguments)
        with stream_of_torch(self.device):
            return method(*arguments)

    def noticed_context(self) -> Any:
        """Return the context, after `notice_changes` if anything may have changed; this is asked many times a step."""
        context = self._parameters['analog_ctx']
        if (self.changes != Parameters.changes or type(context) is not self.context_class or context.analog_tile is not self
                or context.seen != context._version):
            self.notice_changes()
        return context

    def notice_changes(self) -> None:
        """Let what was changed from outside take effect: parameters of the configuration, and numbers in `analog_ctx`.

        Raises:
            ConfigError: for impossible parameters, and those for which the devices would have to be made anew.
            TileError: if `analog_ctx` is not that of this tile.
            ValueError: if NaN or infinite values were written.
        """
        context = self._parameters['analog_ctx']
        if getattr(context, 'analog_tile', None) is not self:
            raise TileError('analog_ctx was replaced by another tensor, which the crossbar does not know: write weights by '
                            'set_weights(), or into analog_ctx')
        if self.changes != Parameters.changes:
            changes = Parameters.changes
            if self.changes == UNNOTICED or self.rpu_config != self.built_for:
                self.rpu_config.validate()
                self.require_fits(self.rpu_config)
                self.follow(self.rpu_config)
                self.built_for = deepcopy(self.rpu_config)
            self.changes = changes
        if context.seen != context._version:
            written = self.crossbar_weights().clone()
            context.seen, self.reference_weights = context._version, None
            self.run(self.kernel_tile.write, as_array(written))

    def inside(self) -> Callable[[], None]:
        """Return a function that brings back the present state of the tile, of which loading replaces all parts."""
        kept = {name: getattr(self, name) for name in self.kept}

        def put_back() -> None:
            self.__dict__.update(kept)
            self.link_context()
        return put_back

    def tile_state(self) -> dict[str, Any]:
        """Return all that a checkpoint needs besides parameters and buffers: tensors, strings and numbers only."""
        self.notice_changes()
        return state_of(self)

    def further_state(self) -> dict[str, Any]:
        """Return what a checkpoint needs of a tile of this class besides: names of attributes and plain values."""
        return {}

    def read_further(self, state: dict[str, Any], rpu_config: Any, key: str) -> dict[str, Any]:
        """Return the attributes that a saved `further_state` describes, for the configuration that the tile is to have.

        Raises:
            TileError: for a part that is impossible; the message names it.
        """
        return {}

    def load_tile_state(self, state: dict[str, Any], weights: torch.Tensor, key: str = 'analog_tile_state') -> None:
        """Take over a saved state: configuration, cells, random stream and weights.

        Raises:
            TileError: for a state that is impossible or does not fit, see `aihwlab.simulator.tiles.checkpoint.read`. Nothing
                is changed.
            TileModuleError: for another mapping.
        """
        self._take_state(read(self, state, weights, key))

    def _take_state(self, state: dict[str, Any]) -> None:
        self.take(state['kernel_tile'], state['rpu_config'])
        for name in state.keys() - {'kernel_tile', 'rpu_config'}:
            setattr(self, name, state[name])

    def require_convertible(self, fn: Callable[[torch.Tensor], torch.Tensor]) -> None:
        """Raise a TileModuleError if a function makes something of tensors that a tile cannot be made of.

        Raises:
            CudaError: for a GPU without CuPy and numba-cuda.
            MemoryError: for a GPU that has no room for the tile, with the amount that it takes.
        """
        probe = fn(torch.empty(0, device=self.device))
        to_torch_device(np.empty(0), probe.device)
        if probe.is_cuda and probe.device != self.device:
            require_room(self.kernel_tile, probe.device)
        if probe.dtype is not torch.float32:
            raise TileModuleError(f'{type(self).__name__} computes in float32 and cannot change to {probe.dtype}')
        if probe.is_cpu and probe.is_shared():
            raise TileModuleError(f'{type(self).__name__} cannot be shared with other processes, because random numbers and '
                                  'the state of its devices are its own: give each process a copy, by state_dict()')

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> 'TileModule':
        self.notice_changes()
        with self._context_hidden():
            super()._apply(fn, recurse)
        torch_device = fn(torch.empty(0, device=self.device)).device
        self.kernel_tile.map(lambda array: to_torch_device(array, torch_device))
        self.link_context()
        return self

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.link_context()

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        state = self.tile_state()
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + 'analog_tile_state'] = state

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, local_metadata: Any, strict: bool,
                              missing_keys: list[str], unexpected_keys: list[str], error_msgs: list[str]) -> None:
        """Load a checkpoint: torch the digital parts, and the tile what stands on the crossbar."""
        key, weights_key = prefix + 'analog_tile_state', prefix + 'analog_ctx'
        weights: Any = state_dict.get(weights_key)
        context, state = self.analog_ctx, None
        if strict:
            missing_keys += [name for name in (key, weights_key) if name not in state_dict]
        if torch.is_tensor(weights) and weights.shape != context.shape:
            error_msgs.append(f'size mismatch for {weights_key}: copying a param with shape {weights.shape} from checkpoint, '
                              f'the shape in current model is {context.shape}.')
            return
        if key in state_dict:
            state = read(self, state_dict[key], context.detach() if weights_key not in state_dict else weights, key)
        digital = {name: value for name, value in state_dict.items() if name not in (key, weights_key)}
        load = super()._load_from_state_dict
        with self._context_hidden():
            self.prepare_for(digital, prefix, self.rpu_config if state is None else state['rpu_config'])
            load(digital, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        if state is not None:
            self._take_state(state)
        elif torch.is_tensor(weights):
            self.kernel_tile = deepcopy(self.kernel_tile)  # the present one may have to be brought back
            self.link_context()
            self.analog_ctx.data = weights.to(self.device)

    def prepare_for(self, digital: dict[str, Any], prefix: str, rpu_config: Any) -> None:
        """Check the digital parts of a checkpoint, and make room for them."""

    @contextmanager
    def _context_hidden(self) -> Iterator[None]:
        """Keep torch from what it does to all parameters: `analog_ctx` only shows what the tile does."""
        kept = dict(self._parameters)
        del self._parameters['analog_ctx']
        try:
            yield
        finally:
            present = {**self._parameters, 'analog_ctx': kept['analog_ctx']}
            order = [*(name for name in kept if name in present), *(name for name in present if name not in kept)]
            self._parameters.clear()
            self._parameters.update({name: present[name] for name in order})
