"""The experiment of training a network."""

import time
from typing import Any

import torch
from torch.nn import Module, NLLLoss
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.base import Signals
from aihwlab.experiments.experiments.data import DATASET_ROOT, DataExperiment, Tally, placed
from aihwlab.optim.analog_optimizer import AnalogSGD
from aihwlab.parameters.validation import require


class BasicTraining(DataExperiment):
    """Training of a network that classifies, with plain gradient descent, and validation after each epoch.

    Override a method to change a step: `get_optimizer`, or `training_step` to let a scheduler follow it. All random numbers,
    those of the order of the examples included, follow from `torch.manual_seed`.

    Example:
        >>> experiment = BasicTraining(FashionMNIST, model, epochs=3)
        >>> results = LocalRunner().run(experiment, max_elements_train=1000, stdout=True)

    Args:
        dataset: class of a data set, see `DataExperiment`.
        model: the network.
        batch_size: number of examples in a batch.
        loss_function: class of the loss.
        epochs: number of epochs.
        learning_rate: the learning rate.

    Attributes:
        tally: what is counted of the batches of the present epoch, in training or in validation.

    Raises:
        ArgumentError: for an argument that is impossible.
    """

    tally: Tally

    def __init__(self, dataset: type[Dataset[Any]], model: Module, batch_size: int = 64,
                 loss_function: type[Module] = NLLLoss, epochs: int = 30, learning_rate: float = 0.05) -> None:
        super().__init__(dataset, model, batch_size, loss_function)
        require('epochs', epochs, error=ArgumentError)
        require('learning_rate', learning_rate, float, '[0, inf)', error=ArgumentError)
        self.epochs, self.learning_rate = epochs, learning_rate

    def get_data_loaders(self, dataset: type[Dataset[Any]], batch_size: int, max_elements: int = 0,
                         dataset_root: str = DATASET_ROOT) -> tuple[DataLoader[Any], DataLoader[Any]]:
        """Return batches to train with, in random order, and those to validate with; each of at most `max_elements`."""
        training = self.get_data(dataset, True, max_elements, dataset_root)
        validation = self.get_data(dataset, False, max_elements, dataset_root)
        return DataLoader(training, batch_size=batch_size, shuffle=True), DataLoader(validation, batch_size=batch_size)

    def get_optimizer(self, learning_rate: float, model: Module) -> Optimizer:
        """Return the optimizer of a network."""
        optimizer: Any = AnalogSGD(model.parameters(), lr=learning_rate)
        optimizer.regroup_param_groups(model)
        return optimizer

    def training_step(self, training_loader: DataLoader[Any], model: Module, optimizer: Optimizer, loss_function: Module,
                      device: torch.device | None) -> None:
        """Train with all batches once."""
        model.train()
        for batch in training_loader:
            self._call_hook(Signals.TRAIN_EPOCH_BATCH_START)
            optimizer.zero_grad()
            loss = self.assess(model, batch, loss_function, device, self.tally)
            loss.backward()
            optimizer.step()
            self._call_hook(Signals.TRAIN_EPOCH_BATCH_END, len(batch[1]), loss.item())

    @torch.no_grad()
    def validation_step(self, validation_loader: DataLoader[Any], model: Module, loss_function: Module,
                        device: torch.device | None) -> None:
        """Show all batches once to the network in evaluation mode."""
        model.eval()
        for batch in validation_loader:
            self._call_hook(Signals.VALIDATION_EPOCH_BATCH_START)
            loss = self.assess(model, batch, loss_function, device, self.tally)
            self._call_hook(Signals.VALIDATION_EPOCH_BATCH_END, len(batch[1]), loss.item())

    def train(self, training_loader: DataLoader[Any], validation_loader: DataLoader[Any], model: Module,
              optimizer: Optimizer, loss_function: Module, epochs: int,
              device: torch.device | None) -> list[dict[str, Any]]:
        """Train for some epochs, and return the results of each; see `run`. After an error, `results` has those so far."""
        self.results = []
        for epoch in range(epochs):
            start = time.perf_counter()
            self._call_hook(Signals.EPOCH_START, epoch)
            self.tally = training = Tally()
            self._call_hook(Signals.TRAIN_EPOCH_START, epoch)
            self.training_step(training_loader, model, optimizer, loss_function, device)
            self._call_hook(Signals.TRAIN_EPOCH_END, epoch)
            self.tally = validation = Tally()
            self._call_hook(Signals.VALIDATION_EPOCH_START, epoch)
            self.validation_step(validation_loader, model, loss_function, device)
            self._call_hook(Signals.VALIDATION_EPOCH_END, epoch)
            results = {'epoch': epoch, 'time_epoch': time.perf_counter() - start, 'accuracy': validation.accuracy,
                       'train_loss': training.loss, 'valid_loss': validation.loss}
            results.update(self._call_hook(Signals.EPOCH_END, results))
            self.results.append(results)
        return self.results

    def run(self, max_elements: int = 0, dataset_root: str = DATASET_ROOT,
            device: torch.device | None = None) -> list[dict[str, Any]]:
        """Train the network, which is changed, and return the results.

        Args:
            max_elements: at most so many examples of each part of the data, taken at random; 0 takes all.
            dataset_root: folder of the data.
            device: torch device that the network is moved to; None leaves it where it is.

        Returns:
            A dictionary for each epoch: its number `epoch`, `time_epoch` (s), `accuracy` in validation (from 0 to 1), and the
            mean losses `train_loss` and `valid_loss`.
        """
        self.model, device = placed(self.model, device)
        loaders = self.get_data_loaders(self.dataset, self.batch_size, max_elements, dataset_root)
        optimizer = self.get_optimizer(self.learning_rate, self.model)
        self._call_hook(Signals.EXPERIMENT_START)
        self.train(*loaders, self.model, optimizer, self.loss_function(), self.epochs, device)
        self._call_hook(Signals.EXPERIMENT_END)
        return self.results
