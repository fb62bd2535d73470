"""What a training run leaves behind for a picture, whatever network learns."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from math import ceil

import numpy as np


class TrainingRecord(ABC):
    """The record of a training run. Subclasses train: they provide `cells`, `train()` and `accuracy()`.

    Args:
        total: number of batches in the whole run.
        crosspoints: number of crosspoints whose weights are recorded.
        tests: largest number of times that the accuracy is measured, the last time after the last batch.

    Attributes:
        losses: loss of each batch so far.
        tested, accuracies: numbers of the batches after which the accuracy was measured, and the accuracies, as fractions.
        first_weights, weights: weights in the watched tile before the first batch and now, [out * in].
        traces: weights of the recorded crosspoints before the first batch and after each, [batch + 1][crosspoint].
    """

    def __init__(self, total: int, crosspoints: int, tests: int) -> None:
        self.total, self.test_interval = total, ceil(total / tests)
        self.first_weights = self.weights.copy()
        self.watched = np.linspace(0, self.weights.size - 1, crosspoints).round().astype(int)
        self.losses: list[float] = []
        self.tested: list[int] = []
        self.accuracies: list[float] = []
        self.traces = [self.weights[self.watched]]

    @property
    @abstractmethod
    def cells(self) -> np.ndarray:
        """The weights that are now in the crossbar of the watched tile, [out, in]."""

    @abstractmethod
    def train(self) -> Iterator[float]:
        """Train; yield the loss of each batch."""

    @abstractmethod
    def accuracy(self) -> float:
        """Return the fraction of the test images that the network recognises now."""

    @property
    def done(self) -> int:
        """Number of batches that are over."""
        return len(self.losses)

    @property
    def weights(self) -> np.ndarray:
        """The weights of `cells`, [out * in]."""
        return self.cells.reshape(-1)

    def steps(self) -> Iterator[None]:
        """Train, and pause after each batch: a generator."""
        for loss in self.train():
            self.losses.append(loss)
            self.traces.append(self.weights[self.watched])
            if self.done % self.test_interval == 0 or self.done == self.total:
                self.measure()
            yield

    def measure(self) -> None:
        """Measure the accuracy."""
        self.tested.append(self.done)
        self.accuracies.append(self.accuracy())
