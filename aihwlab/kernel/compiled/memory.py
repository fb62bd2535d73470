"""Arrays for compiled functions. Numba compiles `np.empty` anew for every kind of integer that says how much, 40 ms each."""

import numpy as np

from aihwlab.kernel.compiled.compiling import jit


@jit(inline=True)
def floats(count):
    """Return an array of float32 numbers, as they happen to be."""
    return _floats(np.int64(count))


@jit(inline=True)
def zeros(count):
    """Return an array of float32 zeros."""
    array = _floats(np.int64(count))
    for i in range(np.uint64(len(array))):
        array[i] = np.float32(0)
    return array


@jit(inline=True)
def integers(count):
    """Return an array of int64 zeros."""
    return _integers(np.int64(count))


@jit(inline=True)
def words_of_64(count):
    """Return an array of uint64 numbers, as they happen to be."""
    return _words_of_64(np.int64(count))


@jit(inline=True)
def words_of_32(count):
    """Return an array of uint32 zeros."""
    return _words_of_32(np.int64(count))


@jit(inline=True)
def words_of_16(count):
    """Return an array of uint16 numbers, as they happen to be."""
    return _words_of_16(np.int64(count))


@jit(inline=True)
def total(numbers):
    """Return the sum of an array of integers, in a tenth of the time to compile that `numbers.sum()` takes."""
    together = 0
    for number in numbers:
        together += number
    return together


@jit(inner=True)
def _floats(count):
    return np.empty(count, dtype=np.float32)


@jit(inner=True)
def _integers(count):
    return np.zeros(count, dtype=np.int64)


@jit(inner=True)
def _words_of_64(count):
    return np.empty(count, dtype=np.uint64)


@jit(inner=True)
def _words_of_32(count):
    return np.zeros(count, dtype=np.uint32)


@jit(inner=True)
def _words_of_16(count):
    return np.empty(count, dtype=np.uint16)
