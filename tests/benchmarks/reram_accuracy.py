"""Accuracy of LeNet5 on the full MNIST, trained on measured resistive memory by each algorithm.

    python tests/benchmarks/reram_accuracy.py [--folder FOLDER] [--root DATA] [--presets TunedAGADReRamSBPreset ...]
                                              [--epochs 10] [--seeds 1 2 3] [--lr 0.05] [--omega 0.6] [--table]

Every run is saved in the folder after each epoch: its results in a small file, which belongs to the repository, and the whole
network. Started again, the command goes on where it was, and runs with more epochs or seeds add to what is there; of what is
complete, the small file is enough. `--table` prints what is there, and runs nothing. Batches of 8; learning rates are those
below, or 0.01 for other presets, and fall by a quarter after each epoch.
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

import torch
from networks import network_and_optimizer, train_step
from torch.utils.data import DataLoader

from aihwlab.datasets import load_mnist
from aihwlab.simulator import presets

ALGORITHMS = {'TikiTaka': 0.05, 'TTv2': 1.0, 'ChoppedTTv2': 1.0, 'AGAD': 2.0, 'MixedPrecision': 0.05}
"""Learning rate of each algorithm."""

LEARNING_RATES = {f'Tuned{algorithm}ReRam{device}Preset': rate
                  for device in ('SB', 'ES') for algorithm, rate in ALGORITHMS.items()}
RESULTS = Path(__file__).parent / 'results' / 'reram_accuracy'
DECAY = 0.75
BATCH = 8
SHOWN = (1, 3, 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--folder', type=Path, default=RESULTS, help='where runs are saved')
    parser.add_argument('--root', help='folder with the full data set, as for aihwlab.datasets.load_mnist')
    parser.add_argument('--presets', nargs='+', default=list(LEARNING_RATES))
    parser.add_argument('--epochs', type=int, default=10)
    parser.add_argument('--seeds', type=int, nargs='+', default=[1])
    parser.add_argument('--lr', type=float, help='another learning rate')
    parser.add_argument('--omega', type=float, help='write the largest weight of each output as this, as presets of ours do')
    parser.add_argument('--table', action='store_true', help='print the table of what is there')
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if not arguments.table:
        data = [tensors(part) for part in load_mnist(arguments.root, source='full')]
        for seed in arguments.seeds:
            for preset in arguments.presets:
                run(preset, seed, data, arguments)
    print(table(arguments.folder))


def tensors(data):
    """Return all images and labels of a data set."""
    images, labels = zip(*DataLoader(data, batch_size=1000))
    return torch.cat(images), torch.cat(labels)


def run(preset, seed, data, arguments):
    """Train a network from where it was, epoch by epoch, and save it after each."""
    rate = arguments.lr or LEARNING_RATES.get(preset, 0.01)
    name = preset if arguments.omega is None else f'{preset}_omega{arguments.omega:g}'
    path = arguments.folder / f'{name}_lr{rate:g}_seed{seed}.pt'
    results = path.with_suffix('.json')
    if epochs_in(results) >= arguments.epochs:
        return
    torch.manual_seed(seed)
    model, optimizer = network_and_optimizer('aihwlab', lambda: configuration(preset, arguments.omega), rate)
    done = dict(preset=name, seed=seed, learning_rate=rate, accuracies=[], losses=[], seconds=[])
    if path.exists():
        saved = torch.load(path, weights_only=False)
        done = saved['done']
        model.load_state_dict(saved['model'])
        optimizer.load_state_dict(saved['optimizer'])
        torch.set_rng_state(saved['random'])
    (images, labels), test = data
    while len(done['accuracies']) < arguments.epochs:
        started, model = time.process_time(), model.train()
        order = torch.randperm(len(images)).split(BATCH)
        losses = [train_step(model, optimizer, images[chosen], labels[chosen]) for chosen in order]
        for group in optimizer.param_groups:
            group['lr'] *= DECAY
        done['seconds'].append(round(time.process_time() - started))
        done['losses'].append(round(statistics.fmean(losses), 4))
        done['accuracies'].append(round(100 * accuracy(model, *test), 2))
        saved = dict(done=done, model=model.state_dict(), optimizer=optimizer.state_dict(), random=torch.get_rng_state())
        torch.save(saved, path.with_suffix('.new'))
        os.replace(path.with_suffix('.new'), path)
        if epochs_in(results) <= len(done['accuracies']):
            results.write_text(json.dumps(done) + '\n')  # a run that begins anew leaves the results of a longer one
        print(f'{path.stem}: epoch {len(done["accuracies"])}, loss {done["losses"][-1]:.3f}, '
              f'accuracy {done["accuracies"][-1]:.2f} %, {done["seconds"][-1]:.0f} s of processor time', flush=True)


def configuration(preset, omega):
    """Return the configuration of a preset, its weights written over the range of the devices if `omega` is given."""
    config = getattr(presets, preset)()
    if omega is not None:
        config.mapping.weight_scaling_omega, config.mapping.weight_scaling_columnwise = omega, True
    return config


def epochs_in(results):
    """Return of how many epochs a file of results tells, 0 if there is none."""
    return len(json.loads(results.read_text())['accuracies']) if results.exists() else 0


def accuracy(model, images, labels):
    """Return the fraction of images that the model recognises."""
    model.eval()
    with torch.no_grad():
        hits = sum((model(part).argmax(dim=1) == wanted).sum().item()
                   for part, wanted in zip(images.split(500), labels.split(500)))
    return hits / len(images)


def table(folder):
    """Return a Markdown table of all runs in a folder: mean and spread over the seeds after some epochs."""
    runs = {}
    for path in sorted(folder.glob('*.json')):
        done = json.loads(path.read_text())
        runs.setdefault((done['preset'], done['learning_rate']), []).append(done['accuracies'])
    lines = ['| preset | learning rate | seeds | ' + ' | '.join(f'epoch {epoch}' for epoch in SHOWN) + ' | last |',
             '| --- | --- | --- | --- | --- | --- | --- |']
    for (preset, rate), found in runs.items():
        last = max(map(len, found))
        cells = [after(epoch, found) for epoch in SHOWN] + [f'{after(last, found)}, epoch {last}']
        lines.append(f'| `{preset}` | {rate:g} | {len(found)} | ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def after(epoch, found):
    """Return mean and spread over the seeds after an epoch, and how many they are if not all have come that far."""
    values = [seed[epoch - 1] for seed in found if len(seed) >= epoch]
    return mean_and_spread(values) + (f' ({len(values)} of {len(found)} seeds)' if 0 < len(values) < len(found) else '')


def mean_and_spread(values):
    """Return percentages as a mean, with their standard deviation if there are several."""
    if not values:
        return ''
    spread = f' ± {statistics.stdev(values):.2f}' if len(values) > 1 else ''
    return f'{statistics.fmean(values):.2f}{spread} %'


if __name__ == '__main__':
    main()
