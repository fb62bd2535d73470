"""Processes that are killed at any moment of a download, a save or a sweep: the next one finds all or nothing, and goes on."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np
import pytest

from aihwlab.datasets import load_mnist, mnist_download, mnist_files
from aihwlab.datasets.mnist_files import FILES, raw_folder
from aihwlab.lessons.record import Record

ROOT = Path(__file__).parents[2]
KILLS = 12
can_fork = pytest.mark.skipif('fork' not in multiprocessing.get_all_start_methods(), reason='processes cannot be forked')

SWEEP = '''
import json, os, sys
from pathlib import Path
import torch
from aihwlab.simulator.presets import ReRamSBPreset
from tests.networks import all_weights, analog_sgd, small_network, train
torch.set_num_threads(1)
folder = Path(sys.argv[1])
print('begun', flush=True)
for seed in (1, 2):
    torch.manual_seed(seed)
    model = small_network(ReRamSBPreset())
    optimizer = analog_sgd(model)
    path, first = folder / f'{seed}.pt', 0
    if path.exists():
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state['model'])
        optimizer.load_state_dict(state['optimizer'])
        first = state['step']
    for step in range(first, 40):
        train(model, optimizer, 1)
        torch.save({'model': model.state_dict(), 'optimizer': optimizer.state_dict(), 'step': step + 1}, folder / 'draft')
        os.replace(folder / 'draft', path)  # in one step, so that a kill leaves the one before
    print(json.dumps(all_weights(model).tolist()), flush=True)
'''


def kill(function, seconds, *arguments):
    """Call a function in a process of its own, and kill that some time later, unless it has ended before."""
    process = multiprocessing.get_context('fork').Process(target=function, args=arguments)
    process.start()
    time.sleep(seconds)
    process.kill()
    process.join()


@pytest.fixture
def slow_server(monkeypatch):
    """A server that has a small set in the form of MNIST, and takes its time, as moving files does."""
    contents = {file.name: file._replace(shape=(40, *file.shape[1:])).header + bytes(40 * int(np.prod(file.shape[1:])))
                for file in FILES}
    small = tuple(file._replace(shape=(40, *file.shape[1:]), checksum=sha256(contents[file.name]).hexdigest())
                  for file in FILES)

    class Downloads(mnist_download.torchvision.datasets.MNIST):
        def __init__(self, root, download):
            raw_folder(root).mkdir(parents=True)
            for name, content in contents.items():
                with open(raw_folder(root) / name, 'wb') as target:
                    for start in range(0, len(content), 4000):
                        target.write(content[start:start + 4000])
                        target.flush()
                        time.sleep(0.001)

    def replace(*paths, replace=os.replace):
        time.sleep(0.005)
        replace(*paths)

    for module in (mnist_files, mnist_download):
        monkeypatch.setattr(module, 'FILES', small)
    monkeypatch.setattr(mnist_download, 'answers', lambda url, seconds: True)
    monkeypatch.setattr(mnist_download.torchvision.datasets, 'MNIST', Downloads)
    monkeypatch.setattr(mnist_download.os, 'replace', replace)


@can_fork
def test_a_killed_download_leaves_all_files_or_none_and_the_next_one_succeeds(tmp_path, slow_server):
    random = Random(1)
    for number in range(KILLS):
        folder = tmp_path / str(number)
        kill(load_mnist, random.uniform(0, 0.15), folder, 'full')
        kept = len(list(raw_folder(folder).iterdir())) if raw_folder(folder).exists() else 0
        assert kept in (0, 4)
        for path in folder.rglob('*'):
            os.utime(path, (0, 0))  # long ago: nobody is still at it
        assert len(load_mnist(folder, 'full')[0]) == 40
        assert [path.name for path in folder.iterdir()] == ['MNIST']


def answer_on_and_on(folder):
    record = Record(folder / 'progress.json')
    for number in range(200_000):
        record.put(f'task {number % 50}', {'kind': 'quiz', 'attempts': number, 'last': 'x' * 1000})


@can_fork
def test_a_killed_save_leaves_the_answers_of_before(tmp_path):
    random, path = Random(2), tmp_path / 'progress.json'
    for _ in range(KILLS):
        kill(answer_on_and_on, random.uniform(0, 0.2), tmp_path)
        if path.exists():
            tasks = json.loads(path.read_text(encoding='utf-8'))['tasks']
            assert all(len(task['last']) == 1000 for task in tasks.values())
    assert path.exists() and not list(tmp_path.glob('*damaged*'))


def sweep(folder):
    """Start a sweep on a folder, and wait until it has begun."""
    process = subprocess.Popen([sys.executable, '-c', SWEEP, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout.readline() == 'begun\n'
    return process


def swept(folder):
    """Return the weights that a sweep prints which runs to its end."""
    process = sweep(folder)
    printed, _ = process.communicate()
    assert process.returncode == 0
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.slow
def test_a_killed_sweep_goes_on_with_the_same_bits(tmp_path):
    whole, broken, random = tmp_path / 'whole', tmp_path / 'broken', Random(3)
    whole.mkdir()
    broken.mkdir()
    for _ in range(3):
        process = sweep(broken)
        time.sleep(random.uniform(0.1, 1.0))
        process.kill()
        process.communicate()
    np.testing.assert_array_equal(swept(broken), swept(whole))


def benchmark(folder):
    """Start two epochs of the benchmark on the bundled images, which are kept in a folder."""
    return subprocess.Popen([sys.executable, ROOT / 'tests' / 'benchmarks' / 'mnist_accuracy.py', '--source', 'bundled',
                             '--keep', folder, '--presets', 'IdealizedPreset', '--epochs', '2', '--batch', '500'],
                            stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, 'OMP_NUM_THREADS': '1'})


def results(folder):
    """Return the lines about epochs that the benchmark prints if it runs to its end."""
    process = benchmark(folder)
    printed, _ = process.communicate()
    assert process.returncode == 0
    return [line for line in printed.splitlines() if 'accuracy' in line]


@pytest.mark.slow
def test_a_killed_benchmark_goes_on_with_the_same_numbers(tmp_path):
    """It does not repeat the first epoch, whose time is the same; whatever a process that was killed has left."""
    broken, whole = tmp_path / 'broken', results(tmp_path / 'whole')
    process = benchmark(broken)
    first = next(line for line in process.stdout if 'accuracy' in line).rstrip()
    process.kill()
    process.communicate()
    kept, = broken.glob('*.pt')
    kept.with_suffix('.1.draft').write_bytes(kept.read_bytes()[:1000])
    continued = results(broken)
    assert continued[0] == first and len(continued) == 2
    assert [line.rpartition('%')[0] for line in continued] == [line.rpartition('%')[0] for line in whole]
    assert [path.suffix for path in broken.iterdir()] == ['.pt']
