"""Mixed-precision cells: gradients add up exactly, whole steps of the sum become pulses, and nothing is lost in between."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.mixed_precision import CHI, DIGITAL, quantized, vectors_before_transfer
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.patches import Geometry, Patches, as_rows
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.kernel.tile import Tile
from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.parameters.drift import DriftParameter
from aihwlab.parameters.enums import PulseType, VectorUnitCellUpdatePolicy
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.vector import ReferenceUnitCell, VectorUnitCell
from aihwlab.simulator.configs import DigitalRankUpdateRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, LinearStepDevice, SoftBoundsDevice
from aihwlab.simulator.presets import PCMPresetUnitCell, ReRamSBPresetDevice
from tests.compare import reference
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, columns, ideal_steps, numbers
from tests.networks import all_weights, go_on, small_network, through_a_file, trained

REFERENCE = reference('mixed_precision')
OUT, IN = 6, 40
X, D = numbers(1, (6, IN, 2)), 0.1 * numbers(2, (6, OUT, 2))
GRADIENT = as_rows(D).T @ as_rows(X)
COUNTED = UpdateParameters(pulse_type=PulseType.MEAN_COUNT, desired_bl=1000)
NOISY = MixedPrecisionCompound(device=SoftBoundsDevice(write_noise_std=2.0, diffusion=0.01, lifetime=100.0,
                                                       drift=DriftParameter(nu=0.1)),
                               transfer_every=2, n_rows_per_transfer=4, random_row=True, n_x_bins=8, n_d_bins=16)


def tile_of(device=None, backend=None, shape=(OUT, IN), update=COUNTED, seed=3, **settings):
    """Return a tile of mixed-precision cells; of devices with equal steps if none are given."""
    device = device or MixedPrecisionCompound(device=ideal_steps(), **settings)
    tile = Tile(shape, TileParameters(device=device, update=update), seed=seed, engine=Engine(backend=backend))
    tile.counts = Counts.with_pulses()
    return tile


def updates(tile, count, x=X, d=D, learning_rate=0.05):
    """Update a tile several times; yield after each."""
    for _ in range(count):
        tile.update(x, d, learning_rate)
        yield


def everything(tile):
    """Let a tile do one of everything, and several updates; yield after each operation."""
    tile.write(0.2 * numbers(4, tile.shape))
    yield from updates(tile, 5)
    for operation in (tile.age, tile.drift, lambda: tile.reset(2, 5)):
        operation()
        yield
    yield from updates(tile, 2)


# -- what aihwkit computes


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', ['mixed_precision', 'mixed_precision_bins_rows'])
def test_updates_one_by_one_give_what_aihwkit_gives(name, backend):
    case = REFERENCE[name]
    settings = {key: value for key, value in case['config'].items() if key not in ('class', 'device')}
    device = ConstantStepDevice(**{key: value for key, value in case['config']['device'].items() if key != 'class'})
    tile = tile_of(MixedPrecisionCompound(device=device, **settings), backend, (3, 4),
                   UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT))
    for k in range(1, 61):
        x = columns([0.5 * np.sin(0.7 * k * np.arange(1, 5) + 0.2)])
        tile.update(x, columns([0.2 * np.cos(0.45 * k * np.arange(1, 4) + 0.4) + 0.05]), 0.05)
    np.testing.assert_allclose(tile.weights, case['weights'], atol=1e-6)
    np.testing.assert_allclose(tile.cells.chi, case['chi'], atol=1e-6)


# -- sums and transfers


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', [PulseType.MEAN_COUNT, PulseType.DETERMINISTIC_IMPLICIT, PulseType.NONE_WITH_DEVICE])
def test_no_gradient_is_lost(backend, pulse_type):
    tile = tile_of(backend=backend, update=UpdateParameters(pulse_type=pulse_type, desired_bl=1000))
    for number, _ in enumerate(updates(tile, 8), start=1):
        np.testing.assert_allclose(tile.cells.chi - tile.weights, number * 0.05 * GRADIENT, atol=2e-6)
    assert np.abs(tile.weights).max() > 0.1


def test_what_is_left_is_less_than_a_step_except_for_the_vectors_behind_the_transfer():
    tile = tile_of()
    list(updates(tile, 4))
    before = tile.cells.chi.copy()
    tile.update(X[:1, :, :1], D[:1, :, :1], 0.05)
    assert np.abs(before).max() > 0.001 > np.abs(tile.cells.chi).max()


def test_gradients_smaller_than_a_step_move_nothing_until_they_add_up_to_one():
    tile = tile_of(shape=(1, 1))
    seen = []
    for _ in updates(tile, 12, np.float32([[[1]]]), np.float32([[[0.35]]]), 0.001):
        seen.append(round(float(tile.weights[0, 0]), 6))
    assert seen == [0, 0, -0.001, -0.001, -0.001, -0.002, -0.002, -0.002, -0.003, -0.003, -0.003, -0.004]


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_transfers_go_against_the_gradient_with_every_kind_of_train(backend, pulse_type):
    tile = tile_of(backend=backend, update=UpdateParameters(pulse_type=pulse_type, desired_bl=1000))
    list(updates(tile, 40))
    moved, asked = -tile.weights, 40 * 0.05 * GRADIENT - tile.cells.chi
    variance = 0.001 * np.abs(asked).max() / 4  # of as many pulses as the largest element has, each drawn at most by half
    np.testing.assert_allclose(moved, asked, atol=4.5 * np.sqrt(variance))
    assert (moved * asked).sum() / (asked ** 2).sum() == pytest.approx(1, abs=0.01)


def test_a_row_gives_as_many_steps_as_a_train_has_pulses_and_loses_the_rest():
    tile = tile_of(shape=(1, 1), update=UpdateParameters(desired_bl=10, pulse_type=PulseType.MEAN_COUNT))
    list(updates(tile, 2, np.float32([[[1]]]), np.float32([[[1]]]), 0.0502))
    assert tile.weights[0, 0] == pytest.approx(-0.010) and tile.cells.chi[0, 0] == pytest.approx(0.0004, abs=1e-6)


@pytest.mark.parametrize('sizes, transfer_every, expected', [
    ([1] * 7, 1, [0, 1, 1, 1, 1, 1, 1]), ([1] * 7, 3, [0, 0, 0, 1, 0, 0, 1]), ([4] * 4, 1, [0, 1, 1, 1]),
    ([4] * 6, 2, [0, 0, 1, 0, 1, 0]), ([3, 2, 5], 1, [0, 1, 1]), ([3, 7, 2], 1, [0, 1, 1]), ([3, 8, 1], 1, [0, 1, 1]),
    ([0, 2, 0, 2], 1, [0, 0, 0, 1])])
def test_a_batch_has_a_transfer_when_its_period_is_over(sizes, transfer_every, expected):
    done, found = 0, []
    for count in sizes:
        found.append(int(vectors_before_transfer(done, count, transfer_every) <= count))
        done += count
    assert found == expected


@pytest.mark.parametrize('done, count, before', [(0, 4, 5), (4, 4, 1), (5, 4, 4), (7, 4, 2), (8, 4, 1), (3, 2, 2)])
def test_the_transfer_comes_behind_the_vector_that_a_whole_number_of_periods_precede(done, count, before):
    assert vectors_before_transfer(done, count, 1) == before


@pytest.mark.parametrize('size', [2, 3, 4, 6])
def test_batches_equal_their_vectors_in_turn(size):
    x, d = (np.rint(8 * numbers(seed, (24, lines, 1))) / 16 for seed, lines in ((5, IN), (6, OUT)))  # exact in any order
    whole, single = (tile_of(granularity=2.0 ** -10, transfer_every=every) for every in (1, size))
    for first in range(0, 24, size):
        whole.update(x[first:first + size], d[first:first + size], 2.0 ** -9)
        for vector in range(first, first + size):
            single.update(x[vector:vector + 1], d[vector:vector + 1], 2.0 ** -9)
    assert (whole.weights == single.weights).all() and (whole.cells.chi == single.cells.chi).all()
    assert np.abs(whole.weights).max() > 0.003


def test_positions_are_vectors_and_patches_are_their_rows():
    images = numbers(7, (3, 2, 8, 8))
    patches = Patches(images, Geometry((3, 3), (2, 2), (1, 1)))
    d = 0.1 * numbers(8, (3, OUT, patches.shape[2]))
    tiles = tile_of(shape=(OUT, 18)), tile_of(shape=(OUT, 18))
    for _ in range(3):
        tiles[0].update(patches, d, 0.05)
        tiles[1].update(columns(as_rows(patches)), columns(as_rows(d)), 0.05)
    assert (tiles[0].weights == tiles[1].weights).all() and np.abs(tiles[0].weights).max() > 0.01
    assert tiles[0].cells.vectors == 3 * 3 * patches.shape[2]


def test_a_learning_rate_of_zero_does_not_even_count():
    tile = tile_of()
    tile.update(X, D, 0.0)
    assert tile.cells.vectors == 0 and (tile.cells.chi == 0).all()


# -- rows


def rows_moved(tile, count):
    """Return which rows each of several updates has moved."""
    x, d, before, moved = np.ones((1, IN, 1), np.float32), np.ones((1, OUT, 1), np.float32), tile.weights.copy(), []
    for _ in updates(tile, count, x, d, 0.002):
        moved.append(np.flatnonzero((tile.weights != before).any(axis=1)).tolist())
        before = tile.weights.copy()
    return moved


@pytest.mark.parametrize('count, expected', [
    (1, [[], [0], [1], [2], [3], [4], [5], [0]]), (4, [[], [0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 4, 5], [0, 1, 2, 3]]),
    (6, [[], [0, 1, 2, 3, 4, 5]]), (7, [[], [0, 1, 2, 3, 4, 5]]), (-1, [[], [0, 1, 2, 3, 4, 5]])])
def test_rows_take_turns(count, expected):
    assert rows_moved(tile_of(n_rows_per_transfer=count), len(expected)) == expected


def test_random_rows_are_all_as_likely():
    first = [rows[0] for rows in rows_moved(tile_of(n_rows_per_transfer=1, random_row=True), 1201)[1:]]
    counts = np.bincount(first, minlength=OUT)
    assert np.abs(counts - 200).max() < 4.5 * np.sqrt(200 * 5 / 6)


def test_random_rows_go_around():
    moved = rows_moved(tile_of(n_rows_per_transfer=4, random_row=True), 60)[1:]
    assert {tuple(rows) for rows in moved} == {tuple(sorted((first + k) % OUT for k in range(4))) for first in range(OUT)}


# -- steps


def test_the_step_is_the_granularity_of_the_device_or_what_is_asked_for():
    for granularity, factor, step in ((0.0, 1.0, 0.001), (0.004, 1.0, 0.004), (0.004, 0.5, 0.002)):
        tile = tile_of(granularity=granularity, transfer_lr=factor)
        list(updates(tile, 2))
        steps = tile.weights / step
        np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)
        first = 0.05 * GRADIENT + 0.05 * np.outer(as_rows(D)[0], as_rows(X)[0])
        np.testing.assert_allclose(tile.weights, -factor * np.trunc(first / (granularity or 0.001)) * (granularity or 0.001),
                                   atol=1.01 * step * (factor != 1) + 1e-6)


def test_pulses_are_always_managed():
    plain = UpdateParameters(pulse_type=PulseType.MEAN_COUNT, desired_bl=7)
    tiles = tile_of(update=replace(plain)), tile_of(update=plain)
    plain.update_management = plain.update_bl_management = False
    for _ in zip(*(updates(tile, 3) for tile in tiles)):
        assert (tiles[0].weights == tiles[1].weights).all()
    cells = tiles[1].cells
    kept = cells.managed(plain)
    assert kept is cells.managed(plain) and cells.managed(kept) is kept and not plain.update_management
    plain.desired_bl = 3
    assert cells.managed(plain).desired_bl == 3


def test_work_is_counted_where_pulses_are():
    tile = tile_of()
    list(updates(tile, 3))
    moved = np.rint(np.abs(tile.weights) / 0.001).sum()
    assert tile.counts.updates == 2 * OUT and tile.counts.steps == tile.counts.coincidences >= moved > 0


# -- levels of inputs and gradients


def test_values_are_rounded_to_levels():
    values = np.float32([[1.0, -0.7, 0.2, 0.0], [0.0, 0.0, 0.0, 0.0], [-3.0, 1.4, 1.6, 3.0]])
    rounded = quantized(values, 5, False, Stream(1, 1), Purpose.INPUT_PULSE_ROUNDING)
    np.testing.assert_allclose(rounded, [[1, -0.5, 0, 0], [0, 0, 0, 0], [-3, 1.5, 1.5, 3]])
    assert (quantized(values, 4, False, Stream(1, 1), Purpose.INPUT_PULSE_ROUNDING) == rounded).all()
    assert quantized(values, 0, True, Stream(1, 1), Purpose.INPUT_PULSE_ROUNDING) is values


def test_stochastic_rounding_is_right_on_average():
    values = np.tile(np.float32([1.0, -0.7, 0.2, 0.05]), (20_000, 1))
    rounded = quantized(values, 5, True, Stream(1, 1), Purpose.INPUT_PULSE_ROUNDING)
    assert set(np.unique(rounded)) == {-1, -0.5, 0, 0.5, 1}
    np.testing.assert_allclose(rounded.mean(axis=0), values[0], atol=4.5 * 0.25 / np.sqrt(20_000))


@pytest.mark.parametrize('bins, expected', [
    (dict(n_x_bins=5), np.outer([0.3, -0.1], [1, -0.5, 0.5])), (dict(n_d_bins=3), np.outer([0.3, 0], [1, -0.4, 0.4])),
    (dict(n_x_bins=5, n_d_bins=3), np.outer([0.3, 0], [1, -0.5, 0.5]))])
def test_inputs_and_gradients_are_rounded_independently(bins, expected):
    tile = tile_of(shape=(2, 3), stoc_round_x=False, stoc_round_d=False, **bins)
    tile.update(columns([[1, -0.4, 0.4]]), columns([[0.3, -0.1]]), 0.01)
    np.testing.assert_allclose(tile.cells.chi, 0.01 * expected, atol=1e-8)


# -- devices, and what else happens to them


def test_devices_are_those_of_a_tile_without_mixed_precision():
    device = LinearStepDevice()
    hidden = Tile((OUT, IN), TileParameters(device=device), seed=3).cells.hidden()
    found = tile_of(MixedPrecisionCompound(device=device)).cells.hidden()
    assert list(found) == [*hidden, CHI] and all((found[name] == value).all() for name, value in hidden.items())


def test_a_construction_seed_fixes_the_devices():
    def bounds(seed, **seeds):
        return tile_of(MixedPrecisionCompound(device=ConstantStepDevice(), **seeds), seed=seed).cells.hidden()['max_bound']

    assert (bounds(1, construction_seed=7) == bounds(2, construction_seed=7)).all()
    assert (bounds(1, construction_seed=7) != bounds(1)).any()


def test_the_sum_is_digital_and_does_not_age():
    tile = tile_of(MixedPrecisionCompound(device=ConstantStepDevice(diffusion=0.01, lifetime=10.0,
                                                                    drift=DriftParameter(nu=0.5))))
    list(updates(tile, 3))
    assert tile.cells.ages == (True, True)
    sums, seen = tile.cells.chi.copy(), {tile.weights.tobytes()}
    for operation in (tile.diffuse, tile.decay, tile.drift, lambda: tile.drift(100.0), tile.reset):
        operation()
        seen.add(tile.weights.tobytes())
        assert (tile.cells.chi == sums).all()
    assert len(seen) == 5  # the first drift only takes note of the weights


def test_writing_weights_begins_anew():
    tile = tile_of(n_rows_per_transfer=4)
    list(updates(tile, 2))
    tile.write(np.full((OUT, IN), 0.25, dtype=np.float32))
    assert (tile.weights == 0.25).all() and (tile.cells.chi == 0).all()
    assert (tile.cells.vectors, tile.cells.row) == (0, 0)


def test_all_changes_happen_in_the_same_memory():
    tile = tile_of(NOISY)
    weights, seen = tile.weights, set()
    for _ in everything(tile):
        assert tile.weights is weights
        seen.add(weights.tobytes())
    assert len(seen) > 6


@pytest.mark.parametrize('device', [NOISY, MixedPrecisionCompound(device=ReRamSBPresetDevice())])
def test_compiled_and_reference_arithmetic_agree(device):
    tiles = [tile_of(device, backend, update=UpdateParameters()) for backend in BACKENDS]
    for _ in zip(*(everything(tile) for tile in tiles)):
        np.testing.assert_allclose(tiles[0].weights, tiles[1].weights, atol=2e-6)
        np.testing.assert_allclose(tiles[0].cells.chi, tiles[1].cells.chi, atol=2e-6)
    assert tiles[0].counts == tiles[1].counts


@pytest.mark.parametrize('way', ['copy', 'pickle', 'state', 'map'])
def test_a_copy_goes_on_exactly_as_the_original(way):
    tile = tile_of(NOISY, update=UpdateParameters())
    list(everything(tile))
    if way == 'state':
        other = tile_of(NOISY, update=UpdateParameters(), seed=99)
        other.load(copy.deepcopy(tile.state()))
    else:
        other = pickle.loads(pickle.dumps(tile)) if way == 'pickle' else copy.deepcopy(tile)
    if way == 'map':
        other.map(np.copy)
    assert not np.shares_memory(tile.cells.chi, other.cells.chi) and not np.shares_memory(tile.weights, other.weights)
    for _ in zip(updates(tile, 6), updates(other, 6)):
        assert (tile.weights == other.weights).all() and (tile.cells.chi == other.cells.chi).all()
    assert all((tile.cells.hidden()[name] == value).all() for name, value in other.cells.hidden().items())


def test_the_sum_can_be_read_and_set():
    cells = tile_of().cells
    cells.set_hidden({CHI: np.full((OUT, IN), 0.5), 'max_bound': np.full((OUT, IN), 2.0)})
    assert (cells.hidden()[CHI] == 0.5).all() and (cells.hidden()['max_bound'] == 2).all()


@pytest.mark.parametrize('hidden, message', [
    ({CHI: np.zeros((OUT, IN)), 'min_bound': np.full((OUT, IN), 200.0)}, 'min_bound is above'),
    ({'max_bound': np.ones((OUT, IN)), CHI: np.zeros((IN, OUT))}, rf'{CHI} has the shape'),
    ({CHI: np.full((OUT, IN), np.nan)}, f'{CHI} contains NaN'), ({CHI: np.zeros((OUT, IN)), 'slope_up': 0}, "'slope_up'")])
def test_impossible_hidden_parameters_are_refused_and_nothing_changes(hidden, message):
    tile = tile_of()
    list(updates(tile, 3))
    before = {name: value.copy() for name, value in tile.cells.hidden().items()}
    with pytest.raises(ValueError, match=message):
        tile.cells.set_hidden(hidden)
    assert all((value == before[name]).all() for name, value in tile.cells.hidden().items())


@pytest.mark.parametrize('wrong, message', [
    (lambda tile: tile.update(X[:, 1:], D, 0.1), 'do not fit'), (lambda tile: tile.update(X, D, -1.0), 'learning_rate = -1'),
    (lambda tile: tile.update(X, np.full_like(D, np.nan), 0.1), 'NaN'), (lambda tile: tile.write(X[0]), 'weights of shape')])
def test_impossible_wishes_are_refused_and_nothing_changes(wrong, message):
    tile = tile_of()
    list(updates(tile, 3))
    weights, chi, vectors = tile.weights.copy(), tile.cells.chi.copy(), tile.cells.vectors
    with pytest.raises(ValueError, match=message):
        wrong(tile)
    assert (tile.weights == weights).all() and (tile.cells.chi == chi).all() and tile.cells.vectors == vectors


# -- on cells of several devices

POLICIES = VectorUnitCellUpdatePolicy
PAIR = PCMPresetUnitCell()
CELLS = [VectorUnitCell(unit_cell_devices=[SoftBoundsDevice(), ConstantStepDevice()], gamma_vec=[0.5, 1.0]),
         VectorUnitCell(unit_cell_devices=[ConstantStepDevice()] * 3, update_policy=POLICIES.SINGLE_RANDOM),
         ReferenceUnitCell(unit_cell_devices=[SoftBoundsDevice()]), PAIR]


@pytest.mark.parametrize('backend', BACKENDS)
def test_no_gradient_is_lost_on_two_devices(backend):
    cell = VectorUnitCell(unit_cell_devices=[ideal_steps(), ideal_steps()])
    tile = tile_of(MixedPrecisionCompound(device=cell), backend)
    for number, _ in enumerate(updates(tile, 4), start=1):
        np.testing.assert_allclose(tile.cells.chi - tile.weights, number * 0.05 * GRADIENT, atol=2e-6)
    hidden = tile.cells.hidden()
    assert (hidden['hidden_weights_0'] == hidden['hidden_weights_1']).all() and list(hidden)[-1] == CHI


@pytest.mark.parametrize('cell', CELLS)
def test_devices_are_those_of_a_cell_without_mixed_precision(cell):
    hidden = Tile((OUT, IN), TileParameters(device=cell), seed=3).cells.hidden()
    found = tile_of(MixedPrecisionCompound(device=cell)).cells.hidden()
    assert list(found) == [*hidden, CHI] and all((found[name] == value).all() for name, value in hidden.items())


@pytest.mark.parametrize('cell', CELLS)
def test_backends_agree_on_cells_of_several_devices(cell):
    tiles = [tile_of(MixedPrecisionCompound(device=cell), backend, update=UpdateParameters()) for backend in BACKENDS]
    for _ in zip(*(everything(tile) for tile in tiles)):
        np.testing.assert_allclose(tiles[0].weights, tiles[1].weights, atol=1e-5)
    assert tiles[0].counts == tiles[1].counts


@pytest.mark.parametrize('cell', CELLS)
def test_a_state_in_the_middle_of_a_schedule_of_cells_goes_on(cell):
    device = MixedPrecisionCompound(device=cell, transfer_every=2, n_rows_per_transfer=4, n_x_bins=9)
    tile, other = (tile_of(device, update=UpdateParameters(), seed=seed) for seed in (3, 99))
    list(updates(tile, 5))
    other.load(copy.deepcopy(tile.state()))
    for _ in zip(updates(tile, 6), updates(other, 6)):
        assert (tile.weights == other.weights).all() and (tile.cells.chi == other.cells.chi).all()


def test_a_transfer_is_one_batch_for_the_cells():
    tile = tile_of(MixedPrecisionCompound(device=replace(PAIR, refresh_every=3), n_rows_per_transfer=4))
    list(updates(tile, 6))
    assert tile.cells.analog.vectors == 5 * 4


def test_draws_of_the_digital_part_are_its_own():
    """Neither those of the cells, nor those of an array of them."""
    stream = Stream(1, 1)
    own = uniforms(stream.child(DIGITAL), Purpose.SELECTION, 64)
    others = [uniforms(other, Purpose.SELECTION, 64) for other in (stream, *map(stream.child, range(9)))]
    assert not np.isin(own, others).any()


# -- with torch


def test_a_layer_learns_where_its_gradients_are_smaller_than_a_step():
    def losses(config):
        torch.manual_seed(4)
        layer = AnalogLinear(8, 3, rpu_config=config)
        optimizer = AnalogSGD(layer.parameters(), lr=0.1)
        x = torch.rand(32, 8)
        y = x @ (0.4 * torch.rand(8, 3) - 0.2)
        for _ in range(80):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(layer(x), y)
            loss.backward()
            optimizer.step()
            yield loss.item()

    found = list(losses(DigitalRankUpdateRPUConfig(device=MixedPrecisionCompound(device=SoftBoundsDevice(dw_min=0.02)))))
    assert np.mean(found[-10:]) < 0.3 * found[0]


@pytest.mark.parametrize('way', ['copy', 'pickle', 'checkpoint'])
def test_a_network_goes_on_exactly_as_the_original(way):
    config = DigitalRankUpdateRPUConfig(device=NOISY)
    model = trained(config, 5)
    if way == 'checkpoint':
        torch.manual_seed(77)
        other = small_network(config)
        other.load_state_dict(through_a_file(model.state_dict()))
    else:
        other = copy.deepcopy(model) if way == 'copy' else pickle.loads(pickle.dumps(model))
    assert (all_weights(model) == all_weights(other)).all()
    assert (go_on(model) == go_on(other)).all()
    for tiles in zip(model.analog_tiles(), other.analog_tiles()):
        first, second = (tile.get_hidden_parameters() for tile in tiles)
        assert first.keys() == second.keys() and all((first[name] == second[name]).all() for name in first)
        assert (first[CHI] != 0).any()
