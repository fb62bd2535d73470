"""Which version of the kernel's functions runs: the NumPy reference, or the one compiled by Numba.

The arrays decide: NumPy arrays take the compiled functions if Numba is installed, CuPy arrays the reference, which is
written for both libraries. Both versions draw the same random numbers and agree up to float rounding. Where Numba must not
compile (NUMBA_DISABLE_JIT=1, to step through the kernel with a debugger), the reference runs instead.
"""

from functools import lru_cache
from importlib.util import find_spec

import numpy as np


def is_compiled(array, backend=None):
    """Return whether compiled functions work on this array.

    Args:
        array: a NumPy or CuPy array.
        backend: 'reference' or 'compiled' to ask for one of them.

    Raises:
        ValueError: for an unknown backend.
        ImportError: if 'compiled' is asked for and Numba is not installed.
    """
    if backend not in (None, 'reference', 'compiled'):
        raise ValueError(f"backend = {backend!r}: choose 'reference', 'compiled' or None")
    if backend == 'reference' or not isinstance(array, np.ndarray):
        return False
    return backend == 'compiled' or numba_compiles()


@lru_cache(maxsize=1)
def numba_compiles():
    """Return whether Numba is there and may compile (there is none, for example, in a browser)."""
    if find_spec('numba') is None:
        return False
    from numba import config
    return not config.DISABLE_JIT
