"""LeNet5 for handwritten digits, and its trained weights in a small file.

Weights are kept as whole numbers from -127 to 127, with one scale for each output: finer than any memory cell is programmed,
and a quarter of the size of 32-bit numbers. `python -m aihwlab.models.train_lenet5` makes the file.
"""

from importlib.resources import files
from typing import Any

import numpy as np
import torch
from torch import nn

WEIGHTS_FILE: Any = files('aihwlab.models') / 'lenet5.npz'

TRAININGS = 'plain', 'aware'
"""How the weights were trained: as usual, or aware of the hardware."""

LEVELS = 127
"""The largest whole number."""


def lenet5() -> nn.Sequential:
    """Return LeNet5 with 16 and 32 maps, untrained: images [n, 1, 28, 28] -> logarithms of probabilities [n, 10].

    Source: Y. LeCun et al., 1998, doi:10.1109/5.726791, which has 6 and 16 maps, and no max pooling.
    """
    return nn.Sequential(
        nn.Conv2d(1, 16, 5), nn.Tanh(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5), nn.Tanh(), nn.MaxPool2d(2), nn.Tanh(), nn.Flatten(),
        nn.Linear(512, 128), nn.Tanh(), nn.Linear(128, 10), nn.LogSoftmax(dim=1))


def load_lenet5(training: str = 'plain') -> nn.Sequential:
    """Return LeNet5 with trained weights, digital and in evaluation mode; `convert_to_analog` makes it analog.

    Example:
        >>> analog = convert_to_analog(load_lenet5('aware'), InferenceRPUConfig())

    Args:
        training: one of `TRAININGS`.

    Raises:
        ValueError: for another training.
    """
    if training not in TRAININGS:
        raise ValueError(f'training = {training!r}: must be one of {", ".join(map(repr, TRAININGS))}')
    model = lenet5()
    with np.load(WEIGHTS_FILE) as kept:
        model.load_state_dict({name: torch.from_numpy(unpacked(kept, f'{training}.{name}')) for name in model.state_dict()})
    return model.eval()


def lenet5_matrices(training: str = 'plain') -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the trained weights of each layer as they lie on a tile, [out, in], with the bias, [out].

    Raises:
        ValueError: for another training than those in `TRAININGS`.
    """
    layers = [module for module in load_lenet5(training) if isinstance(module, (nn.Conv2d, nn.Linear))]
    return [(layer.weight.detach().flatten(1).numpy(), layer.bias.detach().numpy()) for layer in layers]


def packed(name: str, array: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is kept of a parameter: a vector as it is, other arrays as whole numbers and a scale for each output."""
    if array.ndim == 1:
        return {name: array.astype(np.float32)}
    scale = abs(array).max(axis=tuple(range(1, array.ndim)), keepdims=True) / LEVELS
    return {name: np.round(array / scale).astype(np.int8), f'{name}.scale': scale.astype(np.float32)}


def unpacked(kept: Any, name: str) -> np.ndarray:
    """Return a parameter, as nearly as it was kept."""
    return kept[name] * kept[f'{name}.scale'] if f'{name}.scale' in kept else kept[name]
