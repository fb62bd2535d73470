"""Machine instructions of a GPU: the same results as NumPy's."""

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled.bits import bits_float, count_bits, float_bits, lowest_bit, nearest_integer
from aihwlab.kernel.gpu.compiling import kernel, launch
from tests.kernel.gpu.arrays import assert_same, on_gpu

VALUES = np.array([0.0, -0.0, 0.5, 1.5, -2.5, 3.49, np.inf, -1e-40, 1e30], dtype=np.float32)
WORDS = np.array([1, 2, 3 << 40, 2 ** 63, 2 ** 64 - 1], dtype=np.uint64)


@kernel
def _of_floats(values, bits, again, nearest):
    i = cuda.grid(1)
    if i < len(values):
        bits[i] = float_bits(values[i])
        again[i], nearest[i] = bits_float(bits[i]), nearest_integer(values[i])


@kernel
def _of_words(words, lowest, count):
    i = cuda.grid(1)
    if i < len(words):
        lowest[i], count[i] = lowest_bit(words[i]), count_bits(words[i])


def test_the_bits_of_a_number_and_the_nearest_integer_half_to_even():
    bits, (again, nearest) = on_gpu(np.zeros(9, np.uint32)), (on_gpu(np.zeros(9, np.float32)) for _ in range(2))
    launch(_of_floats, 9, on_gpu(VALUES), bits, again, nearest)
    assert_same(VALUES.view(np.uint32), bits)
    assert_same(VALUES, again)
    assert_same(np.rint(VALUES), nearest)


def test_the_lowest_bit_and_the_number_of_bits():
    lowest, count = on_gpu(np.zeros(5, np.uint64)), on_gpu(np.zeros(5, np.uint64))
    launch(_of_words, 5, on_gpu(WORDS), lowest, count)
    assert_same(np.array([0, 1, 40, 63, 0], dtype=np.uint64), lowest)
    assert_same(np.array([1, 1, 2, 1, 64], dtype=np.uint64), count)
