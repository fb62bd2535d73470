"""What a tile is to torch: a module that owns arrays, moves between devices, and is saved and loaded exactly."""

import torch
from torch.nn import Module

from aihwlab.exceptions import TileModuleError
from aihwlab.simulator.tiles.context import AnalogContext


class TileModule(Module):
    """A module whose weights live in arrays of the kernel; its `analog_ctx` shows them to torch.

    Subclasses provide `weights` (the array of visible weights), `move_arrays(device)`, `tile_state()` and
    `load_tile_state(state)`.
    """

    def link_context(self):
        """Let `analog_ctx` show the present memory of the weights."""
        data = self.weight_view()
        if self._parameters.get('analog_ctx') is None:
            self.analog_ctx = AnalogContext(self, data)
        else:
            self.analog_ctx.analog_tile = self
            self.analog_ctx.data = data

    @property
    def device(self):
        """The torch device of the tile."""
        return self.analog_ctx.device

    @property
    def is_cuda(self):
        """Whether the tile is on a GPU."""
        return self.analog_ctx.is_cuda

    def _apply(self, fn, recurse=True):
        probe = fn(torch.empty(0, device=self.device))
        if probe.dtype is not torch.float32:
            raise TileModuleError(f'{type(self).__name__} computes in float32 and cannot change to {probe.dtype}')
        super()._apply(fn, recurse)
        self.move_arrays(probe.device)
        self.link_context()
        return self

    def __setstate__(self, state):
        super().__setstate__(state)
        self.link_context()

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + 'analog_tile_state'] = self.tile_state()

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs):
        key = prefix + 'analog_tile_state'
        context = self.analog_ctx
        fits = getattr(state_dict.get(prefix + 'analog_ctx'), 'shape', context.shape) == context.shape
        if key in state_dict and fits:  # torch reports a size that does not fit, by name, with those of other layers
            self.load_tile_state(state_dict[key])
        elif key not in state_dict and strict:
            missing_keys.append(key)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        if self.analog_ctx is not context:  # `load_state_dict(assign=True)` has put a parameter without a tile in its place
            with torch.no_grad():
                context.copy_(self.analog_ctx)
            self.analog_ctx = context
        if key in unexpected_keys:
            unexpected_keys.remove(key)
