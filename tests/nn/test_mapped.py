"""Mapped layers: always arrays, which convolutions cut between channels; with exact tiles they are torch's."""

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.kernel.patches import Patches
from aihwlab.nn import AnalogConv1dMapped, AnalogConv2dMapped, AnalogConv3dMapped, AnalogLinearMapped
from aihwlab.nn.conversion import CONVERSION_MAP_MAPPED, convert_to_analog, convert_to_digital
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, InferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.presets import EcRamPreset
from aihwlab.simulator.tiles import TileModuleArray
from tests.networks import through_a_file

LIMITS = MappingParameter(max_input_size=20, max_output_size=3)
CONFIGS = [FloatingPointRPUConfig(mapping=LIMITS),
           *(config(mapping=LIMITS, forward=IOParameters(is_perfect=True))
             for config in (InferenceRPUConfig, TorchInferenceRPUConfig))]
LAYERS = [
    (AnalogLinearMapped, nn.Linear(45, 5), (4, 45), [15, 15, 15]),
    (AnalogConv1dMapped, nn.Conv1d(5, 4, 8, stride=2, bias=False), (4, 5, 15), [2, 2, 1]),
    (AnalogConv2dMapped, nn.Conv2d(5, 4, 3, padding=1), (2, 5, 6, 7), [2, 2, 1]),
    (AnalogConv3dMapped, nn.Conv3d(3, 4, 2), (2, 3, 4, 3, 5), [2, 1]),
]


@pytest.mark.parametrize('config', CONFIGS, ids=lambda config: type(config).__name__)
@pytest.mark.parametrize('cls, digital, shape, in_sizes', LAYERS, ids=lambda value: getattr(value, '__name__', None))
def test_exact_tiles_compute_and_learn_as_torch(cls, digital, shape, in_sizes, config):
    analog, digital = cls.from_digital(digital, config), cls.from_digital(digital, config).to_digital()
    outputs = len(digital.weight)
    x = torch.randn(shape)
    x1, x2 = x.clone().requires_grad_(), x.clone().requires_grad_()
    y1, y2 = digital(x1), analog(x2)
    torch.testing.assert_close(y1, y2, rtol=1e-4, atol=1e-5)
    (y1 ** 2).sum().backward()
    (y2 ** 2).sum().backward()
    torch.testing.assert_close(x1.grad, x2.grad, rtol=1e-4, atol=1e-4)
    torch.optim.SGD(digital.parameters(), lr=0.01).step()
    AnalogSGD(analog.parameters(), lr=0.01).step()
    torch.testing.assert_close(analog.to_digital().weight, digital.weight, rtol=1e-4, atol=1e-4)
    array = analog.analog_module
    sizes = (array.in_sizes, array.out_sizes) if cls is AnalogLinearMapped else (analog.in_sizes, analog.out_sizes)
    assert isinstance(array, TileModuleArray) and sizes == (in_sizes, [(outputs + 1) // 2, outputs // 2])
    assert analog.analog_tile_count() == 2 * len(in_sizes)
    assert (array.bias is None) == (digital.bias is None)


def test_a_small_matrix_is_an_array_of_one_tile():
    for layer in (AnalogLinearMapped(3, 2), AnalogConv2dMapped(1, 2, 3)):
        assert isinstance(layer.analog_module, TileModuleArray) and layer.analog_tile_count() == 1
    assert layer.array[0][0] is next(layer.analog_tiles())


def test_tiles_of_a_convolution_get_images_with_their_channels():
    layer = AnalogConv2dMapped(5, 4, 3, rpu_config=EcRamPreset(mapping=LIMITS))
    layer(torch.rand(2, 5, 6, 6)).sum().backward()
    for (tile, *_), channels in zip(layer.array, layer.in_sizes):
        (seen,) = tile.analog_ctx.analog_input
        assert isinstance(seen, Patches) and seen.image.shape == (2, channels, 6, 6)


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ModuleError, match='mapping.max_input_size = 20: must be at least 25, the inputs that stay'):
        AnalogConv2dMapped(5, 4, 5, rpu_config=EcRamPreset(mapping=LIMITS))
    with pytest.raises(ConfigError, match='mapping.digital_bias = False'):
        AnalogConv2dMapped(1, 2, 3, rpu_config=EcRamPreset(mapping=MappingParameter(digital_bias=False)))


def test_networks_become_mapped_ones_and_digital_again():
    digital = nn.Sequential(nn.Conv2d(5, 4, 3), nn.Flatten(), nn.Linear(64, 3))
    analog = convert_to_analog(digital, CONFIGS[0], conversion_map=CONVERSION_MAP_MAPPED)
    assert [type(layer) for layer in analog.analog_layers()] == [AnalogConv2dMapped, AnalogLinearMapped]
    x = torch.rand(2, 5, 6, 6)
    back = convert_to_digital(analog)
    assert [type(layer) for layer in back] == [nn.Conv2d, nn.Flatten, nn.Linear]
    for network in (analog, back):
        torch.testing.assert_close(network(x), digital(x), rtol=1e-4, atol=1e-5)


def test_a_checkpoint_goes_on_bit_by_bit():
    one, other = (AnalogConv2dMapped(5, 4, 3, rpu_config=EcRamPreset(mapping=LIMITS)) for _ in range(2))
    other.load_state_dict(through_a_file(one.state_dict()))
    x = torch.rand(2, 5, 6, 6)
    assert (one(x) == other(x)).all()
