"""A few weights that learn from noisy examples: where they settle, and what is seen of their cells."""

from dataclasses import replace

import numpy as np
import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.laws.soft_bounds_reference import SoftBoundsReferenceDevice
from aihwlab.kernel.learning import learn
from aihwlab.parameters.chopped_transfer import ChoppedTransferCompound
from aihwlab.parameters.device import FloatingPointDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.transfer import TransferCompound

DEVICE = SoftBoundsReferenceDevice(dw_min=0.01, dw_min_std=0.3, w_max=1.0, w_min=-1.0, dw_min_dtod=0.0, w_max_dtod=0.0,
                                   w_min_dtod=0.0, up_down_dtod=0.0)
ONE = np.ones((60, 20, 1))
SETTINGS = dict(transfer_forward=IOParameters(is_perfect=True), transfer_lr=0.1, scale_transfer_lr=False)


def tiki_taka(zero=0.0, up_down=0.0, kind=TransferCompound, **more):
    """Return cells of two arrays; the fast one has its zero beside the symmetry point."""
    slow = replace(DEVICE, up_down=up_down)
    fast = replace(slow, subtract_symmetry_point=True, reference_mean=-zero)
    return kind(unit_cell_devices=[fast, slow], **SETTINGS, **more)


def settled(device, noise=1.0, seeds=20, last=20):
    """Return the mean of the last third of the batches for some seeds, and its standard error."""
    inputs = np.ones((3 * last, 20, 1))
    means = [learn(device, inputs, np.array([0.5]), noise, 0.02, seed).weights[-last:].mean() for seed in range(1, seeds + 1)]
    return np.mean(means), np.std(means) / seeds ** 0.5


def test_without_noise_all_of_it_is_learned():
    for device in (DEVICE, tiki_taka(), MixedPrecisionCompound(device=DEVICE)):
        weights = learn(device, ONE, np.array([0.5]), 0.0, 0.05).weights
        assert weights[0] == 0 and abs(weights[-10:].mean() - 0.5) < 0.05


def test_exact_weights_learn_exactly():
    course = learn(FloatingPointDevice(), ONE, np.array([0.5]), 0.0, 0.01)
    np.testing.assert_allclose(course.weights[:, 0], 0.5 * (1 - 0.8 ** np.arange(61)), atol=1e-5)


@pytest.mark.parametrize('noise', [0.6, 1.0])
def test_noise_pulls_a_weight_to_the_symmetry_point(noise):
    """Pulses up and down balance where `(noise - m)(1 - w) = (noise + m)(1 + w)` for the mean gradient `m = w - w*`."""
    mean, error = settled(DEVICE, noise)
    assert error < 0.01 and abs(mean - 0.5 / (1 + noise)) < 4 * error


def test_tiki_taka_learns_what_a_single_array_does_not():
    mean, error = settled(tiki_taka(up_down=0.4))
    assert error < 0.015 and abs(mean - 0.5) < 4 * error


def test_a_zero_beside_the_symmetry_point_moves_what_is_learned():
    """The fast array rests at `-m / noise + zero`, and the slow one where that is zero: after infinite time, at 0.5 + 0.2."""
    mean, error = settled(tiki_taka(zero=0.2, up_down=0.4))
    assert error < 0.015 and 0.6 < mean < 0.7 + 4 * error


def test_choppers_take_the_error_of_the_zero_out_but_need_time():
    chopped = tiki_taka(0.2, 0.4, ChoppedTransferCompound, units_in_mbatch=True, scale_fast_lr=True, in_chop_random=False,
                        forget_buffer=False)
    mean, error = settled(chopped, seeds=8, last=60)
    assert error < 0.015 and abs(mean - 0.5) < 0.03 + 4 * error


def test_what_is_seen_of_the_cells():
    target, inputs = np.array([0.5, -0.3]), np.resize([[1, 1], [1, -1]], (5, 4, 2))
    course = learn(tiki_taka(kind=ChoppedTransferCompound, in_chop_prob=0.5, in_chop_random=False), inputs, target, 0.5, 0.05)
    assert course.weights.shape == course.digital.shape == course.signs.shape == (6, 2)
    assert course.arrays.shape == (6, 2, 2) and abs(course.digital).max() > 0
    np.testing.assert_array_equal(course.arrays[:, 1], course.weights)
    assert course.signs[0].tolist() == [1, 1] and set(course.signs.ravel()) == {1, -1}
    single = learn(DEVICE, inputs, target, 0.5, 0.05)
    assert single.arrays.shape == (6, 1, 2) and (single.digital == 0).all() and (single.signs == 1).all()
    np.testing.assert_array_equal(single.arrays[:, 0], single.weights)


def test_the_sum_of_mixed_precision_keeps_less_than_a_step():
    course = learn(MixedPrecisionCompound(device=DEVICE), np.ones((20, 1, 1)), np.array([0.5]), 0.0, 0.001)
    assert 0 < abs(course.digital).max() <= 0.01


def test_seed_decides():
    courses = [learn(tiki_taka(), ONE[:5], np.array([0.5]), 1.0, 0.02, seed).weights for seed in (1, 1, 2)]
    np.testing.assert_array_equal(courses[0], courses[1])
    assert (courses[0] != courses[2]).any()


@pytest.mark.parametrize('change, message', [
    ({'inputs': np.ones((5, 1))}, r'inputs of shape \(5, 1\)'), ({'target': np.ones(2)}, r'target of shape \(2,\)'),
    ({'inputs': np.ones((0, 2, 1))}, 'must be'), ({'noise': np.nan}, 'noise = nan: must be finite'),
    ({'learning_rate': -1.0}, 'learning_rate')])
def test_impossible_experiments_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        learn(**{**dict(device=DEVICE, inputs=ONE, target=np.array([0.5]), noise=1.0, learning_rate=0.1), **change})


def test_impossible_devices_are_refused():
    with pytest.raises(ConfigError, match='dw_min'):
        learn(replace(DEVICE, dw_min=-1.0), ONE, np.array([0.5]), 1.0, 0.02)
