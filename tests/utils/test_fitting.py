"""Devices fitted to measurements, all of which are made up by the simulator: what was put in comes out."""

import sys

import numpy as np
import pytest

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice, PiecewiseStepDevice, SoftBoundsDevice
from aihwlab.utils.fitting import fit_measurements, model_response, synthetic_measurement
from tests.kernel.helpers import equal_devices, ideal_steps

lmfit = pytest.importorskip('lmfit')

PULSES = np.tile(np.repeat([1, -1], 60), 2)
TRUE = equal_devices(SoftBoundsDevice, dw_min=0.02, up_down=0.1, w_max=0.8, w_min=-0.5)
EXACT = synthetic_measurement(TRUE, PULSES, -0.2)
WANTED = {'dw_min': (0.01, 0.001, 0.1), 'up_down': (0.0, -0.9, 0.9), 'w_max': (1.0, 0.2, 2.0), 'w_min': (-1.0, -2.0, -0.2)}
LINE = np.array([0.5, 0.7, 0.9, 0.7, 0.5])
STEPS = np.array([1, 1, -1, -1, 1])
FREE = ideal_steps(dw_min=0.1)


def test_the_parameters_that_made_a_measurement_are_found():
    result, fitted, response = fit_measurements(WANTED, PULSES, EXACT, SoftBoundsDevice())
    for name in WANTED:
        assert getattr(fitted, name) == result.params[name].value == pytest.approx(getattr(TRUE, name), abs=0.01)
    assert isinstance(fitted, SoftBoundsDevice) and response.shape == (len(PULSES), 1)
    np.testing.assert_allclose(response[:, 0], EXACT, atol=0.005)


def test_a_noisy_measurement_is_followed_within_its_noise():
    noisy = synthetic_measurement(TRUE, PULSES, -0.2, read_noise=0.02)
    _, fitted, response = fit_measurements(WANTED, PULSES, noisy, SoftBoundsDevice(), method='leastsq')
    assert np.std(response[:, 0] - noisy) == pytest.approx(0.02, rel=0.15)
    assert fitted.dw_min == pytest.approx(0.02, rel=0.1)


def test_the_device_that_was_given_stays_and_the_fitted_one_is_silent():
    device = SoftBoundsDevice()
    _, fitted, _ = fit_measurements({'dw_min': (0.01, 0.001, 0.1), 'w_max': 0.8}, PULSES, EXACT, device)
    assert device == SoftBoundsDevice() and fitted.w_max == 0.8
    assert fitted.dw_min_std == fitted.dw_min_dtod == fitted.w_max_dtod == 0


def test_a_configuration_may_stand_for_its_device():
    config = SingleRPUConfig(device=SoftBoundsDevice())
    _, fitted, _ = fit_measurements({'dw_min': (0.01, 0.001, 0.1)}, PULSES, EXACT, config)
    assert isinstance(fitted, SingleRPUConfig) and fitted.device.dw_min != 0.001
    assert config == SingleRPUConfig(device=SoftBoundsDevice())


def test_pulses_are_given_behind_their_response():
    _, fitted, response = fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, STEPS, LINE, FREE)
    assert fitted.dw_min == pytest.approx(0.2, abs=1e-3)
    np.testing.assert_allclose(response[:, 0], LINE, atol=5e-3)


@pytest.mark.parametrize('most, expected', [(1, 0.2), (2, 0.1), (3, 0.2 / 3), (None, 0.05)])
def test_so_many_pulses_are_given_as_are_asked_for_and_allowed(most, expected):
    _, fitted, _ = fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, 4 * STEPS, LINE, FREE, max_pulses=most)
    assert fitted.dw_min == pytest.approx(expected, rel=0.02)


def test_times_without_pulses_change_nothing():
    found, = model_response({}, np.array([1, 0, 0, 1]), np.zeros(4), FREE, only_response=True)
    np.testing.assert_allclose(found[:, 0], [0, 0.1, 0.1, 0.1], atol=1e-6)


def test_several_measurements_are_fitted_together():
    _, fitted, responses = fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, (STEPS, STEPS[:3]), (LINE, LINE[:3] - 0.4), FREE)
    assert fitted.dw_min == pytest.approx(0.2, abs=1e-3) and [len(response) for response in responses] == [5, 3]
    assert responses[1][0, 0] == pytest.approx(0.1)


def test_several_devices_are_fitted_together():
    both = np.stack([LINE, 2 * LINE - 1], axis=1)  # steps of 0.2 and of 0.4
    _, fitted, response = fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, STEPS, both, FREE)
    assert fitted.dw_min == pytest.approx(0.3, abs=2e-3) and response.shape == (5, 2)
    np.testing.assert_array_equal(response[0], both[0].astype(np.float32))


def test_weights_say_which_measurement_counts():
    measured = dict(pulse_data=(STEPS, STEPS), response_data=(LINE, 2 * LINE))
    for weights, expected in (((1, 0), 0.2), ((0, 1), 0.4), (None, 0.3), (2, 0.3)):
        _, fitted, _ = fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, device_config=FREE, fit_weights=weights, **measured)
        assert fitted.dw_min == pytest.approx(expected, abs=2e-3)


def test_elements_of_lists_can_be_fitted():
    true = equal_devices(PiecewiseStepDevice, piecewise_up=[1.5, 1.0, 0.5], piecewise_down=[0.5, 1.0, 1.5], dw_min=0.02)
    wanted = {f'piecewise_{way}_{k}': (1.0, 0.1, 3.0) for way in ('up', 'down') for k in range(3)}
    base = PiecewiseStepDevice(piecewise_up=[1.0] * 3, piecewise_down=[1.0] * 3, dw_min=0.02)
    _, fitted, _ = fit_measurements(wanted, PULSES, synthetic_measurement(true, PULSES, -0.5), base, method='leastsq')
    np.testing.assert_allclose(fitted.piecewise_up, true.piecewise_up, atol=0.1)
    np.testing.assert_allclose(fitted.piecewise_down, true.piecewise_down, atol=0.1)
    assert base.piecewise_up == [1.0] * 3


def test_a_device_with_spread_is_fitted_by_the_mean_of_many():
    device = ConstantStepDevice(dw_min=0.01, w_max=5.0, w_min=-5.0)
    pulses = np.ones(101)
    _, fitted, response = fit_measurements({'dw_min': (0.02, 0.001, 0.1)}, pulses, 0.01 * np.arange(101), device,
                                           suppress_device_noise=False, n_traces=400)
    assert fitted.dw_min == pytest.approx(0.01, rel=4.5 * 0.3 / 20 + 0.01) and fitted.dw_min_dtod == 0.3
    assert response.shape == (101, 1)


def test_parameters_may_be_those_of_lmfit():
    parameters = lmfit.Parameters()
    parameters.add('dw_min', value=0.1, min=0.01, max=1.0)
    _, fitted, _ = fit_measurements(parameters, STEPS, LINE, FREE)
    assert fitted.dw_min == pytest.approx(0.2, abs=1e-3) and parameters['dw_min'].value == 0.1


def test_what_is_minimised_can_be_asked_for(capsys):
    found = model_response({'dw_min': 0.1}, STEPS, LINE, FREE, verbose=True)
    np.testing.assert_allclose(found, [0, -0.1, -0.2, -0.1, 0], atol=1e-6)
    assert 'root mean square of the deviations: 0.1095' in capsys.readouterr().out
    fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, STEPS, LINE, FREE, verbose=True)
    assert 'dw_min' in capsys.readouterr().out


def test_made_up_measurements_are_fixed_by_their_seed():
    first, again, other = (synthetic_measurement(SoftBoundsDevice(), PULSES, read_noise=0.1, seed=seed) for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()
    assert np.std(first - synthetic_measurement(SoftBoundsDevice(), PULSES, seed=1)) == pytest.approx(0.1, rel=0.25)
    with pytest.raises(ValueError, match='read_noise = -1'):
        synthetic_measurement(SoftBoundsDevice(), PULSES, read_noise=-1.0)


@pytest.mark.parametrize('changes, error, message', [
    (dict(parameters={}), ArgumentError, 'a dictionary'), (dict(parameters=[1]), ArgumentError, 'a dictionary'),
    (dict(parameters={'dw_min': (1, 2)}), ArgumentError, r"parameters\['dw_min'\] = \(1, 2\)"),
    (dict(parameters={'dw_min': 'a'}), ArgumentError, 'must be a number'),
    (dict(parameters={'dw_min': (5.0, 0.1, 1.0)}), ArgumentError, 'a start between a lower and an upper bound'),
    (dict(parameters={'dw_mni': (0.1, 0.0, 1.0)}), ConfigError, "'dw_mni'; did you mean 'dw_min'"),
    (dict(parameters={'w_max': -1.0}), ConfigError, r'w_max = -1\.0'),
    (dict(pulse_data=(STEPS,)), ArgumentError, 'tuples of measurements'),
    (dict(pulse_data=(STEPS,), response_data=(LINE, LINE)), ArgumentError, '1 arrays of pulse_data and 2'),
    (dict(pulse_data=STEPS[:3]), ArgumentError, r'pulse_data of shape \(3, 1\)'),
    (dict(pulse_data=STEPS / 2), ArgumentError, 'whole'),
    (dict(response_data=LINE * np.nan), ArgumentError, 'without NaN'), (dict(max_pulses=0), ArgumentError, 'max_pulses = 0'),
    (dict(fit_weights=(1, 2)), ArgumentError, r'fit_weights = \(1, 2\)'),
    (dict(fit_weights=-1), ArgumentError, 'fit_weights = -1'),
    (dict(n_traces=0), ArgumentError, 'n_traces = 0'), (dict(device_config=IdealDevice()), ConfigError, 'changed by pulses'),
    (dict(device_config=PiecewiseStepDevice(), parameters={'piecewise_up_7': 1.0}), ConfigError,
     'piecewise_up has 1 elements')])
def test_impossible_fits_are_refused(changes, error, message):
    arguments = dict(parameters={'dw_min': (0.1, 0.01, 1.0)}, pulse_data=STEPS, response_data=LINE, device_config=FREE)
    with pytest.raises(error, match=message):
        fit_measurements(**{**arguments, **changes})


def test_without_lmfit_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, 'lmfit', None)
    with pytest.raises(ImportError, match=r"pip install 'aihwlab\[fit\]'"):
        fit_measurements({'dw_min': (0.1, 0.01, 1.0)}, STEPS, LINE, FREE)
