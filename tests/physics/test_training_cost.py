"""What training costs: by hand for small cases, limits, and the same network on both kinds of machine."""

from dataclasses import replace

import pytest
import torch

from aihwlab.kernel.counts import Counts
from aihwlab.physics.energy import digital_budget
from aihwlab.physics.training_cost import (
    ACCELERATORS,
    LENET5,
    Layer,
    accelerator_training,
    analog_training,
    digital_training,
)
from aihwlab.physics.work import TileHardware, work
from tests.benchmarks.networks import network_and_optimizer, train_step

HARDWARE = TileHardware(write_voltage=1.0, write_time=10e-9)
DONE = replace(Counts.with_pulses(), multiplications=100, passes=10, slots=4, driven=20, coincidences=2, digital=50)


def test_an_epoch_is_as_many_examples_as_it_has():
    once = work(DONE, HARDWARE)
    epoch = analog_training([DONE, DONE], HARDWARE, examples=10, epoch=40)
    assert epoch.time == pytest.approx(8 * once.time)
    assert epoch.energy.macs == 800 and epoch.energy.parts['cells'] == pytest.approx(8 * once.energy.parts['cells'])


def test_a_digital_addition_is_a_sum_in_memory():
    energy = analog_training([DONE], HARDWARE, examples=1, epoch=1).energy.parts['digital']
    assert energy == pytest.approx(50 * (1.69e-12 + 8 * 14e-12 / 8))


def test_a_digital_layer_is_three_products():
    once = digital_budget(30, 20, 8 * 5, 'fp32')
    budget = digital_training([Layer(30, 20, 5)], batch=8, epoch=80)
    assert budget.total == pytest.approx(30 * once.total) and budget.macs == 3 * 80 * 3000


def test_larger_batches_fetch_weights_more_rarely():
    energies = [digital_training(LENET5, batch).parts['weights from memory'] for batch in (1, 8, 64)]
    assert energies[0] == pytest.approx(8 * energies[1]) == pytest.approx(64 * energies[2])


def test_an_accelerator_takes_its_power_for_its_time():
    layers = [Layer(4096, 4096, 1000)]  # bound by arithmetic
    full, half = (accelerator_training(layers, 8, 8, utilisation=part) for part in (1.0, 0.5))
    assert full.time == pytest.approx(3 * 2 * 4096 ** 2 * 8000 / 312e12)
    assert full.energy.total == pytest.approx(400 * full.time) and half.energy.total == pytest.approx(2 * full.energy.total)


def test_a_small_layer_waits_for_memory():
    time = accelerator_training([Layer(100, 100)], 1, 1, number='fp32').time
    assert time == pytest.approx(3 * 4 * (100 * 100 + 200) / 1555e9)


@pytest.mark.parametrize('call, words', [
    (lambda: analog_training([], HARDWARE, 1), 'tiles is empty'),
    (lambda: analog_training([DONE], HARDWARE, 0), 'examples = 0'),
    (lambda: analog_training([Counts()], HARDWARE, 1), 'without pulses'),
    (lambda: accelerator_training(LENET5, utilisation=0.0), 'utilisation = 0.0'),
    (lambda: accelerator_training(LENET5, accelerator='abacus'), 'abacus'),
    (lambda: accelerator_training(LENET5, number='int8'), 'int8'), (lambda: digital_training(LENET5, batch=0), 'batch = 0')])
def test_impossible_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_every_accelerator_has_a_source_and_its_power():
    assert all(machine.source and machine.power > 0 for machine in ACCELERATORS.values())


@pytest.mark.parametrize('preset', ['ReRamSBPreset', 'TikiTakaReRamSBPreset', 'TTv2ReRamSBPreset', 'AGADReRamSBPreset',
                                    'MixedPrecisionReRamSBPreset'])
def test_every_algorithm_has_its_cost(preset):
    """Reads and digital additions are those of the algorithm, and each of its parts takes energy."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer('aihwlab', preset, lr=0.1)
    tiles = [tile.kernel_tile for tile in model.analog_tiles()]
    for tile in tiles:
        tile.counts = Counts.with_pulses()
    for _ in range(2):
        train_step(model, optimizer, torch.rand(1, 1, 28, 28), torch.tensor([3]))
    counts = [tile.counts for tile in tiles]
    cost = analog_training(counts, HARDWARE, 2)
    reads = {'ReRamSBPreset': 0, 'MixedPrecisionReRamSBPreset': 0, 'TikiTakaReRamSBPreset': 8}.get(preset, 2 * 642)
    assert sum(done.reads for done in counts) == reads
    macs, lines = sum(layer.macs for layer in LENET5), 576 * 16 + 64 * 32 + 128 + 10
    weights = sum(layer.outputs * layer.inputs for layer in LENET5)
    digital = {'TTv2ReRamSBPreset': 2 * lines, 'AGADReRamSBPreset': 2 * 3 * lines,
               'MixedPrecisionReRamSBPreset': 2 * macs + weights}.get(preset, 0)
    assert sum(done.digital for done in counts) == digital
    assert all(energy > 0 for name, energy in cost.energy.parts.items() if name != 'digital' or digital)
