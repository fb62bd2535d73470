"""How well trained networks recognise images after programming, from a second to a year, by model of memory.

    AIHWLAB_DATA=FOLDER python tests/benchmarks/inference_accuracy.py RESULTS [--network lenet5] [--memory PCM ...]

RESULTS is a file with a line of JSON for each chip and time; a command that was interrupted goes on where it stopped, and
one that has nothing left to do prints the table. `--network lenet5` reads the full MNIST (see `aihwlab.datasets.load_mnist`)
with the weights that come with the package, trained as usual and aware of the hardware; `--network resnet` trains a small
residual network on pictures of shapes, which are drawn by `shapes.py` in this folder.

Each repetition is another chip: its number is torch's seed, so that it has the same devices with and without compensation.
"""

import argparse
import json
import time
from itertools import product
from pathlib import Path
from statistics import mean, stdev

import shapes
import torch

from aihwlab.datasets import load_mnist
from aihwlab.inference import (
    GlobalDriftCompensation,
    PCMLikeNoiseModel,
    ReRamCMONoiseModel,
    ReRamWan2022NoiseModel,
    drift_analog_weights,
    program_analog_weights,
)
from aihwlab.models import TRAININGS, load_lenet5
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.simulator.configs import InferenceRPUConfig

DAY = 86400.0
TIMES = {'1 s': 1.0, '1 hour': 3600.0, '1 day': DAY, '2 days': 2 * DAY, '1 month': 30 * DAY, '1 year': 365 * DAY}
MEASURED = '1 s', '1 day', '2 days'
"""Times for which the model of Wan et al. has data."""

MEMORIES = {'PCM': PCMLikeNoiseModel, 'ReRAM Wan': ReRamWan2022NoiseModel, 'ReRAM CMO': ReRamCMONoiseModel}
BATCH = 500


def times_of(memory):
    """Return the names of the times at which a model of memory is read."""
    return MEASURED if memory == 'ReRAM Wan' else [name for name in TIMES if name != '2 days']


def config_of(memory, compensated):
    """Return the configuration of the tiles: default converters and noise; the largest weight of a tile fills its devices."""
    config = InferenceRPUConfig(noise_model=MEMORIES[memory](),
                                drift_compensation=GlobalDriftCompensation() if compensated else None)
    config.mapping.weight_scaling_omega = 1.0
    return config


@torch.no_grad()
def accuracy(model, images):
    """Return the percentage of images that a network recognises."""
    parts = zip(*(part.split(BATCH) for part in images))
    return 100 * sum(int((model(pixels).argmax(dim=1) == labels).sum()) for pixels, labels in parts) / len(images[1])


def chip(model, case, images):
    """Yield the results of one chip: a dictionary for each time."""
    torch.manual_seed(case['repetition'])
    analog = convert_to_analog(model, config_of(case['memory'], case['compensated'])).eval()
    program_analog_weights(analog)
    for name in times_of(case['memory']):
        drift_analog_weights(analog, TIMES[name])
        yield {**case, 'time': name, 'accuracy': accuracy(analog, images)}


def networks_of(name, count, folder):
    """Return the trained networks by how they were trained, and the images to test with; a folder keeps what took long."""
    if name == 'resnet':
        kept, program = folder / 'resnet.pt', Path(shapes.__file__).read_text()
        if not kept.exists() or torch.load(kept)['program'] != program:
            states = {training: model.state_dict() for training, model in shapes.trained_resnet().items()}
            torch.save({'program': program, 'states': states}, kept.with_suffix('.new'))
            kept.with_suffix('.new').replace(kept)
        models = {}
        for training, state in torch.load(kept)['states'].items():
            models[training] = shapes.resnet().eval()
            models[training].load_state_dict(state)
        return models, shapes.pictures(shapes.TEST, seed=2)
    _, test = load_mnist(source='full')
    images = test.data[:count, None] / 255, test.targets[:count]
    return {training: load_lenet5(training) for training in TRAININGS}, images


def table(results):
    """Return the results as a table in Markdown: means and standard deviations over the chips."""
    cases = {}
    for result in results:
        key = result['memory'], result['training'], 'yes' if result['compensated'] else 'no'
        cases.setdefault(key, {}).setdefault(result['time'], []).append(result['accuracy'])
    lines = [f'| memory | training | compensated | chips | {" | ".join(TIMES)} |', '| --- ' * (4 + len(TIMES)) + '|']
    for key, by_time in sorted(cases.items()):
        cells = ['' if name not in by_time else in_words(by_time[name]) for name in TIMES]
        lines.append(f'| {" | ".join(key)} | {min(map(len, by_time.values()))} | {" | ".join(cells)} |')
    return '\n'.join(lines)


def in_words(values):
    """Return mean and standard deviation."""
    return f'{mean(values):.2f} ± {stdev(values):.2f}' if len(values) > 1 else f'{values[0]:.2f}'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('results', type=Path, help='file of the results, which is added to')
    parser.add_argument('--network', choices=['lenet5', 'resnet'], default='lenet5')
    parser.add_argument('--memory', nargs='+', choices=list(MEMORIES), default=list(MEMORIES))
    parser.add_argument('--repetitions', type=int, default=10)
    parser.add_argument('--images', type=int, default=10_000, help='number of test images of MNIST, from the first one on')
    arguments = parser.parse_args()

    lines = arguments.results.read_text().splitlines() if arguments.results.exists() else []
    results = [json.loads(line) for line in lines if line.endswith('}')]  # the last one may be cut off
    networks, images = networks_of(arguments.network, arguments.images, arguments.results.parent)
    for training, model in networks.items():
        print(f'{training}: {accuracy(model.eval(), images):.2f} % of {len(images[1]):,} images in exact arithmetic')
    for repetition, memory, training, compensated in product(range(arguments.repetitions), arguments.memory, networks,
                                                             (True, False)):
        case = dict(network=arguments.network, images=len(images[1]), memory=memory, training=training,
                    compensated=compensated, repetition=repetition)
        done = [result for result in results if result | case == result]
        if len(done) < len(times_of(memory)):
            begin = time.perf_counter()
            found = list(chip(model=networks[training], case=case, images=images))
            results = [result for result in results if result not in done] + found
            with arguments.results.open('a') as file:
                file.write(''.join(json.dumps(result) + '\n' for result in found))
            reached = ', '.join(f'{result["accuracy"]:.2f}' for result in found)
            print(f'{memory}, {training}, compensated {compensated}, chip {repetition}: {reached} %, '
                  f'{time.perf_counter() - begin:.0f} s', flush=True)
    print(table(result for result in results if result['network'] == arguments.network))


if __name__ == '__main__':
    main()
