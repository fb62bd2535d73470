"""Values and calls in a few readable characters, for the reports on a student's answer."""

from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass
from numbers import Integral, Number

import numpy as np

LONGEST = 60
"""Characters that a value may take up."""


def readable(value: object) -> str:
    """Return a value as one would type it, numbers with four digits; a long one is shortened or described."""
    text = _spelled(value)
    if len(text) <= LONGEST:
        return text
    if isinstance(value, np.ndarray):
        return f'<array of shape {value.shape}>'
    return shortened(text)


def shortened(text: str) -> str:
    """Return a text, the end of a long one cut off."""
    return text if len(text) <= LONGEST else f'{text[:LONGEST - 3]}...'


def readable_call(name: str, arguments: Iterable[object]) -> str:
    """Return the call of a function as one would type it."""
    return f'{name}({", ".join(map(readable, arguments))})'


def listed(words: Iterable[str]) -> str:
    """Return names as code, with commas and "and"."""
    *most, last = [f'`{word}`' for word in words]
    return f'{", ".join(most)} and {last}' if most else last


def _spelled(value):
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Number):
        return f'{value:.4g}'
    if isinstance(value, np.ndarray):
        return f'array({_spelled(value.tolist())})' if value.size <= LONGEST else f'<array of shape {value.shape}>'
    if type(value) in (list, tuple):
        items = ', '.join(map(_spelled, value))
        return f'[{items}]' if isinstance(value, list) else f'({items}{"," * (len(value) == 1)})'
    if type(value) is dict:
        return '{' + ', '.join(f'{key!r}: {_spelled(item)}' for key, item in value.items()) + '}'
    if is_dataclass(value) and not isinstance(value, type):
        return f'{type(value).__name__}({", ".join(_unusual(value))})'
    return getattr(value, '__name__', None) or repr(value)


def _unusual(value):
    """Yield the fields of a dataclass that differ from their defaults, as arguments."""
    for field in fields(value):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        if getattr(value, field.name) != default:
            yield f'{field.name}={_spelled(getattr(value, field.name))}'
