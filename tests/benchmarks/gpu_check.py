"""What a GPU does: the same numbers as a processor, and how fast; in a few minutes, on a machine that has one.

    python -m pip install '.[gpu]' pytest && python tests/benchmarks/gpu_check.py [--rounds 10] [--skip-tests]

It prints the card, runs the tests of all stages on it, and measures LeNet5 beside digital torch, and a large tile. aihwkit
joins if it can be imported and was built for CUDA. Without a GPU it says so, and ends with status 1.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from measuring import interleaved
from networks import images_like_mnist, network_and_optimizer
from torch.profiler import ProfilerActivity, profile

from aihwlab.kernel.tile import Tile
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.configs import ConstantStepDevice
from aihwlab.simulator.rpu_base import cuda
from aihwlab.simulator.tiles.exchange import to_torch_device

ROOT = Path(__file__).parents[2]
BATCHES = 64, 256
IMAGES = 60_000
SIZE = 4096
WAITS = ('cudaStreamSynchronize', 'cudaDeviceSynchronize', 'cuStreamSynchronize', 'cuCtxSynchronize')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=10)
    parser.add_argument('--skip-tests', action='store_true')
    arguments = parser.parse_args()
    if not cuda.is_compiled():
        missing = [name for name in cuda.NEEDED if find_spec(name) is None]
        sys.exit(f'nothing was checked: {"no GPU is there" if not torch.cuda.is_available() else "a GPU is there"}'
                 + (f', and {" and ".join(missing)} not installed' if missing else ''))
    device, started = torch.device('cuda'), time.perf_counter()
    card = torch.cuda.get_device_properties(device)
    print(f'{card.name}, {card.total_memory / 1e9:.0f} GB, compute capability {card.major}.{card.minor}')
    print(', '.join(f'{name} {version(name)}' for name in ('torch', 'numpy', 'numba', *cuda.NEEDED)), flush=True)
    failed = not arguments.skip_tests and same_numbers()
    for batch in BATCHES:
        print_steps(batch, device, arguments.rounds)
    print(f'LeNet5, epoch of {IMAGES} images at batch 64: {epoch(device):.2f} s, digital torch {epoch(device, "torch"):.2f} s')
    print_update(device, arguments.rounds)
    print(f'all of this took {time.perf_counter() - started:.0f} s')
    sys.exit(failed)


def version(name):
    """Return the version of a package."""
    return getattr(__import__(name), '__version__', '?')


def same_numbers():
    """Run the tests of the stages for a GPU, and of tiles on one; return whether some fail."""
    command = [sys.executable, '-m', 'pytest', '-q', '-o', 'addopts=', '-p', 'no:cacheprovider', 'tests/kernel/gpu',
               'tests/simulator/tiles/test_on_gpu.py']
    return bool(subprocess.run(command, cwd=ROOT).returncode)


def contestants():
    """Return the packages whose networks can run on the GPU."""
    packages = ['torch', 'aihwlab']
    if find_spec('aihwkit'):
        from aihwkit.simulator.rpu_base import cuda as cuda_of_aihwkit
        packages += ['aihwkit'] if cuda_of_aihwkit.is_compiled() else []
    return packages


def step_of(package, batch, device):
    """Return a function that trains LeNet5 of a package for one step, with images that are on the GPU already."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer(package, device=device)
    images, labels = images_like_mnist(8, batch).to(device), torch.randint(10, (8, batch), device=device)
    number = 0

    def step():
        nonlocal number
        number += 1
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(images[number % 8]), labels[number % 8]).backward()
        optimizer.step()
    return step


def finished(call, device):
    """Return a function that waits until the GPU has done what another one asks of it."""
    def wait():
        call()
        if device.type == 'cuda':
            torch.cuda.synchronize(device)
    return wait


def print_steps(batch, device, rounds):
    """Print the time of a training step of each package, and what one of ours asks of the GPU."""
    steps = {name: finished(step_of(name, batch, device), device) for name in contestants()}
    for step in steps.values():
        for _ in range(10):
            step()
    times = interleaved(steps, rounds, threads=torch.get_num_threads())
    print(f'LeNet5, training step at batch {batch}: '
          + ', '.join(f'{name} {1e3 * value:.2f} ms ({value / times["torch"]:.1f})' for name, value in times.items()))
    asked = asked_of_gpu(steps['aihwlab'])
    launches = sum(count for name, count in asked.items() if 'LaunchKernel' in name)
    print(f'    kernels launched in one of aihwlab {launches}, waits {sum(asked[name] for name in WAITS)}', flush=True)


def asked_of_gpu(step):
    """Return how often a step calls each function of CUDA."""
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as profiled:
        step()
    return Counter({event.key: event.count for event in profiled.key_averages()})


def epoch(device, package='aihwlab', images=IMAGES):
    """Return how long LeNet5 trains for with as many images as MNIST has, at batch 64, in s."""
    step = finished(step_of(package, 64, device), device)
    for _ in range(10):
        step()
    step, started = step_of(package, 64, device), time.perf_counter()
    for _ in range(-(-images // 64)):
        step()
    finished(lambda: None, device)()
    return time.perf_counter() - started


def print_update(device, rounds, size=SIZE):
    """Print the time of an update of a large tile, and how fast its weights are read and written, beside a copy."""
    tile = Tile((size, size), TileParameters(device=ConstantStepDevice()), seed=1)
    tile.map(lambda array: to_torch_device(array, device))
    rng, weights = np.random.default_rng(1), torch.zeros(size, size, device=device)
    x, d = (to_torch_device(rng.normal(size=(1, size, 1)).astype(np.float32), device) for _ in range(2))
    other = torch.empty_like(weights)
    calls = {'update': finished(lambda: tile.update(x, d, 0.01), device),
             'copy': finished(lambda: other.copy_(weights), device)}
    times = interleaved(calls, rounds, threads=torch.get_num_threads())
    rates = {name: 2 * weights.nbytes / value / 1e9 for name, value in times.items()}
    print(f'tile {size} x {size}, update by one vector: {1e3 * times["update"]:.2f} ms, weights read and written at '
          f'{rates["update"]:.0f} GB/s; a copy takes {1e3 * times["copy"]:.3f} ms, {rates["copy"]:.0f} GB/s '
          f'({rates["update"] / rates["copy"]:.2f})', flush=True)


if __name__ == '__main__':
    main()
