"""Modules with tiles below them change as a whole or not at all."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch.nn import Module as MixIn
else:
    MixIn = object  # so that a mix-in may stand before or after `Module` among the bases of a layer


class ChangesAsAWhole(MixIn):
    """Mix-in of modules that stay as they are, with all below them, if a conversion or a checkpoint is refused.

    Torch goes through modules one by one, so that those before the one that refuses would be changed already. This holds
    for what a module of this kind is asked for; a plain torch module around it does as torch does.
    """

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> Any:
        for module in self.modules():
            if hasattr(module, 'require_convertible'):
                module.require_convertible(fn)
        return super()._apply(fn, recurse)

    def load_state_dict(self, state_dict: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Load a checkpoint, as torch does; if any part of it is refused, nothing is changed."""
        restore = way_back(self.modules())
        try:
            return super().load_state_dict(state_dict, *args, **kwargs)
        except BaseException:
            restore()
            raise


def way_back(modules: Iterable[Any]) -> Callable[[], None]:
    """Return a function that brings back what modules hold now: parameters, buffers, and the insides of tiles."""
    modules = list(modules)
    kept = [(present, dict(present)) for module in modules for present in (module._parameters, module._buffers)]
    tensors = {tensor for _, was in kept for name, tensor in was.items() if tensor is not None and name != 'analog_ctx'}
    copies = [(tensor, tensor.detach().clone()) for tensor in tensors]
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
