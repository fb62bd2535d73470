"""The box at the end of a lesson that lists what has been done."""

from collections.abc import Iterable

import ipywidgets as W

from aihwlab.lessons import record
from aihwlab.lessons.markup import inline, live
from aihwlab.lessons.task import Task


class Progress:
    """A list of tasks in which those that are done are marked; it stays up to date while it is shown.

    Below the list it says in which file the answers are kept (`Record`), with a button that removes them: the file, and
    with it the answers to all lessons of the folder. A page without a kernel shows what there is to do, nobody's answers.

    Example:
        >>> progress = Progress('Lesson 1: one cell', [ohm, drift_quiz])
        >>> progress

    Args:
        title: the line above the list.
        tasks: the exercises and quizzes.
    """

    def __init__(self, title: str, tasks: Iterable[Task]) -> None:
        self.title, self.tasks = title, tuple(tasks)
        self.box, self.place = W.HTML(), W.HTML()
        self.remove = W.Button(description='Remove my answers', layout=W.Layout(width='auto'))
        self.really = W.Button(description='Yes, remove them', layout=W.Layout(width='auto', display='none'))
        self.remove.on_click(lambda _: self._ask(self.really.layout.display == 'none'))
        self.really.on_click(lambda _: self.forget())
        self.panel = W.VBox([self.box, self.place, W.HBox([self.remove, self.really])])
        if record.RECORD.path is None:
            self.panel.children = [self.box, self.place]
        for task in self.tasks:
            task.when_done(self.refresh)
        self.refresh()

    @property
    def count(self) -> int:
        """How many tasks are done."""
        return sum(task.done for task in self.tasks)

    def refresh(self) -> None:
        """Show which tasks are done by now."""
        rows = ''.join(f'<li>{"&#9745; done" if task.done else "&#9744; open"}: {inline(task.title)}</li>'
                       for task in self.tasks)
        self.box.value = (f'<div role="status"><b>{inline(self.title)}</b>: {self.count} of {len(self.tasks)} done'
                          f'<ul style="list-style: none; padding: 0">{rows}</ul></div>')
        self._ask(False)

    def forget(self) -> None:
        """Remove the file with the answers to all lessons, and make all tasks of this one open again."""
        record.RECORD.remove()
        for task in self.tasks:
            task.forget()
        self.refresh()

    def _ask(self, asked):
        """Say where the answers are kept, or ask whether they may go."""
        path, note = record.RECORD.path, record.RECORD.note
        kept = f'Answers are kept in <code>{inline(str(path))}</code>.' if path and not note else inline(note)
        question = 'This removes the answers to all lessons in this folder. '
        self.place.value = f'<div role="status">{question if asked else kept}</div>'
        self.remove.description = 'Keep them' if asked else 'Remove my answers'
        self.really.layout.display = None if asked else 'none'

    def _repr_html_(self) -> str:
        rows = ''.join(f'<li>&#9744; {inline(task.title)}</li>' for task in self.tasks)
        return f'<b>{inline(self.title)}</b>: {len(self.tasks)} tasks<ul style="list-style: none; padding: 0">{rows}</ul>'

    def __repr__(self) -> str:
        return '\n'.join([f'{self.title}: {self.count} of {len(self.tasks)} done',
                          *(f'[{"x" if task.done else " "}] {task.title}' for task in self.tasks)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        text = '\n'.join([f'{self.title}: {len(self.tasks)} tasks', *(f'- {task.title}' for task in self.tasks)])
        return live(self.panel, self._repr_html_(), text)
