"""How many threads compiled functions use, and what becomes of them in a forked process."""

import os
import threading
from ctypes import CFUNCTYPE, c_int

import numba

from aihwlab.kernel.compiled import tasks

numba.config.THREADING_LAYER_PRIORITY = ['omp', 'tbb', 'workqueue']

PARALLEL_WORK = 60_000
"""Least work (about ns on one thread) that is shared among threads. Sharing takes 2 us when all cores are free, but when
other programs keep a core busy, threads wait for each other for milliseconds."""

_most = numba.config.NUMBA_NUM_THREADS
_allowed = 1
_started = False
_current = threading.local()


def use_threads(count: int) -> bool:
    """Let compiled functions use up to `count` threads, as many as Numba has at most.

    Returns:
        Whether this has started Numba's threads, which changes the number of threads of others who use OpenMP.
    """
    global _allowed, _started
    _allowed = max(1, min(count, _most))
    if _started:
        return False
    tasks.start()
    _started = True
    return True


def are_many() -> bool:
    """Return whether compiled functions may use more than one thread."""
    return _allowed > 1


def share(work: float) -> None:
    """Choose the number of threads of the calls that follow by their work, in ns on one thread."""
    if not _started:
        use_threads(_allowed)
    count = _allowed if work >= PARALLEL_WORK else 1
    if getattr(_current, 'count', None) != count:  # Numba takes 20 us to set what it keeps for each calling thread
        numba.set_num_threads(count)
        _current.count = count


def _go_on_alone() -> None:
    """Let a forked process compute on one thread: GNU's OpenMP has lost the others, and Numba ends who goes on with them."""
    global _most, _allowed
    if _started and numba.threading_layer() == 'omp':
        from numba.np.ufunc import omppool  # type: ignore[attr-defined]
        CFUNCTYPE(None, c_int)(omppool.launch_threads)(1)
        _most = _allowed = 1


if hasattr(os, 'register_at_fork'):
    os.register_at_fork(after_in_child=_go_on_alone)
