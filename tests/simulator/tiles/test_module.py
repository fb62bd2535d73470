"""A tile as a torch module: copies, checkpoints and types."""

import copy
import pickle

import pytest
import torch

from aihwlab.exceptions import TileError, TileModuleError
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsReferenceDevice
from aihwlab.simulator.parameters import DriftParameter, MappingParameter
from aihwlab.simulator.presets import EcRamPreset, ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile
from tests.networks import all_weights, go_on, small_network, through_a_file, trained

DRIFTING = SingleRPUConfig(device=ConstantStepDevice(drift=DriftParameter(nu=0.1)))

# -- copies


def test_a_deep_copy_is_independent():
    layer = AnalogLinear(3, 2, rpu_config=EcRamPreset())
    copied = copy.deepcopy(layer)
    copied.set_weights(torch.zeros(2, 3))
    assert (layer.get_weights()[0] != 0).any()
    assert copied.analog_module.analog_ctx.analog_tile is copied.analog_module


@pytest.mark.parametrize('config', [
    ReRamSBPreset(), EcRamPreset(), SingleRPUConfig(),
    SingleRPUConfig(mapping=MappingParameter(digital_bias=False, weight_scaling_omega=0.4, learn_out_scaling=True)),
    SingleRPUConfig(device=SoftBoundsReferenceDevice(reference_std=0.1, subtract_symmetry_point=True)),
    SingleRPUConfig(mapping=MappingParameter(max_input_size=20, max_output_size=2)),
])
@pytest.mark.parametrize('way', ['copy', 'pickle', 'checkpoint'])
def test_a_copy_goes_on_exactly_as_the_original(config, way):
    model = trained(config, 5)
    if way == 'copy':
        other = copy.deepcopy(model)
    elif way == 'pickle':
        other = pickle.loads(pickle.dumps(model))
    else:
        saved = through_a_file(model.state_dict())
        torch.manual_seed(77)
        other = small_network(config)
        other.load_state_dict(saved)
    assert (all_weights(model) == all_weights(other)).all()
    assert (go_on(model) == go_on(other)).all()


def test_a_whole_model_is_saved_and_loaded():
    model = trained(EcRamPreset(), 5)
    other = through_a_file(model, weights_only=False)
    assert (go_on(model) == go_on(other)).all()


# -- checkpoints


def test_a_checkpoint_restores_drift():
    config = SingleRPUConfig(device=ConstantStepDevice(drift=DriftParameter(nu=0.1)))
    model = trained(config, 5)
    for tile in model.analog_tiles():
        tile.drift_weights(10.0)
    other = small_network(config)
    other.load_state_dict(model.state_dict())
    for tile in [*model.analog_tiles(), *other.analog_tiles()]:
        tile.drift_weights(50.0)
    assert (all_weights(model) == all_weights(other)).all()


def test_a_checkpoint_brings_its_configuration():
    model = trained(EcRamPreset(), 5)
    other = small_network(ReRamSBPreset())
    other.load_state_dict(model.state_dict())
    assert type(next(other.analog_tiles()).rpu_config) is EcRamPreset


def test_a_checkpoint_with_another_mapping_is_refused():
    model = trained(SingleRPUConfig(mapping=MappingParameter(learn_out_scaling=True)), 5, steps=1)
    with pytest.raises((TileModuleError, RuntimeError), match='mapping|out_scaling'):
        small_network(SingleRPUConfig()).load_state_dict(model.state_dict())


def test_a_checkpoint_of_another_tile_is_refused():
    state = trained(SingleRPUConfig(), 5, steps=1).state_dict()
    key = next(key for key in state if key.endswith('analog_tile_state'))
    state[key] = {**state[key], 'analog_tile_class': 'SomeTile'}
    with pytest.raises(TileError, match='SomeTile'):
        small_network(SingleRPUConfig()).load_state_dict(state)


def test_a_checkpoint_of_another_size_is_refused_by_name():
    state = AnalogSequential(AnalogLinear(4, 3)).state_dict()
    with pytest.raises(RuntimeError, match=r'(?s)size mismatch for 0\.analog_module\.analog_ctx.*3, 4.*3, 5'):
        AnalogSequential(AnalogLinear(5, 3)).load_state_dict(state)


def test_a_checkpoint_that_lacks_a_part_is_refused():
    layer = AnalogLinear(3, 2)
    state = layer.state_dict()
    parts = state['analog_module.analog_tile_state']
    del parts['cells']['drift']['clock']
    with pytest.raises(TileError, match=r'lack drift\.clock'):
        layer.load_state_dict(state)
    del parts['cells']
    with pytest.raises(TileError, match='lacks cells'):
        layer.load_state_dict(state)


def test_a_checkpoint_brings_the_learning_rate_and_the_target_of_programming():
    tile, other = AnalogTile(2, 3, DRIFTING), AnalogTile(2, 3, DRIFTING)
    tile.set_learning_rate(0.03)
    tile.program_weights(max_iter=0)
    other.load_state_dict(through_a_file(tile.state_dict()))
    assert other.get_learning_rate() == 0.03 and (other.reference_weights == tile.reference_weights).all()


def test_tiles_that_load_one_checkpoint_share_nothing():
    tile, *others = (AnalogTile(2, 3, DRIFTING) for _ in range(3))
    tile.set_weights(torch.full((2, 3), 0.2))
    tile.drift_weights(10.0)
    state = through_a_file(tile.state_dict())
    for other in others:
        other.load_state_dict(state)
    others[0].set_weights(torch.full((2, 3), 0.3))
    others[0].drift_weights(10.0)
    for other in (tile, others[1]):
        other.drift_weights(90.0)
    assert (tile.get_weights()[0] == others[1].get_weights()[0]).all()


# -- types


@pytest.mark.parametrize('change', [torch.nn.Module.double, torch.nn.Module.half, lambda tile: tile.to(torch.bfloat16)])
def test_a_tile_stays_in_single_precision(change):
    with pytest.raises(TileModuleError, match='AnalogTile computes in float32 and cannot change to torch'):
        change(AnalogTile(2, 3, SingleRPUConfig()))


def test_moving_to_where_it_is_changes_nothing():
    tile = AnalogTile(2, 3, SingleRPUConfig())
    before = tile.kernel_tile.weights
    assert tile.to('cpu').float() is tile and tile.kernel_tile.weights is before
    assert tile.device == torch.device('cpu') and not tile.is_cuda and tile.weight_view().data_ptr() == before.ctypes.data
