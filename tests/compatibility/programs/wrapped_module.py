"""A module of one's own with analog layers: wrapped, it knows its tiles; converted, it is wrapped by itself."""

from copy import deepcopy

import torch
from torch.nn import Linear, Module

from aihwlab.nn import AnalogLinear, AnalogWrapper
from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.simulator.configs import TorchInferenceRPUConfig


class Residual(Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = Linear(4, 4), Linear(4, 2)

    def forward(self, x):
        return self.outer(x + torch.relu(self.inner(x)))


config = TorchInferenceRPUConfig()
converted = convert_to_analog(Residual(), config)
by_hand = Residual()
by_hand.inner = AnalogLinear(4, 4, rpu_config=config)
for model, tiles in ((converted, 2), (AnalogWrapper(by_hand), 1)):
    assert isinstance(model, AnalogWrapper) and isinstance(model, Residual)
    assert type(model).__name__ == 'AnalogWrapperResidual'
    assert sum(1 for _ in model.analog_tiles()) == tiles
    assert all(isinstance(layer, AnalogLinear) for layer in model.analog_layers())
    copied = deepcopy(model)
    copied.load_state_dict(model.state_dict())
    copied.eval()
    copied.drift_analog_weights(10.0)
    assert copied(torch.rand(3, 4)).shape == (3, 2)
    assert type(convert_to_digital(model)) is Residual
