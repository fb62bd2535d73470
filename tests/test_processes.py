"""Training in other processes, without a compiler's cache, and for other processors: no crash, no hang, the same numbers."""

import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import aihwlab

pytestmark = pytest.mark.slow

PACKAGE = Path(aihwlab.__file__).parent
TIME_LIMIT = 300
TRAINING = '''
import sys
import numpy as np
import torch
from torch import nn
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.presets import ReRamSBPreset

def train(threads):
    """Train a convolution and a linear layer; return their weights and the last noisy output."""
    torch.set_num_threads(threads)
    torch.manual_seed(5)
    model = AnalogSequential(AnalogConv2d(1, 4, 3, rpu_config=ReRamSBPreset()), nn.Tanh(), nn.Flatten(),
                             AnalogLinear(256, 32, rpu_config=ReRamSBPreset()))
    optimizer = AnalogSGD(model.parameters(), lr=0.05)
    optimizer.regroup_param_groups(model)
    images = torch.rand(16, 1, 10, 10)
    for _ in range(4):
        optimizer.zero_grad()
        output = model(images)
        output.square().mean().backward()
        optimizer.step()
    weights = [part.flatten() for tile in model.analog_tiles() for part in tile.get_weights() if part is not None]
    return torch.cat([*weights, output.detach().flatten()]).numpy()

if __name__ == '__main__':
    np.save(sys.argv[2], train(int(sys.argv[1])))
'''
LOADING = '''
import sys
import torch
from torch.utils.data import DataLoader, Dataset
from aihwlab.nn import AnalogLinear
from training import train

class Vectors(Dataset):
    """Sums of vectors that come out of an analog layer."""

    def __init__(self):
        torch.manual_seed(1)
        self.layer = AnalogLinear(200, 200)

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return self.layer(torch.ones(64, 200)).detach().sum()

if __name__ == '__main__':
    train(2)
    for batch in DataLoader(Vectors(), num_workers=2, multiprocessing_context=sys.argv[1]):
        train(2)
        print(batch.item())
'''


def run(folder, *arguments, **environment):
    """Run a program of the folder; return what it prints."""
    variables = {**os.environ, 'PYTHONPATH': str(PACKAGE.parent), **environment}
    program = subprocess.run([sys.executable, *map(str, arguments)], cwd=folder, env=variables, capture_output=True, text=True,
                             timeout=TIME_LIMIT)
    assert program.returncode == 0, program.stderr
    return program.stdout


def trained(folder, threads=1, **environment):
    """Return the numbers of a training run in a process with these environment variables."""
    path = folder / f'trained{len(list(folder.iterdir()))}.npy'
    run(folder, 'training.py', threads, path, **environment)
    return np.load(path)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Return a folder with the two programs."""
    path = tmp_path_factory.mktemp('processes')
    (path / 'training.py').write_text(TRAINING)
    (path / 'loading.py').write_text(LOADING)
    return path


@pytest.fixture(scope='module')
def reference(folder):
    """Return the numbers of the training run by the NumPy reference, which runs where Numba must not compile."""
    return trained(folder, NUMBA_DISABLE_JIT='1')


def test_compiled_code_gives_the_numbers_of_the_reference_on_one_thread_and_on_two(folder, reference):
    """The cache that the variable asks for is impossible; another one, or none, is used instead."""
    for threads in (1, 2):
        np.testing.assert_allclose(trained(folder, threads, NUMBA_CACHE_DIR=os.devnull + '/cache'), reference, atol=1e-5)


def test_code_for_any_processor_without_a_place_for_a_cache_gives_the_same_numbers(folder, reference, tmp_path):
    """Compiling anew takes long, so the same process checks that no index leaves its array.

    A file where the folder of the cache would be stops even an administrator.
    """
    shutil.copytree(PACKAGE, tmp_path / 'aihwlab', ignore=shutil.ignore_patterns('__pycache__'))
    (tmp_path / 'aihwlab' / 'kernel' / 'compiled' / '__pycache__').touch()
    nowhere = dict.fromkeys(['HOME', 'XDG_CACHE_HOME', 'LOCALAPPDATA', 'IPYTHONDIR'], os.devnull)
    compiled = trained(folder, PYTHONPATH=str(tmp_path), NUMBA_CPU_NAME='generic', NUMBA_BOUNDSCHECK='1', **nowhere)
    np.testing.assert_allclose(compiled, reference, atol=1e-5)


def test_workers_of_a_data_loader_call_analog_layers_beside_a_training_loop(folder):
    methods = [method for method in ('fork', 'spawn') if method in multiprocessing.get_all_start_methods()]
    printed = [run(folder, 'loading.py', method) for method in methods]
    assert len(printed[0].split()) == 4 and len(set(printed)) == 1
