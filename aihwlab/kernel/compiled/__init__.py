"""Compiled versions of the kernel's hot functions, for NumPy arrays and Numba.

Each function has the name and arguments of its NumPy reference and draws the same random numbers. What differs is the
order of the work: one pass over memory where the reference makes several, on several threads. The bits of a result do not
depend on the number of threads.

Loops count with unsigned integers and read flat arrays: an index that might be negative, and an array with strides, keep
the compiler from using vector instructions.
"""

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.threads import share, use_threads

__all__ = ['jit', 'share', 'use_threads']
