"""Checks of arguments as they enter the package: an error names the argument, its value and what is allowed."""

import math
from collections.abc import Collection


def positive(name: str, value: float) -> float:
    """Return a number unchanged, or raise a ValueError if it is not positive and finite."""
    if not 0 < value < math.inf:
        raise ValueError(f'{name} = {value!r} must be positive and finite')
    return value


def not_negative(name: str, value: float) -> float:
    """Return a number unchanged, or raise a ValueError if it is not finite and at least 0."""
    if not 0 <= value < math.inf:
        raise ValueError(f'{name} = {value!r} must be finite and at least 0')
    return value


def fraction(name: str, value: float) -> float:
    """Return a number unchanged, or raise a ValueError if it is not in [0, 1]."""
    if not 0 <= value <= 1:
        raise ValueError(f'{name} = {value!r} must be a number from 0 to 1')
    return value


def count(name: str, value: float) -> int:
    """Return a number as an int, or raise a ValueError if it is not a whole number, 1 or more."""
    if not 1 <= value < math.inf or value != int(value):
        raise ValueError(f'{name} = {value!r} must be a whole number, 1 or more')
    return int(value)


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """Return a name unchanged, or raise a ValueError if it is not among those allowed."""
    if value not in allowed:
        raise ValueError(f'{name} = {value!r} must be one of {", ".join(map(repr, allowed))}')
    return value
