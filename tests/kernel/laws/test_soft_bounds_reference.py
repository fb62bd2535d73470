"""Soft bounds counted from a reference: the symmetry point, the spread of slopes, devices without room on one side."""

import numpy as np

from aihwlab.kernel.laws.soft_bounds_reference import SoftBoundsReferenceDevice
from tests.kernel.helpers import build, pulses


def test_pulses_up_and_down_in_turn_end_where_steps_are_equal():
    """With the symmetry point subtracted, this is the weight zero of every device."""
    array = build(SoftBoundsReferenceDevice(subtract_symmetry_point=True, dw_min=0.01, dw_min_std=0.0, up_down_dtod=0.2),
                  (10, 10))
    assert array.hidden['reference'].std() > 0.05
    assert (array.hidden['reset_bias'] == array.hidden['reference']).all()
    for _ in range(600):
        pulses(array, True, 1)
        pulses(array, False, 1)
    assert np.abs(array.visible).max() < 0.02


def test_a_spread_of_slopes_moves_the_bounds():
    """`step (1 - v / bound)` vanishes where the slope says."""
    plain, spread = (build(SoftBoundsReferenceDevice(slope_up_dtod=slope), (20, 20)).hidden for slope in (0.0, 0.3))
    assert (spread['max_bound'] != plain['max_bound']).all() and (spread['min_bound'] == plain['min_bound']).all()
    assert (spread['dwmin_up'] == plain['dwmin_up']).all()


def test_without_room_above_zero_steps_up_are_constant():
    array = build(SoftBoundsReferenceDevice(w_max=0.0, w_max_dtod=0.0, dw_min_dtod=0.0), (3, 4))
    assert (array.up.slope == 0).all() and (array.down.slope > 0).all()


def test_noise_is_that_of_the_step_at_zero_unless_it_is_relative():
    fixed, relative = (build(SoftBoundsReferenceDevice(mult_noise=relative)).up_shared for relative in (False, True))
    assert fixed.noise == relative.noise == relative.slope_noise and fixed.slope_noise == 0
