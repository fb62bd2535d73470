"""Analog layers: with exact tiles they are torch's layers, with analog ones they are those with noise and bounds."""

import copy

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.nn import AnalogConv1d, AnalogConv2d, AnalogConv3d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice
from aihwlab.simulator.parameters import IOParameters, MappingParameter, UpdateParameters
from aihwlab.simulator.presets import EcRamPreset, ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile, TileModuleArray
from tests.networks import analog_sgd, small_network, train

EXACT = FloatingPointRPUConfig()
SPLIT = FloatingPointRPUConfig(mapping=MappingParameter(max_input_size=7, max_output_size=3))
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


def wide_config(**settings):
    """Return an analog configuration without noise and practically without bounds."""
    device = ConstantStepDevice(w_max=10, w_min=-10, w_max_dtod=0, w_min_dtod=0, dw_min_dtod=0, dw_min_std=0, up_down_dtod=0)
    perfect = dict(device=device, forward=IOParameters(is_perfect=True), backward=IOParameters(is_perfect=True))
    return SingleRPUConfig(**{**perfect, **settings})


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


def test_an_analog_bias_is_a_column_of_the_crossbar():
    config = wide_config(mapping=MappingParameter(digital_bias=False))
    layer = AnalogLinear(4, 2, rpu_config=config)
    assert layer.analog_module.analog_ctx.shape == (2, 5) and layer.analog_module.bias is None
    weight, bias = torch.randn(2, 4), torch.randn(2)
    layer.set_weights(weight, bias)
    x = torch.randn(3, 4)
    torch.testing.assert_close(layer(x), nn.functional.linear(x, weight, bias))
    torch.testing.assert_close(layer.get_weights()[1], bias)


def test_a_convolution_with_analog_bias():
    config = wide_config(mapping=MappingParameter(digital_bias=False))
    digital = nn.Conv2d(2, 3, 3)
    x = torch.randn(2, 2, 6, 6)
    torch.testing.assert_close(AnalogConv2d.from_digital(digital, config)(x), digital(x), rtol=1e-4, atol=1e-5)


def test_an_analog_bias_needs_a_single_tile():
    config = SingleRPUConfig(mapping=MappingParameter(digital_bias=False, max_input_size=4))
    with pytest.raises(ConfigError, match='digital_bias = False'):
        AnalogLinear(8, 2, rpu_config=config)
    AnalogLinear(8, 2, bias=False, rpu_config=config)


@pytest.mark.parametrize('columnwise', [False, True])
def test_mapping_scales_keep_the_logical_weights(columnwise):
    mapping = MappingParameter(weight_scaling_omega=0.6, weight_scaling_columnwise=columnwise)
    weight, bias = 3 * torch.randn(4, 6), torch.randn(4)
    layer = AnalogLinear(6, 4, rpu_config=wide_config(mapping=mapping))
    layer.set_weights(weight, bias)
    tile = layer.analog_module
    torch.testing.assert_close(layer.get_weights()[0], weight)
    by_output = tile.analog_ctx.detach().abs().amax(dim=1)
    largest = by_output if columnwise else by_output.max()
    torch.testing.assert_close(largest, torch.full_like(largest, 0.6))
    x = torch.randn(3, 6)
    torch.testing.assert_close(layer(x), nn.functional.linear(x, weight, bias), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('compensation', [False, True])
@pytest.mark.parametrize('omega', [0.0, 0.6])
def test_the_update_moves_logical_weights_by_the_gradient_whatever_the_scales(omega, compensation):
    mapping = MappingParameter(weight_scaling_omega=omega, weight_scaling_columnwise=True,
                               weight_scaling_lr_compensation=compensation)
    config = wide_config(device=IdealDevice(), mapping=mapping)
    torch.manual_seed(2)
    weight = 2 * torch.randn(4, 6)
    layer = AnalogLinear(6, 4, bias=False, rpu_config=config)
    layer.set_weights(weight)
    x, target = torch.randn(5, 6), torch.randn(5, 4)
    digital = weight.clone().requires_grad_()
    (nn.functional.linear(x, digital) - target).square().sum().backward()
    (layer(x) - target).square().sum().backward()
    AnalogSGD(layer.parameters(), lr=0.01).step()
    torch.testing.assert_close(layer.get_weights()[0], weight - 0.01 * digital.grad, rtol=1e-4, atol=1e-4)


def test_learned_output_scales_are_trained():
    mapping = MappingParameter(learn_out_scaling=True, out_scaling_columnwise=True)
    model = small_network(SingleRPUConfig(device=IdealDevice(), mapping=mapping))
    train(model, analog_sgd(model), 3)
    scales = [tile.get_learned_out_scales() for tile in model.analog_tiles()]
    assert [len(scale) for scale in scales] == [4, 3] and all((scale != 1).any() for scale in scales)


def test_large_layers_are_split_into_nearly_equal_tiles():
    config = SingleRPUConfig(mapping=MappingParameter(max_input_size=300, max_output_size=100))
    layer = AnalogLinear(700, 130, rpu_config=config)
    assert isinstance(layer.analog_module, TileModuleArray)
    assert layer.analog_module.in_sizes == [234, 233, 233] and layer.analog_module.out_sizes == [65, 65]
    assert layer.analog_tile_count() == 6
    assert isinstance(AnalogLinear(300, 100, rpu_config=config).analog_module, AnalogTile)


def test_weights_that_are_read_stay_as_they_are_while_training():
    model = small_network(EcRamPreset())
    weight, bias = model[0].get_weights()
    before = weight.clone(), bias.clone()
    train(model, analog_sgd(model), 2)
    assert (weight == before[0]).all() and (bias == before[1]).all()


def test_reading_by_products_estimates_the_weights():
    layer = AnalogLinear(8, 5, rpu_config=SingleRPUConfig())
    exact, estimate = layer.get_weights()[0], layer.get_weights(realistic=True)[0]
    assert 0 < (exact - estimate).abs().max() < 0.15


def test_programming_with_pulses_reaches_the_target():
    config = SingleRPUConfig(device=ConstantStepDevice(w_max_dtod=0, w_min_dtod=0), forward=IOParameters(is_perfect=True))
    torch.manual_seed(1)
    layer = AnalogLinear(6, 4, bias=False, rpu_config=config)
    target = 0.8 * torch.rand(4, 6) - 0.4
    layer.set_weights(target, realistic=True)
    assert (layer.get_weights()[0] - target).abs().mean() < 0.01
    assert layer.analog_module.program_weights(x_values=torch.eye(6)) < 0.01


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


def test_the_configuration_of_a_layer_is_its_own():
    config = ReRamSBPreset()
    layer = AnalogLinear(2, 2, rpu_config=config)
    config.forward.out_noise = 5.0
    assert layer.analog_module.rpu_config.forward.out_noise == ReRamSBPreset().forward.out_noise


def test_evaluation_repeats_with_the_noise_of_each_product():
    layer = AnalogLinear(4, 3, rpu_config=SingleRPUConfig()).eval()
    x = torch.rand(2, 4)
    assert (layer(x) != layer(x)).any()


@pytest.mark.parametrize('call, message', [
    (lambda: AnalogLinear(4, 2)(torch.rand(3, 5)), 'must be 4'),
    (lambda: AnalogConv2d(2, 3, 3)(torch.rand(1, 3, 8, 8)), 'expected'),
    (lambda: AnalogConv2d(2, 3, 3)(torch.rand(1, 2, 2, 8)), 'smaller than the window'),
    (lambda: AnalogConv2d(2, 2, 3, groups=2), 'groups = 2'),
    (lambda: AnalogLinear(4, 2)(torch.full((1, 4), float('nan'))), 'NaN'),
    (lambda: AnalogLinear(4, 2)(torch.full((1, 4), float('inf'))), 'NaN or infinite'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(3, 4)), '2 x 4'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.full((2, 4), float('nan'))), 'finite'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(2, 4), torch.zeros(3)), 'bias'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice(dw_min=-0.1))), 'dw_min = -0.1'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice(w_min=0.1))), 'w_min = 0.1'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(update=UpdateParameters(desired_bl=0))), 'desired_bl = 0'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(forward=IOParameters(out_bound=float('nan')))), 'out_bound = nan'),
    (lambda: AnalogTile(0, 3, SingleRPUConfig()), 'out_size = 0'),
    (lambda: AnalogLinear(4, 2)(torch.rand(3, 4, dtype=torch.float64)), 'torch.float64: must be torch.float32'),
    (lambda: AnalogLinear(4, 2)(torch.ones(3, 4, dtype=torch.int64)), 'torch.int64: must be torch.float32'),
    (lambda: AnalogLinear(4, 2)(torch.tensor(1.0)), r'shape \(\): the last dimension must be 4'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(4, 2)), r'weight of shape \(4, 2\): expected 2 x 4'),
    (lambda: AnalogLinear(4, 2, bias=False).set_weights(torch.zeros(2, 4), torch.zeros(2)), 'bias: must be None'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(2, 4), weight_scaling_omega=-1.0), 'weight_scaling_omega = -1.0'),
    (lambda: AnalogLinear(8, 2, rpu_config=SPLIT).set_weights(torch.zeros(2, 7)), r'shape \(2, 7\): expected 2 x 8'),
    (lambda: AnalogLinear(8, 2, rpu_config=SPLIT).set_weights(torch.zeros(2, 8), torch.zeros(1)), r'bias of shape \(1,\)'),
    (lambda: AnalogLinear(8, 2, rpu_config=SPLIT).set_weights(torch.zeros(2, 8), torch.full((2,), torch.nan)), 'finite'),
    (lambda: AnalogLinear(4, 2).analog_module.set_mapping_scales(0.0), r'mapping scales = \[0.0\]: must be positive'),
    (lambda: AnalogLinear(4, 2).analog_module.set_mapping_scales(torch.nan), 'mapping scales = .*must be positive'),
    (lambda: AnalogLinear(4, 2).analog_module.set_learning_rate(torch.inf), 'learning_rate = inf'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig), 'rpu_config = .*: must be a configuration such as'),
    (lambda: AnalogLinear(4, 2, rpu_config=ConstantStepDevice()), 'rpu_config = .*: must be a configuration such as'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(device=IdealDevice())).analog_module.drift_weights(),
     'IdealDevice does not drift'),
])
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_only_tensors_are_inputs():
    with pytest.raises(TypeError, match='input of type list: must be a torch tensor'):
        AnalogLinear(2, 2)([[1.0, 2.0]])


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


def test_a_deep_copy_is_independent():
    layer = AnalogLinear(3, 2, rpu_config=EcRamPreset())
    copied = copy.deepcopy(layer)
    copied.set_weights(torch.zeros(2, 3))
    assert (layer.get_weights()[0] != 0).any()
    assert copied.analog_module.analog_ctx.analog_tile is copied.analog_module
