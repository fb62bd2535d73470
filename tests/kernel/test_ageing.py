"""Decay, diffusion, reset and drift of devices: limits, then the numbers of the reference."""

import json
from pathlib import Path

import numpy as np
import pytest

from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.devices.decay import decay
from aihwlab.kernel.devices.diffusion import diffuse
from aihwlab.kernel.devices.drift import drift
from aihwlab.kernel.devices.reset import reset_columns
from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice, SoftBoundsDevice
from aihwlab.simulator.parameters import DriftParameter
from tests.compare import assert_moments, parameters_from

REFERENCE = json.loads((Path(__file__).parents[1] / 'data' / 'reference_devices.json').read_text())


def array_at(weight, parameters, shape=(200, 100)):
    array = build_cells(parameters, shape, Stream(1, 0)).array
    array.set_weights(np.full(shape, weight, dtype=np.float32), Stream(1, 1))
    return array


def wide(**settings):
    """Return devices whose bounds are far away and equal."""
    return ConstantStepDevice(**{**dict(w_max=1.0, w_min=-1.0, w_max_dtod=0.0, w_min_dtod=0.0), **settings})


@pytest.mark.parametrize('name, operation', [
    ('decay_1', lambda array: decay(array, Stream(1, 2))), ('diffuse_1', lambda array: diffuse(array, Stream(1, 2))),
    ('reset_all', lambda array: reset_columns(array, Stream(1, 2), 0, 100))])
def test_weights_afterwards_are_those_of_the_reference(name, operation):
    config = REFERENCE['cases']['ConstantStepDevice_updown_corrupt']['config']
    array = array_at(0.2, parameters_from(config, [ConstantStepDevice]))
    operation(array)
    assert_moments(array.visible.reshape(-1), REFERENCE['weight_operations']['results'][name])


def test_a_lifetime_is_the_time_to_one_over_e():
    for parameters in (wide(lifetime=50.0), IdealDevice(lifetime=50.0)):
        array = array_at(0.5, parameters, (2, 2))
        for step in range(50):
            decay(array, Stream(1, step))
        np.testing.assert_allclose(array.visible, 0.5 * (1 - 1 / 50) ** 50, rtol=1e-5)


def test_decay_goes_to_the_state_after_a_reset():
    array = array_at(0.5, wide(lifetime=2.0, reset=0.1), (2, 2))
    for step in range(40):
        decay(array, Stream(1, step))
    np.testing.assert_allclose(array.visible, 0.1, rtol=1e-4)


def test_the_variance_of_diffusion_grows_with_the_number_of_steps():
    array = array_at(0.0, wide(diffusion=0.01))
    for step in range(25):
        diffuse(array, Stream(1, 10 + step))
    assert array.visible.std() == pytest.approx(0.05, rel=4.5 / np.sqrt(2 * array.visible.size))


def test_a_reset_wraps_around_and_leaves_the_other_columns():
    array = array_at(0.5, wide(reset_std=0.0), (4, 6))
    reset_columns(array, Stream(1, 2), start=5, count=2)
    assert (array.visible[:, [5, 0]] == 0).all() and (array.visible[:, 1:5] == 0.5).all()


def test_a_reset_has_its_probability():
    array = array_at(0.5, wide(reset_std=0.0))
    reset_columns(array, Stream(1, 2), 0, 100, probability=0.3)
    assert (array.visible == 0).mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / array.visible.size))


def test_ageing_renews_the_write_noise():
    array = array_at(0.2, SoftBoundsDevice(write_noise_std=5.0, lifetime=1e9), (50, 50))
    before = array.visible.copy()
    decay(array, Stream(1, 2))
    assert (array.visible != before).all()


def test_no_drift_without_exponent():
    array = array_at(0.5, wide(), (3, 3))
    for time in (1, 10, 1000):
        drift(array, Stream(1, time), time)
    assert (array.visible == 0.5).all()


def test_drift_is_that_of_the_reference():
    array = array_at(0.5, wide(dw_min_std=0.0, drift=DriftParameter(nu=0.1, nu_dtod=0.3)))
    total = 0
    for delta_t in (1, 9, 90, 900):
        total += delta_t
        drift(array, Stream(1, total), delta_t)
        assert_moments(array.visible.reshape(-1), REFERENCE['training_device_drift']['after_total_time'][str(total)])


def test_a_weight_that_was_changed_starts_its_drift_anew():
    array = array_at(0.5, wide(drift=DriftParameter(nu=0.1)), (1, 2))
    drift(array, Stream(1, 2), 100.0)
    drift(array, Stream(1, 3), 100.0)
    array.persistent[0, 0] = 0.5
    drift(array, Stream(1, 4), 100.0)
    np.testing.assert_allclose(array.visible, [[0.5, 0.5 * 300 ** -0.1]], rtol=1e-5)


@pytest.mark.parametrize('call, message', [
    (lambda array: drift(array, Stream(1, 1), -1.0), 'delta_t = -1.0'),
    (lambda array: drift(array, Stream(1, 1), np.inf), 'delta_t = inf'),
    (lambda array: decay(array, Stream(1, 1), np.nan), 'alpha = nan'),
    (lambda array: reset_columns(array, Stream(1, 1), 0, 1, 1.5), 'probability = 1.5'),
    (lambda array: reset_columns(array, Stream(1, 1), 9, 1), 'start = 9')])
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(array_at(0.1, wide(), (2, 3)))


def test_an_exponent_that_depends_on_the_conductance_needs_positive_conductances():
    array = array_at(-0.5, wide(drift=DriftParameter(nu=0.1, nu_k=0.02)), (2, 2))
    with pytest.raises(ValueError, match='nu_k'):
        drift(array, Stream(1, 1))
