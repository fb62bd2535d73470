"""How many threads compiled functions use."""

import threading

import numba

numba.config.THREADING_LAYER_PRIORITY = ['omp', 'tbb', 'workqueue']

PARALLEL_WORK = 60_000
"""Least work (about ns on one thread) that is shared among threads. Sharing takes 2 us when all cores are free, but when
other programs keep a core busy, threads wait for each other for milliseconds."""

_allowed = 1
_current = threading.local()


def use_threads(count):
    """Let compiled functions use up to `count` threads, as many as Numba has at most."""
    global _allowed
    _allowed = max(1, min(count, numba.config.NUMBA_NUM_THREADS))


def share(work):
    """Choose the number of threads of the calls that follow by their work, in ns on one thread."""
    count = _allowed if work >= PARALLEL_WORK else 1
    if getattr(_current, 'count', None) != count:  # Numba takes 20 us to set what it keeps for each calling thread
        numba.set_num_threads(count)
        _current.count = count
