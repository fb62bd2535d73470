"""Small networks, training runs and files that several tests share."""

import io

import torch
from torch import nn

from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.parameters import IOParameters, MappingParameter

EXACT = FloatingPointRPUConfig()
SPLIT = FloatingPointRPUConfig(mapping=MappingParameter(max_input_size=7, max_output_size=3))
IMAGES = torch.rand(6, 1, 10, 10, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([0, 1, 2, 0, 1, 2])


def wide_config(**settings):
    """Return an analog configuration without noise and practically without bounds."""
    device = ConstantStepDevice(w_max=10, w_min=-10, w_max_dtod=0, w_min_dtod=0, dw_min_dtod=0, dw_min_std=0, up_down_dtod=0)
    perfect = dict(device=device, forward=IOParameters(is_perfect=True), backward=IOParameters(is_perfect=True))
    return SingleRPUConfig(**{**perfect, **settings})


def small_network(rpu_config):
    """Return a convolution and a linear layer for images of 10 x 10 pixels and three classes."""
    return AnalogSequential(
        AnalogConv2d(1, 4, 3, rpu_config=rpu_config), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(),
        AnalogLinear(64, 3, rpu_config=rpu_config), nn.LogSoftmax(dim=1))


def analog_sgd(model, lr=0.05, **settings):
    """Return an optimizer whose tiles have parameter groups of their own."""
    optimizer = AnalogSGD(model.parameters(), lr=lr, **settings)
    optimizer.regroup_param_groups(model)
    return optimizer


def train(model, optimizer, steps):
    """Train with the same batch; return the last loss."""
    model.train()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(IMAGES), LABELS)
        loss.backward()
        optimizer.step()
    return loss.item()


def all_weights(model):
    """Return the weights and biases of all tiles as one vector."""
    return torch.cat([part.reshape(-1) for tile in model.analog_tiles() for part in tile.get_weights() if part is not None])


def trained(config, seed, steps=4, threads=None):
    """Return a network after some steps of training."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    torch.manual_seed(seed)
    model = small_network(config)
    train(model, analog_sgd(model), steps)
    torch.set_num_threads(before)
    return model


def go_on(model):
    """Train on with a new optimizer; return the weights and a noisy output."""
    train(model, analog_sgd(model), 3)
    return all_weights(model)


def through_a_file(content, weights_only=True):
    """Save and load; as a checkpoint, which only holds tensors, numbers, strings, lists and dictionaries, unless told so."""
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    return torch.load(file, weights_only=weights_only)


def losses_of_a_layer(rpu_config, lr, steps):
    """Train a layer to multiply by a matrix; return the loss of each step."""
    torch.manual_seed(4)
    layer = AnalogLinear(8, 3, rpu_config=rpu_config)
    optimizer = AnalogSGD(layer.parameters(), lr=lr)
    x = torch.rand(32, 8)
    y = x @ (0.4 * torch.rand(8, 3) - 0.2)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(layer(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
