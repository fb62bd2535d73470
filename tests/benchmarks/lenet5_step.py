"""Time of one training step of LeNet5 on analog tiles against the digital network, side by side.

    python tests/benchmarks/lenet5_step.py [--batch 8] [--threads 2] [--preset ReRamSBPreset] [--rounds 30]
                                            [--network single_layer]

All networks take turns in short rounds, so that a busy machine slows them alike; printed are medians over the rounds and their
ratio to the digital network. aihwkit joins if it can be imported, once as installed and once with OPENBLAS_NUM_THREADS=1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from importlib.util import find_spec

from measuring import Row, clock_of

STEPS = 10
WARM_UP = 20
TUNED = 'aihwkit, one BLAS thread'
PACKAGES = {'digital torch': 'torch', 'aihwlab': 'aihwlab', 'aihwkit': 'aihwkit', TUNED: 'aihwkit'}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--batch', type=int, default=8)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--preset', default='ReRamSBPreset')
    parser.add_argument('--rounds', type=int, default=30)
    parser.add_argument('--network', choices=['lenet5', 'single_layer'], default='lenet5')
    parser.add_argument('--worker', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return work(arguments)
    medians = race(arguments.batch, arguments.threads, arguments.rounds, arguments.preset, arguments.network)
    floor = medians['digital torch'][0]
    print(f'{arguments.network}, {arguments.preset}, batch {arguments.batch}, {arguments.threads} threads, '
          f'medians of {arguments.rounds} rounds of {STEPS} steps')
    print(f'{"":24}{"step ms":>9}{"forward":>9}{"backward":>9}{"update":>9}{"/ digital":>11}')
    for name, values in medians.items():
        print(f'{name:24}' + ''.join(f'{1e3 * value:9.2f}' for value in values) + f'{values[0] / floor:11.2f}')


def rows(rounds):
    """Measure steps of several batch sizes on one thread and on two."""
    for threads in (1, 2):
        for batch in (1, 8, 64, 256):
            times = {name: values[0] for name, values in race(batch, threads, rounds).items()}
            yield Row('LeNet5, training step', f'{threads} thread{"s" * (threads > 1)}', ('batch', batch),
                      times.pop('aihwlab'), 's', times)
        times = {name: values[3] for name, values in race(64, threads, rounds, network='single_layer').items()}
        yield Row('layer 512 x 128, update with dense gradients', f'batch 64, {threads} thread{"s" * (threads > 1)}', None,
                  times.pop('aihwlab'), 's', times)


def race(batch, threads, rounds, preset='ReRamSBPreset', network='lenet5'):
    """Return the median times in s of each network that can run here: [step, forward, backward, update]."""
    workers = {name: start(name, batch, threads, preset, network) for name, package in PACKAGES.items() if find_spec(package)}
    times = {name: [] for name in workers}
    for _ in range(rounds):
        for name, worker in workers.items():
            worker.stdin.write('\n')
            worker.stdin.flush()
            times[name].append(json.loads(worker.stdout.readline()))
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()
    return {name: [statistics.median(column) for column in zip(*values)] for name, values in times.items()}


def start(name, batch, threads, preset, network):
    """Start a process that trains one network, a round for every line it reads."""
    environment = {**os.environ, 'OPENBLAS_NUM_THREADS': '1'} if name == TUNED else None
    command = [sys.executable, __file__, '--worker', PACKAGES[name], '--batch', str(batch), '--threads', str(threads),
               '--preset', preset, '--network', network]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def work(arguments):
    """Train one network; print [step, forward, backward, update] in seconds, medians of a round."""
    import networks
    import torch
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model, optimizer = networks.network_and_optimizer(arguments.worker, arguments.preset,
                                                      network=getattr(networks, arguments.network))
    if arguments.network == 'lenet5':
        inputs, targets = networks.images_like_mnist(16, arguments.batch), torch.randint(10, (16, arguments.batch))
        loss_function = torch.nn.CrossEntropyLoss()
    else:  # the targets are the gradients
        inputs, targets = 2 * torch.rand(16, arguments.batch, 512) - 1, 0.01 * torch.randn(16, arguments.batch, 128)

        def loss_function(outputs, gradients):
            return (outputs * gradients).sum()
    clock, number = clock_of(arguments.threads), 0

    def step():
        nonlocal number
        number += 1
        moments = [clock()]
        optimizer.zero_grad()
        loss = loss_function(model(inputs[number % 16]), targets[number % 16])
        moments.append(clock())
        loss.backward()
        moments.append(clock())
        optimizer.step()
        moments.append(clock())
        return [moments[3] - moments[0]] + [later - earlier for earlier, later in zip(moments, moments[1:])]

    for _ in range(WARM_UP):
        step()
    for _ in sys.stdin:
        step()
        times = [step() for _ in range(STEPS)]
        print(json.dumps([statistics.median(column) for column in zip(*times)]), flush=True)


if __name__ == '__main__':
    main()
