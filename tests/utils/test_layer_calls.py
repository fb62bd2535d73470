"""Layers and their calls: once for each module, without a trace in the network."""

import copy

import torch
from torch import nn

from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.simulator.presets import EcRamPreset
from aihwlab.utils.layer_calls import layer_calls, layers_of
from tests.networks import EXACT, SPLIT


class Twice(nn.Module):
    """A network that calls one layer twice, another never."""

    def __init__(self):
        super().__init__()
        self.never, self.again, self.tanh = nn.Linear(2, 2), nn.Linear(3, 3), nn.Tanh()

    def forward(self, x):
        return self.again(self.tanh(self.again(x)))


def test_layers_are_those_without_modules_inside_and_analog_ones():
    model = AnalogSequential(AnalogLinear(8, 8, rpu_config=SPLIT), nn.Sequential(nn.Tanh()))
    assert [path for path, _ in layers_of(model)] == ['0', '1.0']
    tanh = nn.Tanh()
    assert [path for path, _ in layers_of(nn.Sequential(tanh, nn.Identity(), tanh))] == ['0', '1']
    assert [path for path, _ in layers_of(AnalogLinear(2, 2))] == ['']


def test_calls_come_with_their_shapes_in_the_order_of_the_first():
    calls = layer_calls(Twice(), (5, 3))
    assert calls == {'again': [((5, 3), (5, 3))] * 2, 'tanh': [((5, 3), (5, 3))]}


def test_the_network_is_left_as_it_is():
    """No hooks, statistics or random numbers: what comes next is the same as without."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Dropout(), AnalogLinear(3, 3, rpu_config=EcRamPreset()))
    other, x = copy.deepcopy(model), torch.randn(4, 3)
    torch.manual_seed(2)
    layer_calls(model, (5, 3))
    found = model(x), torch.rand(1)
    torch.manual_seed(2)
    expected = other(x), torch.rand(1)
    assert all(map(torch.equal, found, expected)) and model.training
    assert torch.equal(model[1].running_mean, other[1].running_mean)
    assert not any(module._forward_hooks for module in model.modules())


def test_inputs_can_be_given():
    model = convert_to_analog(nn.Sequential(nn.Embedding(4, 3), nn.Linear(3, 2)), EXACT)
    assert layer_calls(model, torch.tensor([[1, 2]]))['1'] == [((1, 2, 3), (1, 2, 2))]


def test_a_network_without_parameters():
    assert list(layer_calls(nn.Sequential(nn.Tanh()), (2, 2))) == ['0']
