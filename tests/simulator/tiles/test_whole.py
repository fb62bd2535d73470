"""Conversions and checkpoints change a whole network or nothing of it."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from aihwlab.exceptions import AihwlabError, TileError, TileModuleError
from aihwlab.nn import AnalogLinear, AnalogSequential, AnalogWrapper
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.simulator.presets import ReRamSBPreset
from aihwlab.simulator.tiles import TileModuleArray
from aihwlab.simulator.tiles.whole import way_back
from tests.networks import SPLIT, all_weights


def network():
    return AnalogSequential(nn.Linear(4, 4), AnalogLinear(4, 3, rpu_config=ReRamSBPreset()), nn.BatchNorm1d(3),
                            AnalogLinear(3, 2, rpu_config=ReRamSBPreset()), nn.Linear(2, 2))


def plain_module():
    """Return a root that knows nothing of tiles, with digital parts before, between and behind layers of several kinds."""
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(3))
            self.parts = nn.ModuleList()
            self.parts.append(nn.Linear(4, 4))
            self.parts.append(nn.Sequential(AnalogLinear(4, 3, rpu_config=ReRamSBPreset()), nn.BatchNorm1d(3)))
            self.parts.append(convert_to_analog(nn.Sequential(nn.Linear(3, 2)), ReRamSBPreset()))
            self.parts.append(nn.Linear(2, 2))

        def forward(self, x):
            return nn.Sequential(*self.parts)(x)
    return Network()


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
@pytest.mark.parametrize('wrap', [lambda model: model, lambda model: nn.Sequential(*model), lambda model: plain_module(),
                                  lambda model: AnalogWrapper(nn.Sequential(*model)),
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


@pytest.mark.parametrize('damage, message', [
    (lambda state: state['parts.2.0.analog_module.analog_tile_state'].update(operation=-1),
     r'parts\.2\.0\.analog_module\.analog_tile_state: operation = -1'),
    (lambda state: state.pop('parts.3.bias'), r'Missing key.*parts\.3\.bias'),
    (lambda state: state.update({'parts.3.weight': torch.zeros(7, 7)}), r'size mismatch for parts\.3\.weight'),
    (lambda state: state.update({'parts.2.0.analog_module.bias': torch.zeros(7)}), r'size mismatch for parts\.2'),
])
@pytest.mark.parametrize('assign', [False, True])
def test_a_root_that_knows_nothing_of_tiles_loads_all_of_a_checkpoint_or_nothing(damage, message, assign):
    model, other = plain_module(), plain_module()
    with torch.no_grad():
        other.scale += 1
    state = deepcopy(other.state_dict())
    damage(state)
    before, parameters = everything(model), [*model.parameters()]
    with pytest.raises((TileError, RuntimeError), match=f'(?s){message}'):
        model.load_state_dict(state, assign=assign)
    assert equal(before, everything(model))
    assert all(kept is parameter for kept, parameter in zip(parameters, model.parameters(), strict=True))
    x = torch.randn(5, 4)
    assert (deepcopy(model)(x) == model(x)).all()
    model.load_state_dict(other.state_dict(), assign=assign)
    assert equal(everything(other), everything(model))


def test_a_module_without_tiles_does_as_torch_does():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    state = {**nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)).state_dict(), '1.weight': torch.zeros(1)}
    with pytest.raises(RuntimeError, match='size mismatch'):
        model.load_state_dict(state)
    assert (model[0].weight == state['0.weight']).all() and model.half()[0].weight.dtype is torch.float16


def test_layers_that_have_no_numbers_yet_may_stand_beside_tiles():
    model = nn.Sequential(nn.LazyLinear(4), AnalogLinear(4, 3))
    state = deepcopy(model.state_dict())
    assert model.load_state_dict(state).missing_keys == []
    state['1.analog_module.bias'] = torch.zeros(7)
    with pytest.raises(RuntimeError, match='size mismatch'):
        model.load_state_dict(state)
    assert model(torch.ones(1, 2)).shape == (1, 3)


def test_a_torch_device_without_tiles_changes_nothing():
    model = plain_module()
    with pytest.raises(TileModuleError, match="torch device 'meta': analog tiles compute on cpu or cuda"):
        model.to('meta')
    assert not any(parameter.is_meta for parameter in model.parameters())


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
