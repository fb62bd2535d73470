"""Rounds of vectors that lie side by side: the same with the kernel's product and with the library's."""

import numpy as np
import pytest

from aihwlab.kernel.compiled import row_rounds, stages
from aihwlab.kernel.crossbar import product
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Direction, Extras, Setup
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers


def first_round(weights, x, io, bias=None, seed=1):
    direction = Direction(io, draw_lines(io, weights.shape, Stream(seed, 0)))
    largest = np.empty(x.shape[::2], dtype=np.float32)
    setup, extras = Setup(weights, direction, stages, product), Extras(bias, None, largest)
    y, hit, alpha = stages.first_round(setup, x, Stream(seed, 2), extras)
    return y, np.zeros(x.shape[::2], dtype=bool) if hit is None else hit, alpha, largest


@pytest.mark.parametrize('batch', [1, 3, 4, 8, 21])
@pytest.mark.parametrize('turned', [False, True])
@pytest.mark.parametrize('bound', [0.5, 20.0])
def test_a_small_matrix_gives_the_numbers_of_the_librarys_product(monkeypatch, batch, turned, bound):
    weights = 0.1 * (numbers(1, (70, 45)).T if turned else numbers(1, (45, 70)))
    x, io = numbers(2, (batch, 70, 1)), IOParameters(out_res=-1, out_bound=bound)
    bias = numbers(3, (45,))
    here = first_round(weights, x, io, bias)
    monkeypatch.setattr(row_rounds, 'SMALL', 0)
    there = first_round(weights, x, io, bias)
    np.testing.assert_allclose(here[0], there[0], rtol=1e-4, atol=1e-4)
    assert all((one == other).all() for one, other in zip(here[1:], there[1:]))
    assert here[1].any() == (bound < 1)


@pytest.mark.parametrize('small', [0, row_rounds.SMALL])
def test_every_vector_is_on_its_own(monkeypatch, small):
    monkeypatch.setattr(row_rounds, 'SMALL', small)
    weights, io = 0.1 * numbers(1, (9, 20)), IOParameters(out_noise=0.0, out_res=-1)
    x = numbers(2, (13, 20, 1))
    together = first_round(weights, x, io)[0]
    for one in range(len(x)):
        np.testing.assert_allclose(together[one], first_round(weights, x[one:one + 1], io)[0][0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('small', [0, row_rounds.SMALL])
def test_no_vector_at_all_is_fine(monkeypatch, small):
    monkeypatch.setattr(row_rounds, 'SMALL', small)
    assert first_round(numbers(1, (9, 20)), np.empty((0, 20, 1), dtype=np.float32), IOParameters())[0].shape == (0, 9, 1)
