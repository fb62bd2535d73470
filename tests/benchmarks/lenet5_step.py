"""Time of one training step of LeNet5 on analog tiles against the digital network, side by side.

    python tests/benchmarks/lenet5_step.py [--batch 8] [--threads 2] [--preset ReRamSBPreset] [--rounds 30]

All networks take turns in short rounds, so that a busy machine slows them alike; printed are medians over the rounds and their
ratio to the digital network. aihwkit joins if it can be imported, once as installed and once with OPENBLAS_NUM_THREADS=1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from importlib import import_module

STEPS = 10


def main():
    arguments = parse()
    if arguments.worker:
        return work(arguments)
    workers = {name: start(name, arguments) for name in contestants()}
    times = {name: [] for name in workers}
    for _ in range(arguments.rounds):
        for name, worker in workers.items():
            worker.stdin.write('\n')
            worker.stdin.flush()
            times[name].append(json.loads(worker.stdout.readline()))
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()
    medians = {name: [1e3 * statistics.median(column) for column in zip(*rounds)] for name, rounds in times.items()}
    floor = medians['digital torch'][0]
    print(f'LeNet5, {arguments.preset}, batch {arguments.batch}, {arguments.threads} threads, '
          f'medians of {arguments.rounds} rounds of {STEPS} steps')
    print(f'{"":24}{"step ms":>9}{"forward":>9}{"backward":>9}{"update":>9}{"/ digital":>11}')
    for name, values in medians.items():
        print(f'{name:24}' + ''.join(f'{value:9.2f}' for value in values) + f'{values[0] / floor:11.2f}')


def contestants():
    """Return the names of the networks that can run here."""
    names = ['digital torch', 'aihwlab']
    if subprocess.run([sys.executable, '-c', 'import aihwkit'], capture_output=True).returncode == 0:
        names += ['aihwkit', 'aihwkit, one BLAS thread']
    return names


def start(name, arguments):
    """Start a process that trains one network, a round for every line it reads."""
    environment = dict(os.environ)
    if name == 'aihwkit, one BLAS thread':
        environment['OPENBLAS_NUM_THREADS'] = '1'
    command = [sys.executable, __file__, '--worker', name, '--batch', str(arguments.batch), '--threads',
               str(arguments.threads), '--preset', arguments.preset]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def work(arguments):
    """Train one network; print [step, forward, backward, update] in seconds, medians of a round."""
    import torch
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model, optimizer = build(arguments.worker, arguments.preset)
    images, labels = torch.rand(64, arguments.batch, 1, 28, 28), torch.randint(10, (64, arguments.batch))
    loss_function = torch.nn.CrossEntropyLoss()
    number = 0

    def step():
        nonlocal number
        number += 1
        moments = [time.perf_counter()]
        optimizer.zero_grad()
        loss = loss_function(model(images[number % 64]), labels[number % 64])
        moments.append(time.perf_counter())
        loss.backward()
        moments.append(time.perf_counter())
        optimizer.step()
        moments.append(time.perf_counter())
        return [moments[3] - moments[0]] + [later - earlier for earlier, later in zip(moments, moments[1:])]

    for _ in range(20):
        step()
    for _ in sys.stdin:
        step()
        rounds = [step() for _ in range(STEPS)]
        print(json.dumps([statistics.median(column) for column in zip(*rounds)]), flush=True)


def build(name, preset):
    """Return model and optimizer of one contestant."""
    import torch
    from lenet5 import lenet5
    if name == 'digital torch':
        model = lenet5()
        return model, torch.optim.SGD(model.parameters(), lr=0.01)
    package = 'aihwlab' if name == 'aihwlab' else 'aihwkit'
    nn, optim, presets = (import_module(f'{package}.{part}') for part in ('nn', 'optim', 'simulator.presets'))
    config = getattr(presets, preset)()
    model = lenet5(nn.AnalogConv2d, nn.AnalogLinear, nn.AnalogSequential, rpu_config=config)
    optimizer = optim.AnalogSGD(model.parameters(), lr=0.01)
    optimizer.regroup_param_groups(model)
    return model, optimizer


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--batch', type=int, default=8)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--preset', default='ReRamSBPreset')
    parser.add_argument('--rounds', type=int, default=30)
    parser.add_argument('--worker', help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == '__main__':
    main()
