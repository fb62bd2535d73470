"""One task of a sweep: settings and a seed, the text that names them, and what comes of it."""

import inspect
import itertools
import json
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, NamedTuple

from aihwlab.exceptions import ArgumentError

RESERVED = ('seed', 'error')
"""What the rows of results hold beside parameters and results."""


class Task(NamedTuple):
    """A call that is to be made: `function(**parameters, seed=seed)`."""

    parameters: dict[str, Any]
    seed: int


class Outcome(NamedTuple):
    """What came of a task: the result as JSON, or the traceback of an error; and how long it took, s."""

    result: str | None
    error: str | None
    seconds: float


def tasks_of(grid: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]], seeds: Iterable[int]) -> list[Task]:
    """Return all tasks: every combination of the values in a dictionary, or every one of some dictionaries, for each seed.

    Raises:
        ArgumentError: if there is nothing to do, or for values, names or seeds that are none.
    """
    if isinstance(grid, Mapping):
        for name, values in grid.items():
            if isinstance(values, str) or not isinstance(values, Iterable):
                raise ArgumentError(f'grid[{name!r}] = {values!r}: must be a list of values')
        settings = [dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    else:
        settings = [dict(each) for each in grid]
    seeds = list(seeds)
    if not settings or not seeds:
        raise ArgumentError(f'grid = {grid!r}, seeds = {seeds!r}: there is nothing to do')
    for seed in seeds:
        if isinstance(seed, bool) or not hasattr(seed, '__index__'):
            raise ArgumentError(f'seeds = {seeds!r}: must be integers')
    for name in {name for each in settings for name in each}:
        if name in RESERVED:
            raise ArgumentError(f'grid: {name!r} cannot be the name of a parameter, it stands for something else')
    return [Task(each, int(seed)) for each in settings for seed in seeds]


def require_callable(function: Callable[..., Any], tasks: list[Task]) -> None:
    """Raise an ArgumentError if a function does not take the parameters of some tasks."""
    for task in tasks:
        try:
            inspect.signature(function).bind(**task.parameters, seed=task.seed)
        except ValueError:  # a function of C has no signature
            return
        except TypeError as error:
            raise ArgumentError(f'{name_of(function)} cannot be called with {[*task.parameters, "seed"]}: {error}') from None


def text_of(function: Callable[..., Any], task: Task) -> str:
    """Return the text that names a task: the same for the same function, parameters and seed, in whatever order.

    Raises:
        ArgumentError: for a value that has no text of its own.
    """
    parts = {'function': name_of(function), 'parameters': plain(task.parameters), 'seed': task.seed}
    return json.dumps(parts, sort_keys=True)


def plain(value: Any) -> Any:
    """Return a value as JSON can write it: numbers, texts, lists, dictionaries; configurations by their fields."""
    if value is None or isinstance(value, (bool, int, float, str)) and not isinstance(value, Enum):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return f'{name_of(type(value))}.{value.name}'
    if isinstance(value, type) or inspect.isroutine(value):
        return name_of(value)
    if is_dataclass(value):
        return {'class': name_of(type(value)), **{each.name: plain(getattr(value, each.name)) for each in fields(value)}}
    if hasattr(value, 'tolist'):  # numbers and arrays of NumPy, tensors
        return value.tolist()
    raise ArgumentError(f'{value!r}: a {type(value).__name__} has no text of its own, as parameters and results need; take a '
                        'number, text, list, dictionary, array, dataclass, class or function')


def name_of(named: Any) -> str:
    """Return the full name of a class or function.

    Raises:
        ArgumentError: for one without a name of its own.
    """
    name = getattr(named, '__qualname__', '<none>')
    if '<lambda>' in name or name == '<none>':
        raise ArgumentError(f'{named!r} has no name, under which its results can be kept: define it with `def`')
    return f'{named.__module__}.{name}'


def attempt(function: Callable[..., Any], task: Task) -> Outcome:
    """Make the call of a task; whatever it raises is kept as text."""
    start = time.perf_counter()
    try:
        result = function(**task.parameters, seed=task.seed)
        result = dict(result) if isinstance(result, Mapping) else {'value': result}
        taken = sorted(set(map(str, result)) & {*task.parameters, *RESERVED})
        if taken:
            raise ArgumentError(f'the result has {taken}, as the parameters do: it needs names of its own')
        return Outcome(json.dumps(plain(result)), None, time.perf_counter() - start)
    except Exception:
        return Outcome(None, traceback.format_exc(), time.perf_counter() - start)
