"""A kind of cell that the package does not know, written against the contract alone: it computes, learns and is saved."""

import copy
import pickle
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.kernel import reference
from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.cells.single import SingleCells
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.random import Stream
from aihwlab.kernel.tile import Tile
from aihwlab.kernel.update import UNKNOWN, check_vectors, finite_magnitudes
from aihwlab.nn import AnalogLinear
from aihwlab.parameters.device import Device
from aihwlab.parameters.drift import DriftParameter
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import ConstantStepDevice, SingleRPUConfig, SoftBoundsDevice
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, ideal_steps, numbers
from tests.networks import all_weights, go_on, losses_of_a_layer, small_network, through_a_file, trained

# -- the cell


@dataclass
class PairDevice(Device):
    """Two devices at a crosspoint, whose weights add up."""

    first: PulsedDevice = field(default_factory=ConstantStepDevice)
    second: PulsedDevice = field(default_factory=SoftBoundsDevice)

    mirrored: bool = False
    """Whether pulses move the second device the other way."""


class PairCells(Cells):
    """Two arrays of devices, `w = a + b`, which get the same pulse trains."""

    def __init__(self, parameters, parts, weights):
        self.parameters, self.parts, self.sum = parameters, parts, weights
        self.add_up()

    def add_up(self):
        self.sum[...] = self.parts[0].weights + self.parts[1].weights

    def each(self, method, stream, *arguments):
        """Let both arrays do the same, each with random numbers of its own."""
        for number, part in enumerate(self.parts):
            method(part, stream.child(number), *arguments)
        self.add_up()

    @property
    def weights(self):
        return self.sum

    def update(self, x, d, learning_rate, update, stream, engine, largest=UNKNOWN):
        first, second = (part.array for part in self.parts)
        check_vectors(first.visible.shape, x, d, learning_rate)
        if learning_rate == 0:
            return
        able = [engine.stages(d, array) for array in (first, second)]
        stages = reference if reference in able else able[0]  # both arrays take trains of one backend
        x = stages.gather(x)
        largest = finite_magnitudes(x, d, stages, largest)
        plan = stages.plan_pulses(*largest, learning_rate, first.granularity + second.granularity, update)
        trains = stages.draw_trains(x, d, plan, update, stream)
        signs = np.full(x.shape[1], -1 if self.parameters.mirrored else 1), np.ones(d.shape[1])
        met = stages.apply_trains(first, trains, stream.child(0))
        stepped = stages.apply_trains(second, trains.with_signs(*signs), stream.child(1))
        self.add_up()
        if engine.counts is not None:
            engine.counts.updates += len(largest[0])
            if engine.counts.has_pulses:  # the trains are sent once, but the devices of both arrays step
                engine.counts.count_trains(trains.slots, trains.sent(), met, self.sum.shape)
                engine.counts.count_steps(met + stepped)

    def write(self, weights, stream):
        first, second = self.parts
        first.write(weights / 2, stream.child(0))
        second.write(weights - first.weights, stream.child(1))
        self.add_up()

    def diffuse(self, stream):
        self.each(SingleCells.diffuse, stream)

    def decay(self, stream, alpha=1.0):
        self.each(SingleCells.decay, stream, alpha)

    def drift(self, stream, delta_t):
        self.each(SingleCells.drift, stream, delta_t)

    def reset(self, stream, start, count, probability):
        self.each(SingleCells.reset, stream, start, count, probability)

    @property
    def ages(self):
        diffuse, decay = zip(*(part.ages for part in self.parts))
        return any(diffuse), any(decay)

    def hidden(self):
        return {f'{name}_{number}': value for number, part in enumerate(self.parts) for name, value in part.hidden().items()}

    def set_hidden(self, hidden):
        unknown = set(hidden) - set(self.hidden())
        if unknown:
            raise ValueError(f'hidden parameters {sorted(unknown)} do not belong to PairDevice')
        parts = copy.deepcopy(self.parts)  # if one array refuses, the other is as it was
        for number, part in enumerate(parts):
            part.set_hidden({name[:-2]: value for name, value in hidden.items() if name.endswith(f'_{number}')})
        self.parts = parts
        self.add_up()

    def state(self):
        return {str(number): {**part.state(), 'weights': part.weights} for number, part in enumerate(self.parts)}

    def load(self, state):
        parts = copy.deepcopy(self.parts)
        for number, part in enumerate(parts):
            part.load(state[str(number)])
            part.weights[...] = state[str(number)]['weights']
        self.parts = parts
        self.add_up()

    def map(self, function):
        return PairCells(self.parameters, [part.map(function) for part in self.parts], function(self.sum))


@build_cells.register
def build_pair(parameters: PairDevice, shape: tuple[int, int], stream: Stream, xp: Any = np) -> Cells:
    devices = parameters.first.resolved(), parameters.second.resolved()
    parts = [SingleCells(build_device_array(device, shape, stream.child(number), xp)) for number, device in enumerate(devices)]
    return PairCells(parameters, parts, xp.zeros(shape, dtype=np.float32))


@dataclass
class PairConfig(SingleRPUConfig):
    """`SingleRPUConfig.device` is declared as one of the package's own kinds; here it may be a pair."""

    device: Device = field(default_factory=PairDevice)


# -- without torch

OUT, IN = 12, 70
X, D = numbers(1, (6, IN, 2)), 0.1 * numbers(2, (6, OUT, 2))
SAME = PairDevice(ConstantStepDevice(), ConstantStepDevice())
EXACT = PairDevice(ideal_steps(), ideal_steps())
NOISY = PairDevice(SoftBoundsDevice(write_noise_std=2.0, diffusion=0.01, drift=DriftParameter(nu=0.1)),
                   ConstantStepDevice(lifetime=100.0))


def tile_of(device, backend=None, **settings):
    tile = Tile((OUT, IN), TileParameters(device=device, **settings), seed=3, engine=Engine(backend=backend))
    tile.counts = Counts.with_pulses()
    return tile


def parts_of(tile):
    return [part.weights for part in tile.cells.parts]


def everything(tile):
    """Let a tile do one of everything; yield after each operation."""
    tile.write(0.2 * numbers(4, (OUT, IN)))
    yield
    tile.forward(X)
    tile.update(X, D, 0.05)
    yield
    for operation in (tile.age, tile.drift, lambda: tile.reset(2, 5)):
        operation()
        yield


def test_both_arrays_have_devices_of_their_own():
    tile = Tile((100, 100), TileParameters(device=SAME), seed=3)
    first, second = (tile.cells.hidden()[f'max_bound_{number}'].ravel() for number in (0, 1))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / 100


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_trains_are_drawn_once_and_reach_both_arrays(backend, pulse_type):
    tile = tile_of(EXACT, backend, update=UpdateParameters(pulse_type=pulse_type))
    tile.update(X, D, 0.05)
    first, second = parts_of(tile)
    assert (first == second).all() and np.abs(first).max() > 0.005
    counts = tile.counts
    assert counts.steps == 2 * counts.coincidences > 0 and counts.updates == 12
    assert counts.driven == counts.input_pulses * OUT + counts.gradient_pulses * IN


@pytest.mark.parametrize('backend', BACKENDS)
def test_signs_can_be_turned_for_one_array(backend):
    tile = tile_of(PairDevice(ideal_steps(), ideal_steps(), mirrored=True), backend)
    tile.update(X, D, 0.05)
    first, second = parts_of(tile)
    assert np.abs(first).max() > 0.005 and (tile.weights == 0).all()
    np.testing.assert_allclose(second, -first, atol=1e-9)


@pytest.mark.parametrize('backend', BACKENDS)
def test_steps_have_noise_of_their_own(backend):
    exact, noisy = (tile_of(PairDevice(*(ideal_steps(dw_min_std=std) for _ in range(2))), backend) for std in (0.0, 0.5))
    for tile in (exact, noisy):
        tile.update(X, D, 0.05)
    moved = parts_of(exact)[0] != 0
    first, second = (after[moved] - before[moved] for after, before in zip(parts_of(noisy), parts_of(exact)))
    assert (first != 0).all() and (second != 0).all()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / np.sqrt(moved.sum())


def test_both_arrays_move_against_the_gradient_and_together_by_the_learning_rate():
    tile = tile_of(EXACT)
    x, d = (np.repeat(vectors[:1, :, :1], 2000, axis=0) for vectors in (X, D))
    tile.update(x, d, 0.001)
    expected = -0.001 * 2000 * d[0] * x[0].T
    for weights, share in ((tile.weights, 1), *((weights, 0.5) for weights in parts_of(tile))):
        assert np.corrcoef(weights.ravel(), expected.ravel())[0, 1] > 0.99
        assert (weights * expected).sum() / (expected ** 2).sum() == pytest.approx(share, rel=0.05)


@pytest.mark.parametrize('device, ages', [
    (PairDevice(), (False, False)), (PairDevice(second=SoftBoundsDevice(lifetime=100.0)), (False, True)),
    (NOISY, (True, True))])
def test_cells_age_if_one_of_their_devices_does(device, ages):
    assert tile_of(device).cells.ages == ages


@pytest.mark.parametrize('device', [PairDevice(), NOISY, PairDevice(mirrored=True)])
def test_compiled_and_reference_arithmetic_agree(device):
    tiles = [tile_of(device, backend, forward=IOParameters(is_perfect=True)) for backend in BACKENDS]
    for _ in zip(*(everything(tile) for tile in tiles)):
        np.testing.assert_allclose(tiles[0].weights, tiles[1].weights, atol=1e-6)
    assert tiles[0].counts == tiles[1].counts


def test_weights_are_one_memory_and_the_sum_of_both_after_everything():
    tile = tile_of(NOISY)
    weights, seen = tile.weights, set()
    for _ in everything(tile):
        assert tile.weights is weights and (weights == sum(parts_of(tile))).all()
        seen.add(weights.tobytes())
    assert len(seen) == 5


@pytest.mark.parametrize('way', ['copy', 'pickle', 'state'])
def test_a_copy_goes_on_exactly_as_the_original(way):
    tile = tile_of(NOISY)
    list(everything(tile))
    if way == 'state':
        other = Tile((OUT, IN), TileParameters(device=NOISY), seed=99)
        other.load(copy.deepcopy(tile.state()))
    else:
        other = copy.deepcopy(tile) if way == 'copy' else pickle.loads(pickle.dumps(tile))
    assert not any(np.shares_memory(*pair) for pair in zip(parts_of(tile), parts_of(other)))
    for _ in zip(everything(tile), everything(other)):
        assert (tile.weights == other.weights).all()
    assert all((tile.cells.hidden()[name] == value).all() for name, value in other.cells.hidden().items())


def test_arrays_are_moved_one_by_one():
    tile, moved = tile_of(NOISY), []
    list(everything(tile))
    before = tile.weights.copy()
    tile.map(lambda array: moved.append(array) or array.copy())
    assert (tile.weights == before).all() and not any(np.shares_memory(tile.weights, array) for array in moved)
    assert sum(array.shape == (OUT, IN) for array in moved) >= len(tile.cells.hidden())


@pytest.mark.parametrize('hidden, message', [
    ({'max_bound': np.ones((OUT, IN))}, "'max_bound'"), ({'max_bound_2': np.ones((OUT, IN))}, "'max_bound_2'"),
    ({'dwmin_up_0': np.ones((OUT, IN)), 'max_bound_1': np.full((OUT, IN), np.nan)}, 'max_bound contains NaN'),
    ({'dwmin_up_0': np.ones((OUT, IN)), 'min_bound_1': np.full((OUT, IN), 5.0)}, 'min_bound is above'),
])
def test_impossible_hidden_parameters_are_refused_and_nothing_changes(hidden, message):
    cells = tile_of(PairDevice()).cells
    before = {name: value.copy() for name, value in cells.hidden().items()}
    with pytest.raises(ValueError, match=message):
        cells.set_hidden(hidden)
    assert all((value == before[name]).all() for name, value in cells.hidden().items())


@pytest.mark.parametrize('wrong, message', [
    (lambda tile: tile.update(X[:, 1:], D, 0.1), 'do not fit'), (lambda tile: tile.update(X, D, -1.0), 'learning_rate = -1'),
    (lambda tile: tile.update(X, np.full_like(D, np.nan), 0.1), 'NaN'), (lambda tile: tile.write(X[0]), 'weights of shape'),
    (lambda tile: tile.write(np.full((OUT, IN), np.inf, dtype=np.float32)), 'infinite'),
])
def test_impossible_wishes_are_refused_and_nothing_changes(wrong, message):
    tile = tile_of(PairDevice())
    with pytest.raises(ValueError, match=message):
        wrong(tile)
    assert all((weights == 0).all() for weights in (tile.weights, *parts_of(tile)))


def test_a_kind_of_cell_that_lacks_a_method_cannot_be_made():
    class Half(Cells):
        weights = property(lambda self: None)

    with pytest.raises(TypeError, match='abstract'):
        Half()


# -- with torch


def test_a_layer_learns_on_it():
    losses = losses_of_a_layer(PairConfig(), lr=0.1, steps=60)
    assert np.mean(losses[-10:]) < 0.3 * losses[0]


@pytest.mark.parametrize('device', [PairDevice(), NOISY])
@pytest.mark.parametrize('way', ['copy', 'pickle', 'checkpoint'])
def test_a_network_goes_on_exactly_as_the_original(device, way):
    model = trained(PairConfig(device=device), 5)
    if way == 'checkpoint':
        torch.manual_seed(77)
        other = small_network(PairConfig(device=device))
        other.load_state_dict(through_a_file(model.state_dict()))
    else:
        other = copy.deepcopy(model) if way == 'copy' else pickle.loads(pickle.dumps(model))
    assert (all_weights(model) == all_weights(other)).all()
    for tiles in zip(model.analog_tiles(), other.analog_tiles()):
        first, second = (tile.get_hidden_parameters() for tile in tiles)
        assert first.keys() == second.keys() and all((first[name] == second[name]).all() for name in first)
        assert all((one == two).all() for one, two in zip(*(parts_of(tile.kernel_tile) for tile in tiles)))
    assert (go_on(model) == go_on(other)).all()


def test_a_checkpoint_brings_its_devices():
    model, other = trained(PairConfig(device=NOISY), 5), small_network(PairConfig())
    other.load_state_dict(through_a_file(model.state_dict()))
    config = next(other.analog_tiles()).rpu_config
    assert type(config) is PairConfig and config.device == NOISY


def test_a_checkpoint_that_lacks_a_part_is_refused():
    layer = AnalogLinear(3, 2, rpu_config=PairConfig())
    state = layer.state_dict()
    del state['analog_module.analog_tile_state']['cells']['1']['drift']['clock']
    with pytest.raises(TileError, match=r'lack 1\.drift\.clock'):
        layer.load_state_dict(state)


def test_hidden_parameters_are_shown_and_set_by_number():
    tile = AnalogLinear(3, 2, rpu_config=PairConfig(device=NOISY)).analog_module
    hidden = tile.get_hidden_parameters()
    assert {'max_bound_0', 'max_bound_1', 'slope_up_0', 'persistent_weights_0'} <= set(hidden)
    assert not {'max_bound', 'slope_up_1', 'persistent_weights_1'} & set(hidden)
    hidden['max_bound_1'][:] = 0.125
    tile.set_hidden_parameters(hidden)
    found = tile.get_hidden_parameters()
    assert (found['max_bound_1'] == 0.125).all() and (found['max_bound_0'] == hidden['max_bound_0']).all()
    with pytest.raises(TileError, match='PairDevice'):
        tile.set_hidden_parameters({'max_bound_1': hidden['max_bound_1']})


def test_impossible_parameters_of_one_device_are_found():
    with pytest.raises(ConfigError, match=r'PairConfig\.device\.second\.dw_min = -1\.0'):
        AnalogLinear(3, 2, rpu_config=PairConfig(device=PairDevice(second=ConstantStepDevice(dw_min=-1.0))))
