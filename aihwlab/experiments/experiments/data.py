"""What experiments with a network and a data set share: how data become batches, and how a network is judged by them."""

import tempfile
from pathlib import Path
from typing import Any

import torch
from torch.nn import Module
from torch.utils.data import Dataset, Subset
from torchvision.datasets import SVHN, FashionMNIST
from torchvision.transforms import ToTensor

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.base import Experiment
from aihwlab.parameters.validation import require

DATASET_ROOT = str(Path(tempfile.gettempdir()) / 'data')
"""Folder of data sets of which no other is known."""

DOWNLOADED = (FashionMNIST, SVHN)
"""Data sets that are fetched from the internet where the folder does not have them."""


class Tally:
    """What is counted of some batches: examples, those that were classified rightly, and their losses."""

    def __init__(self) -> None:
        self.count, self.right, self.losses = 0, 0, 0.0

    def add(self, output: torch.Tensor, target: torch.Tensor, loss: torch.Tensor) -> None:
        """Count a batch: outputs [batch, classes], the right classes [batch], and the mean loss."""
        self.count += len(target)
        self.right += int((output.detach().argmax(dim=1) == target).sum())
        self.losses += loss.item() * len(target)

    @property
    def accuracy(self) -> float:
        """Fraction that was classified rightly."""
        return self.right / self.count if self.count else float('nan')

    @property
    def loss(self) -> float:
        """Mean loss of an example."""
        return self.losses / self.count if self.count else float('nan')


class DataExperiment(Experiment):
    """An experiment with a network that classifies the examples of a data set.

    Args:
        dataset: class of a data set as torchvision has them, made by `dataset(root, transform=..., train=...)`; override
            `get_dataset_arguments` for other arguments.
        model: the network.
        batch_size: number of examples in a batch.
        loss_function: class of the loss.

    Raises:
        ArgumentError: for an argument that is impossible.
    """

    def __init__(self, dataset: type[Dataset[Any]], model: Module, batch_size: int, loss_function: type[Module]) -> None:
        super().__init__()
        require('dataset', dataset, type, error=ArgumentError)
        require('model', model, Module, error=ArgumentError)
        require('loss_function', loss_function, type, error=ArgumentError)
        require('batch_size', batch_size, error=ArgumentError)
        self.dataset, self.model = dataset, model
        self.batch_size, self.loss_function = batch_size, loss_function

    def get_dataset_arguments(self, dataset: type[Dataset[Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the named arguments by which the class makes its part for training, and that for validation.

        `FashionMNIST` and `SVHN` are downloaded if they are not in the folder.
        """
        download = {'download': True} if dataset in DOWNLOADED else {}
        if dataset is SVHN:
            return {'split': 'train', **download}, {'split': 'test', **download}
        return {'train': True, **download}, {'train': False, **download}

    def get_dataset_transform(self, dataset: type[Dataset[Any]]) -> Any:
        """Return what is done to each example: an image becomes a tensor with values from 0 to 1."""
        return ToTensor()

    def get_data(self, dataset: type[Dataset[Any]], is_training: bool, max_elements: int, dataset_root: str) -> Dataset[Any]:
        """Return one part of the data; at most `max_elements` examples, taken at random, if that is not 0."""
        require('max_elements', max_elements, interval='[0, inf)', error=ArgumentError)
        arguments = self.get_dataset_arguments(dataset)[0 if is_training else 1]
        data: Any = dataset(dataset_root, transform=self.get_dataset_transform(dataset), **arguments)  # type: ignore[call-arg]
        if 0 < max_elements < len(data):
            data = Subset(data, torch.randperm(len(data))[:max_elements].tolist())
        return data

    def assess(self, model: Module, batch: Any, loss_function: Module, device: torch.device | None,
               tally: Tally) -> torch.Tensor:
        """Return the mean loss of a network for a batch of examples and classes, which is counted in a tally."""
        data, target = (tensor.to(device) for tensor in batch)
        output = model(data)
        loss: torch.Tensor = loss_function(output, target)
        tally.add(output, target, loss)
        return loss


def placed(model: Module, device: torch.device | str | None) -> tuple[Module, torch.device]:
    """Return a network on a torch device and this device; by default it stays on that of its first parameter."""
    if device is None:
        return model, next((parameter.device for parameter in model.parameters()), torch.device('cpu'))
    return model.to(device), torch.device(device)
