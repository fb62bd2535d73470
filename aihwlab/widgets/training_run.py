"""Training a network batch by batch, and a record of it on the way."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs.configs import FloatingPointRPUConfig, IOManagedRPUConfig
from aihwlab.widgets.training_record import TrainingRecord

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


class TrainingRun(TrainingRecord):
    """One training run of one network of torch, and the record of it (`TrainingRecord`).

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
        self.tile = list(self.model.analog_tiles())[tile]
        super().__init__(epochs * len(self.loader), crosspoints, tests)

    @property
    def cells(self) -> np.ndarray:
        """The weights that are now in the crossbar of the watched tile, [out, in]."""
        return self.tile.weight_view().detach().cpu().numpy()

    def train(self) -> Iterator[float]:
        """Train for all epochs; yield the loss of each batch."""
        for _ in range(self.epochs):
            yield from train_steps(self.model, self.optimizer, self.loss_function, self.loader)

    def accuracy(self) -> float:
        """Return the fraction of the test images that the network recognises now."""
        return accuracy(self.model, self.test)
