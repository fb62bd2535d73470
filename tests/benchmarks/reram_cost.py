"""Energy and time of an epoch of training LeNet5 on MNIST with each algorithm, beside digital machines.

    python tests/benchmarks/reram_cost.py [--presets TunedAGADReRamSBPreset ...] [--steps 100] [--root DATA] [--folder FOLDER]

The work of some steps, with batches of 8 after as many steps of warm-up, makes that of an epoch
(`aihwlab.physics.training_cost`). Each preset also has its best accuracy of `reram_accuracy.py`.
Devices take pulses of 1 V and 10 ns, as in lesson 5; reading is that of `aihwlab.physics.work.TileHardware`.
"""

import argparse
import json
from pathlib import Path

import torch
from networks import network_and_optimizer, train_step
from reram_accuracy import BATCH, LEARNING_RATES, RESULTS, tensors

from aihwlab.datasets import load_mnist
from aihwlab.kernel.counts import Counts
from aihwlab.physics.training_cost import LENET5, accelerator_training, analog_training, digital_training
from aihwlab.physics.work import TileHardware

HARDWARE = TileHardware(write_voltage=1.0, write_time=10e-9)
COUNTED = ('passes', 'reads', 'output_conversions', 'slots', 'steps', 'digital')
ENERGIES = ('cells', 'DACs', 'ADCs', 'pulses', 'digital')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--presets', nargs='+', default=['ReRamSBPreset', *LEARNING_RATES])
    parser.add_argument('--steps', type=int, default=100)
    parser.add_argument('--root', help='folder with the full data set, as for aihwlab.datasets.load_mnist')
    parser.add_argument('--folder', type=Path, default=RESULTS, help='folder of reram_accuracy.py')
    arguments = parser.parse_args()
    images, labels = tensors(load_mnist(arguments.root, source='full')[0])
    print('| preset | accuracy | for an image: ' + ' | '.join(COUNTED) + ' | for an epoch: '
          + ' | '.join(f'{part}, mJ' for part in ENERGIES) + ' | energy, J | time, s |')
    print('| --- ' * (4 + len(COUNTED) + len(ENERGIES)) + '|')
    for preset in arguments.presets:
        counts = counts_of(preset, images, labels, arguments.steps)
        cost, total = analog_training(counts, HARDWARE, arguments.steps * BATCH), sum(counts[1:], counts[0])
        cells = [f'`{preset}`', best(preset, arguments.folder)]
        cells += [f'{getattr(total, name) / (arguments.steps * BATCH):,.0f}' for name in COUNTED]
        cells += [f'{1e3 * cost.energy.parts[part]:.3g}' for part in ENERGIES]
        print('| ' + ' | '.join([*cells, f'{cost.energy.total:.3g}', f'{cost.time:.3g}']) + ' |', flush=True)
    least = digital_training(LENET5, BATCH)
    print(f'digital, fp32 at 7 nm, weights from DRAM, nothing else: {least.total:.3g} J')
    for number in ('fp32', 'bfloat16'):
        cost = accelerator_training(LENET5, BATCH, number=number)
        print(f'A100 at its roofline, {number}: {cost.energy.total:.3g} J, {cost.time:.3g} s')


def counts_of(preset, images, labels, steps):
    """Return what the tiles of a network do in some steps, after as many others."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer('aihwlab', preset, LEARNING_RATES.get(preset, 0.01))
    tiles = [tile.kernel_tile for tile in model.analog_tiles()]
    batches = torch.randperm(len(images)).split(BATCH)[:2 * steps]
    for number, chosen in enumerate(batches):
        if number == steps:
            for tile in tiles:
                tile.counts = Counts.with_pulses()
        train_step(model, optimizer, images[chosen], labels[chosen])
    return [tile.counts for tile in tiles]


def best(preset, folder):
    """Return the best accuracy of a preset in a folder, or nothing."""
    runs = [json.loads(path.read_text()) for path in folder.glob('*.json')]
    accuracies = [max(run['accuracies']) for run in runs if run['preset'] == preset]
    return f'{max(accuracies):.2f} %' if accuracies else ''


if __name__ == '__main__':
    main()
