"""`tile.tile`, the crossbar without anything digital; and the names of what a checkpoint holds of a tile."""

import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.nn import AnalogLinear
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile
from aihwlab.simulator.tiles.base import AnalogTileStateNames


def exact_tile(**mapping):
    """Return a digital tile and its crossbar."""
    tile = FloatingPointTile(2, 3, FloatingPointRPUConfig(mapping=MappingParameter(**mapping)), bias=True)
    tile.set_weights(torch.tensor([[1.0, 2.0, 3.0], [4.0, -8.0, 2.0]]), torch.tensor([0.5, -0.5]))
    return tile, tile.tile


def test_it_says_size_device_and_range_of_weights():
    tile = AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice()))
    tile.set_weights(torch.tensor([[0.1, 0.0, 0.0], [0.0, -0.05, 0.0]]))
    assert str(tile.tile) == 'Tile of 2 outputs and 3 inputs, ConstantStepDevice, weights from -0.05 to 0.1, on cpu'
    assert str(tile) == 'AnalogTile(Tile of 2 outputs and 3 inputs, ConstantStepDevice)'
    assert tile.tile.get_meta_parameters() is tile.rpu_config and tile.tile.get_brief_info() == tile.get_brief_info()


def test_weights_are_copies_within_the_bounds_of_the_devices():
    tile = AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice(w_max=0.5, w_max_dtod=0.0)))
    tile.tile.set_weights(torch.ones(2, 3))
    weights = tile.tile.get_weights()
    assert (weights == 0.5).all()
    weights.zero_()
    assert (tile.tile.get_weights() == 0.5).all()


@pytest.mark.parametrize('change', [lambda crossbar: crossbar.set_weights(torch.zeros(2, 3)),
                                    lambda crossbar: crossbar.update(torch.ones(1, 3), torch.ones(1, 2))])
def test_weights_that_were_changed_are_no_longer_aimed_at(change):
    tile = AnalogTile(2, 3, SingleRPUConfig())
    tile.program_weights(max_iter=1)
    assert tile.reference_weights is not None
    change(tile.tile)
    assert tile.reference_weights is None


def test_random_weights_come_from_the_stream_of_the_tile():
    first, second = (AnalogTile(20, 30, SingleRPUConfig(device=IdealDevice())) for _ in range(2))
    second.kernel_tile.seed = first.seed
    for tile in (first, second):
        tile.tile.set_weights_uniform_random(0.1, 0.2)
    weights = first.tile.get_weights()
    assert (weights == second.tile.get_weights()).all() and 0.145 < weights.mean() < 0.155
    assert weights.min() >= 0.1 and weights.max() <= 0.2


@pytest.mark.parametrize('in_trans', [False, True])
@pytest.mark.parametrize('out_trans', [False, True])
def test_products_and_updates_of_rows_and_columns(in_trans, out_trans):
    tile, crossbar = exact_tile(weight_scaling_omega=0.5)
    weights, x, d = crossbar.get_weights(), torch.rand(4, 3), torch.rand(4, 2)
    given, gradient = x.T if in_trans else x, d.T if out_trans else d
    y = crossbar.forward(given, in_trans=in_trans, out_trans=out_trans)
    back = crossbar.backward(gradient, in_trans=in_trans, out_trans=out_trans)
    torch.testing.assert_close(y.T if out_trans else y, x @ weights.T)
    torch.testing.assert_close(back.T if in_trans else back, d @ weights)
    crossbar.set_learning_rate(0.1)
    crossbar.update(given, gradient, in_trans=in_trans, out_trans=out_trans)
    torch.testing.assert_close(crossbar.get_weights(), weights - 0.1 * d.T @ x)
    assert tile.get_learning_rate() == crossbar.get_learning_rate() == 0.1


def test_an_analog_bias_is_the_last_line():
    tile, crossbar = exact_tile(digital_bias=False)
    x, d = torch.rand(4, 3), torch.rand(4, 2)
    torch.testing.assert_close(crossbar.forward(x, bias=True), tile(x))
    torch.testing.assert_close(crossbar.forward(x[0], bias=True), tile(x[0]))
    assert crossbar.backward(d, bias=True).shape == (4, 3) and crossbar.backward(d).shape == (4, 4)
    before = tile.get_weights()[1]
    crossbar.set_learning_rate(0.1)
    crossbar.update(x, d, bias=True)
    torch.testing.assert_close(tile.get_weights()[1], before - 0.1 * d.sum(dim=0))
    assert (crossbar.get_d_size(), crossbar.get_x_size()) == (2, 4)


@pytest.mark.parametrize('call, error, message', [
    (lambda tile: tile.set_weights(torch.zeros(3, 2)), ValueError, r'weights of shape \(3, 2\)'),
    (lambda tile: tile.set_weights(torch.full((2, 3), float('nan'))), ValueError, 'NaN'),
    (lambda tile: tile.set_weights_uniform_random(1.0, 0.0), ValueError, 'bmin = 1.0: must not be above bmax = 0.0'),
    (lambda tile: tile.set_hidden_parameters(torch.zeros(1, 2, 3)), TileError, '1 hidden parameters: expected 8, max_bound')])
def test_errors_say_what_is_wrong(call, error, message):
    tile = AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice()))
    before = tile.tile.get_weights()
    with pytest.raises(error, match=message):
        call(tile.tile)
    assert (tile.tile.get_weights() == before).all()


def test_all_names_of_parts_of_a_checkpoint_are_used():
    config = SingleRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.6, learn_out_scaling=True))
    saved = AnalogLinear(3, 2, rpu_config=config).state_dict(prefix='')
    names = {key.removeprefix('analog_module.') for key in saved} | saved['analog_module.analog_tile_state'].keys()
    assert {value for name, value in vars(AnalogTileStateNames).items() if name[0] != '_'} <= names
