"""Time of one training step of LeNet5 with each algorithm, beside that of plain pulses on the same devices.

    python tests/benchmarks/algorithm_steps.py [--rounds 10] [--batch 8 64]

Presets of aihwkit, and our own of the same algorithms. Each case says how many times as many pulses devices have in a step:
where an algorithm asks for forty times as many, its step takes the time of these. aihwkit joins for its presets where it is
installed.
"""

import argparse
from importlib.util import find_spec

import torch
from lenet5_step import race
from measuring import Row, interleaved
from networks import images_like_mnist, network_and_optimizer, train_step

from aihwlab.kernel.counts import Counts

PLAIN = 'ReRamSBPreset'
ALGORITHMS = [f'{algorithm}{PLAIN}' for algorithm in ('TikiTaka', 'TTv2', 'ChoppedTTv2', 'AGAD', 'MixedPrecision')]
TUNED = [f'Tuned{name}' for name in ALGORITHMS]
LEARNING_RATE = 0.05


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=10)
    parser.add_argument('--batch', type=int, nargs='+', default=[8, 64])
    arguments = parser.parse_args()
    for row in rows(arguments.rounds, arguments.batch):
        beside = ', '.join(f'{name} {1e3 * value:.1f} ms ({row.value / value:.2f})' for name, value in row.beside.items())
        print(f'{row.case:65}{1e3 * row.value:8.1f} ms   {beside}', flush=True)


def rows(rounds, batches=(8, 64)):
    """Measure steps of all algorithms on one thread."""
    for batch in batches:
        steps = {preset: step_of(preset, batch) for preset in (PLAIN, *ALGORITHMS, *TUNED)}
        pulses = {preset: pulses_of(preset, batch) for preset in steps}
        times = interleaved(steps, rounds)
        for preset in (*ALGORITHMS, *TUNED):
            beside = {'plain pulses': times[PLAIN]}
            if preset in ALGORITHMS and find_spec('aihwkit'):
                beside['aihwkit'] = race(batch, 1, rounds, preset)['aihwkit'][0]
            case = f'{preset}, batch {batch}, {pulses[preset] / pulses[PLAIN]:.3g} times the pulses'
            yield Row('LeNet5, step of each algorithm', case, None, times[preset], 's', beside)


def step_of(preset, batch, warm_up=5):
    """Return a function that trains a network with one batch, of many in turn."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer('aihwlab', preset, LEARNING_RATE)
    batches = list(zip(images_like_mnist(16, batch), torch.randint(10, (16, batch))))

    def step():
        batches.append(batches.pop(0))
        train_step(model, optimizer, *batches[-1])

    for _ in range(warm_up):
        step()
    return step


def pulses_of(preset, batch, steps=50, warm_up=50):
    """Return how many pulses all devices have in a step, writes included: there are none until sums and buffers are full."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer('aihwlab', preset, LEARNING_RATE)
    tiles = [tile.kernel_tile for tile in model.analog_tiles()]
    for number in range(warm_up + steps):
        if number == warm_up:
            for tile in tiles:
                tile.counts = Counts.with_pulses()
        train_step(model, optimizer, images_like_mnist(batch), torch.randint(10, (batch,)))
    return sum(tile.counts.steps for tile in tiles) / steps


if __name__ == '__main__':
    main()
