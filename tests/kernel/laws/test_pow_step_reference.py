"""Power-law steps counted from a reference: the weight where steps up and down are equal."""

import numpy as np

from aihwlab.kernel.laws.pow_step_reference import PowStepReferenceDevice
from tests.kernel.helpers import build, pulses
from tests.parameters.helpers import assert_impossible


def test_pulses_up_and_down_in_turn_end_where_steps_are_equal():
    """With the symmetry point subtracted, this is the weight zero of every device."""
    array = build(PowStepReferenceDevice(subtract_symmetry_point=True, dw_min=0.01, dw_min_std=0.0, up_down_dtod=0.2),
                  (10, 10))
    assert array.hidden['reference'].std() > 0.05
    for _ in range(600):
        pulses(array, True, 1)
        pulses(array, False, 1)
    assert np.abs(array.visible).max() < 0.02


def test_the_number_of_pairs_can_be_given():
    """No pairs find no point, and every further pair comes closer."""
    found = [build(PowStepReferenceDevice(subtract_symmetry_point=True, n_estimation_steps=pairs), (5, 6)).hidden['reference']
             for pairs in (1, 100, 10_000)]
    errors = [np.abs(reference - found[-1]).mean() for reference in found]
    assert errors[0] > errors[1] > errors[2] == 0


def test_a_mean_reference_is_subtracted_from_all_weights():
    array = build(PowStepReferenceDevice(reference_mean=0.1), (5, 6))
    assert (array.hidden['reference'] == np.float32(0.1)).all()
    pulses(array, True, 1)
    np.testing.assert_allclose(array.visible, array.persistent - np.float32(0.1), atol=1e-7)


def test_an_exponent_without_steps_is_impossible():
    assert_impossible(PowStepReferenceDevice(pow_gamma=1e4), 'pow_gamma', 'so small that a pulse in the middle')
