"""Train LeNet5 twice and write the bundled file: `python -m aihwlab.models.train_lenet5 CHECKPOINTS`.

First as usual. Then, from there, aware of the hardware: each batch sees weights with other noise, so that training ends where
noise does little harm; and large weights are cut off, since they decide how small all others are on a crossbar. It needs the
full MNIST (`aihwlab.datasets.load_mnist`). Each epoch that is done is kept in the folder CHECKPOINTS, from where the same
command goes on after an interruption; with the same version of torch, the weights come out the same either way.

Source: V. Joshi et al., 2020, doi:10.1038/s41467-020-16108-9 (noise on the weights); M. Rasch et al., 2023,
doi:10.1038/s41467-023-40770-4.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from aihwlab.datasets import load_mnist
from aihwlab.models.lenet5 import TRAININGS, WEIGHTS_FILE, lenet5, packed
from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.optim import AnalogSGD
from aihwlab.parameters.enums import WeightClipType, WeightModifierType
from aihwlab.simulator.configs.configs import InferenceRPUConfig

SEED, BATCH = 1, 64
RATES = {'plain': [0.05, 0.04, 0.03, 0.02, 0.01, 0.0], 'aware': [0.02, 0.04 / 3, 0.02 / 3]}
"""Learning rates between epochs; within an epoch, they fall in equal steps from one to the next."""

NOISE = 0.1
"""Standard deviation of the noise on the weights in training, relative to the largest weight."""

CLIP = 2.5
"""Weights are cut off at this many standard deviations of their layer."""

Images = tuple[torch.Tensor, torch.Tensor]
"""Images [n, 1, 28, 28] from 0 to 1, and their digits [n]."""


def aware_config() -> InferenceRPUConfig:
    """Return the configuration of the tiles in training that is aware of the hardware."""
    config = InferenceRPUConfig()
    config.mapping.weight_scaling_omega = 1.0
    config.modifier.type, config.modifier.std_dev = WeightModifierType.ADD_NORMAL, NOISE
    config.clip.type, config.clip.sigma = WeightClipType.LAYER_GAUSSIAN, CLIP
    return config


def train_epoch(model: nn.Module, optimizer: torch.optim.Optimizer, images: Images, first: float, last: float) -> None:
    """Train for one epoch, in an order that torch's generator decides, with a learning rate that falls from first to last."""
    pixels, digits = images
    batches = torch.randperm(len(digits)).split(BATCH)
    model.train()
    for number, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group['lr'] = first + (last - first) * number / len(batches)
        optimizer.zero_grad()
        nn.functional.nll_loss(model(pixels[batch]), digits[batch]).backward()
        optimizer.step()


@torch.no_grad()
def accuracy(model: nn.Module, images: Images) -> float:
    """Return the fraction of images that are recognised."""
    model.eval()
    parts = zip(*(part.split(500) for part in images))
    return sum(int((model(pixels).argmax(dim=1) == digits).sum()) for pixels, digits in parts) / len(images[1])


def train(training: str, model: nn.Module, optimizer: Callable[[nn.Module], torch.optim.Optimizer],
          images: tuple[Images, Images], folder: Path) -> nn.Module:
    """Train a network to the end, or on from the last epoch that a folder holds.

    Args:
        training: its name, one of `TRAININGS`.
        model: the network as it is in the beginning.
        optimizer: function (network) -> its optimizer; each epoch has a new one.
        images: to train with, and to test with.
        folder: of the checkpoints.
    """
    rates = RATES[training]
    epochs = len(rates) - 1
    done = [number for number in range(epochs) if (folder / f'{training}-{number}.pt').exists()]
    if done:
        model.load_state_dict(torch.load(folder / f'{training}-{done[-1]}.pt', weights_only=True))
    for epoch in range(len(done), epochs):
        begin = time.perf_counter()
        torch.manual_seed(SEED + epoch)
        train_epoch(model, optimizer(model), images[0], rates[epoch], rates[epoch + 1])
        torch.save(model.state_dict(), folder / f'{training}-{epoch}.pt')
        print(f'{training}, epoch {epoch + 1} of {epochs}: {100 * accuracy(model, images[1]):.2f} % of the test images, '
              f'{time.perf_counter() - begin:.0f} s', flush=True)
    return model


def main() -> None:
    """Read the command line, train both networks, and write the bundled file."""
    parser = argparse.ArgumentParser(description='Train LeNet5 for the bundled file.')
    parser.add_argument('checkpoints', type=Path, help='folder that keeps what is trained so far')
    folder = parser.parse_args().checkpoints
    folder.mkdir(parents=True, exist_ok=True)
    training_part, test_part = ((part.data[:, None] / 255, part.targets) for part in load_mnist(source='full'))
    images = training_part, test_part

    torch.manual_seed(SEED)
    plain = train('plain', lenet5(), lambda model: torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), images, folder)
    torch.manual_seed(SEED)
    analog = train('aware', convert_to_analog(plain, aware_config()),
                   lambda model: AnalogSGD(model.parameters(), lr=0.1, momentum=0.9), images, folder)
    kept: dict[str, Any] = {}
    for training, model in zip(TRAININGS, (plain, convert_to_digital(analog))):
        print(f'{training}: {100 * accuracy(model, images[1]):.2f} % of the test images in exact arithmetic')
        for name, parameter in model.state_dict().items():
            kept |= packed(f'{training}.{name}', parameter.numpy())
    np.savez_compressed(WEIGHTS_FILE, **kept)
    print(f'{WEIGHTS_FILE}: {WEIGHTS_FILE.stat().st_size:,} bytes')


if __name__ == '__main__':
    main()
