"""Something for a student to do."""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from aihwlab.lessons import record


class Task:
    """A question with a title that is open at first, then done; others may ask to be told when that happens.

    Its answers are kept in the file beside the notebook (`Record`), and are there again after a restart of the kernel. A
    kind of task of your own needs three lines for that: it calls `finish(answer)`, or `keep(answer)` for a wrong one, when
    the student has answered; at the end of its constructor it shows `given`, unless that is None; and its `forget` clears
    what is shown. Call both with an answer only for what a person has done, never because a cell is run.

    Example:
        >>> class Vote(Task):
        ...     def __init__(self, title, options):
        ...         super().__init__(title)
        ...         self.buttons = W.ToggleButtons(options=options, value=None)
        ...         if self.given in options:
        ...             self.buttons.value = self.given
        ...         self.buttons.observe(self.chosen, 'value')
        ...
        ...     def chosen(self, change):
        ...         if change['new'] is not None:
        ...             self.finish(change['new'])
        ...
        ...     def forget(self):
        ...         super().forget()
        ...         self.buttons.value = None

    Args:
        title: its name in the list of what has been done and in the file; no other task may have the same.

    Attributes:
        entry: what is known of it: its `kind`; when it was answered `first` and `last` and was `done` (UTC, ISO 8601);
            how many `attempts`, the same answer twice in a row counted once; and the `answer`.

    Raises:
        ValueError: for an empty title.
    """

    def __init__(self, title: str) -> None:
        if not title.strip():
            raise ValueError(f'title = {title!r} must not be empty')
        self.title = title
        self.entry: record.Entry = record.RECORD.entry(title)
        self._listeners: list[Callable[[], object]] = []

    @property
    def done(self) -> bool:
        """Whether it has been solved; a wrong answer given later does not undo that."""
        return 'done' in self.entry

    @property
    def given(self) -> str | float | None:
        """The answer that is kept: the right one once it was given, before that the last one; None if there is none."""
        return self.entry.get('answer')

    @property
    def kind(self) -> str:
        """What it is, in one word, such as 'quiz'."""
        return type(self).__name__.lower()

    def when_done(self, listener: Callable[[], object]) -> None:
        """Call `listener()` as soon as the task is done for the first time."""
        self._listeners.append(listener)

    def finish(self, answer: str | float | None = None, **more: Any) -> None:
        """Mark the task as done; with an answer, keep both, and what else is to be kept."""
        before = self.done
        if answer is None:
            self.entry.setdefault('done', now())
        else:
            self.keep(answer, right=True, **more)
        if not before:
            for listener in self._listeners:
                listener()

    def keep(self, answer: str | float, right: bool = False, **more: Any) -> None:
        """Keep an answer, unless it is wrong and a right one was given before.

        Args:
            answer: text or number.
            right: whether it solves the task.
            more: what else to keep in the entry.
        """
        entry, time = self.known(), now()
        if answer != entry.get('answer'):
            entry |= {'kind': self.kind, 'attempts': entry.get('attempts', 0) + 1,
                      'first': entry.get('first', time), 'last': time}
        if right or 'done' not in entry:
            entry['answer'] = answer
        if right:
            entry.setdefault('done', time)
        self.entry = entry | more
        record.RECORD.put(self.title, self.entry)

    def known(self) -> record.Entry:
        """Return the entry together with what another notebook may have added to it meanwhile."""
        return {**self.entry, **record.RECORD.entry(self.title)}

    def forget(self) -> None:
        """Be open again, as if nobody had answered; the file is left alone."""
        self.entry = {}


def now() -> str:
    """Return the time, UTC, in the form of ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec='seconds')


def readable_time(time: str) -> str:
    """Return a time of the form of ISO 8601, UTC, as one reads it, to the minute."""
    return f'{time[:16].replace("T", " ")} UTC'
