"""Chopped Tiki-Taka: choppers turn signs and change no expected weight, and scales that set themselves."""

from dataclasses import replace

import numpy as np
import pytest

from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import ChoppedTransferCompound, DynamicTransferCompound
from tests.kernel.cells.transfers import (
    COUNTED,
    WRONG_ZERO,
    assert_scenario,
    assert_statistics,
    everything,
    exact,
    parts_of,
    scenarios,
    silence,
    tile_of,
    vectors,
)
from tests.kernel.helpers import BACKENDS, ideal_steps

SLICES, LINES = 'slice_choppers', 'line_choppers'


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', scenarios(ChoppedTransferCompound))
def test_weights_and_buffers_are_those_of_the_reference(name, backend):
    assert_scenario(name, backend)


@pytest.mark.parametrize('name', scenarios(ChoppedTransferCompound, 'stochastic'))
def test_statistics_are_those_of_the_reference(name):
    assert_statistics(name)


# -- choppers


def chopped(**settings):
    return exact(ChoppedTransferCompound, **{**dict(fast_lr=0.2, transfer_lr=3.0, in_chop_prob=0.0), **settings})


@pytest.mark.parametrize('columns', [True, False])
@pytest.mark.parametrize('gamma', [0.0, 0.3])
def test_signs_of_choppers_change_the_fast_array_and_nothing_else(columns, gamma):
    """Element by element, so a transposed sign would be found."""
    plain, turned = (tile_of(chopped(transfer_columns=columns, gamma=gamma)) for _ in range(2))
    slices, lines = (np.array(signs, dtype=np.float32) for signs in ([1, -1, -1, 1], [-1, 1, 1]))
    slices, lines = (slices, lines) if columns else (lines, slices)
    turned.cells.registers.update({SLICES: slices, LINES: lines})
    for tile in (plain, turned):
        tile.update(*vectors(60), 0.05)
    signs = np.outer(lines, slices) if columns else np.outer(slices, lines)
    np.testing.assert_allclose(parts_of(turned)[0], signs * parts_of(plain)[0], atol=1e-7)
    np.testing.assert_allclose(parts_of(turned)[1], parts_of(plain)[1], atol=1e-7)
    np.testing.assert_allclose(turned.weights, plain.weights, atol=1e-7)
    assert np.abs(parts_of(plain)[0]).max() > 0.1 and np.abs(parts_of(plain)[1]).max() > 0.01


def test_an_offset_of_the_fast_array_averages_out():
    drifts = []
    for probability in (0.0, 0.5):
        tile = tile_of(chopped(transfer_lr=0.1, scale_transfer_lr=False, in_chop_prob=probability, in_chop_random=False,
                               buffer_granularity=100.0), (20, 30))
        tile.cells.set_hidden({'hidden_weights_0': np.full((20, 30), 0.1)})
        tile.update(*silence(40 * 30, (20, 30)), 0.1)
        drifts.append(tile.weights.copy())
    np.testing.assert_allclose(drifts[0], 0.004, atol=1e-6)
    np.testing.assert_array_equal(drifts[1], 0)


def test_choppers_switch_after_each_period_of_reads():
    tile, seen = tile_of(chopped(in_chop_prob=0.3, in_chop_random=False)), []  # a period of four
    for _ in range(40):
        tile.update(*silence(1), 0.1)
        seen.append(tile.cells.registers[SLICES].copy())
    seen = np.array(seen)
    switched = np.argwhere(np.diff(seen, axis=0, prepend=1) != 0)
    assert switched.tolist() == [[12, 0], [13, 1], [14, 2], [15, 3], [28, 0], [29, 1], [30, 2], [31, 3]]


def test_random_choppers_switch_as_often_as_is_said():
    tile = tile_of(chopped(in_chop_prob=0.2, out_chop_prob=0.4), (50, 60))
    switches = np.zeros(2)
    for _ in range(60):
        before = [tile.cells.registers[name].copy() for name in (SLICES, LINES)]
        tile.update(*silence(60, (50, 60)), 0.1)
        switches += [(tile.cells.registers[name] != old).mean() for name, old in zip((SLICES, LINES), before)]
    np.testing.assert_allclose(switches / 60, [0.2, 0.4], atol=4.5 * 0.5 / np.sqrt(3000))


def test_lines_switch_after_the_last_slice_only():
    tile = tile_of(chopped(out_chop_prob=1.0))
    for number in range(1, 13):
        tile.update(*silence(1), 0.1)
        assert (tile.cells.registers[LINES] == (-1) ** (number // 4)).all()


# -- scales


@pytest.mark.parametrize('every, reads', [(-0.5, 8), (-1.0, 4), (-1e-6, 800), (4.0, 200), (0.0, 0)])
def test_times_may_be_a_fraction_of_all_states_and_no_array_is_read_twice(every, reads):
    """The fast devices have 800 states, the tile has four columns, and time goes on for 800 vectors."""
    devices = [ideal_steps(w_max=0.4, w_min=-0.4), ideal_steps()]
    tile = tile_of(chopped(transfer_every=every, unit_cell_devices=devices))
    tile.update(*silence(800), 0.1)
    assert tile.counts.products == reads


def worth(read=0.01, **settings):
    """Return what one read of a column of four adds to the buffer."""
    tile = tile_of(chopped(**{**dict(transfer_lr=0.02, scale_transfer_lr=False), **settings}))
    tile.cells.set_hidden({'hidden_weights_0': np.full((3, 4), read)})
    tile.update(*silence(4), 0.1)
    (found,) = np.unique(tile.cells.hidden()['buffered_FP_weight_0'])
    return pytest.approx(found, rel=1e-5)


@pytest.mark.parametrize('settings, expected', [
    ({}, 0.2), (dict(buffer_granularity=2.0), 0.1), (dict(auto_granularity=8.0), 0.1),
    (dict(auto_granularity=8.0, transfer_every_vec=[1.0, 0.0]), 0.1), (dict(scale_transfer_lr=True), 0.02),
    (dict(correct_gradient_magnitudes=True, transfer_lr=0.002), 0.1),
    (dict(correct_gradient_magnitudes=True, transfer_lr=0.002,
          unit_cell_devices=[ideal_steps(), ideal_steps(dw_min=0.005)]), 0.02), (dict(no_buffer=True), 0.0)])
def test_the_buffer_counts_in_steps(settings, expected):
    assert worth(**settings) == expected


def test_without_a_buffer_each_read_is_written_at_once_or_never():
    for read, expected in ((0.0009, 0.0), (0.0011, 0.01)):
        tile = tile_of(chopped(transfer_lr=1.0, scale_transfer_lr=False, no_buffer=True))
        tile.cells.set_hidden({'hidden_weights_0': np.full((3, 4), read)})
        tile.update(*silence(40), 0.1)
        np.testing.assert_allclose(tile.weights, expected, atol=1e-6)


@pytest.mark.parametrize('kind', [ChoppedTransferCompound, DynamicTransferCompound])
@pytest.mark.parametrize('scale', [1.0, 1e-3, 1e3])
def test_pulses_do_not_depend_on_the_size_of_gradients_with_auto_scale(kind, scale):
    """Vectors of equal size: with `fast_lr = 0.4` and trains of 10, the largest element gets four pulses each time."""
    device = exact(kind, auto_scale=True, fast_lr=0.4, transfer_every=0.0)
    tile = tile_of(device, update=replace(COUNTED, desired_bl=10))
    x, d = (np.full((100, lines, 1), value, dtype=np.float32) for lines, value in ((4, 0.5 * scale), (3, -0.2)))
    tile.update(x, d, 0.05)
    np.testing.assert_allclose(parts_of(tile)[0], 0.4, rtol=1e-4)


def test_averages_are_over_batches_and_zeros_do_not_count():
    tile = tile_of(chopped(auto_scale=True, auto_momentum=0.9))
    x, d = (np.ones((2, lines, 1), dtype=np.float32) for lines in (4, 3))
    tile.update(x, 0 * d, 0.05)
    assert (tile.cells.registers['mean_input'], tile.cells.registers['mean_gradient']) == (1.0, 0.0)
    tile.update(np.concatenate([2 * x, 0 * x]), np.concatenate([d, d]), 0.05)  # four vectors, each of weight 0.1 / 4
    assert tile.cells.registers['mean_input'] == pytest.approx(2 - 0.975 ** 2)
    assert tile.cells.registers['mean_gradient'] == pytest.approx(1.0)


def test_vectors_stay_as_they_are_for_the_caller():
    tile, (x, d) = tile_of(chopped(auto_scale=True, in_chop_prob=0.5)), vectors(20)
    before = x.copy(), d.copy()
    tile.update(x, d, 0.1)
    assert (x == before[0]).all() and (d == before[1]).all()


def test_a_wrong_zero_of_the_fast_devices_averages_out():
    """Steps up are larger, so that random gradients without a mean drive the fast device to 0.25, where all steps are equal.
    Without choppers the slow one takes that for a gradient."""
    rng, results = np.random.default_rng(1), []
    x, d = (rng.normal(size=(20000, lines, 1)).astype(np.float32) for lines in (4, 3))
    for probability in (0.0, 0.1):
        tile = tile_of(ChoppedTransferCompound(**WRONG_ZERO, in_chop_prob=probability), update=UpdateParameters())
        tile.update(x, d, 0.1)
        results.append(tile.weights.copy())
    assert results[0].min() > 1 and np.abs(results[1]).max() < 0.3


def test_everything_of_a_tile_is_fixed_by_its_seed():
    tiles = [tile_of(exact(ChoppedTransferCompound, in_chop_prob=0.3, out_chop_prob=0.3), seed=seed) for seed in (1, 1, 2)]
    for tile in tiles:
        tile.update(*vectors(40), 0.1)
    first, again, other = (everything(tile) for tile in tiles)
    assert all((first[name] == again[name]).all() for name in first)
    assert (first[SLICES] != other[SLICES]).any() or (first[LINES] != other[LINES]).any()
