"""Who runs trainings on this machine."""

from typing import Any

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.data import DATASET_ROOT
from aihwlab.experiments.experiments.training import BasicTraining
from aihwlab.experiments.runners.base import Runner
from aihwlab.experiments.runners.metrics import LocalMetric
from aihwlab.parameters.validation import require


class LocalRunner(Runner):
    """Runs trainings on this machine."""

    def run(self, experiment: BasicTraining, max_elements_train: int = 0, dataset_root: str = DATASET_ROOT,
            stdout: bool = False) -> list[dict[str, Any]]:
        """Run a training, and return its results; see `BasicTraining.run`.

        Args:
            experiment: the training.
            max_elements_train: at most so many examples, of validation, too; 0 takes all.
            dataset_root: folder of the data.
            stdout: print a line after each epoch.

        Raises:
            ArgumentError: for another kind of experiment.
        """
        require('experiment', experiment, BasicTraining, error=ArgumentError)
        with experiment.with_hooks(LocalMetric(stdout).hooks()):
            return experiment.run(max_elements_train, dataset_root, self.device)
