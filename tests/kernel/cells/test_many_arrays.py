"""Cells of several arrays: the weight is their sum whatever happens, and they are copied, saved and refused as a whole."""

import copy
import pickle
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.kernel.cells.ideal import IdealCells
from aihwlab.kernel.laws import constant_step
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.patches import Geometry, Patches, gather
from aihwlab.kernel.tile import Tile
from aihwlab.nn import AnalogLinear
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import UnitCellRPUConfig
from aihwlab.simulator.configs.compounds import ReferenceUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.kernel.cells.compounds import (
    EXACT,
    IN,
    KINDS,
    OUT,
    POLICIES,
    D,
    W,
    X,
    everything,
    noisy,
    one_sided,
    parts_of,
    tile_of,
    vector,
)
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, ideal_steps, needs_numba, numbers
from tests.networks import all_weights, go_on, losses_of_a_layer, small_network, through_a_file, trained

every_kind = pytest.mark.parametrize('kind', KINDS)


# -- weights


@every_kind
def test_weights_are_one_memory_and_the_sum_of_the_arrays_after_everything(kind):
    tile = tile_of(KINDS[kind])
    weights, seen = tile.weights, set()
    for _ in everything(tile):
        expected = sum(np.float32(share) * part for share, part in zip(KINDS[kind].shares(), parts_of(tile)))
        assert tile.weights is weights and np.abs(weights).max() > 0.01
        np.testing.assert_allclose(weights, expected, atol=1e-6)
        seen.add(weights.tobytes())
    assert len(seen) == 7


@every_kind
def test_compiled_and_reference_arithmetic_agree(kind):
    tiles = [tile_of(KINDS[kind], backend, forward=EXACT) for backend in BACKENDS]
    for _ in zip(*(everything(tile) for tile in tiles)):
        np.testing.assert_allclose(tiles[0].weights, tiles[1].weights, atol=2e-6)
    assert tiles[0].counts == tiles[1].counts and tiles[0].counts.steps > 0


@pytest.mark.parametrize('gammas', [[0.5, 0.5], [1.0, 1.0], [0.25, 0.5], [1.0, -1.0], [0.0, 0.5], [1.0, -0.9]])
def test_weights_that_were_set_are_seen(gammas):
    tile = tile_of(vector(gamma_vec=gammas))
    tile.write(W)
    np.testing.assert_allclose(tile.weights, W, atol=1e-7)
    assert max(np.abs(part).max() for part in parts_of(tile)) <= np.abs(W).max() / sum(np.abs(gammas)) + 1e-6


def test_arrays_have_devices_of_their_own_and_a_seed_of_the_cell_fixes_all():
    def bounds(seed, cell_seed):
        cells = tile_of(vector(ConstantStepDevice(), ConstantStepDevice(), construction_seed=cell_seed), seed=seed).cells
        return [cells.hidden()[f'max_bound_{number}'].ravel() for number in (0, 1)]

    first, second = bounds(1, 0)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / np.sqrt(first.size)
    assert (bounds(2, 0)[0] != first).all()
    assert all((one == other).all() for one, other in zip(bounds(1, 7), bounds(2, 7)))


# -- pulses


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_trains_are_drawn_and_counted_once(backend, pulse_type):
    tile = tile_of(vector(), backend, update=UpdateParameters(pulse_type=pulse_type))
    tile.update(X, D, 0.05)
    first, second = parts_of(tile)
    assert (first == second).all() and np.abs(first).max() > 0.005
    counts = tile.counts
    assert counts.steps == 2 * counts.coincidences > 0 and counts.updates == 12
    assert counts.driven == counts.input_pulses * OUT + counts.gradient_pulses * IN


def test_counting_pulses_changes_nothing():
    counted, plain = tile_of(KINDS['all']), tile_of(KINDS['all'])
    plain.counts = type(plain.counts)()
    for tile in (counted, plain):
        tile.update(X, D, 0.05)
    assert (counted.weights == plain.weights).all() and plain.counts.updates == 12


@needs_numba
def test_a_law_that_cannot_be_compiled_takes_all_arrays_to_the_reference():
    def step(weight, noise, device, shared):
        return device.size * float(str(1))  # which Numba cannot compile

    @dataclass
    class Odd(ConstantStepDevice):
        law: ClassVar[Law] = Law(step, constant_step.planes)

    with pytest.warns(UserWarning, match='cannot be compiled'):
        tile = tile_of(vector(Odd(), ConstantStepDevice()))
        tile.update(X, D, 0.05)
    assert all(np.abs(part).max() > 0 for part in parts_of(tile))


@every_kind
def test_patches_of_images_are_vectors(kind):
    image = numbers(6, (2, 2, 6, 6))
    patches = Patches(image, Geometry((2, 5), (1, 1), (1, 1)))
    d = 0.1 * numbers(7, (2, OUT, 5 * 2))
    tiles = [tile_of(KINDS[kind], shape=(OUT, 20)) for _ in range(2)]
    for tile, x in zip(tiles, (patches, gather(patches))):
        tile.update(x, d, 0.05)
    assert (tiles[0].weights == tiles[1].weights).all() and np.abs(tiles[0].weights).max() > 0


@every_kind
def test_a_learning_rate_of_zero_changes_nothing(kind):
    tile = tile_of(KINDS[kind])
    before = copy.deepcopy(tile.cells.state())
    tile.update(X, D, 0.0)
    assert_same(before, tile.cells.state())


def assert_same(one, other):
    """Compare two states, which are dictionaries of dictionaries, arrays and numbers."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_same(one[name], other[name])
    else:
        np.testing.assert_array_equal(one, other)


# -- copies


@every_kind
@pytest.mark.parametrize('way', ['copy', 'pickle', 'state', 'map'])
def test_a_copy_goes_on_exactly_as_the_original(kind, way):
    """In the middle of any schedule."""
    tile = tile_of(KINDS[kind])
    list(everything(tile))
    if way == 'state':
        other = Tile((OUT, IN), TileParameters(device=KINDS[kind]), seed=99)
        other.load(copy.deepcopy(tile.state()))
    else:
        other = pickle.loads(pickle.dumps(tile)) if way == 'pickle' else copy.deepcopy(tile)
    if way == 'map':
        other.map(np.copy)
    assert not any(np.shares_memory(*pair) for pair in zip(parts_of(tile), parts_of(other)))
    assert_same(tile.cells.state(), other.cells.state())
    for _ in zip(everything(tile), everything(other)):
        assert (tile.weights == other.weights).all()
    assert_same(tile.cells.state(), other.cells.state())


def test_a_state_that_lacks_a_part_is_refused_and_nothing_changes():
    tile = tile_of(KINDS['one-sided'])
    list(everything(tile))
    before = copy.deepcopy(tile.cells.state())
    for name in before:
        state = tile_of(KINDS['one-sided']).cells.state()
        del state[name]
        with pytest.raises(KeyError, match=name):
            tile.cells.load(state)
        assert_same(before, tile.cells.state())


# -- hidden parameters


def test_hidden_parameters_have_the_number_of_their_array_and_its_weights():
    hidden = tile_of(KINDS['nested']).cells.hidden()
    assert {'max_bound_0_0', 'slope_up_0_0', 'persistent_weights_0_0', 'max_bound_1_0', 'hidden_weights_0_0',
            'hidden_weights_1_0', 'hidden_weights_0', 'max_bound_0_1', 'hidden_weights_1_1', 'hidden_weights_1'} <= set(hidden)
    assert not {'max_bound', 'max_bound_0', 'slope_up_1_0', 'hidden_weights'} & set(hidden)


@every_kind
def test_hidden_parameters_can_be_given_to_another_tile(kind):
    tile, other = tile_of(KINDS[kind]), tile_of(KINDS[kind], seed=8)
    list(everything(tile))
    other.cells.set_hidden({name: value.copy() for name, value in tile.cells.hidden().items()})
    assert all((other.cells.hidden()[name] == value).all() for name, value in tile.cells.hidden().items())
    assert (other.weights == tile.weights).all()


def test_weights_of_one_array_can_be_set_within_its_bounds():
    tile = tile_of(vector(ideal_steps(w_max=0.5), ideal_steps()))
    tile.cells.set_hidden({'hidden_weights_0': np.full((OUT, IN), 0.75)})
    assert (parts_of(tile)[0] == 0.5).all() and (parts_of(tile)[1] == 0).all() and (tile.weights == 0.25).all()


@pytest.mark.parametrize('hidden, message', [
    ({'max_bound': W}, r"\['max_bound'\] do not belong to VectorUnitCell"),
    ({'max_bound_2': W}, r"\['max_bound_2'\] do not belong"), ({'hidden_weights_1': W[1:]}, 'array 1: hidden_weights has'),
    ({'dwmin_up_0': W, 'max_bound_1': np.full((OUT, IN), np.nan)}, 'array 1: max_bound contains NaN'),
    ({'dwmin_up_0': W, 'min_bound_1': np.full((OUT, IN), 5.0)}, 'array 1: min_bound is above'),
])
def test_impossible_hidden_parameters_are_refused_and_nothing_changes(hidden, message):
    cells = tile_of(KINDS['all']).cells
    before = copy.deepcopy(cells.state())
    with pytest.raises(ValueError, match=message):
        cells.set_hidden(hidden)
    assert_same(before, cells.state())


@every_kind
@pytest.mark.parametrize('wrong, message', [
    (lambda tile: tile.update(X[:, 1:], D, 0.1), 'do not fit'), (lambda tile: tile.update(X, D, -1.0), 'learning_rate = -1'),
    (lambda tile: tile.update(X, np.full_like(D, np.nan), 0.1), 'NaN'), (lambda tile: tile.write(W[:1]), 'weights of shape'),
    (lambda tile: tile.write(np.full((OUT, IN), np.inf, dtype=np.float32)), 'infinite'),
    (lambda tile: tile.decay(-1.0), 'alpha = -1'), (lambda tile: tile.drift(-1.0), 'delta_t = -1'),
    (lambda tile: tile.reset(0, IN + 1), f'count = {IN + 1}'),
])
def test_impossible_wishes_are_refused_and_nothing_changes(kind, wrong, message):
    tile = tile_of(KINDS[kind])
    before = copy.deepcopy(tile.cells.state())
    with pytest.raises(ValueError, match=message):
        wrong(tile)
    assert_same(before, tile.cells.state())


# -- ageing


@pytest.mark.parametrize('devices, ages', [
    ((ConstantStepDevice(), ConstantStepDevice()), (False, False)),
    ((ConstantStepDevice(), ConstantStepDevice(lifetime=100.0)), (False, True)),
    ((noisy(), ConstantStepDevice(lifetime=100.0)), (True, True))])
def test_cells_age_if_one_of_their_devices_does(devices, ages):
    assert tile_of(vector(*devices)).cells.ages == ages


def test_only_a_bias_column_is_perfect():
    device = vector(ConstantStepDevice(perfect_bias=True), ConstantStepDevice())
    for has_bias, bound in ((True, 60.0), (False, 0.6)):
        hidden = Tile((OUT, IN), TileParameters(device=device), seed=3, bias_column=has_bias).cells.hidden()
        assert hidden['max_bound_0'][:, -1].mean() == pytest.approx(bound, rel=0.5)
        assert hidden['max_bound_1'][:, -1].mean() == pytest.approx(0.6, rel=0.5)


# -- without pulses


def test_without_pulses_cells_are_ideal():
    assert type(tile_of(vector(), update=UpdateParameters(pulse_type=PulseType.NONE)).cells) is IdealCells


def test_exact_updates_of_devices_are_refused():
    """What they are is not defined: in aihwkit such an update is lost."""
    update = UpdateParameters(pulse_type=PulseType.NONE_WITH_DEVICE)
    with pytest.raises(ConfigError, match='must be a type with pulses for VectorUnitCell'):
        tile_of(vector(), update=update).update(X, D, 0.1)
    with pytest.raises(ConfigError, match=r'UnitCellRPUConfig\.update\.pulse_type = .*: must be a type with pulses, or NONE'):
        AnalogLinear(3, 2, rpu_config=UnitCellRPUConfig(device=vector(), update=update))


# -- with torch


def config_of(kind):
    return UnitCellRPUConfig(device=copy.deepcopy(KINDS[kind]))


def pair(**settings):
    return vector(ConstantStepDevice(), ConstantStepDevice(), **settings)


def refreshed(**settings):
    return one_sided(unit_cell_devices=[ConstantStepDevice()], units_in_mbatch=True, refresh_upper_thres=0.2, **settings)


@pytest.mark.parametrize('device, lr', [
    (pair(), 0.1), *((pair(policy=policy), 0.2) for policy in list(POLICIES)[1:]), (vector(pair(), ConstantStepDevice()), 0.1),
    (ReferenceUnitCell(unit_cell_devices=[ConstantStepDevice()]), 0.1),
    (refreshed(refresh_every=0), 0.1), (refreshed(refresh_every=5), 0.1),
    (refreshed(refresh_every=5, copy_inverted=True), 0.1)])
def test_a_layer_learns_on_it(device, lr):
    """One of two devices that takes the pulses of a vector has half of the weight, and needs twice the learning rate."""
    losses = losses_of_a_layer(UnitCellRPUConfig(device=device), lr=lr, steps=150)
    assert np.mean(losses[-10:]) < 0.3 * losses[0]


@every_kind
def test_a_network_goes_on_exactly_from_a_checkpoint(kind):
    model = trained(config_of(kind), 5)
    torch.manual_seed(77)
    other = small_network(config_of(kind))
    other.load_state_dict(through_a_file(model.state_dict()))
    assert (all_weights(model) == all_weights(other)).all()
    for tiles in zip(model.analog_tiles(), other.analog_tiles()):
        first, second = (tile.get_hidden_parameters() for tile in tiles)
        assert first.keys() == second.keys() and all((first[name] == second[name]).all() for name in first)
    assert (go_on(model) == go_on(other)).all()


def test_a_checkpoint_brings_its_cells():
    model, other = trained(config_of('nested'), 5), small_network(config_of('all'))
    other.load_state_dict(through_a_file(model.state_dict()))
    assert next(other.analog_tiles()).rpu_config.device == KINDS['nested']


def test_a_checkpoint_that_lacks_a_part_is_refused():
    layer = AnalogLinear(3, 2, rpu_config=config_of('one-sided'))
    state = layer.state_dict()
    del state['analog_module.analog_tile_state']['cells']['1']['drift']['clock']
    with pytest.raises(TileError, match=r'lack 1\.drift\.clock'):
        layer.load_state_dict(state)


def test_hidden_parameters_are_shown_and_set_by_layers():
    tile = AnalogLinear(3, 2, rpu_config=config_of('all')).analog_module
    hidden = tile.get_hidden_parameters()
    hidden['hidden_weights_1'][:] = 0.125
    tile.set_hidden_parameters(hidden)
    found = tile.get_hidden_parameters()
    assert (found['hidden_weights_1'] == 0.125).all() and (found['max_bound_0'] == hidden['max_bound_0']).all()
    with pytest.raises(TileError, match='VectorUnitCell'):
        tile.set_hidden_parameters({'max_bound_1': hidden['max_bound_1']})
