"""Machine instructions by other names do what NumPy does."""

import numpy as np
import pytest
from numba import njit

from aihwlab.kernel.compiled import bits
from tests.kernel.helpers import numbers

WORDS = np.array([1, 2, 3, 2 ** 63, 2 ** 64 - 1, 0xF0F0_0000_0000_0000], dtype=np.uint64)


def elementwise(function):
    """Return a compiled function that applies another one to each element of an array."""
    @njit
    def apply(values):
        return np.array([function(value) for value in values])

    return apply


def test_the_bits_of_a_float_and_back():
    values = np.array([0.0, -0.0, 1.5, -np.inf, np.nan, 1e-40], dtype=np.float32)
    found = elementwise(bits.float_bits)(values)
    assert found.dtype == np.uint32 and (found == values.view(np.uint32)).all()
    assert (elementwise(bits.bits_float)(found).view(np.uint32) == found).all()


def test_rounding_is_half_to_even():
    values = np.concatenate([np.arange(-3, 3.5, 0.5), 100 * numbers(1, 200), [1e9, -0.2]]).astype(np.float32)
    assert (elementwise(bits.nearest_integer)(values) == np.rint(values)).all()


def test_the_lowest_bit_and_the_number_of_bits_of_a_word():
    texts = [f'{int(word):064b}' for word in WORDS]
    assert (elementwise(bits.lowest_bit)(WORDS) == [text[::-1].index('1') for text in texts]).all()
    assert (elementwise(bits.count_bits)(WORDS) == [text.count('1') for text in texts]).all()


@pytest.mark.parametrize('start', [0, 3])
def test_64_comparisons_make_a_word(start):
    rng = np.random.default_rng(1)
    drawn = rng.integers(2 ** 32, size=64, dtype=np.uint32)
    threshold = rng.integers(-1, 2 ** 31, size=70, dtype=np.int32)
    threshold[start:start + 3] = drawn[:3] >> 1  # equal counts as below
    word = njit(lambda drawn, threshold, start: bits.compare_64(drawn, threshold, start))(drawn, threshold, np.uint64(start))
    expected = (drawn >> 1).astype(np.int64) <= threshold[start:start + 64]
    assert as_bits(word) == expected.tolist() and expected[:3].all()


def test_64_signs_make_a_word():
    values = np.concatenate([[0.0, -0.0], numbers(1, 70)]).astype(np.float32)
    word = njit(lambda values, start: bits.signs_64(values, start))(values, np.uint64(1))
    assert as_bits(word) == np.signbit(values[1:65]).tolist()


def as_bits(word):
    return [bool(int(word) >> place & 1) for place in range(64)]
