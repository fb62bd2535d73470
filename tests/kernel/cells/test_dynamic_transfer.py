"""AGAD: reads count from a reference that is measured on the way."""

import numpy as np
import pytest

from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import DynamicTransferCompound
from tests.kernel.cells.transfers import (
    WRONG_ZERO,
    assert_scenario,
    assert_statistics,
    exact,
    parts_of,
    scenarios,
    silence,
    tile_of,
)
from tests.kernel.helpers import BACKENDS

MEAN, PAST, BUFFER = 'running_mean_weight', 'past_mean_weight', 'buffered_FP_weight'


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', scenarios(DynamicTransferCompound))
def test_weights_buffers_and_means_are_those_of_the_reference(name, backend):
    assert_scenario(name, backend)


@pytest.mark.parametrize('name', scenarios(DynamicTransferCompound, 'stochastic'))
def test_statistics_are_those_of_the_reference(name):
    assert_statistics(name)


def agad(**settings):
    """Return cells whose choppers switch after every four reads of a slice."""
    return exact(DynamicTransferCompound, **{**dict(in_chop_prob=0.25, transfer_lr=0.1, scale_transfer_lr=False), **settings})


def at_rest(device, sweeps, shape=(3, 4)):
    """Return a tile whose fast array does not change, after a number of sweeps."""
    tile = tile_of(device, shape)
    tile.cells.set_hidden({'hidden_weights_0': np.full(shape, 0.1)})
    tile.update(*silence(shape[1] * sweeps, shape), 0.1)
    return tile


@pytest.mark.parametrize('tail, rate', [(1.0, 0.25), (2.0, 0.5), (9.0, 1.0)])
def test_the_reference_is_the_mean_at_the_last_switch(tail, rate):
    for sweeps in range(1, 7):
        hidden = at_rest(agad(tail_weightening=tail), sweeps).cells.hidden()
        np.testing.assert_allclose(hidden[MEAN], 0.1 * (1 - (1 - rate) ** sweeps), rtol=1e-5)
        np.testing.assert_allclose(hidden[PAST], 0.1 * (1 - (1 - rate) ** 4) if sweeps > 4 else 0, rtol=1e-5)


def test_a_constant_offset_changes_no_weight_once_it_is_known():
    tile = at_rest(agad(tail_weightening=4.0, transfer_lr=100.0), 100)
    assert (parts_of(tile)[1] == 0).all()


def test_nothing_is_written_before_there_is_a_reference():
    """Reads of the first five sweeps would be worth many steps; they stay in the buffer, which is emptied all the same."""
    for sweeps in range(1, 9):
        tile = tile_of(agad(in_chop_prob=0.25))
        tile.cells.set_hidden({'hidden_weights_0': np.full((3, 4), 0.1), PAST: np.full((3, 4), -0.1)})
        tile.cells.registers['switched'][:] = False
        tile.update(*silence(4 * min(sweeps, 4)), 0.1)
        assert (parts_of(tile)[1] == 0).all() and (tile.cells.hidden()[BUFFER] == 0).all()


def test_choppers_switch_at_random_beside_each_period():
    regular, random = (tile_of(agad(in_chop_prob=0.25, in_chop_random=choice), (3, 500)) for choice in (False, True))
    for tile in (regular, random):
        tile.update(*silence(3 * 500, (3, 500)), 0.1)
    assert (regular.cells.registers['slice_choppers'] == 1).all()
    assert (random.cells.registers['slice_choppers'] < 0).mean() == pytest.approx(0.4375, abs=4.5 * 0.5 / np.sqrt(500))
    for tile in (regular, random):
        tile.update(*silence(500, (3, 500)), 0.1)
    assert (regular.cells.registers['slice_choppers'] == -1).all()


def test_the_buffer_has_a_cap():
    content = [np.abs(at_rest(agad(forget_buffer=False, buffer_cap=cap, transfer_lr=10.0), 3).cells.hidden()[BUFFER]).max()
               for cap in (0.0, 2.0)]
    assert content[0] > 1000 and content[1] == 2


def test_reads_may_be_divided_by_their_number_since_the_switch():
    plain, divided = (at_rest(agad(forget_buffer=False, transfer_lr=1e-3, experimental_correct_accumulation=choice), 4)
                      .cells.hidden()[BUFFER] for choice in (False, True))
    np.testing.assert_allclose(plain, 0.4, rtol=1e-5)
    np.testing.assert_allclose(divided, 0.1 * (1 + 1 / 2 + 1 / 3 + 1 / 4), rtol=1e-5)


def test_the_symmetry_point_need_not_be_known():
    """Random gradients without a mean drive the fast device to 0.25, and the slow one hardly moves."""
    rng = np.random.default_rng(1)
    x, d = (rng.normal(size=(20000, lines, 1)).astype(np.float32) for lines in (4, 3))
    tile = tile_of(DynamicTransferCompound(**WRONG_ZERO, in_chop_prob=0.1), update=UpdateParameters())
    tile.update(x, d, 0.1)
    assert parts_of(tile)[0].mean() == pytest.approx(0.25, abs=0.1) and np.abs(tile.weights).max() < 0.3
