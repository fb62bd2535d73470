"""Who runs inferences on this machine."""

from typing import Any

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.data import DATASET_ROOT
from aihwlab.experiments.experiments.inferencing import BasicInferencing
from aihwlab.experiments.runners.base import Runner
from aihwlab.experiments.runners.i_metrics import InferenceLocalMetric
from aihwlab.parameters.validation import require


class InferenceLocalRunner(Runner):
    """Runs inferences on this machine."""

    def run(self, experiment: BasicInferencing, max_elements: int = 0, dataset_root: str = DATASET_ROOT,
            stdout: bool = False) -> dict[str, Any]:
        """Run an inference, and return its results; see `BasicInferencing.run`.

        Args:
            experiment: the inference.
            max_elements: at most so many examples; 0 takes all.
            dataset_root: folder of the data.
            stdout: print a line after each repeat, and a table at the end.

        Raises:
            ArgumentError: for another kind of experiment.
        """
        require('experiment', experiment, BasicInferencing, error=ArgumentError)
        with experiment.with_hooks(InferenceLocalMetric(stdout).hooks()):
            return experiment.run(max_elements, dataset_root, self.device)
