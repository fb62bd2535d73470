"""Exercises: the student writes a number or a function and is told at once which property it lacks."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from aihwlab.lessons.markup import folded, inline, prose, source, verdict
from aihwlab.lessons.properties import Property
from aihwlab.lessons.task import Task


class Exercise(Task):
    """A task to be solved in code, with checks, hints and a folded solution.

    A notebook shows the text of the task, with its hints and its solution folded away, in plain HTML. The student calls
    `check(answer)` in the code cell below it.

    Example:
        >>> ohm = Exercise(
        ...     title='Current of one cell',
        ...     task='Write `current(conductance, voltage)`: the current (A) of a cell of given conductance (S).',
        ...     answer='current',
        ...     solution='''
        ...         def current(conductance, voltage):
        ...             return conductance * voltage
        ...     ''',
        ...     hints=['Ohm: $I = G V$.'],
        ...     properties=[
        ...         Property('5 uS at 0.2 V carry 1 uA', lambda current: current(5e-6, 0.2), 1e-6),
        ...         Property('no voltage, no current', lambda current: current(5e-6, 0.0), 0.0, atol=1e-15)])
        >>> ohm                                          # shows the task
        >>> ohm.check(lambda g, v: g / v)                # says which properties it lacks
        >>> assert ohm.examine(ohm.solved()).passed      # what a test does with every exercise

    Args:
        title: its name in the list of what has been done.
        task: what to do, plain text with `code` and $formulas$.
        answer: the name that the solution gives the answer.
        solution: a program that defines the answer; the tests run it.
        properties: what is true of a right answer (`Property`); all are checked, even after one has failed.
        hints: plain texts, from a vague one to a clear one, each folded away on its own.

    Raises:
        ValueError: for an empty title, an exercise without properties, or an answer that is not a Python name.
    """

    def __init__(self, title: str, task: str, answer: str, solution: str, properties: Sequence[Property],
                 hints: Iterable[str] = ()) -> None:
        super().__init__(title)
        if not answer.isidentifier():
            raise ValueError(f'answer = {answer!r} must be a valid Python name')
        if not properties:
            raise ValueError(f'properties of the exercise {title!r} must not be empty: nothing would be checked')
        self.task, self.answer = task, answer
        self.solution = textwrap.dedent(solution).strip()
        self.properties, self.hints = tuple(properties), tuple(hints)

    def check(self, answer: object) -> 'Report':
        """Check the student's answer, mark the exercise as done if it is right, and return what to show."""
        report = self.examine(answer)
        if report.passed:
            self.finish()
        return report

    def examine(self, answer: object) -> 'Report':
        """Return the report on an answer without marking anything as done."""
        return Report([(each.statement, each.failure(answer)) for each in self.properties])

    def solved(self) -> Any:
        """Run the solution and return its answer."""
        variables: dict[str, Any] = {}
        exec(self.solution, variables)  # noqa: S102 (written by the author of the lesson)
        return variables[self.answer]

    def _repr_html_(self) -> str:
        names = ['Hint'] if len(self.hints) == 1 else [f'Hint {number + 1}' for number in range(len(self.hints))]
        hints = ''.join(folded(name, prose(hint)) for name, hint in zip(names, self.hints))
        solution = folded('Solution', source(self.solution))
        return f'<h4>Exercise: {inline(self.title)}</h4>{prose(self.task)}{hints}{solution}'

    def __repr__(self) -> str:
        return f'Exercise: {self.title}\n{self.task}'


class Report:
    """Which properties an answer has, and what is wrong where it lacks one.

    Args:
        findings: pairs of a statement and what is wrong with it, or an empty string if nothing is.
    """

    def __init__(self, findings: Iterable[tuple[str, str]]) -> None:
        self.findings = list(findings)

    @property
    def passed(self) -> bool:
        """Whether the answer has all properties."""
        return not any(failure for _, failure in self.findings)

    def _repr_html_(self) -> str:
        return ''.join(verdict(not failure, f'{statement} – {failure}' if failure else statement)
                       for statement, failure in self.findings)

    def __repr__(self) -> str:
        return '\n'.join(f'not passed yet: {statement} – {failure}' if failure else f'passed: {statement}'
                         for statement, failure in self.findings)
