"""Tiki-Taka, and what all cells with transfers have in common: when they transfer, how much, and that nothing is lost."""

import copy
import pickle

import numpy as np
import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.kernel.tile import Tile
from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import SoftBoundsDevice, TransferCompound, UnitCellRPUConfig
from tests.kernel.cells.transfers import (
    KINDS,
    LONG,
    assert_same,
    assert_scenario,
    assert_statistics,
    everything,
    exact,
    noisy,
    parts_of,
    scenarios,
    silence,
    tile_of,
    update_one_by_one,
    vectors,
    with_kinds,
)
from tests.kernel.helpers import BACKENDS, ideal_steps, numbers
from tests.networks import all_weights, go_on, small_network, through_a_file, trained

A = 0.2 * numbers(5, (3, 4))


def with_fast(tile, weights=A):
    """Set the weights of the fast array."""
    tile.cells.set_hidden({'hidden_weights_0': weights})
    return tile


# -- the reference


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', scenarios(TransferCompound))
def test_weights_are_those_of_the_reference(name, backend):
    assert_scenario(name, backend)


@pytest.mark.parametrize('name', scenarios(TransferCompound, 'stochastic'))
def test_statistics_are_those_of_the_reference(name):
    assert_statistics(name)


# -- what moves, and by how much


@pytest.mark.parametrize('columns', [True, False])
@pytest.mark.parametrize('scale', [True, False])
def test_a_sweep_adds_the_fast_array_to_the_slow_one(columns, scale):
    device = exact(TransferCompound, transfer_columns=columns, transfer_lr=0.5, scale_transfer_lr=scale)
    tile = with_fast(tile_of(device))
    tile.update(*silence(4 if columns else 3), 0.1)
    np.testing.assert_allclose(tile.weights, (0.05 if scale else 0.5) * A, atol=0.51 * 0.001)
    np.testing.assert_array_equal(parts_of(tile)[0], A)


@with_kinds()
def test_the_weight_goes_against_a_constant_gradient(kind):
    tile = tile_of(exact(kind, transfer_lr=5.0, fast_lr=0.5), update=UpdateParameters())
    x, d = (np.repeat(np.asarray(values, dtype=np.float32)[None, :, None], 400, axis=0)
            for values in ([0.5, -0.5, 0.25, 0.5], [0.2, -0.2, 0.1]))
    tile.update(x, d, 0.1)
    assert (np.sign(tile.weights) == -np.sign(d[0] * x[0].T)).all()


@with_kinds()
@pytest.mark.parametrize('gamma', [0.0, 0.25])
def test_the_weight_is_the_slow_array_and_a_share_of_the_fast_one(kind, gamma):
    tile = tile_of(noisy(kind, gamma=gamma, **(dict(in_chop_prob=0.5) if hasattr(kind(), 'in_chop_prob') else {})))
    tile.update(*vectors(60), 0.1)
    fast, slow = parts_of(tile)
    signs = 1
    if 'slice_choppers' in tile.cells.registers:
        signs = tile.cells.registers['slice_choppers'] * tile.cells.registers['line_choppers'][:, None]
        assert (signs < 0).any()
    np.testing.assert_allclose(tile.weights, gamma * signs * fast + slow, atol=1e-6)
    assert np.abs(fast).max() > 0.01 and np.abs(slow).max() > 0.01


def test_shares_may_be_given_one_by_one():
    tile = with_fast(tile_of(exact(TransferCompound, gamma_vec=[0.5, 2.0])))
    tile.write(A)
    np.testing.assert_allclose(parts_of(tile)[1], A / 2, atol=1e-7)
    np.testing.assert_allclose(tile.weights, A, atol=1e-7)


@pytest.mark.parametrize('fast_lr, scale, rate', [(0.5, True, 0.005), (0.5, False, 0.5), (0.0, True, 0.01),
                                                  (-1.0, False, 0.01)])
def test_the_fast_array_has_a_learning_rate_of_its_own(fast_lr, scale, rate):
    device = exact(TransferCompound, transfer_every=0.0, fast_lr=fast_lr, scale_fast_lr=scale,
                   unit_cell_devices=[ideal_steps(dw_min=1e-5), ideal_steps()])
    tile, (x, d) = tile_of(device, update=LONG), vectors(1)
    tile.update(x, d, 0.01)
    np.testing.assert_allclose(parts_of(tile)[0], -rate * d[0] * x[0].T, atol=2e-5)
    assert (tile.weights == 0).all()


def test_pulses_are_those_of_the_fast_device():
    device = exact(TransferCompound, unit_cell_devices=[ideal_steps(dw_min=0.002), ideal_steps(dw_min=0.05)])
    assert tile_of(device).cells.granularity == 0.002


def test_reads_are_noisy_and_writes_are_pulses():
    device = exact(TransferCompound, transfer_forward=IOParameters(out_noise=0.1, out_res=-1, inp_res=-1),
                   transfer_lr=1.0, scale_transfer_lr=False, unit_cell_devices=[ideal_steps(), ideal_steps(dw_min=1e-4)])
    tile = tile_of(device, (50, 60))
    tile.update(*silence(60, (50, 60)), 0.1)
    assert tile.weights.std() == pytest.approx(0.1, rel=0.1) and abs(tile.weights.mean()) < 0.01


# -- when, and which slices


@pytest.mark.parametrize('settings, sweeps', [
    (dict(transfer_every=2.0), 4.5), (dict(transfer_every=3.0), 3), (dict(transfer_every=3.0, n_reads_per_transfer=2), 6),
    (dict(transfer_every=1.0, n_reads_per_transfer=9), 36), (dict(transfer_every=0.0), 0),
    (dict(transfer_every=0.5, units_in_mbatch=True), 1.5), (dict(transfer_every_vec=[4.0, 1.0]), 2.25)])
def test_slices_take_turns(settings, sweeps):
    """In 36 vectors, three batches of twelve, a tile of four columns; one transfer adds the column once."""
    tile = tile_of(exact(TransferCompound, transfer_lr=0.1, scale_transfer_lr=False, **settings))
    with_fast(tile, np.full((3, 4), 0.2))
    for _ in range(3):
        tile.update(*silence(12), 0.1)
    reads = 36 / 12 * 4 * sweeps / 3 if sweeps else 0
    columns = np.bincount(np.arange(round(sweeps * 4)) % 4, minlength=4)
    np.testing.assert_allclose(tile.weights, np.tile(0.02 * columns, (3, 1)), atol=1e-5)
    assert tile.counts.products == round(reads)


def test_random_slices_are_equally_frequent():
    tile = tile_of(exact(TransferCompound, random_selection=True, transfer_lr=0.1, scale_transfer_lr=False))
    with_fast(tile, np.full((3, 4), 0.2))
    tile.update(*silence(4000), 0.1)
    chosen = tile.weights[0] / 0.02
    np.testing.assert_allclose(chosen, 1000, atol=4.5 * np.sqrt(750))
    assert chosen.sum() == pytest.approx(4000, abs=1)


def test_only_what_was_read_is_reset():
    devices = [ideal_steps(reset_std=0.0), ideal_steps()]
    tile = tile_of(exact(TransferCompound, unit_cell_devices=devices, with_reset_prob=1.0, n_reads_per_transfer=2,
                         transfer_lr=1.0, scale_transfer_lr=False))
    with_fast(tile, np.full((3, 4), 0.02))
    tile.update(*silence(1), 0.1)
    np.testing.assert_allclose(parts_of(tile)[0], np.tile([0, 0, 0.02, 0.02], (3, 1)))
    np.testing.assert_allclose(tile.weights, np.tile([0.02, 0.02, 0, 0], (3, 1)), atol=1e-6)


def test_devices_are_reset_with_a_probability_each():
    devices = [ideal_steps(reset_std=0.0), ideal_steps()]
    tile = tile_of(exact(TransferCompound, unit_cell_devices=devices, with_reset_prob=0.3), (50, 60))
    with_fast(tile, np.full((50, 60), 0.5))
    tile.update(*silence(60, (50, 60)), 0.1)
    assert (parts_of(tile)[0] == 0).mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 3000))


# -- the same in any order


@with_kinds()
@pytest.mark.parametrize('columns', [True, False])
def test_a_batch_is_its_vectors_in_turn(kind, columns):
    choppers = dict(in_chop_random=False, in_chop_prob=0.3) if hasattr(kind(), 'in_chop_prob') else {}
    device = exact(kind, transfer_columns=columns, transfer_every=2.0, transfer_lr=5.0, gamma=0.1, **choppers)
    first, second = (tile_of(copy.deepcopy(device)) for _ in range(2))
    x, d = vectors(60)
    update_one_by_one(first, x, d)
    for part in (slice(0, 1), slice(1, 30), slice(30, 60)):  # as one vector, as images of one position, as positions
        second.update(x[part], d[part], 0.05)
    assert_same(first, second, atol=1e-7)
    assert first.counts == second.counts


def test_a_batch_is_its_vectors_in_turn_in_a_chain_of_arrays():
    device = exact(TransferCompound, unit_cell_devices=[ideal_steps() for _ in range(4)], gamma=0.5, transfer_every=1.0,
                   transfer_every_vec=[1.0, 2.0, 3.0, 0.0], transfer_lr_vec=[5.0, 7.0, 9.0, 0.0])
    first, second = (tile_of(copy.deepcopy(device)) for _ in range(2))
    update_one_by_one(first, *vectors(60))
    second.update(*vectors(60), 0.05)
    assert_same(first, second, atol=1e-7)
    assert all(np.abs(weights).max() > 0.002 for weights in parts_of(first)) and first.counts == second.counts


@with_kinds()
def test_positions_are_vectors(kind):
    first, second = (tile_of(noisy(kind)) for _ in range(2))
    x, d = vectors(60)
    first.update(x, d, 0.05)
    second.update(*(values.reshape(12, 5, -1).transpose(0, 2, 1).copy() for values in (x, d)), 0.05)
    assert_same(first, second)


@with_kinds()
def test_compiled_and_reference_arithmetic_agree(kind):
    tiles = [tile_of(noisy(kind, gamma=0.2), (12, 70), backend=backend, update=UpdateParameters()) for backend in BACKENDS]
    for tile in tiles:
        tile.write(0.2 * numbers(4, (12, 70)))
        tile.update(*vectors(90, (12, 70)), 0.1)
        tile.drift()
        tile.update(*vectors(30, (12, 70)), 0.1)
    assert_same(*tiles, rtol=1e-5, atol=2e-6)
    assert tiles[0].counts == tiles[1].counts and tiles[0].counts.products > 0


# -- what is kept


def live(tile, count=23):
    """Let a tile do everything once."""
    tile.update(*vectors(count), 0.1)
    tile.age()
    tile.reset(1, 2)
    tile.update(*vectors(count), 0.1)


@with_kinds()
@pytest.mark.parametrize('way', ['copy', 'pickle', 'state', 'file'])
def test_a_copy_goes_on_exactly_in_the_middle_of_a_schedule(kind, way):
    device = noisy(kind, transfer_every=3.0, random_selection=kind is TransferCompound)
    tile = tile_of(device)
    live(tile)
    if way in ('state', 'file'):
        other = Tile((3, 4), TileParameters(device=device, update=tile.parameters.update), seed=99)
        other.load(copy.deepcopy(tile.state()))
    else:
        other = copy.deepcopy(tile) if way == 'copy' else pickle.loads(pickle.dumps(tile))
    before = everything(tile)
    assert_same(tile, other)
    live(other)
    assert all((before[name] == value).all() for name, value in everything(tile).items())  # nothing is shared
    live(tile)
    assert_same(tile, other)


@with_kinds()
def test_a_state_that_lacks_a_part_or_does_not_fit_is_refused_and_nothing_changes(kind):
    tile, other = tile_of(noisy(kind)), tile_of(noisy(kind), (3, 5))
    live(tile)
    before = everything(tile)
    for part in ('memory', 'registers', '0'):
        state = tile.cells.state()
        del state[part]
        with pytest.raises(KeyError, match=part):
            tile.cells.load(state)
    with pytest.raises(ValueError, match='shape'):
        tile.cells.load({**other.cells.state()})
    assert all((before[name] == value).all() for name, value in everything(tile).items())


@with_kinds()
def test_writing_starts_anew_and_keeps_the_time(kind):
    tile = tile_of(noisy(kind, unit_cell_devices=[ideal_steps(), ideal_steps()], gamma=0.5))
    live(tile)
    passed = tile.cells.registers['vectors']
    tile.write(A)
    assert (parts_of(tile)[0] == 0).all() and (parts_of(tile)[1] == A).all() and (tile.weights == A).all()
    assert all((numbers == 0).all() for numbers in tile.cells.memory.values()) and passed == 46
    assert tile.cells.registers['vectors'] == passed


@with_kinds()
def test_only_the_fast_array_is_reset(kind):
    tile = tile_of(noisy(kind))
    live(tile)
    fast, slow = (weights.copy() for weights in parts_of(tile))
    tile.reset()
    assert (parts_of(tile)[0] != fast).all() and (parts_of(tile)[1] == slow).all()


@with_kinds()
def test_all_that_is_hidden_can_be_set_or_is_refused_and_nothing_changes(kind):
    tile, other = tile_of(noisy(kind)), tile_of(noisy(kind), seed=2)
    live(tile)
    other.cells.set_hidden({name: value.copy() for name, value in tile.cells.hidden().items()})
    for name, value in tile.cells.hidden().items():
        np.testing.assert_array_equal(other.cells.hidden()[name], value, err_msg=name)
    before = everything(tile)
    for name in tile.cells.hidden():
        for wrong in (np.ones((4, 3)), np.full((3, 4), np.nan)):
            with pytest.raises(ValueError, match='shape|NaN'):
                tile.cells.set_hidden({'hidden_weights_0': A, name: wrong})
    assert all((before[name] == value).all() for name, value in everything(tile).items())


@with_kinds()
@pytest.mark.parametrize('wrong, message', [
    (lambda tile: tile.update(*vectors(3, (3, 5)), 0.1), 'do not fit'),
    (lambda tile: tile.update(*vectors(3), -1.0), 'learning_rate'),
    (lambda tile: tile.update(vectors(3)[0], np.full((3, 3, 1), np.nan, dtype=np.float32), 0.1), 'NaN'),
    (lambda tile: tile.write(A[0]), 'shape'), (lambda tile: tile.write(np.full_like(A, np.inf)), 'infinite')])
def test_impossible_wishes_are_refused_and_nothing_changes(kind, wrong, message):
    tile = tile_of(noisy(kind))
    live(tile)
    before = everything(tile)
    with pytest.raises(ValueError, match=message):
        wrong(tile)
    assert all((before[name] == value).all() for name, value in everything(tile).items())


@with_kinds()
def test_a_learning_rate_of_zero_stops_the_time(kind):
    tile = tile_of(noisy(kind))
    live(tile)
    before = everything(tile)
    tile.update(*vectors(5), 0.0)
    assert all((before[name] == value).all() for name, value in everything(tile).items())


def test_work_is_counted():
    """Of a tile of 3 x 4 devices, in 12 vectors: 12 updates, 12 reads of a column by 4 DACs and 3 ADCs, and 12 writes."""
    tile = tile_of(exact(TransferCompound, transfer_forward=IOParameters(), transfer_lr=50.0))
    with_fast(tile)
    tile.update(*vectors(12), 0.1)
    counts = tile.counts
    assert (counts.products, counts.passes, counts.input_conversions, counts.output_conversions) == (12, 12, 48, 36)
    assert counts.updates == 24 and counts.steps == counts.coincidences > 100 and counts.multiplications == 144


# -- with torch


@pytest.mark.parametrize('device', [kind() for kind in KINDS], ids=lambda device: type(device).__name__)
def test_a_network_learns_is_saved_and_goes_on_exactly(device):
    device.unit_cell_devices = [SoftBoundsDevice(write_noise_std=1.0), SoftBoundsDevice()]
    config = UnitCellRPUConfig(device=device)
    model = trained(config, 5)
    torch.manual_seed(77)
    other = small_network(config)
    other.load_state_dict(through_a_file(model.state_dict()))
    assert (all_weights(model) == all_weights(other)).all()
    for first, second in zip(model.analog_tiles(), other.analog_tiles()):
        assert_same(first.kernel_tile, second.kernel_tile)
        assert first.kernel_tile.cells.registers['vectors'] > 0
    assert (go_on(model) == go_on(other)).all()


def test_a_checkpoint_that_lacks_a_register_is_refused():
    layer = AnalogLinear(3, 2, rpu_config=UnitCellRPUConfig(device=noisy(TransferCompound)))
    state = layer.state_dict()
    del state['analog_module.analog_tile_state']['cells']['registers']['reads_0']
    with pytest.raises(TileError, match=r'registers\.reads_0'):
        layer.load_state_dict(state)


@with_kinds()
def test_a_layer_learns(kind):
    torch.manual_seed(4)
    settings = dict(auto_scale=True, fast_lr=0.5) if hasattr(kind(), 'auto_scale') else dict(fast_lr=5.0, transfer_lr=0.1)
    device = kind(unit_cell_devices=[SoftBoundsDevice(dw_min=0.005), SoftBoundsDevice(dw_min=0.005)], units_in_mbatch=False,
                  transfer_forward=IOParameters(out_noise=0.02, inp_res=-1, out_res=-1), **settings)
    layer = AnalogLinear(8, 3, rpu_config=UnitCellRPUConfig(device=device))
    optimizer = AnalogSGD(layer.parameters(), lr=0.1)
    x = torch.rand(32, 8)
    y = x @ (0.4 * torch.rand(8, 3) - 0.2)
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(layer(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert np.mean(losses[-10:]) < 0.2 * losses[0]
