"""An array of devices: weights within bounds, references, write noise, hidden parameters, copies."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice, SoftBoundsReferenceDevice
from tests.kernel.helpers import build, pulses


def test_weights_that_were_read_can_be_set_again():
    """Also for devices with a reference, whose bounds limit `w + r`; aihwkit limits `w` and so changes some of them."""
    array = build(SoftBoundsReferenceDevice(reference_std=0.3), (30, 30))
    pulses(array, True, 500)
    weights = array.visible.copy()
    array.set_weights(weights, Stream(1, 1))
    np.testing.assert_allclose(array.visible, weights, atol=1e-6)


def test_set_weights_is_limited_by_the_bounds():
    array = build(ConstantStepDevice(), (10, 10))
    array.set_weights(np.full((10, 10), 5.0, dtype=np.float32), Stream(1, 1))
    assert (array.visible.ravel() == array.upper).all()


@pytest.mark.parametrize('weights, message', [
    (np.full((2, 3), np.nan, dtype=np.float32), 'NaN'), (np.zeros((3, 2), dtype=np.float32), 'shape')])
def test_impossible_weights_are_refused_and_nothing_changes(weights, message):
    array = build(ConstantStepDevice(), (2, 3))
    before = array.visible.copy()
    with pytest.raises(ValueError, match=message):
        array.set_weights(weights, Stream(1, 1))
    assert (array.visible == before).all()


def test_write_noise_is_between_the_persistent_and_the_visible_weight():
    array = build(SoftBoundsDevice(write_noise_std=5.0), (100, 100))
    array.set_weights(np.zeros((100, 100), dtype=np.float32), Stream(1, 1))
    assert (array.persistent == 0).all()
    assert array.visible.std() == pytest.approx(0.005, rel=4.5 / np.sqrt(2 * 10_000))
    quiet = build(SoftBoundsDevice(write_noise_std=5.0, apply_write_noise_on_set=False), (10, 10))
    quiet.set_weights(np.zeros((10, 10), dtype=np.float32), Stream(1, 1))
    assert (quiet.visible == 0).all()


def test_a_reference_is_between_the_persistent_and_the_visible_weight():
    array = build(SoftBoundsReferenceDevice(reference_mean=0.1, reference_std=0.05), (10, 20))
    array.set_weights(np.full((10, 20), 0.2, dtype=np.float32), Stream(1, 1))
    reference = array.hidden['reference']
    assert reference.std() > 0.03 and array.persistent is not array.visible
    np.testing.assert_allclose(array.persistent, np.minimum(0.2 + reference, array.hidden['max_bound']), atol=1e-6)
    np.testing.assert_allclose(array.visible, array.persistent - reference, atol=1e-6)


def test_copies_keep_what_is_shared_and_share_nothing_else():
    array = build(ConstantStepDevice(), (3, 3))
    copied = deepcopy(array)
    assert copied.persistent is copied.visible and copied.visible is not array.visible
    pulses(copied, True, 3)
    assert (array.visible != copied.visible).any()


def test_hidden_parameters_can_be_set_and_are_checked():
    array = build(SoftBoundsDevice(), (2, 2))
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


def test_weights_beyond_new_bounds_move_to_them():
    array = build(ConstantStepDevice(), (4, 5))
    array.set_weights(np.full((4, 5), 0.2, dtype=np.float32), Stream(1, 1))
    array.set_hidden({'max_bound': np.full((4, 5), 0.125)})
    assert array.visible.max() == 0.125 and (array.upper == 0.125).all()


def test_what_a_step_reads_is_in_single_precision():
    array = build(SoftBoundsReferenceDevice(), (4, 5))
    assert {plane.dtype for plane in (*array.up, *array.down)} == {np.dtype('float32')}
    assert {type(number) for number in (*array.up_shared, *array.down_shared)} == {np.float32}
