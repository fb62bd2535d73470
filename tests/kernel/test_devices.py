"""The laws of the devices: properties, closed forms, then trajectories and hidden parameters of the reference."""

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.devices.pulse import apply_pulses
from aihwlab.kernel.random import Purpose, Stream, event_normals
from aihwlab.simulator.configs import devices
from aihwlab.simulator.presets import devices as presets
from tests.compare import SIGMAS, parameters_from

REFERENCE = json.loads((Path(__file__).parents[1] / 'data' / 'reference_devices.json').read_text())
CLASSES = [value for module in (devices, presets) for value in vars(module).values() if isinstance(value, type)]
PULSED = [devices.ConstantStepDevice, devices.LinearStepDevice, devices.SoftBoundsDevice, devices.SoftBoundsPmaxDevice,
          devices.SoftBoundsReferenceDevice, devices.ExpStepDevice, devices.PowStepDevice, devices.PowStepReferenceDevice,
          devices.PiecewiseStepDevice]
NO_SPREAD = {name: 0.0 for name in ('dw_min_dtod', 'dw_min_std', 'w_max_dtod', 'w_min_dtod', 'up_down_dtod', 'gamma_up_dtod',
                                    'gamma_down_dtod', 'pow_gamma_dtod')}


def without_spread(device_class, **settings):
    """Return parameters of equal devices without noise."""
    parameters = device_class()
    for name, value in {**NO_SPREAD, **settings}.items():
        if hasattr(parameters, name):
            setattr(parameters, name, value)
    return parameters


def build(parameters, shape=(1, 1), seed=1):
    parameters.validate()
    return build_device_array(parameters.resolved(), shape, Stream(seed, 0))


def pulses(array, up, count, operation=2, first=0):
    """Give every device `count` pulses in one direction."""
    everywhere = np.arange(array.visible.size)
    for slot in range(first, first + count):
        noise, write_noise = event_normals(Stream(7, operation), Purpose.DEVICE_STEP, everywhere, slot)
        apply_pulses(array, everywhere, np.full(array.visible.size, up), noise, write_noise)


@pytest.mark.parametrize('device_class', PULSED)
def test_no_pulse_leaves_the_bounds(device_class):
    settings = {} if device_class is devices.SoftBoundsPmaxDevice else {'dw_min_std': 3.0}
    array = build(device_class(**settings), (30, 40))
    for up in (True, False):
        pulses(array, up, 300, operation=2 + up)
        assert (array.persistent.ravel() <= array.upper).all() and (array.persistent.ravel() >= array.lower).all()
        assert np.isfinite(array.visible).all() and array.visible.dtype == np.float32


@pytest.mark.parametrize('device_class', PULSED)
def test_pulses_up_raise_the_mean_weight_and_pulses_down_lower_it(device_class):
    array = build(device_class(), (20, 20))
    start = array.visible.mean()
    pulses(array, True, 50)
    top = array.visible.mean()
    pulses(array, False, 80, operation=3)
    assert top > start and array.visible.mean() < top


@pytest.mark.parametrize('device_class', PULSED)
def test_mirrored_devices_move_alike(device_class):
    """With symmetric parameters, up pulses from zero mirror down pulses from zero."""
    parameters = without_spread(device_class, a=0.3, b=0.0, A_up=0.2, A_down=0.2, gamma_up=1.5, gamma_down=1.5)
    if device_class is devices.SoftBoundsPmaxDevice:
        parameters.range_min, parameters.range_max, parameters.p_max, parameters.alpha = -1.0, 1.0, 100_000, 0.001
    up, down = build(parameters), build(deepcopy(parameters))
    for array in (up, down):
        array.persistent[...] = 0
        array.visible[...] = 0
    pulses(up, True, 20)
    pulses(down, False, 20)
    np.testing.assert_allclose(up.visible, -down.visible, rtol=1e-5)


def test_constant_steps_count_pulses():
    array = build(without_spread(devices.ConstantStepDevice, dw_min=0.01))
    pulses(array, True, 7)
    assert array.visible[0, 0] == pytest.approx(0.07, rel=1e-5)
    pulses(array, True, 100)
    assert array.visible[0, 0] == np.float32(0.6)


def test_soft_bounds_approach_their_bound_exponentially():
    array = build(without_spread(devices.SoftBoundsDevice, dw_min=0.01, w_max=0.5))
    pulses(array, True, 40)
    assert array.visible[0, 0] == pytest.approx(0.5 * (1 - (1 - 0.01 / 0.5) ** 40), rel=1e-5)


def test_soft_bounds_pmax_reaches_its_range_after_p_max_pulses():
    array = build(without_spread(devices.SoftBoundsPmaxDevice, p_max=200, alpha=0.005, range_min=0.0, range_max=0.7))
    pulses(array, True, 200)
    assert array.visible[0, 0] == pytest.approx(0.7, abs=0.003)


def test_linear_steps_vanish_at_the_bound_for_slope_one():
    array = build(without_spread(devices.LinearStepDevice, gamma_up=1.0, gamma_down=1.0, dw_min=0.01))
    pulses(array, True, 3000)
    assert array.visible[0, 0] == pytest.approx(0.6, rel=1e-4)


def test_power_steps_follow_their_power():
    array = build(without_spread(devices.PowStepDevice, pow_gamma=2.0, dw_min=0.01))
    pulses(array, True, 1)
    assert array.visible[0, 0] == pytest.approx(0.01 * 0.5 ** 2, rel=1e-5)


@pytest.mark.parametrize('weight, factor', [(-0.6, 2.0), (-0.3, 1.5), (0.0, 1.0), (0.3, 0.75), (0.5, 0.5 + 0.5 / 6)])
def test_piecewise_steps_interpolate_between_nodes(weight, factor):
    array = build(without_spread(devices.PiecewiseStepDevice, piecewise_up=[2.0, 1.0, 0.5], piecewise_down=[1.0, 1.0, 1.0],
                                 dw_min=0.01))
    array.persistent[...] = weight
    pulses(array, True, 1)
    assert array.visible[0, 0] - weight == pytest.approx(0.01 * factor, rel=1e-4)


def test_exponential_steps_have_the_formula_of_the_law():
    parameters = without_spread(devices.ExpStepDevice, dw_min=0.01)
    array = build(parameters)
    array.persistent[...] = 0.2
    z = 2 * parameters.a * 0.2 / 1.2 + parameters.b
    pulses(array, False, 1)
    expected = 0.01 * (1 - parameters.A_down * np.exp(-parameters.gamma_down * z))
    assert 0.2 - array.visible[0, 0] == pytest.approx(expected, rel=1e-4)


def test_corrupt_devices_never_move_and_the_others_do():
    array = build(devices.ConstantStepDevice(corrupt_devices_prob=0.3, corrupt_devices_range=0.2), (50, 50))
    start = array.visible.copy()
    pulses(array, True, 20)
    stuck = array.visible == start
    assert stuck.mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 2500))
    assert np.abs(array.visible[stuck]).max() <= 0.2


def test_the_perfect_bias_column_has_equal_steps():
    array = build(devices.ConstantStepDevice(perfect_bias=True, dw_min_std=0.0), (30, 4))
    pulses(array, True, 5)
    np.testing.assert_allclose(array.visible[:, -1], 0.005, rtol=1e-5)
    assert array.visible[:, 0].std() > 0


def test_a_construction_seed_makes_arrays_alike_whatever_the_seed_of_the_tile():
    first, second = (build(devices.SoftBoundsDevice(construction_seed=5), (5, 6), seed) for seed in (1, 2))
    other = build(devices.SoftBoundsDevice(construction_seed=6), (5, 6), 1)
    assert (first.upper == second.upper).all() and (first.upper != other.upper).any()


def test_one_spread_does_not_change_what_another_draws():
    plain, more = (build(devices.ConstantStepDevice(w_max_dtod=spread), (5, 6)) for spread in (0.3, 0.0))
    assert (plain.hidden['dwmin_up'] == more.hidden['dwmin_up']).all()


def test_weights_that_were_read_can_be_set_again():
    """Also for devices with a reference, whose bounds limit `w + r`; aihwkit limits `w` and so changes some of them."""
    array = build(devices.SoftBoundsReferenceDevice(reference_std=0.3), (30, 30))
    pulses(array, True, 500)
    weights = array.visible.copy()
    array.set_weights(weights, Stream(1, 1))
    np.testing.assert_allclose(array.visible, weights, atol=1e-6)


def test_set_weights_is_limited_by_the_bounds():
    array = build(devices.ConstantStepDevice(), (10, 10))
    array.set_weights(np.full((10, 10), 5.0, dtype=np.float32), Stream(1, 1))
    assert (array.visible.ravel() == array.upper).all()


@pytest.mark.parametrize('weights, message', [
    (np.full((2, 3), np.nan, dtype=np.float32), 'NaN'), (np.zeros((3, 2), dtype=np.float32), 'shape')])
def test_impossible_weights_are_refused_and_nothing_changes(weights, message):
    array = build(devices.ConstantStepDevice(), (2, 3))
    before = array.visible.copy()
    with pytest.raises(ValueError, match=message):
        array.set_weights(weights, Stream(1, 1))
    assert (array.visible == before).all()


def test_write_noise_is_between_the_persistent_and_the_visible_weight():
    array = build(devices.SoftBoundsDevice(write_noise_std=5.0), (100, 100))
    array.set_weights(np.zeros((100, 100), dtype=np.float32), Stream(1, 1))
    assert (array.persistent == 0).all()
    assert array.visible.std() == pytest.approx(0.005, rel=4.5 / np.sqrt(2 * 10_000))
    quiet = build(devices.SoftBoundsDevice(write_noise_std=5.0, apply_write_noise_on_set=False), (10, 10))
    quiet.set_weights(np.zeros((10, 10), dtype=np.float32), Stream(1, 1))
    assert (quiet.visible == 0).all()


def test_copies_keep_what_is_shared_and_share_nothing_else():
    array = build(devices.ConstantStepDevice(), (3, 3))
    copied = deepcopy(array)
    assert copied.persistent is copied.visible and copied.visible is not array.visible
    pulses(copied, True, 3)
    assert (array.visible != copied.visible).any()


def test_hidden_parameters_can_be_set_and_are_checked():
    array = build(devices.SoftBoundsDevice(), (2, 2))
    hidden = {name: value.copy() for name, value in array.hidden.items()}
    hidden['dwmin_up'][:] = 0.5
    hidden['slope_up'][:] = 0.0
    hidden['max_bound'][:] = 10.0
    array.set_hidden(hidden)
    pulses(array, True, 1)
    assert array.visible.min() > 0.0
    for name, value, message in (('dwmin_up', np.nan, 'NaN'), ('min_bound', 20.0, 'min_bound')):
        with pytest.raises(ValueError, match=message):
            array.set_hidden({name: np.full((2, 2), value)})


@pytest.mark.parametrize('name', REFERENCE['cases'])
def test_hidden_parameters_have_the_distribution_of_the_reference(name):
    case = REFERENCE['cases'][name]
    array = build(parameters_from(case['config'], CLASSES), (100, 200))
    assert array.granularity == pytest.approx(case['weight_granularity'], rel=1e-6)
    for parameter, expected in case['hidden_parameters'].items():
        assert_quantiles(array.hidden[parameter], expected, parameter)


@pytest.mark.parametrize('name', REFERENCE['cases'])
def test_trajectories_are_those_of_the_reference(name):
    """10,000 devices, 1000 pulses up, then 1000 down."""
    case = REFERENCE['cases'][name]
    array = build(parameters_from(case['config'], CLASSES), (100, 100))
    array.set_weights(np.zeros((100, 100), dtype=np.float32), Stream(1, 1))
    compare_state(array, case['states']['init'], heavy='corrupt' in name or 'Reference' in name)
    given = 0
    for up in (True, False):
        for count in (1, 10, 50, 200, 1000):
            pulses(array, up, count - given, operation=2 + up, first=given)
            given = count
            compare_state(array, case['states'][f'{"up" if up else "down"}_{count}'], heavy='Reference' in name)
        given = 0


def compare_state(array, expected, heavy):
    """Compare the weights that products see and, for devices with write noise, those that pulses change, without `r`."""
    compare(array.visible.ravel(), expected, heavy)
    if 'persistent' in expected:
        reference = 0 if array.reference is None else array.reference
        compare(array.persistent.ravel() - reference, expected['persistent'], heavy)


def compare(samples, expected, heavy):
    """Compare moments within their errors; where single devices dominate them (those with a reference), quantiles."""
    if heavy:
        return assert_quantiles(samples, expected, 'weight')
    n = samples.size
    error = np.hypot(expected['se_mean'], samples.std() / np.sqrt(n))
    assert abs(samples.mean() - expected['mean']) <= SIGMAS * error
    error = np.sqrt(expected['se_std'] ** 2 + 3 * samples.var() / (2 * n))
    assert abs(samples.std() - expected['std']) <= SIGMAS * error


def assert_quantiles(samples, expected, name):
    """Compare quantiles: the expected one must lie between those of ours that are 4.5 standard errors of a rank apart."""
    if 'constant' in expected:
        np.testing.assert_allclose(samples, expected['constant'], atol=1e-7)
        return
    for level, key in ((0.05, 'q05'), (0.5, 'q50'), (0.95, 'q95')):
        error = SIGMAS * np.sqrt(level * (1 - level) * (1 / samples.size + 1 / 50_000))
        low, high = np.quantile(samples, [max(level - error, 0), min(level + error, 1)])
        assert low - 1e-6 <= expected[key] <= high + 1e-6, f'{name} {key}: {low} to {high}, expected {expected[key]}'
