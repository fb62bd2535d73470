"""The box at the end of a lesson that lists what has been done."""

from collections.abc import Iterable

import ipywidgets as W

from aihwlab.lessons.markup import inline, live
from aihwlab.lessons.task import Task


class Progress:
    """A list of tasks in which those that are done are marked; it stays up to date while it is shown.

    Example:
        >>> progress = Progress('Lesson 1: one cell', [ohm, drift_quiz])
        >>> progress

    Args:
        title: the line above the list.
        tasks: the exercises and quizzes.
    """

    def __init__(self, title: str, tasks: Iterable[Task]) -> None:
        self.title, self.tasks = title, tuple(tasks)
        self.box = W.HTML()
        for task in self.tasks:
            task.when_done(self.refresh)
        self.refresh()

    @property
    def count(self) -> int:
        """How many tasks are done."""
        return sum(task.done for task in self.tasks)

    def refresh(self) -> None:
        """Show which tasks are done by now."""
        self.box.value = self._repr_html_()

    def _repr_html_(self) -> str:
        rows = ''.join(f'<li>{"&#9745; done" if task.done else "&#9744; open"}: {inline(task.title)}</li>'
                       for task in self.tasks)
        return (f'<div role="status"><b>{inline(self.title)}</b>: {self.count} of {len(self.tasks)} done'
                f'<ul style="list-style: none">{rows}</ul></div>')

    def __repr__(self) -> str:
        return '\n'.join([f'{self.title}: {self.count} of {len(self.tasks)} done',
                          *(f'[{"x" if task.done else " "}] {task.title}' for task in self.tasks)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return live(self.box, self._repr_html_(), repr(self))
