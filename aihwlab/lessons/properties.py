"""The properties that a right answer has, checked one by one with a tolerance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from aihwlab.lessons.form import Misfit, Watched
from aihwlab.lessons.readable import readable

CALLS = 2
"""The largest number of calls shown for one failed check: the last ones."""


@dataclass(frozen=True)
class Property:
    """One thing that is true of a right answer: a number (or an array) computed from it has the expected value.

    The check passes if |value - expected| <= atol + rtol |expected| for all numbers. The message about a failure
    gives the calls of the student's function and their results, the value and the direction in which it is wrong, but not
    the expected value.

    Example:
        >>> Property('doubling the voltage doubles the current', lambda current: current(1, 0.4) / current(1, 0.2), 2)

    Args:
        statement: what is checked, in words that can follow "passed:" and "not passed yet:".
        value: function (answer) -> number, array or bool.
        expected: the right number or array, or a bool.
        rtol, atol: relative and absolute tolerance; the latter has the unit of the value.
        hint: what to think about when the check fails.
    """

    statement: str
    value: Callable[[Any], ArrayLike] = np.asarray
    expected: ArrayLike = True
    rtol: float = 0.01
    atol: float = 0.0
    hint: str = ''

    def failure(self, answer: object) -> str:
        """Return what is wrong with an answer of the right form, or an empty string if nothing is."""
        try:
            value = np.asarray(self.value(answer))
        except Misfit as misfit:
            return self._with_hint(str(misfit))
        except Exception as error:  # of the arithmetic with the student's results, such as a division by zero
            return self._with_hint(after(answer, f'the check stopped with {type(error).__name__}: {error}'))
        expected = np.asarray(self.expected)
        if value.dtype.kind not in 'biufc':
            return self._with_hint(after(answer, f'the value {readable(value.tolist())} is not a number'))
        if value.shape != expected.shape:
            return self._with_hint(after(answer, f'the shape is {value.shape} instead of {expected.shape}'))
        if not np.isfinite(value).all():
            return self._with_hint(after(answer, 'one of the values is infinite or not a number'))
        wrong = np.abs(value.astype(complex) - expected) > self.atol + self.rtol * np.abs(expected)
        if not wrong.any():
            return ''
        if expected.dtype == bool:
            return self._with_hint(after(answer, 'this does not hold'))
        message = f'{direction(value, expected, wrong)} (tolerance: {tolerance(self.rtol, self.atol)})'
        if isinstance(answer, Watched) and answer.calls[-1:] == answer.calls and not value.ndim:
            message = message.removeprefix(f'the value {answer.calls[-1].rpartition(" gave ")[2]} is ')
        return self._with_hint(after(answer, message))

    def _with_hint(self, message):
        return f'{message}{"" if message.endswith(("?", ".")) else "."} {self.hint}'.rstrip()


def after(answer: object, message: str) -> str:
    """Return a message behind the last calls of the student's function, if the answer is one, and their results."""
    calls = answer.calls[-CALLS:] if isinstance(answer, Watched) else []
    return f'{" and ".join(calls)}: {message}' if calls else message


def direction(value: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> str:
    """Return, in words, which value is wrong and whether it is too large or too small."""
    first = np.argwhere(wrong)[0]
    place = tuple(int(index) for index in first)
    got, right = value[place], expected[place]
    where = f'at index {list(place)} ' if place else ''
    count = f', and {wrong.sum() - 1} more' if wrong.sum() > 1 else ''
    if np.iscomplexobj(value) or np.iscomplexobj(expected):
        return f'{where}the value {readable(got)} is wrong{count}'
    if right != 0 and got == 0:
        side = 'zero, but it should not be'
    elif right * got < 0:
        side = 'of the wrong sign'
    else:
        side = 'too large' if got > right else 'too small'
    return f'{where}the value {readable(got)} is {side}{count}'


def tolerance(rtol: float, atol: float) -> str:
    """Return a tolerance in words."""
    parts = ([f'{100 * rtol:g} %'] if rtol else []) + ([f'{atol:g}'] if atol else [])
    return ' + '.join(parts) or 'none, it must be exact'
