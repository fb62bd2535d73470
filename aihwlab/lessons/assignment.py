"""What the student solves in code: how it is told, with hints one by one, and what is shown once it is done."""

import textwrap
from collections.abc import Iterable
from typing import Any

import ipywidgets as W

from aihwlab.lessons.markup import folded, inline, live, prose, source, verdict
from aihwlab.lessons.task import Task, readable_time


class Assignment(Task):
    """A task to be solved in code, with hints and a solution.

    While a kernel is running, a button shows one hint after the other, and the solution at last; once the task is done, a
    line says so, with the answer folded away, also after a restart. Without a kernel, hints and solution are folded away in
    plain HTML.

    Args:
        title: its name in the list of what has been done.
        task: what to do, plain text with `code` and $formulas$.
        answer: the name that the solution gives the answer.
        solution: a program that defines the answer; the tests run it.
        hints: plain texts, from a vague one to a clear one.

    Raises:
        ValueError: for an empty title, or an answer that is not a Python name.
    """

    KIND = 'Exercise'
    """The word before the title."""

    def __init__(self, title: str, task: str, answer: str, solution: str, hints: Iterable[str] = ()) -> None:
        super().__init__(title)
        if not answer.isidentifier():
            raise ValueError(f'answer = {answer!r} must be a valid Python name')
        self.task, self.answer = task, answer
        self.solution, self.hints = textwrap.dedent(solution).strip(), tuple(hints)
        self.shown, self.status = W.HTMLMath(), W.HTML()
        self.button = W.Button(layout=W.Layout(width='auto', align_self='flex-start'))
        self.button.on_click(lambda _: self._show_help(self.steps + 1))
        self.panel = W.VBox([W.HTMLMath(self._told()), self.shown, self.button, self.status])
        self._show_help(0)
        self._show_status()

    def solved(self) -> Any:
        """Run the solution and return its answer."""
        variables: dict[str, Any] = {}
        exec(self.solution, variables)  # noqa: S102 (written by the author of the lesson)
        return variables[self.answer]

    def finish(self, answer: str | float | None = None, **more: Any) -> None:
        """Mark the task as done and show that it is; with an answer, keep both, and what else is to be kept."""
        super().finish(answer, **more)
        self._show_status()

    def forget(self) -> None:
        """Be open again, with all hints folded away."""
        super().forget()
        self._show_help(0)
        self._show_status()

    def _help(self):
        """Return pairs of a name and HTML: the hints, then the solution."""
        names = ['Hint'] if len(self.hints) == 1 else [f'Hint {number + 1}' for number in range(len(self.hints))]
        return [*zip(names, map(prose, self.hints)), ('Solution', source(self.solution))]

    def _show_help(self, steps):
        """Show the first few hints, and let the button offer the next."""
        self.steps, parts = steps, self._help()
        told = ''.join(f'<b>{name}</b>{body}' for name, body in parts[:steps])
        self.shown.value = f'<div role="status">{told}</div>'
        self.button.description = f'Show {parts[steps][0].lower()}' if steps < len(parts) else 'No more hints'
        self.button.disabled = steps == len(parts)

    def _show_status(self):
        line = verdict(True, readable_time(self.entry['done']), ('done', '')) if self.done else ''
        answer = folded('Your answer', source(str(self.given))) if self.done and self.given is not None else ''
        self.status.value = f'<div role="status">{line}{answer}</div>'

    def _told(self):
        return f'<h4>{self.KIND}: {inline(self.title)}</h4>{prose(self.task)}'

    def _repr_html_(self) -> str:
        return self._told() + ''.join(folded(name, body) for name, body in self._help())

    def __repr__(self) -> str:
        return f'{self.KIND}: {self.title}\n{self.task}'

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return live(self.panel, self._repr_html_(), repr(self))
