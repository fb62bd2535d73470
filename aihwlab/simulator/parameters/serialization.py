"""Configurations as plain dictionaries: a checkpoint holds no pickled classes and loads with `weights_only=True`."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from aihwlab.exceptions import TileError
from aihwlab.parameters import enums
from aihwlab.parameters.base import Parameters


def to_plain(value: Any) -> Any:
    """Turn a configuration into dictionaries, lists, strings and numbers.

    Classes that a field holds (of tiles) are left out: they belong to the model that loads the configuration.
    """
    if is_dataclass(value):
        cls: Any = type(value)
        names = [base.__name__ for base in cls.__mro__ if hasattr(base, '__dataclass_fields__')]
        kept = {field.name: getattr(value, field.name) for field in fields(value)
                if not isinstance(getattr(value, field.name), type)}
        return {'class': names, 'fields': {name: to_plain(item) for name, item in kept.items()}}
    if isinstance(value, Enum):
        return {'enum': type(value).__name__, 'member': value.name}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def from_plain(plain: Any) -> Any:
    """Rebuild what `to_plain` has written.

    A class that is not known here (a preset of the user's own) becomes its nearest known base class: all values are
    those that were saved.

    Raises:
        TileError: if no class of the saved configuration is known.
    """
    if isinstance(plain, list):
        return [from_plain(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if 'enum' in plain:
        return getattr(enums, plain['enum'])[plain['member']]
    known: dict[str, Any] = {cls.__name__: cls for cls in _subclasses(Parameters)}
    found = [known[name] for name in plain['class'] if name in known]
    if not found:
        raise TileError(f'the checkpoint holds a configuration of class {plain["class"][0]}, which is not known here')
    result = found[0]()
    for name, item in plain['fields'].items():
        setattr(result, name, from_plain(item))
    return result


def _subclasses(cls: Any) -> Iterator[Any]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
