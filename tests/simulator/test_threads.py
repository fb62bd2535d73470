"""The number of threads that a user has set for torch holds for the kernel and stays what it is."""

import os
import subprocess
import sys

import pytest

PROGRAM = '''
import torch
torch.set_num_threads({count})
from aihwlab.nn import AnalogLinear
layer = AnalogLinear(4, 3)
layer(torch.ones(2, 4)).sum().backward()
print(torch.get_num_threads())
'''


def test_numba_leaves_the_number_of_threads_of_torch_alone():
    for count in (1, 2):
        program = subprocess.run([sys.executable, '-c', PROGRAM.format(count=count)], capture_output=True, text=True)
        assert program.stdout.strip() == str(count), program.stderr


FORKED = '''
import os
import sys
import numpy as np
import torch
from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD

layer = AnalogLinear(200, 200)
optimizer = AnalogSGD(layer.parameters(), lr=0.1)
vectors = torch.rand(64, 200)

def step():
    optimizer.zero_grad()
    layer(vectors).square().sum().backward()
    optimizer.step()
    return layer.get_weights()[0]

step()
child = os.fork()
if child == 0:
    torch.set_num_threads(1)
    np.save(sys.argv[1], step())
    os._exit(0)
status = os.waitpid(child, 0)[1]
assert status == 0, f'the child ended with status {status}'
assert np.array_equal(np.load(sys.argv[1]), step())
'''


@pytest.mark.skipif(not hasattr(os, 'fork'), reason='processes are not forked on this system')
def test_a_forked_process_goes_on_with_the_same_numbers(tmp_path):
    command = [sys.executable, '-c', FORKED, tmp_path / 'child.npy']
    program = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert program.returncode == 0, program.stderr
