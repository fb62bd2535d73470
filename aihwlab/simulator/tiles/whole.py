"""A network with tiles changes as a whole or not at all.

Torch goes through the modules of a network one by one when it converts it or loads a checkpoint, so that those before the one
that refuses would be changed already. The root may be a module that knows nothing of tiles. So two methods of torch's `Module`
are replaced, for all modules, by what they were with something before and after; modules without tiles notice nothing.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import torch
from torch.nn import Module
from torch.nn.parameter import is_lazy


def as_a_whole(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Return torch's conversion of a module, to another number format or torch device, after all tiles were asked."""
    @wraps(convert)
    def _apply(self: Any, fn: Callable[[torch.Tensor], torch.Tensor], *args: Any, **kwargs: Any) -> Any:
        for tile in tiles_in(self):
            tile.require_convertible(fn)
        return convert(self, fn, *args, **kwargs)
    return _apply


def or_not_at_all(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return torch's loading of a checkpoint; if any part of it is refused, nothing is changed."""
    @wraps(load)
    def load_state_dict(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not any(tiles_in(self)):
            return load(self, *args, **kwargs)
        restore = way_back(self.modules())
        try:
            return load(self, *args, **kwargs)
        except BaseException:
            restore()
            raise
    return load_state_dict


def tiles_in(module: Any) -> Iterable[Any]:
    """Yield all tiles in a module, which have an inside that torch does not see."""
    return (part for part in module.modules() if hasattr(part, 'inside'))


def way_back(modules: Iterable[Any]) -> Callable[[], None]:
    """Return a function that brings back what modules hold now: parameters, buffers, and the insides of tiles."""
    modules = list(modules)
    kept = [(present, dict(present)) for module in modules for present in (module._parameters, module._buffers)]
    tensors = {tensor for _, was in kept for name, tensor in was.items() if tensor is not None and name != 'analog_ctx'}
    copies = [(tensor, tensor.detach().clone()) for tensor in tensors if not is_lazy(tensor)]  # these have no numbers yet
    insides = [module.inside() for module in modules if hasattr(module, 'inside')]

    def restore() -> None:
        for present, was in kept:
            present.clear()
            present.update(was)
        with torch.no_grad():
            for tensor, copy in copies:
                tensor.detach().copy_(copy)
        for put_back in insides:
            put_back()
    return restore


Module._apply = as_a_whole(Module._apply)
Module.load_state_dict = or_not_at_all(Module.load_state_dict)
