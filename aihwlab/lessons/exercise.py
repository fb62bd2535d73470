"""Exercises: the student writes a number or a function, and reads at once which property it lacks."""

import textwrap

from aihwlab.lessons.markup import folded, inline, prose, source, verdict
from aihwlab.lessons.task import Task


class Exercise(Task):
    """A task to be solved in code, with checks, hints and a folded solution.

    Shown in a notebook it is the text of the task with its hints and its solution folded away, in plain HTML. The
    student calls `check(answer)` in a cell of their own.

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
        title: what it is called in the list of what is done.
        task: what to do, plain text with `code` and $formulas$.
        answer: the name that the solution gives to the answer.
        solution: a program that defines the answer; it is executed by the tests.
        properties: what a right answer has (`Property`); all are checked, also after the first failure.
        hints: plain texts, from faint to clear, folded away one by one.

    Raises:
        ValueError: without properties, or for an answer that is no name.
    """

    def __init__(self, title, task, answer, solution, properties, hints=()):
        super().__init__(title)
        if not answer.isidentifier():
            raise ValueError(f'answer = {answer!r} must be a name of Python')
        if not properties:
            raise ValueError(f'properties of the exercise {title!r} must not be empty: nothing would be checked')
        self.task, self.answer = task, answer
        self.solution = textwrap.dedent(solution).strip()
        self.properties, self.hints = tuple(properties), tuple(hints)

    def check(self, answer):
        """Check the student's answer, mark the exercise as done if it is right, and return what to show."""
        report = self.examine(answer)
        if report.passed:
            self.finish()
        return report

    def examine(self, answer):
        """Return the report on an answer without marking anything as done."""
        return Report([(each.statement, each.failure(answer)) for each in self.properties])

    def solved(self):
        """Execute the solution and return its answer."""
        variables = {}
        exec(self.solution, variables)  # noqa: S102 (written by the author of the lesson)
        return variables[self.answer]

    def _repr_html_(self):
        names = ['Hint'] if len(self.hints) == 1 else [f'Hint {number + 1}' for number in range(len(self.hints))]
        hints = ''.join(folded(name, prose(hint)) for name, hint in zip(names, self.hints))
        solution = folded('Solution', source(self.solution))
        return f'<h4>Exercise: {inline(self.title)}</h4>{prose(self.task)}{hints}{solution}'

    def __repr__(self):
        return f'Exercise: {self.title}\n{self.task}'


class Report:
    """Which properties an answer has, and what is wrong with the others.

    Args:
        findings: pairs of a statement and what is wrong about it; an empty string if nothing is.
    """

    def __init__(self, findings):
        self.findings = list(findings)

    @property
    def passed(self):
        """Whether the answer has all properties."""
        return not any(failure for _, failure in self.findings)

    def _repr_html_(self):
        return ''.join(verdict(not failure, f'{statement}: {failure}' if failure else statement)
                       for statement, failure in self.findings)

    def __repr__(self):
        return '\n'.join(f'not yet: {statement}: {failure}' if failure else f'passed: {statement}'
                         for statement, failure in self.findings)
