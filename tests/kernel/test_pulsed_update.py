"""The three steps of an update as one, on every backend: nothing changes unless all is well."""

import numpy as np
import pytest

from aihwlab.kernel.backend import stages
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.pulsed_update import pulsed_update
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, numbers

X, D = numbers(1, (4, 8, 3)), 0.1 * numbers(2, (4, 5, 3))
MAGNITUDES = np.abs(X).max(axis=1), np.abs(D).max(axis=1)


def updated(backend, x=X, d=D, largest=(None, None), pulse_type=PULSED_TYPES[0], array=None):
    array = array or build_device_array(ConstantStepDevice(), (5, 8), Stream(1, 0))
    update = UpdateParameters(pulse_type=pulse_type)
    stages(X, backend).pulsed_update(array, x, d, largest, 0.05, update, Stream(1, 1))
    return array.visible


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_magnitudes_that_are_known_change_nothing(backend, pulse_type):
    expected = updated(backend, pulse_type=pulse_type)
    for largest in (MAGNITUDES, (MAGNITUDES[0], None), (None, MAGNITUDES[1])):
        assert (updated(backend, largest=largest, pulse_type=pulse_type) == expected).all()
    assert (expected != 0).any()


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('known', [False, True])
@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_numbers_that_are_not_finite_change_no_weight(backend, pulse_type, known, value):
    array = build_device_array(ConstantStepDevice(), (5, 8), Stream(1, 0))
    x = X.copy()
    x[3, 2, 1] = value
    largest = (np.abs(x).max(axis=1), MAGNITUDES[1]) if known else (None, None)
    with pytest.raises(ValueError, match='NaN or infinite'):
        updated(backend, x, largest=largest, pulse_type=pulse_type, array=array)
    assert (array.visible == 0).all()


@pytest.mark.parametrize('backend', BACKENDS)
def test_without_gradients_nothing_happens(backend):
    assert (updated(backend, d=np.zeros_like(D)) == 0).all()


def test_the_mean_is_the_gradient_step():
    """Each crosspoint of 60 tiles: 4.5 standard errors of the mean, from the spread between the tiles."""
    changes = []
    for seed in range(60):
        array = build_device_array(ConstantStepDevice(dw_min_dtod=0.0, up_down_dtod=0.0), (5, 8), Stream(seed, 0))
        pulsed_update(array, X, D, MAGNITUDES, 0.05, UpdateParameters(), Stream(seed, 1))
        changes.append(array.visible.copy())
    mean, error = np.mean(changes, axis=0), np.std(changes, axis=0) / np.sqrt(60)
    assert (np.abs(mean + 0.05 * np.einsum('bop,bip->oi', D, X)) < 4.5 * error + 1e-4).all()
