"""Diffusion: a random walk, each device at its own rate and within its bounds."""

import numpy as np
import pytest

from aihwlab.kernel.devices.diffusion import diffuse
from aihwlab.kernel.random import Stream
from tests.compare import assert_moments, reference
from tests.kernel.helpers import array_at, device_of, wide

REFERENCE = reference('devices')


def test_weights_afterwards_are_those_of_the_reference():
    array = array_at(0.2, device_of(REFERENCE['cases']['ConstantStepDevice_updown_corrupt']))
    diffuse(array, Stream(1, 2))
    assert_moments(array.visible.reshape(-1), REFERENCE['weight_operations']['results']['diffuse_1'])


def test_the_variance_of_diffusion_grows_with_the_number_of_steps():
    array = array_at(0.0, wide(diffusion=0.01))
    for step in range(25):
        diffuse(array, Stream(1, 10 + step))
    assert array.visible.std() == pytest.approx(0.05, rel=4.5 / np.sqrt(2 * array.visible.size))


def test_devices_with_a_rate_of_zero_stay_and_no_device_leaves_its_bounds():
    array = array_at(0.5, wide(diffusion=5.0), (20, 30))
    array.hidden['diffusion_rates'][:, :10] = 0
    diffuse(array, Stream(1, 2))
    assert (array.visible[:, :10] == 0.5).all() and (array.visible[:, 10:] != 0.5).all()
    assert np.abs(array.visible).max() == 1.0
