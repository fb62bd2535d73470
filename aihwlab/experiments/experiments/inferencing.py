"""The experiment of inference: how well a network classifies while the devices that hold its weights drift."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import CrossEntropyLoss, Module
from torch.utils.data import DataLoader, Dataset

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.base import Signals
from aihwlab.experiments.experiments.data import DATASET_ROOT, DataExperiment, Tally, placed
from aihwlab.inference.utils import drift_analog_weights, program_analog_weights
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.nn.modules.container import AnalogWrapper
from aihwlab.parameters.validation import require
from aihwlab.simulator.tiles.inference import InferenceTileWithPeriphery

TIMES = 10
"""At how many times after programming a network is judged."""


class BasicInferencing(DataExperiment):
    """Accuracy of a trained network at several times after its weights were programmed, several times over.

    Each repeat programs the weights anew, with new noise, and judges the network just after that and at nine times from 1 s
    on, which are equally far apart on a logarithmic scale. The trained weights stay as they are.

    Example:
        >>> experiment = BasicInferencing(FashionMNIST, model, inference_repeats=5, inference_time=3600)
        >>> results = InferenceLocalRunner().run(experiment, max_elements=1000)

    Args:
        dataset: class of a data set, see `DataExperiment`; its part for validation is classified.
        model: the network, with tiles for inference.
        batch_size: number of examples in a batch.
        loss_function: class of the loss.
        weight_template_id: file of a `state_dict` that the network loads before, without its configurations; '' for none.
        inference_repeats: how often the weights are programmed.
        inference_time: the last time after programming, s, at least 1.
        remap_weights: stretch the weights over the range of the devices before (`remap_weights` of tiles).

    Raises:
        ArgumentError: for an argument that is impossible, or a network without tiles for inference.
    """

    def __init__(self, dataset: type[Dataset[Any]], model: Module, batch_size: int = 10,
                 loss_function: type[Module] = CrossEntropyLoss, weight_template_id: str = '', inference_repeats: int = 2,
                 inference_time: float = 86400, remap_weights: bool = True) -> None:
        super().__init__(dataset, model, batch_size, loss_function)
        require('weight_template_id', weight_template_id, str, error=ArgumentError)
        require('inference_repeats', inference_repeats, error=ArgumentError)
        require('inference_time', inference_time, float, '[1, inf)', error=ArgumentError)
        require('remap_weights', remap_weights, bool, error=ArgumentError)
        if weight_template_id and not Path(weight_template_id).is_file():
            raise ArgumentError(f'weight_template_id = {weight_template_id!r}: must be a file, or empty')
        if not any(isinstance(module, InferenceTileWithPeriphery) for module in model.modules()):
            raise ArgumentError(f'model: must have tiles for inference, {type(model).__name__} has none')
        self.weight_template_id, self.remap_weights = weight_template_id, remap_weights
        self.inference_repeats, self.inference_time = inference_repeats, inference_time

    def get_data_loader(self, dataset: type[Dataset[Any]], batch_size: int, max_elements: int = 0,
                        dataset_root: str = DATASET_ROOT) -> DataLoader[Any]:
        """Return the batches that are classified, of at most `max_elements` examples."""
        return DataLoader(self.get_data(dataset, False, max_elements, dataset_root), batch_size=batch_size)

    def get_times(self) -> list[float]:
        """Return the times after programming at which the network is judged, s."""
        return [0.0, *np.geomspace(1, self.inference_time, TIMES - 1).tolist()]

    def prepare_model(self) -> None:
        """Load the saved weights, if there are any, and remap the weights, if they are to be."""
        if self.weight_template_id:
            saved = torch.load(self.weight_template_id, map_location='cpu', weights_only=True)
            model = self.model if isinstance(self.model, AnalogLayerBase) else AnalogWrapper(self.model)
            model.load_state_dict(saved, load_rpu_config=False)
        if self.remap_weights:
            for module in self.model.modules():
                if isinstance(module, InferenceTileWithPeriphery):
                    module.remap_weights()

    @torch.no_grad()
    def inference_step(self, loader: DataLoader[Any], model: Module, loss_function: Module,
                       device: torch.device | None) -> Tally:
        """Classify all batches once, and return what is counted of them."""
        tally = Tally()
        model.eval()
        for batch in loader:
            self.assess(model, batch, loss_function, device, tally)
        return tally

    def repeat(self, loader: DataLoader[Any], model: Module, loss_function: Module,
               device: torch.device | None) -> list[Tally]:
        """Program the weights, and return what is counted at each of the times after that."""
        model.eval()
        program_analog_weights(model)
        counted = []
        for t_inference in self.get_times():
            drift_analog_weights(model, t_inference)
            counted.append(self.inference_step(loader, model, loss_function, device))
        return counted

    def run(self, max_elements: int = 0, dataset_root: str = DATASET_ROOT,
            device: torch.device | None = None) -> dict[str, Any]:
        """Judge the network, and return the results; after an interruption, `results` has those of the repeats so far.

        Args:
            max_elements: at most so many examples, taken at random; 0 takes all.
            dataset_root: folder of the data.
            device: torch device that the network is moved to; None leaves it where it is.

        Returns:
            `{'inference_runs': {...}}` with the number of repeats `inference_repeat`, whether there were to be more
            (`is_partial`), `time_elapsed` (s), and `inference_results`, a list with a dictionary for each time: `t_inference`
            (s), and over all repeats `avg_accuracy` and its standard deviation `std_accuracy`, `avg_error` (1 less the
            accuracy) and `avg_loss`.

        Raises:
            RuntimeError, TileError: if the saved weights do not fit the network, which stays as it was.
        """
        self.model, device = placed(self.model, device)
        loader = self.get_data_loader(self.dataset, self.batch_size, max_elements, dataset_root)
        self.prepare_model()
        repeats: list[list[Tally]] = []
        self.results = {}
        start = time.perf_counter()
        self._call_hook(Signals.EXPERIMENT_START)
        self._call_hook(Signals.INFERENCE_START)
        for number in range(self.inference_repeats):
            self._call_hook(Signals.INFERENCE_REPEAT_START, number)
            repeats.append(self.repeat(loader, self.model, self.loss_function(), device))
            self.results = self.summary(repeats, time.perf_counter() - start)
            self.results.update(self._call_hook(Signals.INFERENCE_REPEAT_END, self.results))
        self._call_hook(Signals.INFERENCE_END, self.results)
        self._call_hook(Signals.EXPERIMENT_END)
        return self.results

    def summary(self, repeats: list[list[Tally]], seconds: float) -> dict[str, Any]:
        """Return the results of some repeats, see `run`."""
        rows = []
        for t_inference, tallies in zip(self.get_times(), zip(*repeats)):
            accuracies = [tally.accuracy for tally in tallies]
            rows.append({'t_inference': t_inference, 'avg_accuracy': float(np.mean(accuracies)),
                         'std_accuracy': float(np.std(accuracies)), 'avg_error': 1 - float(np.mean(accuracies)),
                         'avg_loss': float(np.mean([tally.loss for tally in tallies]))})
        return {'inference_runs': {'inference_repeat': len(repeats), 'is_partial': len(repeats) < self.inference_repeats,
                                   'time_elapsed': seconds, 'inference_results': rows}}
