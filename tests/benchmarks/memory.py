"""Peak memory of a training run and of large tiles, each in a process of its own; and that training does not grow.

A process counts what it has at most at a time. Tiles report what they add to that, in bytes per device, for making them
and for one update; a digital layer with weights and gradients of the same size needs 8.
"""

import sys
from pathlib import Path

import torch
from linear_tile import square_tile
from measuring import Row, in_child
from networks import network_and_optimizer, train_step

from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import devices

NAMES = ['ConstantStep', 'SoftBoundsReference', 'PowStepReference', 'PiecewiseStep']
SIZE = 4096
MEGABYTE = 1e6
STEPS = 10_000


def rows(rounds):
    """Measure each once, with compiled code at hand: memory does not depend on what else the machine does."""
    in_child(__file__, 'train', 'aihwlab')
    peaks = {package: in_child(__file__, 'train', package) for package in ('aihwlab', 'torch')}
    yield Row('peak memory, LeNet5 training', 'batch 64, whole process', None, peaks['aihwlab'], 'MB',
              {'digital torch': peaks['torch']})
    for name in NAMES:
        yield Row(f'memory per device, {SIZE} x {SIZE}', name, None, in_child(__file__, 'tile', name), 'B',
                  {'weight and gradient': 8.0})
    before, after = in_child(__file__, 'grow', STEPS)
    yield Row('peak memory, small layer', f'after {STEPS:,} steps', None, after, 'MB', {'after 100': before})


def peak():
    """Return the most memory that this process has had, in bytes.

    Linux lets a child begin with the peak of its parent in `getrusage`, but not in /proc.
    """
    status = Path('/proc/self/status')
    if status.exists():
        return 1024 * int(status.read_text().split('VmHWM:')[1].split()[0])
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)


def train(package):
    """Return the peak in MB of a process that trains LeNet5."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer(package)
    for _ in range(30):
        train_step(model, optimizer, torch.rand(64, 1, 28, 28), torch.randint(10, (64,)))
    return peak() / MEGABYTE


def tile(name):
    """Return the bytes per device of making a tile and updating it once."""
    device = getattr(devices, f'{name}Device')
    x, d = torch.randn(1, SIZE), 0.01 * torch.randn(1, SIZE)
    square_tile(64, device()).update(x[:, :64], d[:, :64])
    before = peak()
    square_tile(SIZE, device()).update(x, d)
    return (peak() - before) / SIZE ** 2


def grow(steps):
    """Return the peaks in MB after 100 and after all steps of a small layer."""
    torch.manual_seed(1)
    layer = AnalogLinear(8, 4)
    optimizer = AnalogSGD(layer.parameters(), lr=0.1)
    x, peaks = torch.rand(4, 8), []
    for step in range(1, int(steps) + 1):
        optimizer.zero_grad()
        layer(x).square().sum().backward()
        optimizer.step()
        if step in (100, int(steps)):
            peaks.append(peak() / MEGABYTE)
    return peaks


if __name__ == '__main__':
    torch.set_num_threads(1)
    print({'train': train, 'tile': tile, 'grow': grow}[sys.argv[1]](sys.argv[2]))
