"""One seed decides everything: threads, processes and interruptions change nothing."""

import subprocess
import sys

import pytest
import torch

from aihwlab.simulator.presets import CapacitorPreset, EcRamPreset, ReRamSBPreset
from tests.networks import all_weights, analog_sgd, small_network, through_a_file, train, trained

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
            saved = through_a_file([part.state_dict() for part in parts])
            torch.manual_seed(99)
            parts = setup()
            for part, state in zip(parts, saved):
                part.load_state_dict(state)
        model, optimizer, scheduler = parts
        train(model, optimizer, 2)
        scheduler.step()
    return all_weights(model), optimizer.param_groups[-1]['lr']


@pytest.mark.parametrize('preset', [ReRamSBPreset, CapacitorPreset])
def test_a_checkpoint_with_momentum_and_scheduler_resumes_the_run_exactly(preset):
    straight, resumed = interrupted(preset, ()), interrupted(preset, (1, 3))
    assert (straight[0] == resumed[0]).all() and straight[1] == resumed[1] == 0.1 * 0.5 ** 3
