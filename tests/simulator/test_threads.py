"""The number of threads that a user has set for torch holds for the kernel and stays what it is."""

import subprocess
import sys

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
