"""Configurations as plain dictionaries: a checkpoint holds no pickled classes and loads with `weights_only=True`."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from aihwlab.exceptions import ConfigError, TileError
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
    if isinstance(value, dict):
        return {'dict': [[to_plain(key), to_plain(item)] for key, item in value.items()]}
    return value.item() if isinstance(value, np.generic) else value


def from_plain(plain: Any, path: str = 'rpu_config', is_complete: bool = True) -> Any:
    """Rebuild what `to_plain` has written. Whether values go together is not checked, see `Parameters.validate`.

    A class that is not known here (a preset of the user's own) becomes its nearest known base class: all values are
    those that were saved.

    Args:
        plain: the dictionaries.
        path: what to call them in messages.
        is_complete: whether a parameter that is missing is an error; otherwise, in what an older version has written, it has
            its default value.

    Raises:
        TileError: if no class of the saved configuration is known, or for a part that is missing, unknown or of another
            type; the message names it.
    """
    if isinstance(plain, list):
        return [from_plain(item, f'{path}[{number}]', is_complete) for number, item in enumerate(plain)]
    if not isinstance(plain, dict):
        return plain
    if plain.keys() == {'enum', 'member'}:
        return _member(plain['enum'], plain['member'], path)
    if plain.keys() == {'dict'}:
        return _dictionary(from_plain(plain['dict'], path, is_complete), path)
    if plain.keys() != {'class', 'fields'} or not isinstance(plain['class'], list) or not isinstance(plain['fields'], dict):
        raise TileError(f'{path} = {plain!r}: must be a dictionary of a class and its fields')
    known: dict[str, Any] = {cls.__name__: cls for cls in _subclasses(Parameters)}
    found = [known[name] for name in map(str, plain['class']) if name in known]
    if not found:
        raise TileError(f'{path}: the checkpoint holds a configuration of class {", ".join(map(str, plain["class"][:1]))}, '
                        'which is not known here')
    try:
        needed = [field.name for field in fields(found[0]) if field.default is MISSING and field.default_factory is MISSING]
        result = found[0](**{name: from_plain(plain['fields'][name], f'{path}.{name}', is_complete)
                             for name in needed if name in plain['fields']})
    except (ArithmeticError, ConfigError, TypeError) as error:
        raise TileError(f'{path} in the checkpoint is of class {found[0].__name__}, which cannot be made: {error}') from error
    return _with_fields(result, plain['fields'], path, is_complete)


def _with_fields(result: Any, saved: dict[str, Any], path: str, is_complete: bool) -> Any:
    """Return parameters that take saved values in place of their own."""
    expected = {field.name for field in fields(result) if not isinstance(getattr(result, field.name), type)}
    if is_complete and expected - saved.keys():
        raise TileError(f'{path} in the checkpoint lacks {", ".join(sorted(expected - saved.keys()))}')
    for name, item in saved.items():
        value = from_plain(item, f'{path}.{name}', is_complete)
        try:
            setattr(result, name, value)
        except (ConfigError, TypeError) as error:
            raise TileError(f'{path}.{name} = {item!r} in the checkpoint: {error}') from error
    return result


def _dictionary(pairs: Any, path: str) -> dict[Any, Any]:
    try:
        return dict(pairs)
    except (TypeError, ValueError) as error:
        raise TileError(f'{path} = {pairs!r} in the checkpoint: must be pairs of a key and a value') from error


def _member(kind: Any, member: Any, path: str) -> Enum:
    """Return a member of a class of choices, by the names of both."""
    cls = getattr(enums, str(kind), None)
    if not (isinstance(cls, type) and issubclass(cls, Enum)):
        raise TileError(f'{path} in the checkpoint is of the kind {kind!r}, which is not known here')
    if not isinstance(member, str) or member not in cls.__members__:
        raise TileError(f'{path} = {member!r} in the checkpoint: must be among {", ".join(cls.__members__)}')
    return cls[member]


def _subclasses(cls: Any) -> Iterator[Any]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
