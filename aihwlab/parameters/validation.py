"""Is this value allowed? Types are checked against the annotation of a field, numbers against an interval.

An interval is written as in mathematics: `[0, 1]` with both ends, `(0, inf)` without its ends. A value that an interval
must contain is therefore never NaN, and infinite only where the end `inf` is included. Tiles compute in float32, which has no
numbers beyond 3e38 and hardly any below 1e-38; so finite numbers keep away from both, see `SMALLEST` and `LARGEST`.
"""

from enum import Enum
from math import inf
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

FINITE = '(-inf, inf)'

SMALLEST, LARGEST = 1e-15, 1e15
"""Magnitudes that a number may have, if it is not 0: float32 has room for the product of any two of them."""

NUMBERS = {int: Integral, float: Real}
"""An int may stand for a float, never a float for an int, and a bool for neither."""

MANY = {float: 'numbers', str: 'names'}
"""Words for what a dictionary holds, if it is not lists."""


def expected_type(value: Any, annotation: Any) -> str | None:
    """Return None if a value fits an annotation, otherwise the words for what would; other annotations fit anything."""
    options = _options(annotation)
    if any(_fits(value, option) for option in options):
        return None
    return ' or '.join(_words(option) for option in options)


def expected_range(value: Any, interval: str) -> str | None:
    """Return None if all numbers of a value (a number, or a list of them) lie in an interval, otherwise the words.

    Numbers must have a magnitude for which float32 has room, too; not so integers, where the interval ends before infinity.
    """
    items = value if isinstance(value, list) else [value]
    numbers = [item for item in items if isinstance(item, Real) and not isinstance(item, bool)]
    if not all(_inside(number, interval) for number in numbers):
        return f'in {interval}'
    if not all(_has_room(number, interval) for number in numbers):
        return f'in {interval}, and 0 or of a magnitude from {SMALLEST:g} to {LARGEST:g}, because tiles compute in float32'
    return None


def require(name: str, value: Any, kind: Any = int, interval: str = '[1, inf)', error: type[Exception] = ValueError) -> None:
    """Check an argument of a function, by default an integer of at least 1.

    Raises:
        ValueError: for an impossible value, with its name and what is allowed; or another error, if one is given.
    """
    words = expected_type(value, kind) or expected_range(value, interval)
    if words is not None:
        raise error(f'{name} = {value!r}: must be {words}')


def _options(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is list:
        return isinstance(value, list) and all(_fits(item, inner) for item in value for inner in get_args(kind))
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_fits(*pair) for item in value.items() for pair in zip(item, get_args(kind)))
    if kind in NUMBERS:
        return isinstance(value, NUMBERS[kind]) and not isinstance(value, bool)
    return get_origin(kind) is not None or not isinstance(kind, type) or isinstance(value, kind)


def _words(kind: Any) -> str:
    if get_origin(kind) is dict:
        return 'a dictionary of {} by {}'.format(*(MANY.get(kind, 'lists') for kind in reversed(get_args(kind))))
    if get_origin(kind) is list:
        inner = get_args(kind)[0]
        if get_origin(inner) is list:
            return 'a list of lists'
        return 'a list' if inner in NUMBERS else f'a list of instances of {inner.__name__}'
    if kind is NoneType:
        return 'None'
    if issubclass(kind, Enum):
        return f'{kind.__name__}.' + ' or .'.join(kind.__members__)
    words = {bool: 'True or False', int: 'an integer', float: 'a number', str: 'a string', type: 'a class'}
    return words.get(kind, f'an instance of {kind.__name__}')


def _has_room(number: Any, interval: str) -> bool:
    ends = [abs(end) for end in _ends(interval)]
    if number == 0 or abs(number) == inf or isinstance(number, Integral) and inf not in ends:
        return True
    return SMALLEST <= abs(number) <= max(LARGEST, *(end for end in ends if end < inf), 0)


def _inside(number: Any, interval: str) -> bool:
    low, high = _ends(interval)
    above = number >= low if interval[0] == '[' else number > low
    below = number <= high if interval[-1] == ']' else number < high
    return above and below


def _ends(interval: str) -> list[float]:
    """Return both ends; that of seeds is an integer which no float is."""
    return [int(end) if end.strip().isdecimal() else float(end) for end in interval[1:-1].split(',')]
