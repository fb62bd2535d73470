"""Training a network batch by batch, and what is seen of it on the way."""

from math import ceil

import numpy as np
import torch
from torch.utils.data import DataLoader

from aihwlab.optim import AnalogSGD

TEST_BATCH = 200
"""Number of test images that pass the network together."""


def train_steps(model, optimizer, loss_function, loader):
    """Train a model on the batches of a loader; yield the loss after each batch."""
    for images, labels in loader:
        model.train()
        optimizer.zero_grad()
        loss = loss_function(model(images), labels)
        loss.backward()
        optimizer.step()
        yield loss.item()


@torch.no_grad()
def accuracy(model, dataset):
    """Return the fraction of the images of a data set that a model recognises."""
    model.eval()
    hits = sum((model(images).argmax(dim=1) == labels).sum().item()
               for images, labels in DataLoader(dataset, batch_size=TEST_BATCH))
    return hits / len(dataset)


class TrainingRun:
    """One training of one network, and its record.

    Everything random follows from the seed; torch's own generator is left as it was.

    Args:
        build: function (rpu_config) -> network of analog layers.
        rpu_config: configuration of the tiles.
        train, test: data sets of (image, label).
        lr: learning rate.
        batch_size: images in a batch.
        epochs: how many times all training images are seen.
        seed: seed of the network, its tiles and the order of the images.
        tile: number of the tile that is watched, as `model.analog_tiles()` counts; negative numbers count from the end.
        crosspoints: number of crosspoints of this tile whose weights are recorded.
        tests: number of times that the accuracy is measured on the way, the last time after the last batch.

    Attributes:
        model, optimizer: the network and its optimizer.
        total: number of batches of the whole run.
        losses: loss of each batch so far.
        tested, accuracies: batch numbers at which the accuracy was measured, and what it was, a fraction.
        first_weights, weights: weights in the watched tile before the first batch and now, [out * in].
        traces: weights of the recorded crosspoints before the first batch and after each, [batch + 1][crosspoint].
    """

    def __init__(self, build, rpu_config, train, test, lr=0.01, batch_size=8, epochs=1, seed=1, tile=-1, crosspoints=12,
                 tests=10):
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
        self.losses, self.tested, self.accuracies = [], [], []
        self.traces = [self.weights[self.watched]]

    @property
    def weights(self):
        """The weights that are now in the crossbar of the watched tile."""
        return self.tile.weight_view().detach().cpu().numpy().reshape(-1)

    def steps(self):
        """Train, and pause after each batch: a generator."""
        for _ in range(self.epochs):
            for loss in train_steps(self.model, self.optimizer, self.loss_function, self.loader):
                self.losses.append(loss)
                self.traces.append(self.weights[self.watched])
                if len(self.losses) % self.test_interval == 0 or len(self.losses) == self.total:
                    self.tested.append(len(self.losses))
                    self.accuracies.append(accuracy(self.model, self.test))
                yield
