"""The form of an answer: is it a number, an array or a function, as the solution is? Mistakes of form have names."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from aihwlab.lessons.readable import listed, readable, readable_call, shortened


class Misfit(Exception):  # noqa: N818 (nothing is wrong with the program; it is a finding about an answer)
    """An answer does not have the form that is needed.

    Args:
        kind: one word for what is wrong, the same for the same mistake: 'unanswered', or the name of a type.
        text: what is wrong, for the student.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def compare_forms(name: str, answer: object, model: object) -> None:
    """Compare the form of a student's answer with that of the solution; a function is compared without being called.

    Args:
        name: what the answer is called.
        answer: of the student.
        model: the same, of the solution.

    Raises:
        Misfit: if they differ.
    """
    if is_open(answer):
        raise Misfit('unanswered', 'put your answer in place of `...`')
    if inspect.isfunction(model):
        if not callable(answer) or isinstance(answer, type):
            raise Misfit('form', f'`{name}` is {described(answer)}, but a function is needed: '
                                 f'define it with `def {name}({", ".join(parameters(model))}):` and check `{name}`, '
                                 'without calling it.')
        _compare_parameters(name, answer, model)
    elif isinstance(model, dict):
        _compare_keys(name, answer, model)
    elif unfit(answer, model):
        raise Misfit('form', f'`{name}` is {unfit(answer, model)}{advice(answer)}')


class Watched:
    """A student's function that notes how it is called and what it gives, and is stopped where the form is wrong.

    Args:
        name: what it is called.
        function: of the student. It gets copies of its arguments, so that it cannot change those of the lesson.
        model: the function of the solution, which tells the form of the result.

    Attributes:
        calls: what was called and what it gave, in words, in their order, each call once.
        misfit: why it was stopped, or None.
    """

    def __init__(self, name: str, function: Callable[..., Any], model: Callable[..., Any]) -> None:
        self.name, self.function, self.model = name, function, model
        self.calls: list[str] = []
        self.misfit: Misfit | None = None

    def __call__(self, *arguments: object) -> Any:
        """Return the result of the function.

        Raises:
            Misfit: if it raises an error, or its result does not have the form of the solution's.
        """
        call = f'`{readable_call(self.name, arguments)}`'
        try:
            result = self.function(*deepcopy(arguments))
        except Exception as error:  # whatever a student's function raises, the student should read it
            if 'ellipsis' in str(error).lower():
                self._stop('unanswered', 'put your answer in place of `...`')
            self._stop(type(error).__name__, f'{call} stopped with {type(error).__name__}: {error}{_line(error)}')
        if is_open(result) or result is None and is_empty(self.function):
            self._stop('unanswered', 'put your answer in place of `...`')
        difference = unfit(result, self.model(*deepcopy(arguments)))
        if difference:
            missing = ': is a `return` missing?' if result is None else advice(result)
            self._stop(type(result).__name__, f'{call} gave {difference}{missing}')
        if f'{call} gave {readable(result)}' not in self.calls:
            self.calls.append(f'{call} gave {readable(result)}')
        return result

    def _stop(self, kind, text):
        self.misfit = Misfit(kind, text)
        raise self.misfit


def is_open(answer: object) -> bool:
    """Return whether an answer is, or holds, the `...` of an exercise that nobody has touched."""
    if isinstance(answer, dict):
        return any(map(is_open, answer.values()))
    if isinstance(answer, (list, tuple)):
        return any(map(is_open, answer))
    return answer is ...


def is_empty(function: Callable[..., Any]) -> bool:
    """Return whether a function does nothing: its body is `...` or `pass`, or a docstring alone."""
    def untouched():
        ...

    def documented():
        """Say something."""

    code = getattr(getattr(function, '__code__', None), 'co_code', None)
    return code in {untouched.__code__.co_code, documented.__code__.co_code}


def unfit(value: object, model: object) -> str:
    """Return in words how the form of a value differs from that of a model, or an empty string if it does not.

    The form of a number is that of any number; that of an array is its shape; that of a tuple, those of its values.
    """
    if not isinstance(model, tuple):
        fits = shape_of(value) == np.shape(model)
        return '' if fits else f'{described(value)}, but {described(model, needed=True)} is needed'
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != len(model):
        return f'{described(value)}, but {described(model, needed=True)} is needed'
    return next((f'a tuple with {part}' for part in map(unfit, value, model) if part), '')


def shape_of(value: object) -> tuple[int, ...] | None:
    """Return the shape of numbers, () for a single one, and None for what is not made of numbers."""
    try:
        array = np.asarray(value)
    except Exception:  # lists of lists of different lengths; tensors that torch wants to keep
        return None
    return array.shape if array.dtype.kind in 'biufc' else None


def described(value: object, needed: bool = False) -> str:
    """Return in words what a value is; of what is `needed`, only the form."""
    if isinstance(value, tuple) and needed:
        return f'a tuple of {len(value)} values'
    shape = shape_of(value)
    if shape is not None:
        kind = 'one number' if needed else f'the number {readable(value)}'
        return f'an array of shape {shape}' if shape else kind
    if value is None:
        return '`None`'
    if isinstance(value, str):
        return f'the text {readable(value)}'
    if isinstance(value, (list, tuple)):
        return f'a {type(value).__name__} of {len(value)}'
    if isinstance(value, type):
        return f'the class `{value.__name__}`'
    return 'a function' if callable(value) else f'an object of the type `{type(value).__name__}`'


def advice(value: object) -> str:
    """Return the end of a sentence about a value of the wrong form: what may help."""
    if isinstance(value, str):
        return ': leave out the quotation marks.'
    if callable(value) and not isinstance(value, type):
        return ': call the function and use its result.'
    return '.'


def parameters(function: Callable[..., Any]) -> list[str]:
    """Return the names of the parameters of a function.

    Raises:
        ValueError: for a function of another language that does not tell.
    """
    return list(inspect.signature(function).parameters)


def _compare_parameters(name, answer, model):
    needed = parameters(model)
    try:
        inspect.signature(answer).bind(*needed)
    except ValueError:  # it does not tell
        return
    except TypeError:
        taken = parameters(answer)
        has = f'{_count(taken)}, {listed(taken)},' if taken else 'no parameters'
        raise Misfit('form', f'`{name}` has {has} but is called with {len(needed)}: {listed(needed)}.') from None


def _count(names):
    return f'{len(names)} parameter{"s" * (len(names) != 1)}'


def _compare_keys(name, answer, model):
    if not isinstance(answer, dict):
        raise Misfit('form', f'`{name}` is {described(answer)}, but a dictionary is needed, with {listed(model)}.')
    for missing in model.keys() - answer.keys():
        raise Misfit('form', f'`{name}` lacks `{missing}`.')
    for unknown in answer.keys() - model.keys():
        raise Misfit('form', f'`{name}` has `{unknown}`, which is not asked for.')
    for key in model:
        compare_forms(f'{name}[{key!r}]', answer[key], model[key])


def _line(error):
    """Return the line of the student's program in which an error was raised, as the end of a sentence."""
    lines = inspect.getinnerframes(error.__traceback__)[1:]
    return f' (in the line `{shortened(lines[0].code_context[0].strip())}`).' if lines and lines[0].code_context else '.'
