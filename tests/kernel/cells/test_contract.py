"""The contract of cells is enough for cells of several arrays: two devices at each crosspoint, `w = a + b`."""

import io
import pickle
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.cells.single import SingleCells
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import Device
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import ConstantStepDevice, SingleRPUConfig, SoftBoundsDevice
from tests.networks import all_weights, analog_sgd, small_network, train


@dataclass
class TwoDevices(Device):
    """Two devices at each crosspoint, whose weights add up."""

    first: PulsedDevice = field(default_factory=ConstantStepDevice)
    second: PulsedDevice = field(default_factory=lambda: SoftBoundsDevice(write_noise_std=2.0))


@dataclass
class TwoDevicesConfig(SingleRPUConfig):
    """A tile of such cells."""

    device: Device = field(default_factory=TwoDevices)


class TwoArrays(Cells):
    """Cells of two arrays: every pulse reaches both."""

    def __init__(self, parts, weights):
        self.parts, self.visible = parts, weights

    @property
    def weights(self):
        return self.visible

    def add_up(self):
        self.visible[...] = self.parts[0].weights + self.parts[1].weights

    def update(self, x, d, learning_rate, update, stream, engine):
        first, second = (part.array for part in self.parts)
        stages = engine.stages(d, first)
        x = stages.gather(x)
        plan = stages.plan_pulses(stages.abs_max(x).reshape(-1), stages.abs_max(d).reshape(-1), learning_rate,
                                  first.granularity + second.granularity, update)
        trains = stages.draw_trains(x, d, plan, update, stream)
        steps = [stages.apply_trains(array, trains, stream.child(number)) for number, array in enumerate((first, second))]
        if engine.counts and engine.counts.has_pulses:
            engine.counts.count_trains(trains.slots, trains.sent(), steps[0], self.weights.shape)
            engine.counts.count_steps(sum(steps))
        self.add_up()

    def each(self, method, stream, *arguments):
        for number, part in enumerate(self.parts):
            getattr(part, method)(stream.child(number), *arguments)
        self.add_up()

    def write(self, weights, stream):
        for number, part in enumerate(self.parts):
            part.write(weights / 2, stream.child(number))
        self.add_up()

    def diffuse(self, stream):
        self.each('diffuse', stream)

    def decay(self, stream, alpha=1.0):
        self.each('decay', stream, alpha)

    def drift(self, stream, delta_t):
        self.each('drift', stream, delta_t)

    def reset(self, stream, start, count, probability):
        self.each('reset', stream, start, count, probability)

    @property
    def ages(self):
        return tuple(any(kinds) for kinds in zip(*(part.ages for part in self.parts)))

    def hidden(self):
        return {f'{name}_{number}': value for number, part in enumerate(self.parts) for name, value in part.hidden().items()}

    def set_hidden(self, hidden: Mapping[str, np.ndarray]):
        for number, part in enumerate(self.parts):
            part.set_hidden({name[:-2]: value for name, value in hidden.items() if name.endswith(f'_{number}')})

    def state(self):
        return {str(number): {**part.state(), 'weights': part.weights} for number, part in enumerate(self.parts)}

    def load(self, state):
        for number, part in enumerate(self.parts):
            part.load(state[str(number)])
            part.weights[...] = state[str(number)]['weights']
        self.add_up()

    def map(self, function):
        return TwoArrays([part.map(function) for part in self.parts], function(self.visible))


@build_cells.register
def _(parameters: TwoDevices, shape, stream, xp=np):
    parts = [build_cells(device, shape, stream.child(number), xp)
             for number, device in enumerate((parameters.first, parameters.second))]
    cells = TwoArrays(parts, xp.zeros(shape, dtype=np.float32))
    cells.add_up()
    return cells


RNG = np.random.default_rng(8)
X, D = RNG.normal(size=(4, 30, 2)).astype(np.float32), 0.3 * RNG.normal(size=(4, 20, 2)).astype(np.float32)


def cells_of(parameters=None):
    cells = build_cells(parameters or TwoDevices(), (20, 30), Stream(3, 0))
    cells.write((0.2 * RNG.normal(size=(20, 30))).astype(np.float32), Stream(3, 1))
    return cells


def updated(cells, backend=None, counts=None):
    cells = deepcopy(cells)
    cells.update(X, D, 0.02, UpdateParameters(), Stream(3, 2), Engine(backend=backend, counts=counts))
    return cells


def trained(steps=3):
    torch.manual_seed(2)
    model = small_network(TwoDevicesConfig())
    train(model, analog_sgd(model), steps)
    return model


def test_devices_of_both_arrays_are_drawn_independently():
    cells = cells_of(TwoDevices(ConstantStepDevice(), ConstantStepDevice()))
    hidden = cells.hidden()
    assert {'max_bound_0', 'max_bound_1', 'dwmin_up_0', 'dwmin_up_1'} <= set(hidden)
    correlation = np.corrcoef(hidden['max_bound_0'].ravel(), hidden['max_bound_1'].ravel())[0, 1]
    assert abs(correlation) < 4.5 / np.sqrt(600)


def test_one_train_moves_both_arrays_against_the_gradient():
    cells = cells_of()
    after = updated(cells)
    gradient = np.einsum('bop,bip->oi', D, X)
    for before, part in zip(cells.parts, after.parts):
        change = part.array.persistent - before.array.persistent
        assert np.corrcoef(change.ravel(), gradient.ravel())[0, 1] < -0.8
    np.testing.assert_array_equal(after.weights, after.parts[0].weights + after.parts[1].weights)


def test_each_coincidence_is_a_step_in_both_arrays():
    counts = [Counts.with_pulses(), Counts.with_pulses()]
    for backend, counted in zip(('reference', 'compiled'), counts):
        updated(cells_of(), backend, counted)
        assert counted.steps == 2 * counted.coincidences > 0
    assert counts[0] == counts[1]


def test_both_backends_agree():
    cells = cells_of()
    np.testing.assert_allclose(updated(cells, 'reference').weights, updated(cells, 'compiled').weights, atol=1e-6)


def test_single_cells_are_a_part_like_any_other():
    assert all(isinstance(part, SingleCells) for part in cells_of().parts)
    assert cells_of().ages == (False, False)
    assert cells_of(TwoDevices(second=SoftBoundsDevice(lifetime=100.0))).ages == (False, True)


@pytest.mark.parametrize('way', ['copy', 'pickle', 'checkpoint'])
def test_a_network_of_them_goes_on_exactly_as_its_copy(way):
    model = trained()
    if way == 'copy':
        other = deepcopy(model)
    elif way == 'pickle':
        other = pickle.loads(pickle.dumps(model))
    else:
        buffer = io.BytesIO()
        torch.save(model.state_dict(), buffer)
        buffer.seek(0)
        other = small_network(TwoDevicesConfig())
        other.load_state_dict(torch.load(buffer, weights_only=True))
    assert (all_weights(model) == all_weights(other)).all()
    for network in (model, other):
        train(network, analog_sgd(network), 3)
    assert (all_weights(model) == all_weights(other)).all()


def test_hidden_parameters_of_both_arrays_can_be_read_and_set():
    tile = next(trained(1).analog_tiles())
    hidden = tile.get_hidden_parameters()
    hidden['max_bound_1'][:] = 0.125
    tile.set_hidden_parameters(hidden)
    again = tile.get_hidden_parameters()
    assert (again['max_bound_1'] == 0.125).all() and (again['max_bound_0'] == hidden['max_bound_0']).all()
