"""The digital parts around a crossbar: bias, scales, and reading and writing of weights."""

import copy

import pytest
import torch
from torch import nn

from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.presets import EcRamPreset
from aihwlab.simulator.tiles import AnalogTile, TileModuleArray
from tests.networks import all_weights, analog_sgd, go_on, small_network, train, trained, wide_config

# -- bias


def test_an_analog_bias_is_a_column_of_the_crossbar():
    config = wide_config(mapping=MappingParameter(digital_bias=False))
    layer = AnalogLinear(4, 2, rpu_config=config)
    assert layer.analog_module.analog_ctx.shape == (2, 4) and layer.analog_module.bias is None
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


def test_an_analog_bias_must_be_given_with_the_weights():
    tile = AnalogTile(2, 3, wide_config(mapping=MappingParameter(digital_bias=False)), bias=True)
    assert tile.use_bias
    with pytest.raises(ValueError, match='this tile has an analog bias, give it with the weights'):
        tile.set_weights(torch.zeros(2, 3))


# -- scales


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


def test_learned_output_scales_are_trained():
    mapping = MappingParameter(learn_out_scaling=True, out_scaling_columnwise=True)
    model = small_network(SingleRPUConfig(device=IdealDevice(), mapping=mapping))
    train(model, analog_sgd(model), 3)
    scales = [tile.get_learned_out_scales() for tile in model.analog_tiles()]
    assert [len(scale) for scale in scales] == [4, 3] and all((scale != 1).any() for scale in scales)


@pytest.mark.parametrize('assign', [False, True])
def test_scales_found_after_the_layer_was_made_are_part_of_a_checkpoint(assign):
    model = trained(EcRamPreset(), 5).remap_analog_weights()
    plain, other = small_network(EcRamPreset()), small_network(EcRamPreset())
    other.load_state_dict(copy.deepcopy(model.state_dict()), assign=assign)
    assert (all_weights(model) == all_weights(other)).all() and (go_on(model) == go_on(other)).all()
    other.load_state_dict(copy.deepcopy(plain.state_dict()), assign=assign)
    assert (go_on(plain) == go_on(other)).all()


def test_both_scales_multiply():
    tile = AnalogTile(2, 3, wide_config(mapping=MappingParameter(learn_out_scaling=True, out_scaling_columnwise=True)))
    assert tile.get_mapping_scales() is None and tile.get_scales().tolist() == [1, 1]
    tile.set_mapping_scales(2.0)
    tile.set_learned_out_scales(torch.tensor([3.0, 5.0]))
    assert tile.get_scales().tolist() == [6, 10]
    weight = torch.randn(2, 3)
    tile.set_weights(weight)
    torch.testing.assert_close(tile.get_weights()[0], weight * torch.tensor([[6.0], [10.0]]))
    assert (tile.get_weights(apply_weight_scaling=False)[0] == weight).all()
    tile.set_scales(torch.tensor([0.5, 0.25]))
    assert tile.get_scales().tolist() == [0.5, 0.25] and (tile.get_learned_out_scales() == 1).all()
    tile.set_scales(None)
    assert tile.get_mapping_scales() is None


def test_remapping_stretches_the_weights_and_keeps_the_logical_ones():
    tile = AnalogTile(4, 6, wide_config())
    weight = torch.randn(4, 6)
    tile.set_weights(weight)
    tile.remap_weights(weight_scaling_omega=0.5)
    assert tile.analog_ctx.abs().max().item() == pytest.approx(0.5)
    torch.testing.assert_close(tile.get_weights()[0], weight)


def test_a_matrix_of_zeros_has_scales_of_one():
    tile = AnalogTile(2, 3, wide_config(mapping=MappingParameter(weight_scaling_omega=0.6)))
    tile.set_weights(torch.zeros(2, 3))
    assert tile.get_mapping_scales().tolist() == [1]


# -- reading


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


# -- what is refused


@pytest.mark.parametrize('call, message', [
    (lambda: AnalogLinear(4, 2)(torch.rand(3, 4, dtype=torch.float64)), 'torch.float64: must be torch.float32'),
    (lambda: AnalogLinear(4, 2)(torch.ones(3, 4, dtype=torch.int64)), 'torch.int64: must be torch.float32'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(2, 4), weight_scaling_omega=-1.0), 'weight_scaling_omega = -1.0'),
    (lambda: AnalogLinear(4, 2).analog_module.set_mapping_scales(0.0), r'mapping scales = \[0.0\]: must be positive'),
    (lambda: AnalogLinear(4, 2).analog_module.set_mapping_scales(torch.nan), 'mapping scales = .*must be positive'),
    (lambda: AnalogTile(3, 4, SingleRPUConfig()).set_mapping_scales([1.0, 2.0]), '2 mapping scales for 3 outputs'),
    (lambda: AnalogTile(3, 4, SingleRPUConfig()).set_learned_out_scales(1.0), 'learn_out_scaling = False'),
])
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def placed_tile(**mapping):
    settings = MappingParameter(weight_scaling_omega=0.5, weight_scaling_columnwise=True, learn_out_scaling=True, **mapping)
    tile = AnalogTile(2, 3, wide_config(mapping=settings), bias=True)
    tile.set_weights(torch.rand(2, 3), torch.ones(2))
    return tile


@pytest.mark.parametrize('weight, bias, omega, message', [
    (torch.full((2, 3), 3e38), torch.zeros(2), 1e-3, 'mapping scales = .*must be positive and finite'),
    (torch.full((2, 3), 1e-45), torch.zeros(2), 3.0, 'must be positive|divided by their scales are not finite'),
    (torch.zeros(2, 3), torch.full((2,), torch.nan), None, 'finite'), (torch.zeros(2, 3), torch.zeros(2), torch.nan, 'omega'),
])
@pytest.mark.parametrize('make', [placed_tile, lambda: TileModuleArray(2, 3, placed_config(), bias=True)])
def test_weights_that_are_refused_change_nothing(make, weight, bias, omega, message):
    module = make()
    before = copy.deepcopy(module.state_dict())
    with pytest.raises(ValueError, match=message):
        module.set_weights(weight, bias, weight_scaling_omega=omega)
    for name, value in module.state_dict().items():
        assert not torch.is_tensor(value) or (value == before[name]).all()
        assert torch.is_tensor(value) or value['operation'] == before[name]['operation']


def placed_config():
    return wide_config(mapping=MappingParameter(weight_scaling_omega=0.5, max_input_size=2))


@pytest.mark.parametrize('scales, message', [
    (torch.nan, 'learned output scales = .*must be finite'), (torch.ones(2, 3), '6 learned output scales for 2 outputs'),
    ([1.0, 2.0], 'expected 1')])
def test_impossible_learned_scales_are_refused(scales, message):
    tile = placed_tile()
    with pytest.raises(ValueError, match=message):
        tile.set_learned_out_scales(scales)
    assert tile.get_learned_out_scales().tolist() == [1]


def test_writing_with_pulses_says_if_it_has_failed():
    device = ConstantStepDevice(w_max=0.1, w_max_dtod=0.0)
    tile = AnalogTile(2, 3, wide_config(device=device))
    with pytest.warns(UserWarning, match='programming with pulses has ended with a mean error of'):
        tile.set_weights(torch.full((2, 3), 0.5), realistic=True)
