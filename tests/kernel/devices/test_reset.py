"""Reset: which columns, with which probability, to which weight."""

import numpy as np
import pytest

from aihwlab.kernel.devices.reset import reset_columns, reset_devices
from aihwlab.kernel.random import Stream
from tests.compare import assert_moments, reference
from tests.kernel.helpers import array_at, device_of, wide

REFERENCE = reference('devices')


def test_weights_afterwards_are_those_of_the_reference():
    array = array_at(0.2, device_of(REFERENCE['cases']['ConstantStepDevice_updown_corrupt']))
    reset_columns(array, Stream(1, 2), 0, 100)
    assert_moments(array.visible.reshape(-1), REFERENCE['weight_operations']['results']['reset_all'])


def test_a_reset_wraps_around_and_leaves_the_other_columns():
    array = array_at(0.5, wide(reset_std=0.0), (4, 6))
    reset_columns(array, Stream(1, 2), start=5, count=2)
    assert (array.visible[:, [5, 0]] == 0).all() and (array.visible[:, 1:5] == 0.5).all()


def test_a_reset_has_its_probability():
    array = array_at(0.5, wide(reset_std=0.0))
    reset_columns(array, Stream(1, 2), 0, 100, probability=0.3)
    assert (array.visible == 0).mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / array.visible.size))


def test_single_devices_can_be_reset():
    array, chosen = array_at(0.5, wide(reset=0.1, reset_std=0.0), (4, 6)), np.arange(24).reshape(4, 6) % 5 == 0
    reset_devices(array, chosen, Stream(1, 2))
    assert (array.visible == np.where(chosen, np.float32(0.1), np.float32(0.5))).all()


@pytest.mark.parametrize('arguments, message', [
    ((0, 1, 1.5), 'probability = 1.5'), ((0, 1, -0.1), 'probability = -0.1'), ((9, 1), 'start = 9'), ((0, 4), 'count = 4')])
def test_impossible_requests_are_refused(arguments, message):
    array = array_at(0.1, wide(), (2, 3))
    with pytest.raises(ValueError, match=message):
        reset_columns(array, Stream(1, 1), *arguments)
    assert (array.visible == np.float32(0.1)).all()
