"""Containers of analog layers."""

from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from torch import Tensor
from torch.nn import Module, Sequential

from aihwlab.exceptions import ModuleError
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.simulator.parameters.base import RPUConfigBase


class AnalogContainerBase(AnalogLayerBase):
    """Mix-in of modules that hold analog layers."""

    IS_CONTAINER = True

    def get_weights(self, **kwargs: Any) -> OrderedDict[str, tuple[Tensor, Tensor | None]]:
        """Return the logical weights of all tiles: an ordered dictionary, tile name -> (weight, bias)."""
        return OrderedDict((name, tile.get_weights(**kwargs)) for name, tile in self.named_analog_tiles())

    def set_weights(self, weights: Mapping[str, tuple[Tensor, Tensor | None]], **kwargs: Any) -> None:
        """Write the logical weights of all tiles, as `get_weights` returns them.

        Raises:
            ModuleError: if a tile is missing in the dictionary.
        """
        for name, tile in self.named_analog_tiles():
            if name not in weights:
                raise ModuleError(f'no weights for the tile {name!r}; given are {sorted(weights)}')
            tile.set_weights(*weights[name], **kwargs)


class AnalogSequential(AnalogContainerBase, Sequential):
    """`torch.nn.Sequential` that knows its analog layers and tiles."""

    @classmethod
    def from_digital(cls, module: Sequential, rpu_config: RPUConfigBase | None = None,
                     tile_module_class: type[Module] | None = None) -> 'AnalogSequential':
        """Return an analog container with the modules of a `torch.nn.Sequential`."""
        analog = cls(OrderedDict(all_children(module)))
        analog.training = module.training  # not `train`, which would change the modules inside: some may be frozen
        return analog

    def to_digital(self) -> Sequential:
        """Return a `torch.nn.Sequential` with the same modules."""
        digital = Sequential(OrderedDict(all_children(self)))
        digital.training = self.training
        return digital


class AnalogWrapper(AnalogContainerBase):
    """A module of any class that knows its analog layers and tiles.

    `AnalogWrapper(module)` returns an object of a class `AnalogWrapper<Name>`, derived from this class and the module's
    own; it has the parameters, modules and attributes of the module. Wrapped modules can be copied and pickled.
    """

    wrapped_class: ClassVar[type[Module]]

    def __new__(cls, module: Module) -> Any:
        """Wrap a module; one that is wrapped already is returned as it is."""
        if isinstance(module, AnalogContainerBase):
            return module
        return same_state(wrapper_class(type(module)), module)  # type: ignore[arg-type]  # a class is hashable

    def __init__(self, module: Module) -> None:
        """Keep the state that `__new__` has taken over."""

    def to_digital(self) -> Module:
        """Return an object of the original class with the same state."""
        digital: Module = same_state(type(self).wrapped_class, self)
        return digital

    def __reduce__(self) -> tuple[Any, ...]:
        return _bare_wrapper, (type(self).wrapped_class,), self.__getstate__()


@cache
def wrapper_class(wrapped_class: type[Module]) -> type[AnalogWrapper]:
    """Return the analog class for a module class."""
    return type(f'AnalogWrapper{wrapped_class.__name__}', (AnalogWrapper, wrapped_class), {
        'wrapped_class': wrapped_class, '__doc__': wrapped_class.__doc__})


def same_state(cls: Any, module: Module) -> Any:
    """Return an object of a class with the parameters, modules and attributes of a module."""
    other = object.__new__(cls)
    other.__dict__.update(module.__dict__)  # Python 3.13.0 empties a dictionary that two objects have in common
    return other


def _bare_wrapper(wrapped_class):
    return object.__new__(wrapper_class(wrapped_class))


def all_children(module: Module) -> list[tuple[str, Module]]:
    """Return names and modules of all children; one that occurs several times is there each time (torch gives it once)."""
    return [(name, child) for name, child in module._modules.items() if child is not None]
