"""What is printed of an inference."""

from collections.abc import Callable
from typing import Any

from aihwlab.experiments.experiments.base import Signals


class InferenceLocalMetric:
    """A listener to an inference, which prints a line after each repeat, and at the end one for each time.

    Args:
        stdout: whether it prints.
    """

    def __init__(self, stdout: bool = False) -> None:
        self.stdout = stdout

    def hooks(self) -> dict[Signals, Callable[..., None]]:
        """Return the hooks of an experiment by which it listens."""
        return {Signals.INFERENCE_REPEAT_END: self.receive_repeat_end, Signals.INFERENCE_END: self.receive_end}

    def receive_repeat_end(self, results: dict[str, Any]) -> None:
        """Print how many repeats are done."""
        runs = results['inference_runs']
        if self.stdout:
            print(f'Repeat: {runs["inference_repeat"]}  {runs["time_elapsed"]:.1f} s')

    def receive_end(self, results: dict[str, Any]) -> None:
        """Print the results of all repeats."""
        for row in results['inference_runs']['inference_results'] if self.stdout else ():
            print(f't_inference: {row["t_inference"]:.4g} s  accuracy: {row["avg_accuracy"]:.4f} +- '
                  f'{row["std_accuracy"]:.4f}  loss: {row["avg_loss"]:.4f}')
