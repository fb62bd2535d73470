"""Looks at an array between pulses: copies of what products saw after so many vectors."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.backend import stages
from aihwlab.kernel.looks import by_slices
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import SoftBoundsDevice
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, build, numbers

SHAPE, COUNT = (11, 70), 20
X, D = numbers(1, (COUNT, 70, 1)), numbers(2, (COUNT, 11, 1))


def trains_of(array, backend, pulse_type):
    update, namespace = UpdateParameters(pulse_type=pulse_type), stages(X, backend)
    plan = namespace.plan_pulses(np.abs(X).max(axis=(1, 2)), np.abs(D).max(axis=(1, 2)), 0.01, array.granularity, update)
    return namespace, namespace.draw_trains(X, D, plan, update, Stream(1, 2))


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('columns', [True, False])
@pytest.mark.parametrize('write_noise', [0.0, 2.0])
def test_looks_are_what_a_stop_would_have_shown(backend, pulse_type, columns, write_noise):
    """At the beginning, twice after the same vector, and at the end; nothing of it disturbs the pulses."""
    array = build(SoftBoundsDevice(write_noise_std=write_noise), SHAPE)
    other, whole = deepcopy(array), deepcopy(array)
    namespace, trains = trains_of(array, backend, pulse_type)
    before, slices = np.array([0, 3, 3, 4, 17, 20]), np.array([[0, 10], [5, 5], [2, 9], [10, 0], [1, 3], [4, 8]])
    looks, met = namespace.apply_and_look(array, trains, Stream(1, 3), before, slices, columns)
    expected, done = [], 0
    for count, which in zip(before, slices):
        namespace.apply_trains(other, trains.of_vectors(done, count), Stream(1, 3))
        expected.append(by_slices(other.visible, columns)[which])
        done = count
    np.testing.assert_array_equal(looks, np.concatenate(expected))
    assert met == namespace.apply_trains(whole, trains, Stream(1, 3)) > 100
    np.testing.assert_array_equal(array.visible, whole.visible)


@pytest.mark.parametrize('backend', BACKENDS)
def test_a_look_is_a_copy_and_part_of_an_update_may_be_looked_at(backend):
    array = build(SoftBoundsDevice(), SHAPE)
    namespace, trains = trains_of(array, backend, PULSED_TYPES[0])
    part = trains.of_vectors(5, 12)
    other = deepcopy(array)
    looks, _ = namespace.apply_and_look(array, part, Stream(1, 3), np.array([2]), np.array([[4]]), True)
    kept = looks.copy()
    namespace.apply_trains(other, trains.of_vectors(5, 7), Stream(1, 3))
    np.testing.assert_array_equal(looks[0], other.visible[:, 4])
    array.visible[:] = 9
    np.testing.assert_array_equal(looks, kept)


def test_columns_and_rows_are_slices():
    matrix = numbers(3, (4, 5))
    assert (by_slices(matrix, True)[3] == matrix[:, 3]).all() and (by_slices(matrix, False)[3] == matrix[3]).all()
    by_slices(matrix, True)[3] = 0
    assert (matrix[:, 3] == 0).all()
