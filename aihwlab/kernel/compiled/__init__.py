"""Compiled versions of the kernel's hot functions, for NumPy arrays and Numba.

Each function has the name and arguments of its NumPy reference and draws the same random numbers. What differs is the
order of the work: one pass over memory where the reference makes several, on several threads. The bits of a result do not
depend on the number of threads.
"""

import numba

numba.config.THREADING_LAYER_PRIORITY = ['omp', 'tbb', 'workqueue']


def use_threads(count):
    """Let compiled functions use `count` threads, or as many as Numba has if that is fewer."""
    numba.set_num_threads(max(1, min(count, numba.config.NUMBA_NUM_THREADS)))
