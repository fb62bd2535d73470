"""What notebooks and lesson modules say in words, so that tests can hold their numbers against the code."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import nbformat

from aihwlab.lessons.task import Task

NOTEBOOKS = Path(__file__).parents[2] / 'notebooks'

NUMBER = r'([-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)'
"""A number as it is printed: `0.51`, `-0.78`, `1,116,416`."""


def markdown(name: str) -> str:
    """Return the text of all Markdown cells of a notebook, such as `'02_pcm_physics'`."""
    notebook = nbformat.read(NOTEBOOKS / f'{name}.ipynb', as_version=4)
    return '\n'.join(cell.source for cell in notebook.cells if cell.cell_type == 'markdown')


def tasks(module: ModuleType) -> str:
    """Return all that the tasks of a lesson say: questions, answers, explanations, hints."""
    return '\n'.join(text for task in vars(module).values() if isinstance(task, Task) for text in texts(task))


def texts(task: Task) -> Iterator[str]:
    """Return the texts of a task."""
    for name in ('title', 'question', 'task', 'explanation'):
        if text := getattr(task, name, None):
            yield text
    yield from getattr(task, 'hints', ())
    for option in getattr(task, 'options', ()):
        yield from (option.text, option.explanation)


def says(text: str, template: str, *values: float) -> None:
    """Assert that a text has a sentence, and in it, where the template has `{}`, these values, rounded as printed there.

    Example:
        >>> says('With 9 bits the error is\n12.4 %.', 'the error is {} %', 12.43)
    """
    text, template = (re.sub(r'\s+', ' ', each.replace('**', '')) for each in (text, template))
    pattern = NUMBER.join(re.escape(part) for part in template.split('{}'))
    found = {match.groups() for match in re.finditer(f'(?<![\\d.,]){pattern}(?!\\d|[.,]\\d)', text)}
    assert len(found) == 1, f'{len(found)} different sentences in the prose are like this one: {template}'
    printed, = found
    assert len(printed) == len(values), f'{len(values)} values for {len(printed)} numbers: {template}'
    for shown, value in zip(printed, values):
        number = Decimal(shown.replace(',', '').replace('−', '-'))
        half = 0.5000001 * 10.0 ** number.as_tuple().exponent
        assert abs(float(number) - value) <= half, f'the prose says {shown} where the code gives {value:.6g}: {template}'
