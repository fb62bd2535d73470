"""How long a fresh process takes until its first training step is done: compiled code cached, and not."""

import statistics
import sys
import tempfile
import time

from measuring import Row, in_child


def rows(rounds):
    """Measure several processes in turns; compile once, because that takes long."""
    times = {package: [] for package in ('aihwlab', 'torch')}
    in_child(__file__, 'aihwlab', time.time())
    for _ in range(rounds):
        for package, values in times.items():
            values.append(in_child(__file__, package, time.time()))
    medians = {package: [statistics.median(part) for part in zip(*values)] for package, values in times.items()}
    with tempfile.TemporaryDirectory() as folder:
        cold = in_child(__file__, 'aihwlab', time.time(), NUMBA_CACHE_DIR=folder)
    for part, what in enumerate(('process start to first step', 'first step alone')):
        for case, value in (('cached', medians['aihwlab'][part]), ('cold', cold[part])):
            yield Row(f'LeNet5, {what}', case, None, value, 's', {'digital torch': medians['torch'][part]})


def first_step(package, started):
    """Return the time in s from the start of the process, and from the start of the first step, to its end."""
    import torch
    from networks import network_and_optimizer, train_step
    model, optimizer = network_and_optimizer(package)
    images, labels = torch.rand(8, 1, 28, 28), torch.randint(10, (8,))
    begun = time.time()
    train_step(model, optimizer, images, labels)
    return [time.time() - float(started), time.time() - begun]


if __name__ == '__main__':
    print(first_step(*sys.argv[1:]))
