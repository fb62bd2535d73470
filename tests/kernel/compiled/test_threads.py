"""Threads of compiled functions: as many as allowed for much work, one for little, and none left over after a fork."""

import os
import subprocess
import sys

import numba
import pytest

from aihwlab.kernel.compiled.threads import PARALLEL_WORK, share, use_threads

MOST = numba.config.NUMBA_NUM_THREADS
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


@pytest.mark.parametrize('allowed, used', [(1, 1), (2, min(2, MOST)), (10_000, MOST), (0, 1)])
def test_work_is_shared_among_as_many_threads_as_allowed_and_there(allowed, used):
    use_threads(allowed)
    share(PARALLEL_WORK)
    assert numba.get_num_threads() == used
    share(PARALLEL_WORK - 1)
    assert numba.get_num_threads() == 1


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, 'fork'), reason='processes are not forked on this system')
def test_a_forked_process_goes_on_with_the_same_numbers(tmp_path):
    command = [sys.executable, '-c', FORKED, tmp_path / 'child.npy']
    program = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert program.returncode == 0, program.stderr
