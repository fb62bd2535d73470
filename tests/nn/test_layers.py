"""Analog layers: with exact tiles they are torch's layers, with analog ones they are those with noise and bounds."""

import re

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ModuleError, TileModuleError
from aihwlab.nn import AnalogConv1d, AnalogConv2d, AnalogConv3d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.presets import EcRamPreset, ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile
from tests.networks import EXACT, SPLIT, small_network

LAYERS = [
    (AnalogLinear, nn.Linear, (13, 5), {}, (4, 13)),
    (AnalogLinear, nn.Linear, (13, 5), {'bias': False}, (2, 3, 13)),
    (AnalogConv1d, nn.Conv1d, (3, 5, 4), {'stride': 2, 'padding': 1}, (4, 3, 15)),
    (AnalogConv2d, nn.Conv2d, (3, 5, 3), {}, (4, 3, 8, 9)),
    (AnalogConv2d, nn.Conv2d, (3, 5, (3, 2)), {'stride': (2, 1), 'padding': (1, 0), 'dilation': (1, 2), 'bias': False},
     (4, 3, 8, 9)),
    (AnalogConv2d, nn.Conv2d, (3, 5, 3), {'padding': 'same', 'padding_mode': 'reflect'}, (4, 3, 8, 9)),
    (AnalogConv3d, nn.Conv3d, (2, 5, (2, 3, 2)), {'stride': (1, 2, 1), 'padding': 1, 'dilation': (2, 1, 1)},
     (3, 2, 5, 6, 4)),
]


@pytest.mark.parametrize('config', [EXACT, SPLIT], ids=['one tile', 'many tiles'])
@pytest.mark.parametrize('analog_class, digital_class, sizes, settings, shape', LAYERS)
def test_exact_tiles_compute_and_learn_as_torch(analog_class, digital_class, sizes, settings, shape, config):
    torch.manual_seed(1)
    digital = digital_class(*sizes, **settings)
    analog = analog_class.from_digital(digital, config)
    x = torch.randn(shape)
    x1, x2 = x.clone().requires_grad_(), x.clone().requires_grad_()
    y1, y2 = digital(x1), analog(x2)
    torch.testing.assert_close(y1, y2, rtol=1e-4, atol=1e-5)
    target = torch.randn_like(y1)
    ((y1 - target) ** 2).sum().backward()
    ((y2 - target) ** 2).sum().backward()
    torch.testing.assert_close(x1.grad, x2.grad, rtol=1e-4, atol=1e-4)
    torch.optim.SGD(digital.parameters(), lr=0.01).step()
    AnalogSGD(analog.parameters(), lr=0.01).step()
    weight, bias = analog.get_weights()
    torch.testing.assert_close(weight.reshape(digital.weight.shape), digital.weight.detach(), rtol=1e-4, atol=1e-4)
    if digital.bias is not None:
        torch.testing.assert_close(bias, digital.bias.detach(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('analog_class, digital_class, sizes, settings, shape', LAYERS)
def test_a_layer_starts_with_the_weights_of_torch(analog_class, digital_class, sizes, settings, shape):
    torch.manual_seed(3)
    digital = digital_class(*sizes, **settings)
    torch.manual_seed(3)
    analog = analog_class(*sizes, **settings, rpu_config=EXACT)
    torch.testing.assert_close(analog.get_weights()[0].reshape(digital.weight.shape), digital.weight.detach())


def test_one_example_without_batch():
    conv = AnalogConv2d(2, 3, 3, rpu_config=EXACT)
    x = torch.randn(2, 6, 6)
    torch.testing.assert_close(conv(x), conv(x[None])[0])
    linear = AnalogLinear(4, 2, rpu_config=EXACT)
    assert linear(torch.randn(4)).shape == (2,)


def test_analog_layers_and_tiles_are_found():
    model = AnalogSequential(small_network(EcRamPreset()), nn.Linear(3, 3), AnalogLinear(3, 2))
    assert [type(layer).__name__ for layer in model.analog_layers()] == ['AnalogConv2d', 'AnalogLinear', 'AnalogLinear']
    assert [name for name, _ in model.named_analog_tiles()] == ['0.0.analog_module', '0.4.analog_module', '2.analog_module']
    assert model.analog_tile_count() == 3
    assert list(AnalogLinear(2, 2).analog_layers())


def test_functions_reach_all_layers_and_tiles():
    model, layers, tiles = small_network(EcRamPreset()), [], []
    assert model.apply_to_analog_layers(layers.append) is model and model.apply_to_analog_tiles(tiles.append) is model
    assert layers == [model[0], model[4]] and tiles == [model[0].analog_module, model[4].analog_module]
    assert list(model.analog_modules()) == [model, *layers]
    assert model.get_analog_tile_devices() == 2 * [torch.device('cpu')]


def test_only_a_parameter_can_become_an_attribute():
    layer = AnalogLinear(2, 2)
    with pytest.raises(ModuleError, match="AnalogLinear has no parameter 'gain'"):
        layer.unregister_parameter('gain')


def test_evaluation_repeats_with_the_noise_of_each_product():
    layer = AnalogLinear(4, 3, rpu_config=SingleRPUConfig()).eval()
    x = torch.rand(2, 4)
    assert (layer(x) != layer(x)).any()


@pytest.mark.parametrize('call, message', [
    (lambda: AnalogConv2d(2, 3, 3)(torch.rand(1, 3, 8, 8)), 'expected'),
    (lambda: AnalogConv2d(2, 3, 3)(torch.rand(1, 2, 2, 8)), 'smaller than the window'),
    (lambda: AnalogConv2d(2, 2, 3, groups=2), 'groups = 2'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig), 'rpu_config = .*: must be a configuration such as'),
    (lambda: AnalogLinear(4, 2, rpu_config=ConstantStepDevice()), 'rpu_config = .*: must be a configuration such as'),
])
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_batch_without_examples_gives_none_and_changes_nothing():
    layer = AnalogLinear(4, 2)
    before = layer.get_weights()[0]
    y = layer(torch.zeros(0, 4))
    y.sum().backward()
    AnalogSGD(layer.parameters(), lr=0.1).step()
    assert y.shape == (0, 2) and (layer.get_weights()[0] == before).all()


def test_repr_names_the_configuration():
    assert repr(AnalogLinear(2, 3, rpu_config=ReRamSBPreset())).startswith(
        'AnalogLinear(\n  in_features=2, out_features=3, bias=True, rpu_config=ReRamSBPreset')
    convolution = repr(AnalogConv2d(1, 2, 3, padding=1, dilation=2, bias=False, rpu_config=EcRamPreset()))
    assert ('1, 2, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), dilation=(2, 2), bias=False, rpu_config=EcRamPreset'
            in convolution)


@pytest.mark.parametrize('name, least', [('kernel_size', 1), ('stride', 1), ('dilation', 1), ('padding', 0)])
@pytest.mark.parametrize('value', [-1, True, 1.5, None, (2,), (1, -1), (1, 2, 3)])
def test_windows_have_whole_numbers(name, least, value):
    with pytest.raises(ValueError, match=re.escape(f'{name} = ') + '.*: must be '):
        AnalogConv2d(1, 2, **{'kernel_size': 3, name: value})
    with pytest.raises(ValueError, match=rf'{name} = {least - 1}: must be in \[{least}, inf\)'):
        AnalogConv2d(1, 2, **{'kernel_size': 3, name: least - 1})


def test_tiles_need_memory():
    with torch.device('meta'), pytest.raises(ModuleError, match='AnalogLinear on the torch device meta'):
        AnalogLinear(4, 2)
    for call in (lambda: AnalogLinear(4, 2).to('meta'), lambda: AnalogLinear(4, 2)(torch.rand(3, 4, device='meta'))):
        with pytest.raises(TileModuleError, match="torch device 'meta': analog tiles compute on cpu or cuda"):
            call()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(torch.compiler, 'is_compiling'), reason='needs a later torch')
@pytest.mark.parametrize('backend', ['eager', 'aot_eager'])
def test_networks_can_be_compiled_around_their_tiles(backend):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.digital, self.linear, self.conv = nn.Linear(5, 4), AnalogLinear(4, 6), AnalogConv1d(1, 2, 3)

        def forward(self, x):
            return self.conv(self.linear(torch.relu(self.digital(x)))[:, None]).tanh()

    x, outputs, gradients = torch.rand(3, 5), [], []
    for compiled in (False, True):
        torch.manual_seed(1)
        network = Network()
        y = (torch.compile(network, backend=backend) if compiled else network)(x)
        y.sum().backward()
        outputs.append(y)
        gradients.append(network.digital.weight.grad)
        assert all(tile.analog_ctx.has_gradient() for tile in network.modules() if isinstance(tile, AnalogTile))
    torch.testing.assert_close(*outputs)
    torch.testing.assert_close(*gradients)
