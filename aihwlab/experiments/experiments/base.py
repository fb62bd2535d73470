"""What all experiments share: the moments that they announce, and functions of the user that are called then."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any

from aihwlab.exceptions import ArgumentError


class Signals(Enum):
    """The moments of an experiment, each with the arguments that its hooks get."""

    EXPERIMENT_START = 1
    """No arguments."""

    EXPERIMENT_END = 2
    """No arguments; `results` of the experiment are complete."""

    EPOCH_START = 10
    """The number of the epoch, from 0."""

    EPOCH_END = 11
    """The results of the epoch, a dictionary; one that a hook returns is added to it."""

    TRAIN_EPOCH_START = 20
    """The number of the epoch."""

    TRAIN_EPOCH_END = 21
    """The number of the epoch."""

    TRAIN_EPOCH_BATCH_START = 22
    """No arguments."""

    TRAIN_EPOCH_BATCH_END = 23
    """The number of examples in the batch, and their mean loss."""

    VALIDATION_EPOCH_START = 30
    """The number of the epoch."""

    VALIDATION_EPOCH_END = 31
    """The number of the epoch."""

    VALIDATION_EPOCH_BATCH_START = 32
    """No arguments."""

    VALIDATION_EPOCH_BATCH_END = 33
    """The number of examples in the batch, and their mean loss."""

    INFERENCE_START = 40
    """No arguments."""

    INFERENCE_END = 41
    """The results so far, a dictionary."""

    INFERENCE_REPEAT_START = 50
    """The number of the repeat, from 0."""

    INFERENCE_REPEAT_END = 51
    """The results so far, a dictionary; one that a hook returns is added to it."""


Hook = Callable[..., Any]


class Experiment:
    """A computation that announces its moments, such as the end of an epoch, to functions of the user: hooks.

    Example:
        >>> experiment.add_hook(Signals.EPOCH_END, lambda results: print(results['accuracy']))

    Attributes:
        hooks: the functions for each of the `Signals`, in the order in which they are called.
        results: what the last run has given, or None.
    """

    def __init__(self) -> None:
        self.hooks: dict[Signals, list[Hook]] = {}
        self.results: Any = None

    def add_hook(self, key: Signals, hook: Hook) -> None:
        """Let a function be called at a moment, after those that are called then already.

        Raises:
            ArgumentError: if `key` is none of the `Signals`, or the hook cannot be called.
        """
        if not isinstance(key, Signals):
            raise ArgumentError(f'key = {key!r}: must be one of Signals, such as {Signals.EPOCH_END}')
        if not callable(hook):
            raise ArgumentError(f'hook = {hook!r}: must be a function')
        self.hooks.setdefault(key, []).append(hook)

    def clear_hooks(self) -> None:
        """Remove all hooks."""
        self.hooks.clear()

    @contextmanager
    def with_hooks(self, hooks: Mapping[Signals, Hook]) -> Iterator[None]:
        """Add one hook to each of some moments while a `with` block runs; those of the user stay."""
        for key, hook in hooks.items():
            self.add_hook(key, hook)
        try:
            yield
        finally:
            for key, hook in hooks.items():
                if hook in self.hooks.get(key, ()):
                    self.hooks[key].remove(hook)

    def _call_hook(self, key: Signals, *args: Any) -> dict[str, Any]:
        """Call the hooks of a moment, and return what they have returned, in one dictionary."""
        returned: dict[str, Any] = {}
        for hook in self.hooks.get(key, ()):
            result = hook(*args)
            returned.update(result if isinstance(result, Mapping) else {})
        return returned
