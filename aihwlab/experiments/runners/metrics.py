"""What is printed of a training."""

from collections.abc import Callable
from typing import Any

from aihwlab.experiments.experiments.base import Signals


class LocalMetric:
    """A listener to a training, which prints a line after each epoch.

    Args:
        stdout: whether it prints.
    """

    def __init__(self, stdout: bool = False) -> None:
        self.stdout = stdout

    def hooks(self) -> dict[Signals, Callable[..., None]]:
        """Return the hooks of an experiment by which it listens."""
        return {Signals.EPOCH_END: self.receive_epoch_end}

    def receive_epoch_end(self, results: dict[str, Any]) -> None:
        """Print the results of an epoch."""
        if self.stdout:
            print(f'Epoch: {results["epoch"]}  accuracy: {results["accuracy"]:.4f}  train_loss: {results["train_loss"]:.4f}  '
                  f'valid_loss: {results["valid_loss"]:.4f}  {results["time_epoch"]:.1f} s')
