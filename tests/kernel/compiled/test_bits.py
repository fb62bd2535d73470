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
def test_64_comparisons_make_words(start):
    rng = np.random.default_rng(1)
    drawn, limits = (rng.integers(2 ** 16, size=70, dtype=np.uint16) for _ in range(2))
    limits[start:start + 3] = drawn[2:5]
    below = njit(lambda *arguments: bits.below_64(*arguments))(drawn, np.uint64(2), limits, np.uint64(start))
    equal = njit(lambda *arguments: bits.equal_64(*arguments))(drawn, np.uint64(2), limits, np.uint64(start))
    assert as_bits(below) == (drawn[2:66] < limits[start:start + 64]).tolist()
    assert as_bits(equal) == (drawn[2:66] == limits[start:start + 64]).tolist() and as_bits(equal)[:3] == [True] * 3


def test_64_signs_make_a_word():
    values = np.concatenate([[0.0, -0.0], numbers(1, 70)]).astype(np.float32)
    word = njit(lambda values, start: bits.signs_64(values, start))(values, np.uint64(1))
    assert as_bits(word) == np.signbit(values[1:65]).tolist()


def as_bits(word):
    return [bool(int(word) >> place & 1) for place in range(64)]
