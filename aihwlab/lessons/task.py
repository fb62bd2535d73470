"""Something for a student to do."""

from collections.abc import Callable


class Task:
    """A question with a title that is open at first, then done; others may ask to be told when that happens.

    Attributes:
        title: its name in the list of what has been done.
        done: whether it has been solved; a wrong answer given later does not undo that.

    Raises:
        ValueError: for an empty title.
    """

    def __init__(self, title: str) -> None:
        if not title.strip():
            raise ValueError(f'title = {title!r} must not be empty')
        self.title, self.done = title, False
        self._listeners: list[Callable[[], object]] = []

    def when_done(self, listener: Callable[[], object]) -> None:
        """Call `listener()` as soon as the task is done for the first time."""
        self._listeners.append(listener)

    def finish(self) -> None:
        """Mark the task as done."""
        if not self.done:
            self.done = True
            for listener in self._listeners:
                listener()
