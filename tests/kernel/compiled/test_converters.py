"""Compiled converters give the numbers of the reference, whatever is selected, drawn and limited."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import converters as reference
from aihwlab.kernel.compiled import converters as compiled
from aihwlab.kernel.compiled.threads import use_threads
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.noise import Noise, Selection
from aihwlab.kernel.patches import gather
from aihwlab.kernel.random import Stream
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers
from tests.kernel.strategies import converters, few_examples, patches, seeds, sizes, vectors

SELECTION = Selection(np.array([3, 4, 11]), 5)
"""Three vectors of a call with five positions."""


def same_bits(first, second):
    assert first.dtype == second.dtype and first.shape == second.shape and (first == second).all()


@given(st.one_of(vectors(), patches()), converters(), seeds)
@few_examples
def test_voltages_are_the_same(x, io, seed):
    reduction = 0.1 + np.abs(numbers(seed, (x.shape[0], x.shape[2])))
    noise = Noise(Stream(seed, 2), series=1)
    same_bits(compiled.dac(x, reduction, io, noise), reference.dac(gather(x), reduction, io, noise))


@given(sizes, st.integers(1, 140), sizes, converters(), st.sampled_from([-1, 0.05]), st.booleans(), st.booleans(), seeds)
@few_examples
def test_outputs_are_the_same_and_so_is_who_hits_the_bound(batch, out, positions, io, out_res, sto_round, both_bounds, seed):
    io.out_res, io.out_sto_round, io.bm_test_negative_bound = out_res, sto_round, both_bounds
    current, factor = 20 * numbers(seed, (batch, out, positions)), np.abs(numbers(seed, (batch, positions)))
    arguments = current, factor, io, draw_lines(io, (out, 4), Stream(seed, 0)), Noise(Stream(seed, 2), series=1)
    for found, expected in zip(compiled.adc(*arguments), reference.adc(*arguments)):
        same_bits(found, expected)


@pytest.mark.parametrize('settings', [
    dict(inp_noise=0.1, out_noise=0.1), dict(inp_sto_round=True, out_sto_round=True, inp_noise=0.1, out_noise=0.1)])
def test_selected_vectors_have_the_noise_of_the_reference(settings):
    io, noise = IOParameters(**settings), Noise(Stream(1, 2), 4, SELECTION)
    x, ones = numbers(1, (3, 70, 1)), np.ones((3, 1), dtype=np.float32)
    same_bits(compiled.dac(x, ones, io, noise), reference.dac(x, ones, io, noise))
    lines = draw_lines(io, (70, 4), Stream(1, 0))
    same_bits(compiled.adc(x, ones, io, lines, noise)[0], reference.adc(x, ones, io, lines, noise)[0])


@pytest.mark.parametrize('silent', [False, True])
def test_scales_are_the_same(silent):
    alpha = np.abs(numbers(3, (6, 7)))
    assert (alpha == 0).any()
    for found, expected in zip(compiled.scales(alpha, 4.0, 1.5, silent), reference.scales(alpha, 4.0, 1.5, silent)):
        same_bits(found, expected)


def test_outputs_of_several_tasks_do_not_depend_on_the_number_of_threads():
    """Tasks of 4096 outputs end within a vector, and within a chunk of random numbers."""
    io, current = IOParameters(out_bound=1.0), 0.5 * numbers(1, (100, 333, 3))
    factor, lines = np.ones((100, 3), dtype=np.float32), draw_lines(io, (333, 4), Stream(1, 0))
    found = []
    for threads in (1, 2):
        use_threads(threads)
        found.append(compiled.adc(current, factor, io, lines, Noise(Stream(1, 2))))
    expected = reference.adc(current, factor, io, lines, Noise(Stream(1, 2)))
    for result in found:
        for part, other in zip(result, expected):
            same_bits(part, other)
