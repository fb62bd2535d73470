"""Schedules: when transfers happen, which slices they read, and when choppers switch."""

import numpy as np
import pytest

from aihwlab.kernel.cells.schedules import (
    chopper_period,
    chopper_signs,
    ends_period,
    from_anywhere,
    in_turn,
    intervals,
    period,
    running_average,
    signs_in_turn,
    transfers,
)


def test_slower_arrays_transfer_more_rarely():
    assert intervals(2.0, 4, lines=6, reads=3) == [2.0, 4.0, 8.0, 0.0] and intervals(0.0, 2, 6, 1) == [0.0, 0.0]


@pytest.mark.parametrize('interval, in_batches, expected', [
    (2.0, False, 2), (2.4, False, 2), (2.5, False, 3), (0.2, False, 1), (0.0, False, 0), (0.0, True, 0), (1.0, True, 10),
    (0.25, True, 3), (1.01, True, 11)])
def test_periods_are_whole_vectors(interval, in_batches, expected):
    assert period(interval, 10, in_batches) == expected


@pytest.mark.parametrize('sizes', [[60], [1] * 60, [7, 0, 13, 40], [59, 1]])
@pytest.mark.parametrize('every', [1, 3, 7, 60, 61])
def test_transfers_happen_at_multiples_of_the_period_however_vectors_are_batched(sizes, every):
    passed, found = 0, []
    for size in sizes:
        found += (passed + transfers(passed, size, every)).tolist()
        passed += size
    assert found == list(range(every, 61, every))


def test_without_a_period_there_are_no_transfers():
    assert len(transfers(0, 100, 0)) == 0


def test_slices_take_turns_from_one_batch_to_the_next():
    assert in_turn(0, 3, 2, 5).tolist() == [[0, 1], [2, 3], [4, 0]] and in_turn(6, 2, 1, 5).tolist() == [[1], [2]]
    assert in_turn(0, 0, 2, 5).shape == (0, 2)


def test_random_slices_are_uniform_from_the_first_to_the_last():
    draws = np.array([0.0, 0.2499, 0.25, 0.75, 1 - 2.0 ** -24], dtype=np.float32)
    assert from_anywhere(draws, 2, 4).tolist() == [[0, 1], [0, 1], [1, 2], [3, 0], [3, 0]]


@pytest.mark.parametrize('probability, expected', [(1.0, 2), (0.9, 2), (0.5, 2), (0.3, 4), (0.25, 4), (0.1, 10), (0.01, 100)])
def test_the_period_of_choppers_is_an_inverse_probability(probability, expected):
    assert chopper_period(probability) == expected
    ends = ends_period(np.arange(3 * expected), expected)
    assert np.flatnonzero(ends).tolist() == [expected - 1, 2 * expected - 1, 3 * expected - 1]


def test_choppers_keep_their_sign_until_they_switch():
    switches = np.array([[1, 0], [0, 0], [1, 1], [0, 1]], dtype=bool)
    signs = chopper_signs(np.array([1, -1], dtype=np.float32), switches)
    assert signs.tolist() == [[1, -1], [-1, -1], [-1, -1], [1, 1], [1, -1]] and signs.dtype == np.float32
    assert chopper_signs(signs[-1], switches[:0]).tolist() == [[1, -1]]


def test_averages_begin_with_the_first_value_and_leave_out_zeros():
    values = np.array([0.0, 2.0, 0.0, 4.0], dtype=np.float32)
    assert running_average(0.0, values, 0.25).tolist() == [0.0, 2.0, 2.0, 2.5]
    assert running_average(2.0, values[3:], 0.5).tolist() == [3.0]
    assert running_average(0.0, values[:1], 0.5).tolist() == [0.0] and running_average(2.0, values[:0], 0.5).tolist() == []


def test_slices_in_turn_keep_their_sign_until_they_switch():
    switches = np.array([1, 0, 1, 1, 0, 0], dtype=bool)  # of the slices 2, 0, 1, 2, 0, 1
    before, after = signs_in_turn(np.array([1, -1, 1], dtype=np.float32), 5, switches)
    assert before.tolist() == [1, 1, -1, -1, 1, 1] and after.tolist() == [1, 1, 1] and before.dtype == np.float32
    before, after = signs_in_turn(after, 7, switches[:0])
    assert before.tolist() == [] and after.tolist() == [1, 1, 1]
