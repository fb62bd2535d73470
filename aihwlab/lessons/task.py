"""Something that a student can have done."""


class Task:
    """A question with a title that is open, then done; others may ask to be told.

    Attributes:
        title: what it is called in the list of what is done.
        done: whether it has been solved once; a later wrong answer does not undo that.
    """

    def __init__(self, title):
        if not title.strip():
            raise ValueError(f'title = {title!r} must not be empty')
        self.title, self.done = title, False
        self._listeners = []

    def when_done(self, listener):
        """Call `listener()` when the task is done for the first time."""
        self._listeners.append(listener)

    def finish(self):
        """Mark the task as done."""
        if not self.done:
            self.done = True
            for listener in self._listeners:
                listener()
