"""What is fixed in the output lines of a tile, as tensors."""

import pytest
import torch

from aihwlab.exceptions import ArgumentError
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters import AnalogMVType, IOParameters
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile

ALL = dict(out_noise_std=0.5, out_nonlinearity=0.1, out_nonlinearity_std=0.3, slope_calibration=0.5, v_offset_std=0.1,
           r_series=0.01, w_read_asymmetry_dtod=0.1, mv_type=AnalogMVType.POS_NEG_SEPARATE)


def tile_with(**forward):
    return AnalogTile(2, 3, SingleRPUConfig(device=IdealDevice(), forward=IOParameters(**forward)))


def test_what_is_used_has_a_shape_and_the_rest_is_empty():
    shapes = {name: tuple(value.shape) for name, value in tile_with(**ALL).get_forward_parameters().items()}
    assert shapes == {'out_noise_values': (2,), 'out_nonlinearity': (2,), 'out_nonlinearity_factor': (1,), 'v_offset': (2,),
                      'w_asymmetry': (2, 3)}
    values = tile_with().get_forward_parameters()
    assert {name for name, value in values.items() if value.numel()} == {'out_nonlinearity_factor'}
    assert FloatingPointTile(2, 3, FloatingPointRPUConfig()).get_forward_parameters() == {}


def test_two_tiles_with_the_same_lines_give_the_same_products():
    first, second = tile_with(**ALL), tile_with(**ALL)
    x = torch.rand(4, 3)
    second.set_weights(*first.get_weights())
    second.set_forward_parameters(first.get_forward_parameters())
    second.set_backward_parameters(first.get_backward_parameters())
    second.kernel_tile.seed, second.kernel_tile.operation = first.seed, first.kernel_tile.operation
    assert (first(x) == second(x)).all()


def test_lines_that_were_set_are_saved_with_the_tile():
    first, second = tile_with(**ALL), tile_with(**ALL)
    first.set_forward_parameters({name: value + 0.25 for name, value in first.get_forward_parameters().items()})
    second.load_state_dict(first.state_dict())
    loaded = second.get_forward_parameters()
    assert all((value == loaded[name]).all() for name, value in first.get_forward_parameters().items())


@pytest.mark.parametrize('change, message', [
    (dict(v_offset=torch.zeros(3)), r'v_offset = .*: must be finite, of the shape \(2,\)'),
    (dict(out_noise_values=torch.full((2,), float('nan'))), 'out_noise_values = .*nan.*: must be finite'),
    (dict(other=torch.zeros(2)), 'must be out_noise_values, .*, given are other, ')])
def test_what_does_not_fit_is_refused(change, message):
    tile = tile_with(**ALL)
    before = tile.get_forward_parameters()
    with pytest.raises(ArgumentError, match=message):
        tile.set_forward_parameters({**before, **change})
    assert all((value == before[name]).all() for name, value in tile.get_forward_parameters().items())
