"""The network of the main job, digital and analog, for the benchmarks."""

from torch import nn


def lenet5(convolution=nn.Conv2d, linear=nn.Linear, sequential=nn.Sequential, **settings):
    """Return LeNet5 with 16 and 32 maps; `settings` go to every layer with weights (for example `rpu_config`)."""
    return sequential(
        convolution(1, 16, 5, **settings), nn.Tanh(), nn.MaxPool2d(2),
        convolution(16, 32, 5, **settings), nn.Tanh(), nn.MaxPool2d(2), nn.Tanh(), nn.Flatten(),
        linear(512, 128, **settings), nn.Tanh(),
        linear(128, 10, **settings), nn.LogSoftmax(dim=1))
