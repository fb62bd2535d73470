"""The small arrays of these tests are fastest on one thread; results are the same on any number."""

import pytest

from aihwlab.kernel.compiled import use_threads


@pytest.fixture(autouse=True)
def one_thread():
    use_threads(1)
