"""The box at the end of a lesson that lists what is done."""

import ipywidgets as W

from aihwlab.lessons.markup import inline, live


class Progress:
    """A list of tasks with a mark at those that are done; it follows while it is shown.

    Example:
        >>> progress = Progress('Lesson 1: one cell', [ohm, drift_quiz])
        >>> progress

    Args:
        title: the line above the list.
        tasks: exercises and quizzes.
    """

    def __init__(self, title, tasks):
        self.title, self.tasks = title, tuple(tasks)
        self.box = W.HTML()
        for task in self.tasks:
            task.when_done(self.refresh)
        self.refresh()

    @property
    def count(self):
        """How many tasks are done."""
        return sum(task.done for task in self.tasks)

    def refresh(self):
        """Show the present state."""
        self.box.value = self._repr_html_()

    def _repr_html_(self):
        rows = ''.join(f'<li>{"&#9745; done" if task.done else "&#9744; open"}: {inline(task.title)}</li>'
                       for task in self.tasks)
        return (f'<div role="status"><b>{inline(self.title)}</b>: {self.count} of {len(self.tasks)} done'
                f'<ul style="list-style: none">{rows}</ul></div>')

    def __repr__(self):
        return '\n'.join([f'{self.title}: {self.count} of {len(self.tasks)} done',
                          *(f'[{"x" if task.done else " "}] {task.title}' for task in self.tasks)])

    def _repr_mimebundle_(self, **_):
        return live(self.box, self._repr_html_(), repr(self))
