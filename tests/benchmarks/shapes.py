"""Pictures of ten shapes, drawn by code, and a small residual network that learns to tell them apart.

A task for a network with shortcuts, batch normalisation and strides that needs no download: shapes of any size, place, angle
and colour before a background of another colour, with noise. Each picture has mean 0 in each channel, and a standard deviation
of 1.
"""

import math

import torch
from torch import nn

from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.optim import AnalogSGD
from aihwlab.parameters.enums import WeightClipType, WeightModifierType
from aihwlab.simulator.configs import InferenceRPUConfig

SIDE, TRAIN, TEST = 32, 6000, 1000
EPOCHS, BATCH = {'plain': 8, 'aware': 3}, 50


def distance(kind, x, y):
    """Return how far points lie outside of a shape of size 1, negative inside; ten kinds."""
    radius, angle = torch.hypot(x, y), torch.atan2(y, x)
    box = torch.maximum(x.abs(), y.abs())

    def polygon(corners):
        turn = 2 * math.pi / corners
        return radius * torch.cos((angle + turn / 2) % turn - turn / 2) - math.cos(turn / 2)

    cross = torch.minimum(torch.maximum(x.abs(), 3 * y.abs()), torch.maximum(3 * x.abs(), y.abs())) - 1
    return [lambda: radius - 1, lambda: (radius - 0.75).abs() - 0.25, lambda: box - 0.8, lambda: (box - 0.65).abs() - 0.2,
            lambda: polygon(3), lambda: polygon(5), lambda: cross, lambda: torch.maximum(x.abs(), 3 * y.abs()) - 1,
            lambda: radius - 0.65 - 0.35 * torch.cos(5 * angle), lambda: torch.maximum(radius - 1, -y)][kind]()


def pictures(count, seed):
    """Return pictures [n, 3, 32, 32] and the kinds of their shapes [n]."""
    draw = torch.Generator().manual_seed(seed)
    uniform = lambda low, high, *shape: low + (high - low) * torch.rand(count, *shape, generator=draw)  # noqa: E731
    kinds = torch.arange(count) % 10
    size, turn, across, down = uniform(5, 12), uniform(0, 2 * math.pi), uniform(-5, 5), uniform(-5, 5)
    place = torch.arange(SIDE) - (SIDE - 1) / 2
    images = torch.empty(count, 3, SIDE, SIDE)
    behind, apart = uniform(0, 1, 3, 1, 1), uniform(0.3, 0.7, 3, 1, 1)
    before, grain = (behind + apart) % 1, 0.1 * torch.randn(images.shape, generator=draw)
    for number, kind in enumerate(kinds.tolist()):
        x, y = place[None, :] - across[number], place[:, None] - down[number]
        cos, sin = math.cos(turn[number]), math.sin(turn[number])
        inside = torch.sigmoid(-2 * size[number] * distance(kind, (cos * x + sin * y) / size[number],
                                                            (cos * y - sin * x) / size[number]))
        images[number] = behind[number] + inside * (before[number] - behind[number])
    images = images + grain - (images + grain).mean(dim=(2, 3), keepdim=True)
    return images / images.std(dim=(1, 2, 3), keepdim=True), kinds


class Block(nn.Module):
    """Two convolutions of 3 x 3, and a shortcut around them."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity() if inputs == outputs and stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.path(x) + self.shortcut(x))


def resnet():
    """Return a residual network with eight layers of weights and two more in shortcuts, after K. He et al., 2016."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Block(16, 16, 1), Block(16, 32, 2),
        Block(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def train(model, optimizer, images, kinds, epochs):
    """Train a network, with a learning rate that falls to zero."""
    model.train()
    steps = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, epochs * len(kinds) // BATCH)
    for _ in range(epochs):
        for batch in torch.randperm(len(kinds)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), kinds[batch]).backward()
            optimizer.step()
            steps.step()
    return model.eval()


def aware_config():
    """Return tiles whose weights are noisy in training."""
    config = InferenceRPUConfig()
    config.mapping.weight_scaling_omega = 1.0
    config.modifier.type, config.modifier.std_dev = WeightModifierType.ADD_NORMAL, 0.08
    config.clip.type, config.clip.sigma = WeightClipType.LAYER_GAUSSIAN, 2.5
    return config


def trained_resnet():
    """Return residual networks, trained as usual and then aware of the hardware."""
    torch.manual_seed(1)
    images, kinds = pictures(TRAIN, seed=1)
    plain = resnet()
    train(plain, torch.optim.SGD(plain.parameters(), lr=0.06, momentum=0.9), images, kinds, EPOCHS['plain'])
    analog = convert_to_analog(plain, aware_config())
    train(analog, AnalogSGD(analog.parameters(), lr=0.02, momentum=0.9), images, kinds, EPOCHS['aware'])
    return {'plain': plain, 'aware': convert_to_digital(analog).eval()}
