"""The network of the main job, digital and analog, for the benchmarks."""

from importlib import import_module

import torch
from torch import nn


def lenet5(convolution=nn.Conv2d, linear=nn.Linear, sequential=nn.Sequential, **settings):
    """Return LeNet5 with 16 and 32 maps; `settings` go to every layer with weights (for example `rpu_config`)."""
    return sequential(
        convolution(1, 16, 5, **settings), nn.Tanh(), nn.MaxPool2d(2),
        convolution(16, 32, 5, **settings), nn.Tanh(), nn.MaxPool2d(2), nn.Tanh(), nn.Flatten(),
        linear(512, 128, **settings), nn.Tanh(),
        linear(128, 10, **settings), nn.LogSoftmax(dim=1))


def network_and_optimizer(package, preset='ReRamSBPreset', lr=0.01):
    """Return LeNet5 and its optimizer, made of the layers of a package: 'torch', 'aihwlab' or 'aihwkit'."""
    if package == 'torch':
        model = lenet5()
        return model, torch.optim.SGD(model.parameters(), lr=lr)
    layers, optim, presets = (import_module(f'{package}.{part}') for part in ('nn', 'optim', 'simulator.presets'))
    config = getattr(presets, preset)()
    model = lenet5(layers.AnalogConv2d, layers.AnalogLinear, layers.AnalogSequential, rpu_config=config)
    optimizer = optim.AnalogSGD(model.parameters(), lr=lr)
    optimizer.regroup_param_groups(model)
    return model, optimizer


def train_step(model, optimizer, images, labels):
    """Train with one batch."""
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
