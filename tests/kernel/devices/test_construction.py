"""What is drawn once for each device: bounds and steps as parameters say, and the distributions of the reference."""

import numpy as np
import pytest

from aihwlab.kernel.devices.construction import QUANTITIES, Draws, draw_ageing, draw_common
from aihwlab.kernel.random import Stream, uniforms
from aihwlab.parameters.device import IdealDevice
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from tests.compare import assert_quantiles, reference
from tests.kernel.helpers import build, device_of, pulses, wide

REFERENCE = reference('devices')


def common(seed=1, shape=(50, 60), **settings):
    parameters = ConstantStepDevice(**settings)
    return draw_common(parameters, Draws(parameters, shape, Stream(seed, 0)))


@pytest.mark.parametrize('name', REFERENCE['cases'])
def test_hidden_parameters_have_the_distribution_of_the_reference(name):
    case = REFERENCE['cases'][name]
    array = build(device_of(case), (100, 200))
    assert array.granularity == pytest.approx(case['weight_granularity'], rel=1e-6)
    for parameter, expected in case['hidden_parameters'].items():
        assert_quantiles(array.hidden[parameter], expected, parameter)


def test_quantities_are_independent():
    draw = Draws(IdealDevice(), (100, 100), Stream(1, 0))
    drawn = [draw(name).ravel() for name in (*QUANTITIES, "a user's own", 'another')]
    assert np.abs(np.corrcoef(drawn) - np.eye(len(drawn))).max() < 4.5 / 100
    assert draw('corrupt', uniforms).min() >= 0


def test_one_spread_does_not_change_what_another_draws():
    plain, more = (build(ConstantStepDevice(w_max_dtod=spread), (5, 6)) for spread in (0.3, 0.0))
    assert (plain.hidden['dwmin_up'] == more.hidden['dwmin_up']).all()


def test_a_construction_seed_makes_arrays_alike_whatever_the_seed_of_the_tile():
    first, second = (build(SoftBoundsDevice(construction_seed=5), (5, 6), seed) for seed in (1, 2))
    other = build(SoftBoundsDevice(construction_seed=6), (5, 6), 1)
    assert (first.upper == second.upper).all() and (first.upper != other.upper).any()


def test_a_construction_seed_keeps_the_children_of_a_stream_apart():
    parameters = SoftBoundsDevice(construction_seed=5)
    first, second = (draw_common(parameters, Draws(parameters, (5, 6), Stream(1, 0).child(part))) for part in (0, 1))
    assert (first['max_bound'] != second['max_bound']).all()


def test_consistent_devices_step_in_the_right_direction_between_bounds_on_both_sides_of_zero():
    """With spreads so large that many devices would not."""
    spreads = dict(w_max_dtod=2.0, w_min_dtod=2.0, dw_min_dtod=2.0)
    hidden, free = common(**spreads), common(**spreads, enforce_consistency=False)
    assert (hidden['max_bound'] >= 0).all() and (hidden['min_bound'] <= 0).all()
    assert (hidden['dwmin_up'] >= 0).all() and (hidden['dwmin_down'] >= 0).all()
    assert (free['max_bound'] < 0).any() and (free['dwmin_up'] < 0).any()
    assert (free['max_bound'] >= free['min_bound']).all()


@pytest.mark.parametrize('up_down, up, down', [(0.0, 1.0, 1.0), (0.4, 1.0, 0.6), (-0.4, 0.6, 1.0)])
def test_a_difference_makes_one_direction_smaller(up_down, up, down):
    hidden = common(dw_min=0.01, dw_min_dtod=0.0, up_down_dtod=0.0, up_down=up_down)
    np.testing.assert_allclose(hidden['dwmin_up'], 0.01 * up, rtol=1e-6)
    np.testing.assert_allclose(hidden['dwmin_down'], 0.01 * down, rtol=1e-6)


def test_corrupt_devices_never_move_and_the_others_do():
    array = build(ConstantStepDevice(corrupt_devices_prob=0.3, corrupt_devices_range=0.2), (50, 50))
    start = array.visible.copy()
    pulses(array, True, 20)
    stuck = array.visible == start
    assert stuck.mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 2500))
    assert np.abs(array.visible[stuck]).max() <= 0.2


def test_the_perfect_bias_column_has_equal_steps():
    array = build(ConstantStepDevice(perfect_bias=True, dw_min_std=0.0), (30, 4))
    pulses(array, True, 5)
    np.testing.assert_allclose(array.visible[:, -1], 0.005, rtol=1e-5)
    assert array.visible[:, 0].std() > 0


def test_ageing_without_parameters_changes_nothing():
    hidden = draw_ageing(IdealDevice(), Draws(IdealDevice(), (3, 4), Stream(1, 0)))
    assert {name: value.max() for name, value in hidden.items()} == {
        'decay_scales': 1, 'diffusion_rates': 0, 'reset_bias': 0, 'drift_nu': 0}


def test_a_lifetime_too_short_for_one_step_keeps_nothing():
    parameters = wide(lifetime=2.0, lifetime_dtod=1.0)
    scales = draw_ageing(parameters, Draws(parameters, (100, 100), Stream(1, 0)))['decay_scales']
    assert scales.min() == 0 and scales.max() < 1 and (scales == 0).mean() == pytest.approx(0.31, abs=0.05)
