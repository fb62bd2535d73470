"""Arrays for compiled functions. Numba compiles `np.empty` anew for every kind of integer that says how much, 40 ms each."""

import numpy as np

from aihwlab.kernel.compiled.compiling import jit


@jit(inline=True)
def floats(count):
    """Return an array of float32 numbers, as they happen to be."""
    return _room(np.int64(count), np.float32)


@jit(inline=True)
def zeros(count):
    """Return an array of float32 zeros."""
    array = floats(count)
    for i in range(np.uint64(len(array))):
        array[i] = np.float32(0)
    return array


@jit(inline=True)
def integers(count):
    """Return an array of int64 zeros."""
    return _zeros(np.int64(count), np.int64)


@jit(inline=True)
def words_of_64(count):
    """Return an array of uint64 numbers, as they happen to be."""
    return _room(np.int64(count), np.uint64)


@jit(inline=True)
def words_of_32(count):
    """Return an array of uint32 zeros."""
    return _zeros(np.int64(count), np.uint32)


@jit(inline=True)
def words_of_16(count):
    """Return an array of uint16 numbers, as they happen to be."""
    return _room(np.int64(count), np.uint16)


@jit(inline=True)
def total(numbers):
    """Return the sum of an array of integers, in a tenth of the time to compile that `numbers.sum()` takes."""
    together = 0
    for number in numbers:
        together += number
    return together


@jit(inner=True)
def _room(count, dtype):
    return np.empty(count, dtype)


@jit(inner=True)
def _zeros(count, dtype):
    return np.zeros(count, dtype)
