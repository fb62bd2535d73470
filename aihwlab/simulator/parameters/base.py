"""Base of the configurations of a tile."""

from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any, TypeVar

from aihwlab.exceptions import UnknownParameterError
from aihwlab.parameters.base import Parameters
from aihwlab.simulator.parameters.runtime import RuntimeParameter

RPUConfigGeneric = TypeVar('RPUConfigGeneric', bound='RPUConfigBase')


@dataclass
class RPUConfigBase(Parameters):
    """Everything that one tile (resistive processing unit, RPU) needs to be built.

    A configuration may carry attributes of your own, for a tile class of your own, as long as their names do not look
    like a misspelt parameter, or like a parameter of a part of the configuration.
    """

    tile_class: type
    """Class of the tile that this configuration builds."""

    runtime: RuntimeParameter = field(default_factory=RuntimeParameter, compare=False)
    """How the tile is computed."""

    def compatible_with(self, tile_class_name: str) -> bool:
        """Return whether a saved state of a tile class of this name fits."""
        return tile_class_name == self.tile_class.__name__

    def get_default_tile_module_class(self, out_size: int = 0, in_size: int = 0) -> Any:
        """Return the class that a layer of this size is built of; without a size, the class of the tile."""
        return self.tile_class

    def create_tile(self, out_size: int, in_size: int, **kwargs: Any) -> Any:
        """Return a new tile with this configuration; further arguments, such as `bias`, are those of its class."""
        return self.tile_class(out_size, in_size, self, **kwargs)

    def _unknown(self, name: str) -> None:
        if get_close_matches(name, [declared.name for declared in fields(self)], n=1, cutoff=0.8):
            super()._unknown(name)
        parts = [part for part, value in vars(self).items() if name in getattr(value, '__dataclass_fields__', ())]
        if parts:
            meant = ' or '.join(repr(f'{part}.{name}') for part in parts)
            raise UnknownParameterError(f'{type(self).__name__} has no parameter {name!r}; did you mean {meant}?')
