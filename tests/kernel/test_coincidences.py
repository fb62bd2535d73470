"""Where pulses meet: counts, directions and the order of time, by hand for two vectors in three slots."""

from dataclasses import replace

import numpy as np
import pytest

from aihwlab.kernel.coincidences import apply_trains, coincidences
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.pulse_trains import CountedTrains, StochasticTrains
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import PulseType
from tests.kernel.helpers import build, ideal_steps

TRAINS = StochasticTrains(
    vector=np.array([0, 0, 1]), first_slot=5, first_vector=0,
    inputs=np.array([[1, 0, 1], [0, 0, 0], [1, 1, 0]], dtype=bool),
    gradients=np.array([[1, 0], [1, 1], [0, 1]], dtype=bool),
    input_positive=np.array([[True, False, True], [False, True, True]]),
    gradient_positive=np.array([[True, False], [True, False]]))
"""Slot 5: input lines 0 and 2 meet gradient line 0. Slot 6: no input. Slot 7: input lines 0 and 1 meet gradient line 1."""


def test_meetings_come_slot_by_slot_with_their_direction():
    found = [(slot, crosspoints.tolist(), up.tolist()) for slot, crosspoints, up in coincidences(TRAINS)]
    assert found == [(5, [0, 2], [False, False]), (7, [3, 4], [False, True])]


def test_signs_of_lines_turn_directions_around():
    turned = TRAINS.with_signs(np.array([1, 1, -1]), np.array([1, -1]))
    assert [up.tolist() for _, _, up in coincidences(turned)] == [[False, True], [True, False]]


def test_counted_meetings_fill_the_first_slots_of_a_vector():
    """Ten slots for each of two vectors; MEAN_COUNT makes `rint(n_i n_j / 10)` pulses at a crosspoint."""
    inputs, gradients = (np.array(lines, dtype=np.float32) for lines in ([[1, 0.5], [0, 1]], [[0.4], [0.2]]))
    trains = CountedTrains(np.repeat([0, 1], 10), 0, 0, inputs, gradients, inputs > 0, gradients > 0, np.array([10, 10]),
                           PulseType.MEAN_COUNT)
    met = {slot: crosspoints.tolist() for slot, crosspoints, _ in coincidences(trains)}
    assert met == {0: [0, 1], 1: [0, 1], 2: [0], 3: [0], 10: [1], 11: [1]}


def test_devices_step_at_each_meeting():
    array = build(ideal_steps(), (2, 3))
    apply_trains(array, TRAINS, Stream(1, 1))
    np.testing.assert_allclose(array.visible, [[-0.001, 0, -0.001], [-0.001, 0.001, 0]], atol=1e-9)


def test_the_noise_of_a_step_belongs_to_its_place_and_time():
    weights = []
    for trains in (TRAINS, TRAINS.of_vectors(0, 1), replace(TRAINS, first_slot=6)):
        array = build(ideal_steps(dw_min_std=0.5), (2, 3))
        apply_trains(array, trains, Stream(1, 1))
        weights.append(array.visible)
    assert (weights[0][0] == weights[1][0]).all() and (weights[1][1] == 0).all()
    assert (weights[0][weights[0] != 0] != weights[2][weights[0] != 0]).all()


def test_all_meetings_are_returned_and_counted():
    met = apply_trains(build(ideal_steps(), (2, 3)), TRAINS, Stream(1, 1))
    counts = Counts.with_pulses()
    counts.count_trains(TRAINS.slots, TRAINS.sent(), met, (2, 3))
    assert (counts.slots, counts.input_pulses, counts.gradient_pulses, counts.driven) == (3, 4, 4, 4 * 2 + 4 * 3)
    assert counts.coincidences == met == 4 and counts.steps == 0
    counts.count_steps(2 * met)
    assert counts.steps == 8


def test_slots_without_meetings_are_passed_over():
    silent = replace(TRAINS, gradients=np.zeros((3, 2), dtype=bool))
    assert list(coincidences(silent)) == []
    with pytest.raises(StopIteration):
        next(coincidences(TRAINS.of_vectors(2, 2)))
