"""One-sided cells: which array takes which pulses, and what refresh does with those that are full."""

import copy

import numpy as np
import pytest

from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.compounds import OneSidedUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, ExpStepDevice, SoftBoundsDevice, SoftBoundsReferenceDevice
from aihwlab.simulator.presets import PCMPresetUnitCell
from tests.compare import assert_moments
from tests.kernel.cells.compounds import (
    COUNTED,
    EXACT,
    IN,
    OUT,
    REFERENCE,
    D,
    W,
    X,
    assert_reference,
    parts_of,
    reference_tile,
    tile_of,
)
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, ideal_steps, numbers

PLUS, MINUS = np.abs(0.3 * numbers(8, (OUT, IN))), np.abs(0.3 * numbers(9, (OUT, IN)))


def cells_of(device=None, **settings):
    """Return parameters of one-sided cells; of devices with equal steps up to 1 if none are given.

    Whatever a device holds can be written by one train.
    """
    write = UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT, desired_bl=1000)
    return OneSidedUnitCell(**{**dict(unit_cell_devices=[device or ideal_steps(w_max=1.0, w_min=-1.0, reset_std=0.0)],
                                      refresh_forward=EXACT, refresh_update=write, units_in_mbatch=False,
                                      refresh_upper_thres=0.2, refresh_lower_thres=0.05), **settings})


def filled(device, plus=PLUS, minus=MINUS, **settings):
    """Return a tile whose devices hold something."""
    tile = tile_of(device, **settings)
    sign = -1 if device.copy_inverted else 1
    tile.cells.set_hidden({'hidden_weights_0': minus, 'hidden_weights_1': sign * plus})
    return tile


def refreshed(tile):
    """Let a tile refresh its cells, by a vector that changes nothing."""
    tile.update(0 * X[:1, :, :1], 0 * D[:1, :, :1], 0.05)
    return tile


# -- the reference


@pytest.mark.parametrize('backend', BACKENDS)
def test_all_weights_are_those_of_the_reference(backend):
    assert_reference('one_sided_no_refresh', backend)


@pytest.mark.parametrize('count', [60, pytest.param(400, marks=pytest.mark.slow)])
def test_weights_after_refresh_have_the_moments_of_the_reference(count):
    """Some devices are rarely filled, so that their own moments need many tiles."""
    case = REFERENCE['stochastic']['one_sided_refresh']
    tiles = [reference_tile(case, seed=seed) for seed in range(count)]
    assert_moments(np.array([tile.weights.ravel() for tile in tiles]), case['visible_weight'])
    for number, name in enumerate(('g_minus', 'g_plus') if count > 100 else ()):
        assert_moments(np.array([parts_of(tile)[number].ravel() for tile in tiles]), case[name])


# -- pulses


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('inverted', [False, True])
def test_pulses_up_and_down_of_the_weight_go_to_devices_of_their_own(inverted, pulse_type, backend):
    tile = tile_of(cells_of(copy_inverted=inverted), backend, update=UpdateParameters(pulse_type=pulse_type))
    tile.update(X, D, 0.05)
    minus, plus = parts_of(tile)
    plus = -plus if inverted else plus
    assert min(minus.min(), plus.min()) == 0 and min(minus.max(), plus.max()) > 0.005
    np.testing.assert_allclose(tile.weights, plus - minus, atol=1e-7)
    steps = (plus.sum(dtype=float) + minus.sum(dtype=float)) / 0.001
    assert tile.counts.steps == tile.counts.coincidences == round(steps)
    single = tile_of(ideal_steps(), backend, update=UpdateParameters(pulse_type=pulse_type))
    single.update(X, D, 0.05)
    np.testing.assert_allclose(tile.weights, single.weights, atol=1e-6)


@pytest.mark.parametrize('inverted', [False, True])
def test_weights_are_set_in_the_device_for_their_sign(inverted):
    tile = filled(cells_of(copy_inverted=inverted))
    tile.write(W)
    minus, plus = parts_of(tile)
    assert (tile.weights == W).all() and (minus == np.maximum(-W, 0)).all()
    assert (plus == (-1 if inverted else 1) * np.maximum(W, 0)).all()


@pytest.mark.parametrize('device', [
    SoftBoundsDevice(w_max=0.8, w_min=-0.4, up_down=0.3, dw_min_std=0.0), ExpStepDevice(dw_min_std=0.0),
    SoftBoundsReferenceDevice(reference_std=0.1, dw_min_std=0.0)])
def test_an_inverted_copy_steps_up_as_the_first_device_steps_down(device):
    """In aihwkit the second device is a mirror image of itself."""
    one_pulse = UpdateParameters(desired_bl=1, update_bl_management=False, update_management=False)
    pair, single = tile_of(cells_of(device, copy_inverted=True), update=one_pulse), tile_of(device, update=one_pulse)
    first, second = (part.hidden() for part in pair.cells.parts)
    assert all((second[name] == value).all() for name, value in first.items())
    single.cells.set_hidden(first)
    x, d = np.ones((1, IN, 1), dtype=np.float32), np.ones((1, OUT, 1), dtype=np.float32)
    pair.update(x, -d, 2 * device.law.granularity(device))  # one pulse up of the weight
    single.update(x, d, 2 * device.law.granularity(device))  # one pulse down of the device
    assert (parts_of(pair)[1] == single.weights).all()
    np.testing.assert_allclose(pair.weights, -single.weights - parts_of(pair)[0], atol=1e-7)


# -- refresh


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('inverted', [False, True])
def test_full_pairs_are_emptied_and_keep_their_difference(inverted, backend):
    """Within a step, if what is read exactly is written by pulses that have no noise."""
    device = ideal_steps(dw_min=0.01, w_max=1.0, w_min=-1.0, reset_std=0.0)
    tile = filled(cells_of(device, copy_inverted=inverted, refresh_every=1), backend=backend)
    minus, plus = np.abs(refreshed(tile).cells.hidden()['hidden_weights_0']), np.abs(parts_of(tile)[1])
    full = (np.maximum(PLUS, MINUS) > 0.2) & (np.minimum(PLUS, MINUS) > 0.05)
    assert 0.1 < full.mean() < 0.9
    assert (plus[~full] == PLUS[~full]).all() and (minus[~full] == MINUS[~full]).all()
    assert (np.minimum(plus, minus)[full] == 0).all() and np.maximum(plus, minus)[full].max() > 0.2
    np.testing.assert_allclose(tile.weights, PLUS - MINUS, atol=0.0051)


def test_what_does_not_fit_into_one_train_is_lost():
    device = cells_of(refresh_every=1, refresh_update=COUNTED)
    tile = refreshed(filled(device, np.full((OUT, IN), 0.8), np.full((OUT, IN), 0.4)))
    np.testing.assert_allclose(tile.weights, 0.031, atol=1e-6)  # 31 pulses


@pytest.mark.parametrize('pulse_type', [*PULSED_TYPES, PulseType.NONE_WITH_DEVICE])
def test_differences_are_written_in_the_right_direction_by_every_type_of_pulses(pulse_type):
    """In aihwkit the types whose pulses are counted, not drawn, write the wrong way."""
    small = 0.03 * np.sign(numbers(5, (OUT, IN)))
    update = UpdateParameters(pulse_type=pulse_type, desired_bl=100)
    tile = refreshed(filled(cells_of(refresh_every=1, refresh_update=update), 0.4 + small, np.full((OUT, IN), 0.4)))
    assert all(part.max() < 0.06 for part in parts_of(tile))
    assert tile.weights[small > 0].mean() == pytest.approx(0.03, abs=0.002)
    assert tile.weights[small < 0].mean() == pytest.approx(-0.03, abs=0.002)


def test_what_is_written_again_has_the_noise_of_reads_and_resets():
    shape = (100, 100)
    device = ideal_steps(w_max=1.0, w_min=-1.0, reset_std=0.01)
    tile = filled(cells_of(device, refresh_every=1, refresh_forward=IOParameters(out_noise=0.02, out_res=-1)),
                  np.full(shape, 0.5), np.full(shape, 0.4), shape=shape)
    tile.update(np.zeros((1, 100, 1), dtype=np.float32), np.zeros((1, 100, 1), dtype=np.float32), 0.05)
    assert tile.weights.mean() == pytest.approx(0.1, abs=4.5 * 0.032 / 100)
    assert tile.weights.std() == pytest.approx(np.sqrt(2 * 0.02 ** 2 + 2 * 0.01 ** 2), rel=0.03)


def test_devices_with_write_noise_can_be_refreshed():
    """In aihwkit this ends in an error while it trains."""
    device = SoftBoundsDevice(w_max=1.0, w_max_dtod=0.0, write_noise_std=5.0, reset_std=0.0)
    tile = refreshed(filled(cells_of(device, refresh_every=1), np.full((OUT, IN), 0.45), np.full((OUT, IN), 0.4)))
    assert all(part.max() < 0.1 for part in parts_of(tile))
    assert tile.weights.mean() == pytest.approx(0.05, abs=0.005) and tile.weights.std() < 0.03


@pytest.mark.parametrize('plus, minus, is_refreshed', [
    (0.3, 0.1, True), (0.1, 0.3, True), (0.3, 0.04, False), (0.19, 0.19, False)])
def test_the_fuller_device_must_be_above_one_threshold_and_the_emptier_one_above_another(plus, minus, is_refreshed):
    tile = refreshed(filled(cells_of(refresh_every=1), np.full((OUT, IN), plus), np.full((OUT, IN), minus)))
    assert (np.minimum(*parts_of(tile)) == 0).all() == is_refreshed


def test_thresholds_are_relative_to_w_max():
    device = ideal_steps(w_max=0.5, w_min=-2.0, reset_std=0.0)
    for inverted, is_refreshed in ((False, True), (True, False)):  # an inverted copy has the range of pulses down
        tile = refreshed(filled(cells_of(device, copy_inverted=inverted, refresh_every=1),
                                np.full((OUT, IN), 0.13), np.full((OUT, IN), 0.04)))
        assert (parts_of(tile)[0] == 0).all() == is_refreshed


@pytest.mark.parametrize('units_in_mbatch, period', [(False, 5), (True, 10)])
def test_refresh_comes_after_so_many_vectors_or_batches(units_in_mbatch, period):
    """Batches have two vectors, so that five vectors are over in the middle of the third one, and five batches after ten."""
    tile, refreshed_after = filled(cells_of(refresh_every=5, units_in_mbatch=units_in_mbatch)), []
    for batch in range(1, 16):
        tile.update(np.zeros((2, IN, 1), dtype=np.float32), np.zeros((2, OUT, 1), dtype=np.float32), 0.05)
        if (parts_of(tile)[0] != MINUS).any():
            refreshed_after.append(batch)
            tile.cells.set_hidden({'hidden_weights_0': MINUS, 'hidden_weights_1': PLUS})
    assert refreshed_after == [-(-vectors // 2) for vectors in range(period, 31, period)]
    assert tile.cells.vectors == 30


def test_without_a_period_nothing_is_refreshed():
    tile = refreshed(filled(cells_of(refresh_every=0)))
    assert (parts_of(tile)[0] == MINUS).all() and tile.cells.vectors == 1


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('every', [1, 5])
def test_a_batch_is_its_vectors_in_turn(every, backend):
    batch, turns = (filled(cells_of(refresh_every=every, refresh_update=COUNTED), backend=backend, update=COUNTED)
                    for _ in range(2))
    batch.update(X, D, 0.05)
    for x, d in zip(X.transpose(0, 2, 1).reshape(-1, IN), D.transpose(0, 2, 1).reshape(-1, OUT)):
        turns.update(x[None, :, None], d[None, :, None], 0.05)
    assert all((one == other).all() for one, other in zip(parts_of(batch), parts_of(turns)))
    assert batch.cells.vectors == turns.cells.vectors == 12


def test_refreshes_of_one_batch_have_random_numbers_of_their_own():
    """Resets are noisy: pairs that are always full end in a new state after each."""
    states, half = [], np.full((OUT, IN), 0.5)
    for count in (1, 2):
        tile = filled(cells_of(ideal_steps(reset=0.5, reset_std=0.1), refresh_every=1, refresh_update=COUNTED,
                               refresh_upper_thres=0.0, refresh_lower_thres=0.0), half, half)
        tile.update(np.zeros((count, IN, 1), dtype=np.float32), np.zeros((count, OUT, 1), dtype=np.float32), 0.05)
        states.append(parts_of(tile)[0].ravel().copy())
    assert states[0].std() > 0.05 and abs(np.corrcoef(*states)[0, 1]) < 4.5 / np.sqrt(OUT * IN)


def test_reads_and_writes_of_a_refresh_are_counted():
    tile = filled(cells_of(refresh_every=1, refresh_forward=IOParameters()))
    refreshed(tile)
    counts = tile.counts
    assert counts.passes == 2 * IN and counts.output_conversions == 2 * IN * OUT
    assert counts.steps > 0 and 1 < counts.updates <= 1 + 2 * IN


def test_a_checkpoint_in_the_middle_of_a_period_goes_on_exactly():
    tile = filled(cells_of(ConstantStepDevice(), refresh_every=5, refresh_forward=IOParameters()))
    tile.update(X[:3, :, :1], D[:3, :, :1], 0.05)
    other = tile_of(tile.parameters.device, seed=9)
    other.load(copy.deepcopy(tile.state()))
    for each in (tile, other):
        each.update(X, D, 0.05)
    assert all((one == two).all() for one, two in zip(parts_of(tile), parts_of(other)))
    assert other.cells.vectors == tile.cells.vectors == 15


def test_pairs_of_phase_change_devices_learn_for_longer_with_refresh():
    """A target that swings back and forth fills both devices: without refresh they saturate."""
    errors = {}
    for every in (0, 1):
        device = PCMPresetUnitCell(refresh_every=every)
        tile = tile_of(device, shape=(4, 5))
        x = np.eye(5, dtype=np.float32)[:, :, None]
        for step in range(150):
            target = np.full((4, 5), 0.5 * np.sin(step / 10), dtype=np.float32)
            tile.update(x, np.ascontiguousarray((tile.weights - target).T)[:, :, None], 0.3)
        errors[every] = np.abs(tile.weights - target).mean()
    assert errors[1] < 0.7 * errors[0]
