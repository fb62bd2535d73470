"""Exercises: the student writes a number or a function and is told at once which property it lacks."""

import inspect
import textwrap
from collections.abc import Iterable, Sequence

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.form import Misfit, Watched, compare_forms
from aihwlab.lessons.properties import Property
from aihwlab.lessons.readable import readable
from aihwlab.lessons.report import Report, report_on


class Exercise(Assignment):
    """An assignment whose answer is checked property by property.

    A notebook shows the text of the task with its hints. The student calls `check(answer)` in the code cell below it.
    An answer of the wrong form, such as a value in place of a function or a forgotten `return`, is told so once; where a
    property is missing, the report shows how the student's function was called and what it gave.

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
        title, task, answer, solution, hints: see `Assignment`; an answer is a number, an array, a function, or a dictionary of
            numbers, as the solution defines it.
        properties: what is true of a right answer (`Property`); all are checked, even after one has failed.

    Raises:
        ValueError: for an empty title, an exercise without properties, or an answer that is not a Python name.
    """

    def __init__(self, title: str, task: str, answer: str, solution: str, properties: Sequence[Property],
                 hints: Iterable[str] = ()) -> None:
        super().__init__(title, task, answer, solution, hints)
        if not properties:
            raise ValueError(f'properties of the exercise {title!r} must not be empty: nothing would be checked')
        self.properties = tuple(properties)

    def check(self, answer: object) -> Report:
        """Check the student's answer, keep it, mark the exercise as done if it is right, and return what to show."""
        report = self.examine(answer)
        if report.passed:
            self.finish(as_written(answer))
        elif report.answered:
            self.keep(as_written(answer))
        return report

    def examine(self, answer: object) -> Report:
        """Return the report on an answer without keeping it or marking anything as done."""
        model = self.solved()
        try:
            compare_forms(self.answer, answer, model)
        except Misfit as misfit:
            return report_on(misfit)
        if callable(answer):
            return self._examine_function(answer, model)
        return Report([(each.statement, each.failure(answer)) for each in self.properties])

    def _examine_function(self, answer, model):
        """Return the report on a function; a mistake of form that spoils all checks, or several, is described once."""
        findings, misfits = [], []
        for each in self.properties:
            watched = Watched(self.answer, answer, model)
            failure, misfit = each.failure(watched), watched.misfit
            if misfit is not None:
                again = misfit.kind in [earlier.kind for earlier in misfits]
                failure = 'the same mistake as above.' if again else failure
                misfits.append(misfit)
            findings.append((each.statement, failure))
        kinds = {misfit.kind for misfit in misfits}
        if 'unanswered' in kinds:
            return Report()
        return report_on(misfits[0]) if len(kinds) == 1 and len(misfits) == len(findings) else Report(findings)


def as_written(answer: object) -> str:
    """Return a student's function as it stands in the notebook, or its name if that cannot be had; a value as text."""
    try:
        return textwrap.dedent(inspect.getsource(answer)).strip()
    except (OSError, TypeError):
        return readable(answer)
