"""Conversions and checkpoints change a whole network or nothing of it."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from aihwlab.exceptions import AihwlabError, TileError, TileModuleError
from aihwlab.nn import AnalogLinear, AnalogSequential, AnalogWrapper
from aihwlab.simulator.presets import ReRamSBPreset
from aihwlab.simulator.tiles import TileModuleArray
from aihwlab.simulator.tiles.whole import way_back
from tests.networks import SPLIT, all_weights


def network():
    return AnalogSequential(nn.Linear(4, 4), AnalogLinear(4, 3, rpu_config=ReRamSBPreset()), nn.BatchNorm1d(3),
                            AnalogLinear(3, 2, rpu_config=ReRamSBPreset()), nn.Linear(2, 2))


def everything(model):
    """Return copies of all numbers of a network, those inside of its tiles too."""
    return deepcopy([*model.state_dict(keep_vars=False).items()])


def equal(first, second):
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(equal(first[key], second[key]) for key in first)
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(map(equal, first, second))
    return bool((first == second).all()) if torch.is_tensor(first) else first == second


@pytest.mark.parametrize('convert', [nn.Module.half, nn.Module.double, nn.Module.share_memory])
@pytest.mark.parametrize('wrap', [lambda model: model, lambda model: AnalogWrapper(nn.Sequential(*model)),
                                  lambda model: model[3].analog_module, lambda model: TileModuleArray(5, 16, SPLIT)])
def test_a_conversion_that_tiles_refuse_changes_nothing(wrap, convert):
    model = wrap(network())
    before = [(tensor, tensor.dtype, tensor.data_ptr()) for tensor in (*model.parameters(), *model.buffers())]
    with pytest.raises(TileModuleError, match='cannot change to torch|cannot be shared with other processes'):
        convert(model)
    assert [(tensor, tensor.dtype, tensor.data_ptr()) for tensor in (*model.parameters(), *model.buffers())] == before
    assert not any(tensor.is_shared() for tensor in model.parameters())


@pytest.mark.parametrize('damage', [
    lambda state: state.update({'4.weight': torch.zeros(7, 7)}),
    lambda state: state.pop('4.bias'),
    lambda state: state['3.analog_module.analog_tile_state'].update(learning_rate=-1.0),
    lambda state: state['3.analog_module.analog_ctx'].fill_(torch.nan),
    lambda state: state.update({'3.analog_module.mapping_scales': torch.tensor([-1.0])}),
    lambda state: state.update({'3.analog_module.bias': torch.zeros(3)}),
    lambda state: state.pop('3.analog_module.analog_tile_state'),
])
@pytest.mark.parametrize('assign', [False, True])
def test_a_checkpoint_that_is_refused_changes_nothing(damage, assign):
    model, other = network(), network()
    other(torch.randn(5, 4))
    state = deepcopy(other.state_dict())
    damage(state)
    before, weights = everything(model), [tile.kernel_tile.weights for tile in model.analog_tiles()]
    with pytest.raises((AihwlabError, RuntimeError)):
        model.load_state_dict(state, assign=assign)
    assert equal(before, everything(model))
    assert all(tile.kernel_tile.weights is kept for tile, kept in zip(model.analog_tiles(), weights))
    x = torch.randn(5, 4)
    assert (deepcopy(model)(x) == model(x)).all()
    model.load_state_dict(other.state_dict(), assign=assign)
    assert (all_weights(model) == all_weights(other)).all()


def test_a_plain_root_leaves_the_tile_that_refuses_as_it_was():
    model = nn.Sequential(AnalogLinear(4, 3))
    state = deepcopy(model.state_dict())
    state['0.analog_module.bias'] += 1
    state['0.analog_module.analog_tile_state']['operation'] = -1
    before = everything(model)
    with pytest.raises(TileError, match=r'0\.analog_module\.analog_tile_state: operation = -1'):
        model.load_state_dict(state)
    assert equal(before, everything(model))


def test_there_is_a_way_back():
    model = network()
    before, restore = everything(model), way_back(model.modules())
    with torch.no_grad():
        model[0].weight.zero_()
    model[2].running_mean = torch.ones(3)
    model.load_state_dict(network().state_dict())
    assert not equal(before, everything(model))
    restore()
    assert equal(before, everything(model))
