"""What all parameter classes share: fields with an allowed range, strict names and types, and short printing."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import MISSING, Field, field, fields
from difflib import get_close_matches
from functools import cache, wraps
from operator import attrgetter
from textwrap import indent
from typing import Any, ClassVar

from aihwlab.exceptions import ConfigError, UnknownParameterError
from aihwlab.parameters.validation import FINITE, expected_range, expected_type


def parameter(default: Any = MISSING, allowed: str = FINITE, *, factory: Callable[[], Any] | Any = MISSING,
              always_show: bool = False, hide_default: bool = False, filled_in: bool = False) -> Any:
    """Declare a field of a parameter class.

    A subclass that gives a field another default, `w_max: float = 2.0`, keeps what is declared here.

    Args:
        default: the default value.
        allowed: the interval that the number, or all numbers of a list, must lie in, for example `'[0, inf)'`.
        factory: makes the default value, if it is mutable.
        always_show: print the field also if it has its default value.
        hide_default: do not print the field if it has its default value; for fields that hold parameters of their own,
            which are printed otherwise.
        filled_in: None may be given for what follows from other parameters; `__post_init__`, or the assignment, puts the
            value in its place.
    """
    return field(default=default, default_factory=factory,
                 metadata={'allowed': allowed, 'always_show': always_show, 'hide_default': hide_default,
                           'filled_in': filled_in})


class Parameters:
    """Base of all parameter dataclasses.

    * A name that the class does not know, or a value of the wrong type, raises when it is assigned. A list is copied; whoever
      holds the parameters may change this copy in place.
    * `validate` raises for values that are impossible. Tiles call it, so an experiment never starts with them. A value
      that merely has no effect, say a noise strength beside the noise type NONE, is not an error.
    * `str` shows what differs from the defaults.

    Attributes:
        changes: how often any parameter of any object was assigned, or changed in place, in this process, by which whoever
            keeps what follows from parameters knows whether it still does.
    """

    changes: ClassVar[int] = 0

    def __setattr__(self, name: str, value: Any) -> None:
        declared = _fields_of(self).get(name)
        if declared is not None and not (value is None and _declaration(type(self), name).get('filled_in')):
            _require(expected_type(value, declared.type), f'{type(self).__name__}.{name}', value)
        elif declared is None and not name.startswith('_'):
            self._unknown(name)
        super().__setattr__(name, ParameterList(value) if type(value) is list else value)
        Parameters.changes += 1

    def _unknown(self, name: str) -> None:
        """Refuse an attribute that is no parameter."""
        known = list(_fields_of(self))
        similar = get_close_matches(name, known, n=1)
        hint = f'did you mean {similar[0]!r}?' if similar else f'it has {", ".join(known)}'
        raise UnknownParameterError(f'{type(self).__name__} has no parameter {name!r}; {hint}')

    def validate(self, path: str | None = None) -> None:
        """Check all parameters, also those inside of parameters.

        Args:
            path: what to call this object in the message.

        Raises:
            ConfigError: at the first impossible value, with its name, the value and what is allowed.
        """
        path = path or type(self).__name__
        for declared in _fields_of(self).values():
            name, value = f'{path}.{declared.name}', getattr(self, declared.name)
            _require(expected_type(value, declared.type), name, value)
            _require(expected_range(value, _declaration(type(self), declared.name).get('allowed', FINITE)), name, value)
        for declared in _fields_of(self).values():
            value, name = getattr(self, declared.name), f'{path}.{declared.name}'
            for inside, what in enumerate(value) if isinstance(value, list) else ((None, value),):
                if isinstance(what, Parameters):
                    what.validate(name if inside is None else f'{name}[{inside}]')
        for name, requirement in self._problems():
            _require(requirement, f'{path}.{name}', attrgetter(name)(self))

    def differences(self, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
        """Yield name, value and other value of each parameter in which two objects differ, `path` before the name."""
        if type(self) is not type(other):
            yield path, type(self).__name__, type(other).__name__
            return
        for name in _fields_of(self):
            yield from _differences(getattr(self, name), getattr(other, name), f'{path}.{name}')

    def _problems(self) -> Iterator[tuple[str, str]]:
        """Yield the (dotted) name of each parameter that does not go with the others, and what it must be instead."""
        yield from ()

    def __str__(self) -> str:
        lines = [f'{declared.name}={_text(getattr(self, declared.name))}' for declared in self._shown_fields()]
        return f'{type(self).__name__}({_block(lines)})'

    def _shown_fields(self) -> list[Field[Any]]:
        """Return the fields to print: what differs from the default, and parameters inside of these parameters."""
        return [declared for declared in _fields_of(self).values() if self._is_shown(declared)]

    def _is_shown(self, declared: Field[Any]) -> bool:
        value, declaration = getattr(self, declared.name), _declaration(type(self), declared.name)
        if declaration.get('always_show'):
            return True
        if isinstance(value, Parameters) and not declaration.get('hide_default'):
            return True
        default = declared.default if declared.default_factory is MISSING else declared.default_factory()
        return value != default


def _differences(value: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(value, Parameters):
        yield from value.differences(other, path)
    elif isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        for number, (item, others) in enumerate(zip(value, other)):
            yield from _differences(item, others, f'{path}[{number}]')
    elif value != other:
        yield path, value, other


class ParameterList(list[Any]):
    """A list inside of parameters, of which each change counts as one of the parameters."""

    def __deepcopy__(self, memo: dict[int, Any]) -> 'ParameterList':
        return type(self)(deepcopy(item, memo) for item in self)


def _counted(name: str) -> Callable[..., Any]:
    """Return a method of lists that counts as a change of parameters."""
    method = getattr(list, name)

    @wraps(method)
    def change(self: ParameterList, *args: Any, **kwargs: Any) -> Any:
        Parameters.changes += 1
        return method(self, *args, **kwargs)
    return change


for _name in ('__setitem__', '__delitem__', '__iadd__', '__imul__', 'append', 'clear', 'extend', 'insert', 'pop', 'remove',
              'reverse', 'sort'):
    setattr(ParameterList, _name, _counted(_name))


def _fields_of(parameters: Any) -> dict[str, Field[Any]]:
    """Return the fields of parameters by name."""
    cls: Any = type(parameters)
    return _fields_of_class(cls)


@cache
def _fields_of_class(cls: Any) -> dict[str, Field[Any]]:
    return {declared.name: declared for declared in fields(cls)}


def _require(requirement: str | None, name: str, value: Any) -> None:
    if requirement is not None:
        raise ConfigError(f'{name} = {_text(value)}: must be {requirement}')


def _declaration(cls: type, name: str) -> dict[str, Any]:
    """Return what `parameter` has declared of a field, in this class or the nearest base class."""
    merged: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        declared = base.__dict__.get('__dataclass_fields__', {}).get(name)
        merged.update(declared.metadata if declared else {})
    return merged


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f'[{_block([_text(item) for item in value])}]'
    if isinstance(value, type):
        return value.__name__
    return repr(value) if isinstance(value, str) else str(value)


def _block(items: list[str]) -> str:
    """Put each item on an indented line of its own."""
    return ''.join(f'\n{indent(item, "    ")},' for item in items) + '\n' if items else ''
