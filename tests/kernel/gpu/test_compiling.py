"""Functions of the processor, translated: products that are calls, names that stand for something else on a GPU."""

from typing import NamedTuple

import numpy as np
import pytest
from numba import cuda

from aihwlab.kernel.gpu import bits
from aihwlab.kernel.gpu.compiling import flat, kernel, launch, reader, translated
from tests.kernel.gpu.arrays import assert_same, library, on_gpu

FACTOR, ONE = np.float32(3), np.float32(1)


class Pair(NamedTuple):
    first: object
    second: object


def scaled(x: 'nothing', offset=ONE):  # noqa: F821 (annotations are not read)
    x *= FACTOR
    return x * x + offset


def test_products_become_calls(monkeypatch):
    factors = []
    monkeypatch.setattr(bits, 'product', lambda *both: factors.append(both) or both[0] * both[1])
    assert translated(scaled)(np.float32(2)) == 37 and factors == [(2, 3), (6, 6)]


def test_products_into_an_array_become_calls_as_well(monkeypatch):
    def double(values):
        values[0] *= 2

    monkeypatch.setattr(bits, 'product', lambda first, second: 10 * first * second)
    translated(double)(values := [3])
    assert values == [60]


def test_a_fused_product_would_be_another_number():
    """The square of 1 + 2^-12 ends with 2^-24, which has no room in float32, but in the sum that would be fused with it."""
    x = np.full(3, 1 + 2.0 ** -12, dtype=np.float32)
    out = on_gpu(np.zeros(3, np.float32))
    launch(_square_less, 3, on_gpu(x), out)
    assert_same(x * x - np.float32(1 + 2.0 ** -11), out)


@kernel
def _square_less(x, out):
    i = cuda.grid(1)
    if i < len(x):
        out[i] = x[i] * x[i] - np.float32(1 + 2.0 ** -11)


def test_functions_of_numpy_have_the_names_that_numba_knows(monkeypatch):
    def root(x):
        return np.sqrt(x) + np.maximum(x, x)

    monkeypatch.setitem(bits.FUNCTIONS, 'sqrt', lambda x: 100)
    assert translated(root)(4.0) == 104


def test_closures_and_given_names_are_known():
    offset = 5

    def moved(x):
        return x + offset + further  # noqa: F821

    assert translated(moved, further=7)(1) == 13


@pytest.mark.parametrize('function', [lambda x: x, eval('lambda x: x')])
def test_what_has_no_def_cannot_be_translated(function):
    with pytest.raises(TypeError, match='lambda'):
        translated(function)


def test_a_tuple_of_arrays_is_read_at_one_place():
    assert reader(Pair) is reader(Pair)
    out = on_gpu(np.zeros(2, np.float32))
    launch(kernel(_sum_of, at=reader(Pair)), 2, Pair(*(on_gpu(np.arange(2, dtype=np.float32)) for _ in range(2))), out)
    assert_same(np.array([0, 2], dtype=np.float32), out)


def _sum_of(pair, out):
    i = cuda.grid(1)
    if i < len(out):
        one = at(pair, i)  # noqa: F821
        out[i] = one.first + one.second


def test_nothing_is_launched_for_no_threads():
    launch(None, 0)


def test_a_flat_array_is_in_order():
    assert_same(np.array([0, 2, 1, 3]), flat(library().arange(4).reshape(2, 2).T))
