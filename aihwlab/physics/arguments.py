"""Checks of arguments at the border of the package: what is wrong is named, with its value and what is allowed."""

import math


def positive(name, value):
    """Return a number as it is, or raise a ValueError unless it is positive and finite."""
    if not 0 < value < math.inf:
        raise ValueError(f'{name} = {value!r} must be positive and finite')
    return value


def not_negative(name, value):
    """Return a number as it is, or raise a ValueError unless it is finite and at least 0."""
    if not 0 <= value < math.inf:
        raise ValueError(f'{name} = {value!r} must be finite and at least 0')
    return value


def fraction(name, value):
    """Return a number as it is, or raise a ValueError unless it lies in [0, 1]."""
    if not 0 <= value <= 1:
        raise ValueError(f'{name} = {value!r} must be a number from 0 to 1')
    return value


def count(name, value):
    """Return a number as an int, or raise a ValueError unless it is a whole number of at least 1."""
    if not 1 <= value < math.inf or value != int(value):
        raise ValueError(f'{name} = {value!r} must be a whole number of at least 1')
    return int(value)


def one_of(name, value, allowed):
    """Return a name as it is, or raise a ValueError unless it is among those allowed."""
    if value not in allowed:
        raise ValueError(f'{name} = {value!r} must be one of {", ".join(map(repr, allowed))}')
    return value
