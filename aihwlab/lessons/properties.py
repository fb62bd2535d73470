"""The properties that a right answer has, checked one by one with a tolerance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

UNANSWERED = 'put your answer in place of `...`'


@dataclass(frozen=True)
class Property:
    """One thing that is true of a right answer: a number (or an array) computed from it has the expected value.

    The check passes if |value - expected| <= atol + rtol |expected| for all numbers. The message about a failure
    gives the value and the direction in which it is wrong, but not the expected value.

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
        """Return what is wrong with an answer, or an empty string if nothing is."""
        try:
            value = np.asarray(self.value(answer))
        except Exception as error:  # whatever a student's function raises, the student should read it
            return UNANSWERED if 'ellipsis' in str(error) else self._with_hint(f'{type(error).__name__}: {error}')
        expected = np.asarray(self.expected)
        if value.dtype.kind not in 'biufc':
            return self._without_number(value.tolist(), callable(answer))
        if value.shape != expected.shape:
            return self._with_hint(f'the shape is {value.shape} instead of {expected.shape}')
        if not np.isfinite(value).all():
            return self._with_hint('one of the values is infinite or not a number')
        wrong = np.abs(value.astype(complex) - expected) > self.atol + self.rtol * np.abs(expected)
        if not wrong.any():
            return ''
        if expected.dtype == bool:
            return self._with_hint('this does not hold')
        return self._with_hint(f'{direction(value, expected, wrong)} (tolerance: {tolerance(self.rtol, self.atol)})')

    def _without_number(self, value, returned):
        if value is ...:
            return UNANSWERED
        what, question = ('result', ': is a `return` missing?') if returned and value is None else ('answer', '')
        return self._with_hint(f'the {what} is {short(value)}, but a number is needed{question}')

    def _with_hint(self, message):
        return f'{message}{"" if message.endswith("?") else "."} {self.hint}'.rstrip()


def direction(value: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> str:
    """Return, in words, which value is wrong and whether it is too large or too small."""
    first = np.argwhere(wrong)[0]
    place = tuple(int(index) for index in first)
    got, right = value[place], expected[place]
    where = f'at index {list(place)} ' if place else ''
    count = f', and {wrong.sum() - 1} more' if wrong.sum() > 1 else ''
    if np.iscomplexobj(value) or np.iscomplexobj(expected):
        return f'{where}the value {got:.4g} is wrong{count}'
    if right != 0 and got == 0:
        side = 'zero, but it should not be'
    elif right * got < 0:
        side = 'of the wrong sign'
    else:
        side = 'too large' if got > right else 'too small'
    return f'{where}the value {got:.4g} is {side}{count}'


def tolerance(rtol: float, atol: float) -> str:
    """Return a tolerance in words."""
    parts = ([f'{100 * rtol:g} %'] if rtol else []) + ([f'{atol:g}'] if atol else [])
    return ' + '.join(parts) or 'none, it must be exact'


def short(value: object) -> str:
    """Return a short text for any object."""
    text = repr(value)
    return text if len(text) <= 40 else f'{text[:37]}...'
