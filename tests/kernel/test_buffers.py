"""Buffers: what leaves them and what stays is what was added."""

import numpy as np
import pytest

from aihwlab.kernel.buffers import Threshold, collect, subtract_reference
from tests.kernel.helpers import numbers

SHAPE = 3, 4
SLICES = np.arange(9) % 4
READS = numbers(1, (9, 3))


def threshold(size=0.5, longest=100, kept=0.0, forgets=False, cap=np.inf):
    """Return a threshold in the types of a kernel."""
    return Threshold(np.float32(size), np.float32(longest), np.float32(kept), forgets, np.float32(cap))


def added(reads=READS, slices=SLICES):
    """Return the sum of all reads of columns, [out, in]."""
    total = np.zeros(SHAPE, dtype=np.float32)
    np.add.at(total.T, slices, reads)
    return total


def test_nothing_is_lost_that_is_not_forgotten():
    buffer = np.zeros(SHAPE, dtype=np.float32)
    steps = collect(buffer, READS, SLICES, True, threshold())
    assert (steps == np.rint(steps)).all() and np.abs(steps).max() > 1 and np.abs(buffer).max() < 0.5
    np.testing.assert_allclose(buffer + 0.5 * added(steps), added(), atol=1e-5)


def test_a_buffer_that_forgets_keeps_what_makes_no_step():
    buffer = np.full(SHAPE, 0.2, dtype=np.float32)
    reads = np.array([[0.1, 0.4, -0.9]], dtype=np.float32)
    steps = collect(buffer, reads, SLICES[:1], True, threshold(forgets=True, kept=0.5))
    assert steps.tolist() == [[0, 1, -1]]
    np.testing.assert_allclose(buffer[:, 0], [0.3, 0.3, -0.35], rtol=1e-6)
    np.testing.assert_array_equal(buffer[:, 1:], np.float32(0.2))


def test_steps_have_a_limit_and_contents_a_cap():
    buffer = np.zeros(SHAPE, dtype=np.float32)
    steps = collect(buffer, np.array([[9, -9, 0.1]], dtype=np.float32), SLICES[:1], True, threshold(longest=2, cap=3))
    assert steps.tolist() == [[2, -2, 0]] and buffer[:, 0].tolist() == [3, -3, np.float32(0.1)]


def test_rows_are_columns_of_the_transposed_matrix():
    by_columns, by_rows = np.zeros(SHAPE, dtype=np.float32), np.zeros(SHAPE[::-1], dtype=np.float32)
    steps = [collect(buffer, READS, SLICES, columns, threshold())
             for buffer, columns in ((by_columns, True), (by_rows, False))]
    np.testing.assert_array_equal(*steps)
    np.testing.assert_array_equal(by_columns, by_rows.T)


def test_no_reads_make_no_steps():
    assert collect(np.zeros(SHAPE, dtype=np.float32), READS[:0], SLICES[:0], True, threshold()).shape == (0, 3)


@pytest.mark.parametrize('columns', [True, False])
def test_the_reference_is_the_mean_when_the_chopper_switched(columns):
    mean, past = (np.zeros((2, 2), dtype=np.float32) for _ in range(2))
    switched, slices = np.zeros(2, dtype=bool), np.array([0, 1, 0, 1, 0, 1])
    reads, switches = np.ones((6, 2), dtype=np.float32), np.array([0, 0, 1, 0, 0, 0], dtype=bool)
    differences = subtract_reference(mean, past, reads, slices, columns, switched, switches, np.float32(0.5))
    assert differences[:, 0].tolist() == [1, 1, 1, 1, 0.25, 1] and not switched.any()
    assert (mean == 0.875).all() and (past.T if columns else past).tolist() == [[0.75, 0.75], [0, 0]]
