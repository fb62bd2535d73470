"""Cells that are one array: what is hidden in them, what is saved of them, and how they age."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.cells.one_array import PERSISTENT
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import FloatingPointDevice, IdealDevice
from aihwlab.parameters.drift import DriftParameter
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from tests.kernel.helpers import numbers

W = 0.2 * numbers(1, (4, 5))
NOISY = SoftBoundsDevice(write_noise_std=5.0, diffusion=0.01, lifetime=100.0, drift=DriftParameter(nu=0.1))


def cells_of(parameters, seed=1):
    cells = build_cells(parameters, (4, 5), Stream(seed, 0))
    cells.write(W, Stream(seed, 1))
    return cells


def live(cells):
    """Let cells age in every way."""
    cells.diffuse(Stream(1, 2))
    cells.decay(Stream(1, 3))
    cells.drift(Stream(1, 4), 10.0)
    cells.reset(Stream(1, 5), 3, 1, 0.5)
    cells.drift(Stream(1, 6), 20.0)


@pytest.mark.parametrize('device, ages', [
    (ConstantStepDevice(), (False, False)), (ConstantStepDevice(diffusion=0.1), (True, False)),
    (IdealDevice(lifetime=10.0), (False, True)), (FloatingPointDevice(diffusion=0.1, lifetime=10.0), (True, True))])
def test_cells_age_if_their_parameters_say_so(device, ages):
    assert cells_of(device).ages == ages


def test_persistent_weights_are_hidden_where_they_differ():
    assert PERSISTENT not in cells_of(ConstantStepDevice()).hidden()
    cells = cells_of(NOISY)
    assert cells.hidden()[PERSISTENT] is cells.array.persistent is not cells.weights


def test_hidden_parameters_can_be_set_by_name():
    cells = cells_of(NOISY)
    before = dict(cells.hidden())
    cells.set_hidden({'max_bound': np.full((4, 5), 3.0), PERSISTENT: np.full((4, 5), 0.25)})
    assert (cells.array.upper == 3).all() and (cells.array.persistent == 0.25).all()
    assert cells.hidden()['min_bound'] is before['min_bound']


@pytest.mark.parametrize('hidden, message', [
    ({'colour': W}, r"\['colour'\] do not belong to SoftBoundsDevice"),
    ({'dwmin_up': W, 'reference': W}, r"\['reference'\] do not belong to SoftBoundsDevice"),
    ({'dwmin_up': W, 'max_bound': W[1:]}, r'max_bound has the shape \(3, 5\)'),
    ({'dwmin_up': W, 'min_bound': np.full((4, 5), 9.0)}, 'min_bound is above max_bound'),
    ({'dwmin_up': W, PERSISTENT: W[0]}, rf'{PERSISTENT} has the shape \(5,\)'),
    ({'dwmin_up': W, PERSISTENT: np.full((4, 5), np.nan)}, f'{PERSISTENT} contains NaN'),
])
def test_impossible_hidden_parameters_are_refused_and_nothing_changes(hidden, message):
    cells = cells_of(NOISY)
    before = {name: value.copy() for name, value in cells.hidden().items()}
    with pytest.raises(ValueError, match=message):
        cells.set_hidden(hidden)
    assert all((value == before[name]).all() for name, value in cells.hidden().items())


@pytest.mark.parametrize('device', [NOISY, ConstantStepDevice(drift=DriftParameter(nu=0.1)), FloatingPointDevice()])
def test_a_state_is_all_that_is_needed_beside_the_weights(device):
    cells, other = cells_of(device), cells_of(device, seed=2)
    live(cells)
    other.load(deepcopy(cells.state()))
    other.weights[...] = cells.weights
    for both in (cells, other):
        live(both)
    assert (cells.weights == other.weights).all() and cells.array.drift.clock == other.array.drift.clock == 60


def test_a_state_that_lacks_a_part_is_refused():
    cells = cells_of(NOISY)
    for part in cells.state():
        state = cells.state()
        del state[part]
        with pytest.raises(KeyError, match=part):
            cells.load(state)


def test_the_weights_are_one_memory_for_good():
    cells = cells_of(NOISY)
    weights = cells.weights
    live(cells)
    cells.load(deepcopy(cells.state()))
    assert cells.weights is weights


def test_all_arrays_are_mapped_and_those_that_are_one_stay_one():
    for device in (NOISY, ConstantStepDevice()):
        cells = cells_of(device)
        live(cells) if device is NOISY else None
        copied = cells.map(np.copy)
        assert type(copied) is type(cells) and (copied.weights == cells.weights).all()
        assert (copied.array.persistent is copied.weights) == (cells.array.persistent is cells.weights)
        assert not np.shares_memory(copied.weights, cells.weights)
        for name, value in copied.hidden().items():
            assert (value == cells.hidden()[name]).all() and not np.shares_memory(value, cells.hidden()[name])
