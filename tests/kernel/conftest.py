"""The small arrays of these tests are fastest on one thread; results are the same on any number.

Where Numba may not compile (NUMBA_DISABLE_JIT=1), the compiled backend is skipped.
"""

import pytest

from aihwlab.kernel.backend import numba_compiles


@pytest.fixture(autouse=True)
def one_thread():
    if numba_compiles():
        from aihwlab.kernel.compiled.threads import use_threads
        use_threads(1)


def pytest_collection_modifyitems(items):
    if numba_compiles():
        return
    for item in items:
        if 'compiled' in item.name:
            item.add_marker(pytest.mark.skip(reason='Numba may not compile'))
