"""One seed decides everything: threads, processes, copies and checkpoints change nothing."""

import copy
import io
import pickle
import subprocess
import sys

import pytest
import torch

from aihwlab.exceptions import TileError, TileModuleError
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsReferenceDevice
from aihwlab.simulator.parameters import DriftParameter, MappingParameter
from aihwlab.simulator.presets import CapacitorPreset, EcRamPreset, ReRamSBPreset
from tests.networks import all_weights, analog_sgd, small_network, train

PROGRAM = """
import sys, torch
from aihwlab.simulator.presets import ReRamSBPreset
from tests.networks import all_weights, analog_sgd, small_network, train
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(5)
model = small_network(ReRamSBPreset())
train(model, analog_sgd(model), 5)
print(all_weights(model).numpy().tobytes().hex())
"""


def trained(config, seed, steps=4, threads=None):
    """Return a network after some steps of training."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    torch.manual_seed(seed)
    model = small_network(config)
    train(model, analog_sgd(model), steps)
    torch.set_num_threads(before)
    return model


@pytest.mark.parametrize('preset', [ReRamSBPreset, EcRamPreset, CapacitorPreset])
def test_the_same_seed_gives_the_same_bits_on_one_thread_and_on_two(preset):
    first, second, third = (all_weights(trained(preset(), 5, threads=threads)) for threads in (1, 2, 1))
    assert (first == second).all() and (first == third).all()


def test_another_seed_gives_other_weights():
    first, second = (all_weights(trained(ReRamSBPreset(), seed)) for seed in (5, 6))
    assert (first != second).any()


@pytest.mark.slow
def test_two_processes_give_the_same_bits():
    printed = [subprocess.run([sys.executable, '-c', PROGRAM, threads], capture_output=True, text=True, check=True).stdout
               for threads in ('1', '2')]
    assert printed[0] == printed[1] and len(printed[0]) > 100


def test_layers_of_one_network_have_different_noise():
    model = small_network(EcRamPreset())
    assert len({tile.seed for tile in model.analog_tiles()}) == 2


def go_on(model):
    """Train on with a new optimizer; return the weights and a noisy output."""
    train(model, analog_sgd(model), 3)
    return all_weights(model)


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
        buffer = io.BytesIO()
        torch.save(model.state_dict(), buffer)
        buffer.seek(0)
        torch.manual_seed(77)
        other = small_network(config)
        other.load_state_dict(torch.load(buffer, weights_only=True))
    assert (all_weights(model) == all_weights(other)).all()
    assert (go_on(model) == go_on(other)).all()


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


@pytest.mark.parametrize('assign', [False, True])
def test_scales_found_after_the_layer_was_made_are_part_of_a_checkpoint(assign):
    model = trained(EcRamPreset(), 5).remap_analog_weights()
    plain, other = small_network(EcRamPreset()), small_network(EcRamPreset())
    other.load_state_dict(copy.deepcopy(model.state_dict()), assign=assign)
    assert (all_weights(model) == all_weights(other)).all() and (go_on(model) == go_on(other)).all()
    other.load_state_dict(copy.deepcopy(plain.state_dict()), assign=assign)
    assert (go_on(plain) == go_on(other)).all()


def test_a_checkpoint_of_another_size_is_refused_by_name():
    state = AnalogSequential(AnalogLinear(4, 3)).state_dict()
    with pytest.raises(RuntimeError, match=r'(?s)size mismatch for 0\.analog_module\.analog_ctx.*3, 4.*3, 5'):
        AnalogSequential(AnalogLinear(5, 3)).load_state_dict(state)


def interrupted(preset, epochs):
    """Train with momentum and a scheduler, through a file after the given epochs; return weights and digital parameters."""
    def setup():
        torch.manual_seed(3)
        model = small_network(preset())
        optimizer = analog_sgd(model, lr=0.1, momentum=0.9)
        return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)

    parts = setup()
    for epoch in range(6):
        if epoch in epochs:
            buffer = io.BytesIO()
            torch.save([part.state_dict() for part in parts], buffer)
            buffer.seek(0)
            torch.manual_seed(99)
            parts = setup()
            for part, state in zip(parts, torch.load(buffer, weights_only=True)):
                part.load_state_dict(state)
        model, optimizer, scheduler = parts
        train(model, optimizer, 2)
        scheduler.step()
    return all_weights(model), optimizer.param_groups[-1]['lr']


@pytest.mark.parametrize('preset', [ReRamSBPreset, CapacitorPreset])
def test_a_checkpoint_with_momentum_and_scheduler_resumes_the_run_exactly(preset):
    straight, resumed = interrupted(preset, ()), interrupted(preset, (1, 3))
    assert (straight[0] == resumed[0]).all() and straight[1] == resumed[1] == 0.1 * 0.5 ** 3


def test_a_whole_model_is_saved_and_loaded():
    model = trained(EcRamPreset(), 5)
    buffer = io.BytesIO()
    torch.save(model, buffer)
    buffer.seek(0)
    other = torch.load(buffer, weights_only=False)
    assert (go_on(model) == go_on(other)).all()


def test_hidden_parameters_can_be_read_and_written():
    tile = next(small_network(ReRamSBPreset()).analog_tiles())
    hidden = tile.get_hidden_parameters()
    assert {'max_bound', 'min_bound', 'dwmin_up', 'persistent_weights'} <= set(hidden)
    hidden['max_bound'][:] = 0.125
    tile.set_hidden_parameters(hidden)
    assert (tile.get_hidden_parameters()['max_bound'] == 0.125).all()
    with pytest.raises(TileError, match='max_bound'):
        tile.set_hidden_parameters({'max_bound': hidden['max_bound']})


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
