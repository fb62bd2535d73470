"""Compiled buffers are those of the reference, bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import buffers as reference
from aihwlab.kernel.buffers import Threshold
from aihwlab.kernel.compiled import buffers
from tests.kernel.helpers import numbers
from tests.kernel.strategies import few_examples, seeds

cases = dict(shape=st.tuples(st.integers(1, 9), st.integers(1, 9)), reads=st.integers(0, 40), first=st.integers(0, 8),
             columns=st.booleans(), seed=seeds)


def drawn(shape, reads, first, columns, seed):
    """Return reads of slices that take turns, and their numbers."""
    out_size, in_size = shape
    slices, lines = (in_size, out_size) if columns else (out_size, in_size)
    return numbers(seed, (reads, lines)), (first + np.arange(reads)) % slices


@given(size=st.sampled_from([0.1, 1.0]), longest=st.integers(1, 31), kept=st.sampled_from([0, 0.1, 1]), forgets=st.booleans(),
       cap=st.sampled_from([0, 0.5, np.inf]), **cases)
@few_examples
def test_steps_and_contents_are_equal(size, longest, kept, forgets, cap, columns, **case):
    reads, slices = drawn(columns=columns, **case)
    threshold = Threshold(*np.array([size, longest, kept], dtype=np.float32), forgets, np.float32(cap))
    contents = [0.3 * numbers(case['seed'] + 1, case['shape']) for _ in range(2)]
    steps = [stage.collect(buffer, reads, slices, columns, threshold)
             for stage, buffer in zip((reference, buffers), contents)]
    np.testing.assert_array_equal(*steps)
    np.testing.assert_array_equal(*contents)


@given(rate=st.sampled_from([0.1, 1.0]), **cases)
@few_examples
def test_references_and_means_are_equal(rate, columns, **case):
    (reads, slices), found = drawn(columns=columns, **case), []
    count = case['shape'][1 if columns else 0]
    switches = numbers(case['seed'] + 2, (len(reads),)) > 0.3
    for stage in (reference, buffers):
        mean, past = (numbers(case['seed'] + number, case['shape']) for number in (3, 4))
        switched = numbers(case['seed'] + 5, (count,)) > 0
        found.append([stage.subtract_reference(mean, past, reads, slices, columns, switched, switches, np.float32(rate)),
                      mean, past, switched])
    for one, other in zip(*found):
        np.testing.assert_array_equal(one, other)
