"""Checks of saved states: a part that is missing or impossible is named."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np


def require_part(requirement: Any, name: str, value: Any, allowed: str) -> None:
    """Raise a ValueError that says what is allowed, unless a requirement is met."""
    if not requirement:
        raise ValueError(f'{name} = {value!r}: must be {allowed}')


def require_parts(state: Any, expected: Mapping[str, Any], whose: str) -> None:
    """Raise a ValueError if a state lacks a part of what is expected, inside of its dictionaries too, or has others."""
    present, wanted = _parts(state), _parts(expected)
    if wanted - present:
        raise ValueError(f'{whose} lack {", ".join(sorted(wanted - present))}')
    if present - wanted:
        raise ValueError(f'{whose} have unknown parts: {", ".join(sorted(present - wanted))}')


def _parts(state: Any, name: str = '') -> set[str]:
    """Return the dotted names of all parts of a state."""
    if not isinstance(state, Mapping):
        return {name}
    return {part for key, item in state.items() for part in _parts(item, f'{name}.{key}' if name else str(key))}


def is_integer(value: Any) -> bool:
    """Return whether a value is an integer, and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, and no bool."""
    return isinstance(value, (Real, np.floating)) and not isinstance(value, bool) and bool(np.isfinite(float(value)))
