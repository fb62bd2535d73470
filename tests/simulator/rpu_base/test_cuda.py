"""Whether tiles can run on a GPU: torch must see one, and CuPy and numba-cuda must be there."""

import sys

import pytest
import torch

from aihwlab.simulator.rpu_base import cuda


@pytest.mark.parametrize('seen', [False, True])
@pytest.mark.parametrize('installed', [(), ('cupy',), ('numba_cuda',), ('cupy', 'numba_cuda')])
def test_a_gpu_and_two_packages_are_needed(monkeypatch, seen, installed):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: seen)
    monkeypatch.setattr(cuda, 'find_spec', lambda name: object() if name in installed else None)
    assert cuda.is_compiled() is (seen and len(installed) == 2)


def test_asking_loads_no_cupy():
    cuda.is_compiled()
    assert 'cupy' not in sys.modules
