"""What a student reads after an answer was checked."""

from collections.abc import Iterable

from aihwlab.lessons.form import Misfit
from aihwlab.lessons.markup import inline, verdict

UNANSWERED = 'Not answered yet: put your answer in place of `...` and run this cell again.'


class Report:
    """Which properties an answer has, and what is wrong where it lacks one.

    Args:
        findings: pairs of a statement and what is wrong with it, or an empty string if nothing is. Where something is wrong
            with the answer as a whole, a single pair without a statement; none at all for an exercise without an answer.
        appendix: HTML to show below.
    """

    def __init__(self, findings: Iterable[tuple[str, str]] = (), appendix: str = '') -> None:
        self.findings, self.appendix = list(findings), appendix

    @property
    def answered(self) -> bool:
        """Whether there was an answer to check."""
        return bool(self.findings)

    @property
    def passed(self) -> bool:
        """Whether the answer has all properties."""
        return self.answered and not any(failure for _, failure in self.findings)

    def _repr_html_(self) -> str:
        if not self.answered:
            return f'<div>{inline(UNANSWERED)}</div>{self.appendix}'
        return ''.join(verdict(not failure, sentence(statement, failure))
                       for statement, failure in self.findings) + self.appendix

    def __repr__(self) -> str:
        if not self.answered:
            return UNANSWERED
        return '\n'.join(f'{"not passed yet" if failure else "passed"}: {sentence(statement, failure)}'
                         for statement, failure in self.findings)


def sentence(statement: str, failure: str) -> str:
    """Return a statement and what is wrong with it in one line."""
    return ' – '.join(filter(None, [statement, failure]))


def report_on(misfit: Misfit) -> Report:
    """Return the report on an answer that has the wrong form as a whole, or is none yet."""
    return Report([] if misfit.kind == 'unanswered' else [('', str(misfit))])
