"""Training a network batch by batch, and a record of it on the way."""

from collections.abc import Callable, Iterator
from math import ceil

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs.configs import FloatingPointRPUConfig, IOManagedRPUConfig

TEST_BATCH = 200
"""Number of test images that go through the network together."""

Configuration = FloatingPointRPUConfig | IOManagedRPUConfig
"""The configuration of a tile; `SingleRPUConfig` and the presets are kinds of `IOManagedRPUConfig`."""


def train_steps(model: torch.nn.Module, optimizer: torch.optim.Optimizer,
                loss_function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], loader: DataLoader) -> Iterator[float]:
    """Train a model on the batches of a loader; yield the loss of each batch."""
    for images, labels in loader:
        model.train()
        optimizer.zero_grad()
        loss = loss_function(model(images), labels)
        loss.backward()
        optimizer.step()
        yield loss.item()


@torch.no_grad()
def accuracy(model: torch.nn.Module, dataset: Dataset) -> float:
    """Return the fraction of the images of a data set that a model recognises."""
    model.eval()
    hits = sum((model(images).argmax(dim=1) == labels).sum().item()
               for images, labels in DataLoader(dataset, batch_size=TEST_BATCH))
    return hits / len(dataset)


class TrainingRun:
    """One training run of one network, and the record of it.

    Everything random follows from the seed; torch's own generator is left as it was.

    Args:
        build: function (rpu_config) -> network of analog layers.
        rpu_config: configuration of the tiles.
        train, test: data sets of (image, label).
        lr: learning rate.
        batch_size: images in a batch.
        epochs: how many times all training images are seen.
        seed: seed of the network, its tiles and the order of the images.
        tile: number of the tile that is watched, in the order of `model.analog_tiles()`; negative numbers count from the end.
        crosspoints: number of crosspoints of this tile whose weights are recorded.
        tests: largest number of times that the accuracy is measured, the last time after the last batch.

    Attributes:
        model, optimizer: the network and its optimizer.
        total: number of batches in the whole run.
        losses: loss of each batch so far.
        tested, accuracies: numbers of the batches after which the accuracy was measured, and the accuracies, as fractions.
        first_weights, weights: weights in the watched tile before the first batch and now, [out * in].
        traces: weights of the recorded crosspoints before the first batch and after each, [batch + 1][crosspoint].
    """

    def __init__(self, build: Callable[[Configuration], torch.nn.Module], rpu_config: Configuration, train: Dataset,
                 test: Dataset, lr: float = 0.01, batch_size: int = 8, epochs: int = 1, seed: int = 1, tile: int = -1,
                 crosspoints: int = 12, tests: int = 10) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = build(rpu_config)
        self.optimizer = AnalogSGD(self.model.parameters(), lr=lr)
        self.optimizer.regroup_param_groups(self.model)
        self.loss_function = torch.nn.CrossEntropyLoss()
        self.loader = DataLoader(train, batch_size, shuffle=True, generator=torch.Generator().manual_seed(seed))
        self.test, self.epochs = test, epochs
        self.total = epochs * len(self.loader)
        self.test_interval = ceil(self.total / tests)
        self.tile = list(self.model.analog_tiles())[tile]
        self.first_weights = self.weights.copy()
        self.watched = np.linspace(0, self.weights.size - 1, crosspoints).round().astype(int)
        self.losses: list[float] = []
        self.tested: list[int] = []
        self.accuracies: list[float] = []
        self.traces = [self.weights[self.watched]]

    @property
    def done(self) -> int:
        """Number of batches that are over."""
        return len(self.losses)

    @property
    def weights(self) -> np.ndarray:
        """The weights that are now in the crossbar of the watched tile."""
        return self.cells.reshape(-1)

    @property
    def cells(self) -> np.ndarray:
        """The same weights as they lie in the crossbar, [out, in]."""
        return self.tile.weight_view().detach().cpu().numpy()

    def steps(self) -> Iterator[None]:
        """Train, and pause after each batch: a generator."""
        for _ in range(self.epochs):
            for loss in train_steps(self.model, self.optimizer, self.loss_function, self.loader):
                self.losses.append(loss)
                self.traces.append(self.weights[self.watched])
                if self.done % self.test_interval == 0 or self.done == self.total:
                    self.measure()
                yield

    def measure(self) -> None:
        """Measure the accuracy."""
        self.tested.append(self.done)
        self.accuracies.append(accuracy(self.model, self.test))
