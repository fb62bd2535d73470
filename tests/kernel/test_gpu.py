"""Stages for a GPU without one: their tests in Numba's simulator, and their machine code where numba-cuda is installed."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.kernel.helpers import needs_numba

ROOT = Path(__file__).parents[2]
MACHINE_CODE = ROOT / 'tests' / 'kernel' / 'gpu' / 'machine_code.py'
FUSED = {'ExpStepDevice', 'PowStepDevice'}
"""Laws with functions of Nvidia's library, inside of which products and sums are fused."""


def run(*arguments, **environment):
    """Run Python in a fresh process from the root of the clone."""
    finished = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT,
                              env={**os.environ, **environment})
    assert finished.returncode == 0, (finished.stdout + finished.stderr)[-3000:]
    return finished.stdout


@needs_numba
@pytest.mark.slow
@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < '2.0.0', reason='older NumPy makes floats of unsigned integers')
def test_all_tests_of_the_gpu_pass_in_the_simulator():
    printed = run('-m', 'pytest', '-q', '-n', '0', '-p', 'no:cacheprovider', 'tests/kernel/gpu', NUMBA_ENABLE_CUDASIM='1')
    passed = re.search(r'(\d+) passed', printed)
    assert passed and int(passed[1]) > 150


@pytest.mark.skipif(find_spec('numba_cuda') is None, reason='numba-cuda is not installed')
def test_products_are_not_fused_with_sums_in_the_machine_code():
    rows = [line.split() for line in run(MACHINE_CODE).splitlines()]
    assert len(rows) > 15
    assert {law for law, _, fused in rows if int(fused)} <= FUSED
