"""The networks of the benchmarks, digital and analog: LeNet5 of the main job, and a single layer."""

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


def single_layer(convolution=nn.Conv2d, linear=nn.Linear, sequential=nn.Sequential, **settings):
    """Return the largest layer of LeNet5 alone, without bias."""
    return sequential(linear(512, 128, bias=False, **settings))


def network_and_optimizer(package, preset='ReRamSBPreset', lr=0.01, device='cpu', network=lenet5):
    """Return a network on a device and its optimizer, made of the layers of a package: 'torch', 'aihwlab' or 'aihwkit'.

    The preset is the name of one, or a function that makes a configuration.
    """
    if package == 'torch':
        model = network().to(device)
        return model, torch.optim.SGD(model.parameters(), lr=lr)
    layers, optim, presets = (import_module(f'{package}.{part}') for part in ('nn', 'optim', 'simulator.presets'))
    config = preset() if callable(preset) else getattr(presets, preset)()
    model = network(layers.AnalogConv2d, layers.AnalogLinear, layers.AnalogSequential, rpu_config=config).to(device)
    optimizer = optim.AnalogSGD(model.parameters(), lr=lr)
    optimizer.regroup_param_groups(model)
    return model, optimizer


def images_like_mnist(*shape):
    """Return images of random numbers, of which four in five pixels are zero, as in MNIST (81 %)."""
    images = torch.rand(*shape, 1, 28, 28)
    return torch.where(images < 0.8, 0, images)


def train_step(model, optimizer, images, labels):
    """Train with one batch; return its loss."""
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
