"""What programs ask of a tile directly: facts, what it remembers, another configuration."""

import pytest
import torch

from aihwlab.exceptions import ConfigError, TileError, TileModuleError
from aihwlab.nn import AnalogLinear
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.presets import EcRamPreset, ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile

X, D = torch.rand(5, 3), torch.rand(5, 2)


@pytest.mark.parametrize('shape', [(3,), (5, 3), (4, 5, 3)])
def test_products_of_vectors_of_any_shape(shape):
    mapping = MappingParameter(weight_scaling_omega=0.5, weight_scaling_columnwise=True)
    tile = FloatingPointTile(2, 3, FloatingPointRPUConfig(mapping=mapping))
    tile.set_weights(torch.randn(2, 3))
    weight, x, d = tile.get_weights()[0], torch.rand(shape), torch.rand(*shape[:-1], 2)
    torch.testing.assert_close(tile.joint_forward(x), x @ weight.T)
    torch.testing.assert_close(tile.backward(d), d @ weight)


@pytest.mark.parametrize('call', [
    lambda tile: tile.joint_forward(torch.rand(5, 4)), lambda tile: tile.backward(torch.rand(5, 3)),
    lambda tile: tile.update(torch.rand(5, 4), D), lambda tile: tile.update(X, torch.rand(5, 3))])
def test_vectors_that_do_not_fit_are_refused(call):
    with pytest.raises(ValueError, match='the last dimension must be'):
        call(AnalogTile(2, 3, SingleRPUConfig()))


def test_views_put_one_number_for_each_output_along_a_dimension():
    tile, other = AnalogTile(2, 3, SingleRPUConfig()), AnalogTile(2, 3, SingleRPUConfig(), out_trans=True)
    assert tile.get_tensor_view(4, 1) == (1, -1, 1, 1) and tile.get_tensor_view(3) == (1, 1, -1)
    assert other.get_tensor_view(2) == (-1, 1)


def test_there_is_one_device_to_be_updated():
    tile = AnalogTile(2, 3, SingleRPUConfig())
    with pytest.raises(ValueError, match='index = 1: must be 0'):
        tile.set_hidden_update_index(1)


def test_a_tile_with_the_extra_of_another_goes_on_as_the_other():
    first, second = (AnalogTile(2, 3, EcRamPreset()) for _ in range(2))
    first.update(X, D)
    second.load_extra(first.dump_extra())
    second.set_weights(*first.get_weights())
    first.load_extra({'operation': 7})
    second.load_extra({'operation': 7})
    assert (first(X) == second(X)).all()
    assert (first.get_hidden_parameters()['max_bound'] == second.get_hidden_parameters()['max_bound']).all()
    for tile in (first, second):
        tile.update(X, D)
    assert (first.get_weights()[0] == second.get_weights()[0]).all()


@pytest.mark.parametrize('extra, strict, message', [
    (dict(colour=1), False, 'extra has colour: must have some of learning_rate, '),
    (dict(operation=7), True, 'extra has operation: must have all of learning_rate, ')])
def test_an_extra_that_does_not_fit_is_refused(extra, strict, message):
    tile = AnalogTile(2, 3, EcRamPreset())
    with pytest.raises(TileError, match=message):
        tile.load_extra(extra, strict)
    assert tile.kernel_tile.operation != 7


# -- another configuration


def test_devices_and_random_stream_stay_if_only_the_rest_changes():
    tile, untouched = AnalogTile(2, 3, EcRamPreset()), AnalogTile(2, 3, EcRamPreset())
    untouched.load_state_dict(tile.state_dict())
    config = EcRamPreset()
    config.forward.inp_res = 1 / 20
    tile.replace_with(config)
    config.forward.out_noise = 5.0
    assert tile.rpu_config.forward.inp_res == 1 / 20 and tile.rpu_config.forward.out_noise != 5.0
    assert (tile.get_weights()[0] == untouched.get_weights()[0]).all()
    for one in (tile, untouched):
        one.update(X, D)
    assert (tile.get_weights()[0] == untouched.get_weights()[0]).all()


def test_other_devices_get_the_weights_within_their_bounds():
    tile = AnalogTile(2, 3, EcRamPreset())
    tile.set_weights(torch.full((2, 3), 0.5))
    tile.replace_with(SingleRPUConfig(device=SoftBoundsDevice(w_max=0.3, w_max_dtod=0.0)))
    torch.testing.assert_close(tile.get_weights()[0], torch.full((2, 3), 0.3))
    assert tile.analog_ctx.analog_tile is tile and (tile.analog_ctx == tile.get_weights()[0]).all()
    assert 'slope_up' in tile.get_hidden_parameters()


@pytest.mark.parametrize('config, error, message', [
    (FloatingPointRPUConfig(), TileModuleError, 'FloatingPointRPUConfig builds a FloatingPointTile, this tile is a Analog'),
    (SingleRPUConfig(mapping=MappingParameter(digital_bias=False)), TileModuleError, 'the mapping is another'),
    (SingleRPUConfig(device=ConstantStepDevice(dw_min=-1.0)), ConfigError, 'dw_min = -1')])
def test_a_configuration_that_does_not_fit_changes_nothing(config, error, message):
    layer = AnalogLinear(3, 2, rpu_config=ReRamSBPreset())
    before = layer.get_weights()[0]
    for call in (layer.replace_rpu_config, layer.analog_module.replace_with, layer.analog_module.to):
        with pytest.raises(error, match=message):
            call(config)
    assert type(layer.analog_module.rpu_config) is ReRamSBPreset and (layer.get_weights()[0] == before).all()


def test_to_moves_and_replaces():
    tile = AnalogTile(2, 3, SingleRPUConfig())
    quiet = SingleRPUConfig(forward=IOParameters(is_perfect=True))
    assert tile.to('cpu') is tile and tile.to(rpu_config=quiet) is tile and tile.rpu_config == quiet
