"""Test accuracy of the main job's program on the full MNIST, and the time an epoch takes.

    python tests/benchmarks/mnist_accuracy.py [--root FOLDER] [--presets ReRamSBPreset ...] [--epochs 1] [--seeds 1 2 3]

LeNet5, batch size 8, learning rate 0.01, as in `notebooks/04_lenet5_training.ipynb`.
"""

import argparse
import time

import torch
from networks import network_and_optimizer, train_step
from torch.utils.data import DataLoader

from aihwlab.datasets import load_mnist
from aihwlab.simulator.rpu_base import cuda

PRESETS = ['ReRamSBPreset', 'ReRamESPreset', 'CapacitorPreset', 'EcRamPreset', 'IdealizedPreset', 'GokmenVlasovPreset']


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--root', help='folder with the full data set, as for aihwlab.datasets.load_mnist')
    parser.add_argument('--presets', nargs='+', default=PRESETS)
    parser.add_argument('--epochs', type=int, default=1)
    parser.add_argument('--seeds', type=int, nargs='+', default=[1])
    parser.add_argument('--lr', type=float, default=0.01)
    parser.add_argument('--batch', type=int, default=8)
    arguments = parser.parse_args()
    device = torch.device('cuda' if cuda.is_compiled() else 'cpu')
    train, test = load_mnist(arguments.root, source='full')
    for name in arguments.presets:
        for seed in arguments.seeds:
            run(name, seed, train, test, device, arguments)


def run(name, seed, train, test, device, arguments):
    """Train one network and print loss, accuracy and time after each epoch."""
    torch.manual_seed(seed)
    loader = DataLoader(train, batch_size=arguments.batch, shuffle=True)
    model, optimizer = network_and_optimizer('aihwlab', name, arguments.lr, device)
    for epoch in range(1, arguments.epochs + 1):
        started, total = time.perf_counter(), 0.0
        model.train()
        for images, labels in loader:
            total += train_step(model, optimizer, images.to(device), labels.to(device))
        seconds = time.perf_counter() - started
        print(f'{name:20} seed {seed}  epoch {epoch}  loss {total / len(loader):.3f}  '
              f'test accuracy {100 * accuracy(model, test, device):5.2f} %  {seconds:.1f} s', flush=True)


def accuracy(model, test, device):
    """Return the fraction of test images that the model recognises."""
    model.eval()
    with torch.no_grad():
        hits = sum((model(images.to(device)).argmax(dim=1) == labels.to(device)).sum().item()
                   for images, labels in DataLoader(test, batch_size=200))
    return hits / len(test)


if __name__ == '__main__':
    main()
