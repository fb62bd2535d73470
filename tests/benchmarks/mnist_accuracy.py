"""Test accuracy of the main job's program on the full MNIST, and the time an epoch takes.

    python tests/benchmarks/mnist_accuracy.py [--root FOLDER] [--presets ReRamSBPreset ...] [--epochs 1] [--seeds 1 2 3]

LeNet5, batch size 8, learning rate 0.01, as in `notebooks/04_lenet5_training.ipynb`.

With `--keep FOLDER`, each run keeps a file there of what it has printed, and of all that it needs to go on. A program that
was stopped, at any moment, goes on behind the last epoch that was finished, with the same numbers; so does one that is to
train for more epochs.
"""

import argparse
import os
import time
from pathlib import Path

import torch
from networks import network_and_optimizer, train_step
from torch.utils.data import DataLoader

from aihwlab.datasets import load_mnist
from aihwlab.simulator.rpu_base import cuda

PRESETS = ['ReRamSBPreset', 'ReRamESPreset', 'CapacitorPreset', 'EcRamPreset', 'IdealizedPreset', 'GokmenVlasovPreset']


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--root', help='folder with the full data set, as for aihwlab.datasets.load_mnist')
    parser.add_argument('--source', choices=['full', 'bundled'], default='full', help='the full data set, or a tenth of it')
    parser.add_argument('--presets', nargs='+', default=PRESETS)
    parser.add_argument('--epochs', type=int, default=1)
    parser.add_argument('--seeds', type=int, nargs='+', default=[1])
    parser.add_argument('--lr', type=float, default=0.01)
    parser.add_argument('--batch', type=int, default=8)
    parser.add_argument('--keep', type=Path, metavar='FOLDER', help='keep results there, and go on where a run has stopped')
    arguments = parser.parse_args()
    device = torch.device('cuda' if cuda.is_compiled() else 'cpu')
    train, test = load_mnist(arguments.root, source=arguments.source)
    for name in arguments.presets:
        for seed in arguments.seeds:
            run(name, seed, train, test, device, arguments)


def run(name, seed, train, test, device, arguments):
    """Train one network, or go on training it, and print loss, accuracy and time of each epoch."""
    torch.manual_seed(seed)
    loader = DataLoader(train, batch_size=arguments.batch, shuffle=True)
    model, optimizer = network_and_optimizer('aihwlab', name, arguments.lr, device)
    path = file_of(name, seed, arguments)
    epochs = go_on(path, model, optimizer)
    for number in range(arguments.epochs):
        if number == len(epochs):
            epochs.append(epoch(model, optimizer, loader, test, device))
            keep(path, model, optimizer, epochs)
        loss, correct, seconds = epochs[number]
        print(f'{name:20} seed {seed}  epoch {number + 1}  loss {loss:.3f}  test accuracy {100 * correct:5.2f} %  '
              f'{seconds:.1f} s', flush=True)


def epoch(model, optimizer, loader, test, device):
    """Train for one epoch; return the mean loss, the accuracy on the test images and the seconds that the training took."""
    started, total = time.perf_counter(), 0.0
    model.train()
    for images, labels in loader:
        total += train_step(model, optimizer, images.to(device), labels.to(device))
    seconds = time.perf_counter() - started
    return total / len(loader), accuracy(model, test, device), seconds


def accuracy(model, test, device):
    """Return the fraction of test images that the model recognises."""
    model.eval()
    with torch.no_grad():
        hits = sum((model(images.to(device)).argmax(dim=1) == labels.to(device)).sum().item()
                   for images, labels in DataLoader(test, batch_size=200))
    return hits / len(test)


# What is kept of a run.


def file_of(name, seed, arguments):
    """Return the path of the file for a run, named by all that its numbers depend on; None if nothing is kept."""
    if arguments.keep is None:
        return None
    arguments.keep.mkdir(parents=True, exist_ok=True)
    return arguments.keep / f'{name}-{arguments.source}-lr{arguments.lr:g}-batch{arguments.batch}-seed{seed}.pt'


def keep(path, model, optimizer, epochs):
    """Keep the results of the epochs so far, and what the next one needs: model, optimizer and torch's random numbers.

    The file is written under another name and renamed, so that whoever reads it finds the whole of it, or the one before.
    """
    if path is None:
        return
    draft = path.with_suffix(f'.{os.getpid()}.draft')
    with open(draft, 'wb') as target:
        torch.save({'epochs': epochs, 'model': model.state_dict(), 'optimizer': optimizer.state_dict(),
                    'random': torch.get_rng_state()}, target)
        target.flush()
        os.fsync(target.fileno())
    os.replace(draft, path)


def go_on(path, model, optimizer):
    """Take over what a run has kept, and return the results of its epochs: none if it has kept nothing."""
    if path is None or not path.exists():
        return []
    for draft in path.parent.glob(f'{path.stem}.*.draft'):
        draft.unlink()  # of a process that was stopped while it wrote
    kept = torch.load(path, weights_only=True, map_location='cpu')
    model.load_state_dict(kept['model'])
    optimizer.load_state_dict(kept['optimizer'])
    torch.set_rng_state(kept['random'])
    return kept['epochs']


if __name__ == '__main__':
    main()
