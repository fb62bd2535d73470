"""Stages for a GPU are tested on one, or in Numba's simulator (NUMBA_ENABLE_CUDASIM=1, `tests/kernel/test_gpu.py`)."""

import pytest

from tests.kernel.gpu.arrays import IS_SIMULATED, there_is_a_gpu

collect_ignore_glob = [] if IS_SIMULATED or there_is_a_gpu() else ['test_*.py']


def pytest_collection_modifyitems(items):
    if not IS_SIMULATED:
        for item in items:
            if 'kernel/gpu/' in item.path.as_posix():
                item.add_marker(pytest.mark.gpu)
