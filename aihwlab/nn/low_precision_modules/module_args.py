"""The arguments with which a layer of torch was made."""

from inspect import signature
from typing import Any

from torch.nn import Module


def get_module_args(module: Module) -> dict[str, Any]:
    """Return the named arguments that make another layer like one of torch, such as `Linear` or `Conv2d`.

    The type and the torch device of its numbers are left out, and so is what has no attribute of its name.
    """
    names = [name for name in signature(type(module)).parameters if name not in ('device', 'dtype') and hasattr(module, name)]
    return {name: getattr(module, name) is not None if name == 'bias' else getattr(module, name) for name in names}
