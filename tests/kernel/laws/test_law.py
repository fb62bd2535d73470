"""Laws of the package by their devices, and one that is not in it: compiled, or computed by the reference with one notice."""

import warnings
from copy import deepcopy
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine, stages
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.pulse_response import step_size
from aihwlab.kernel.random import Stream
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import ConstantStepDevice, SingleRPUConfig, devices
from tests.kernel.helpers import needs_numba
from tests.networks import all_weights, analog_sgd, losses_of_a_layer, small_network, train

LAWS = {
    devices.ConstantStepDevice: 'constant_step', devices.LinearStepDevice: 'linear_step',
    devices.SoftBoundsDevice: 'soft_bounds', devices.SoftBoundsPmaxDevice: 'soft_bounds',
    devices.SoftBoundsReferenceDevice: 'soft_bounds_reference', devices.ExpStepDevice: 'exp_step',
    devices.PowStepDevice: 'pow_step', devices.PowStepReferenceDevice: 'pow_step_reference',
    devices.PiecewiseStepDevice: 'piecewise_step',
}


@pytest.mark.parametrize('device', LAWS)
def test_each_device_has_its_law(device):
    assert device.law is import_module(f'aihwlab.kernel.laws.{LAWS[device]}').LAW
    assert 'law' not in [field.name for field in fields(device)]


# -- a law of a user's own


class Planes(NamedTuple):
    size: Any
    bound: Any


def step(weight, noise, device, shared):
    """Steps that vanish with the square of the distance to the bound."""
    room = 1 - weight / device.bound
    return device.size * room * room * (1 + shared.noise * noise)


def planes(parameters, hidden):
    return Planes(hidden['dwmin_up'], hidden['max_bound']), Planes(hidden['dwmin_down'], hidden['min_bound'])


@dataclass
class SquareDevice(PulsedDevice):
    """A device that the package does not know."""

    law: ClassVar[Law] = Law(step, planes)


@dataclass
class StubbornDevice(PulsedDevice):
    """A device whose step no compiler understands."""

    law: ClassVar[Law] = Law(lambda weight, noise, device, shared: float.fromhex('0x1p-9') * np.ones_like(weight), planes)


def cells_of(device, seed=3):
    cells = build_cells(device, (20, 30), Stream(seed, 0))
    cells.write((0.2 * np.random.default_rng(1).normal(size=(20, 30))).astype(np.float32), Stream(seed, 1))
    return cells


def updated(cells, backend):
    rng = np.random.default_rng(2)
    x, d = rng.normal(size=(6, 30, 1)).astype(np.float32), 0.1 * rng.normal(size=(6, 20, 1)).astype(np.float32)
    copied = deepcopy(cells)
    copied.update(x, d, 0.1, UpdateParameters(), Stream(3, 2), Engine(backend=backend))
    return copied.weights


def test_the_steps_follow_the_law():
    response = step_size(SquareDevice(dw_min=0.01, w_max=0.5, w_min=-0.5))
    np.testing.assert_allclose(response.up, 0.01 * (1 - response.weight / 0.5) ** 2, atol=1e-7)
    np.testing.assert_allclose(response.down, -0.01 * (1 + response.weight / 0.5) ** 2, atol=1e-7)


@needs_numba
def test_the_default_path_compiles_it_and_agrees_with_the_reference():
    cells = cells_of(SquareDevice())
    compiled = stages(cells.weights, 'compiled', cells.array)
    assert compiled.__name__ == 'aihwlab.kernel.compiled.stages' and stages(cells.weights, None, cells.array) is compiled
    np.testing.assert_allclose(updated(cells, None), updated(cells, 'reference'), atol=1e-6)
    assert np.abs(updated(cells, None) - cells.weights).max() > 0.001


def test_a_layer_learns_on_it():
    losses = losses_of_a_layer(SingleRPUConfig(device=SquareDevice()), lr=0.1, steps=60)
    assert np.mean(losses[-10:]) < 0.3 * losses[0]


def test_a_checkpoint_goes_on_alike():
    model, other = (small_network(SingleRPUConfig(device=SquareDevice())) for _ in range(2))
    train(model, analog_sgd(model), 2)
    other.load_state_dict(model.state_dict())
    for network in (model, other):
        train(network, analog_sgd(network), 2)
    assert (all_weights(model) == all_weights(other)).all()


@pytest.mark.slow
def test_a_law_written_anew_under_the_same_names_takes_effect():
    """As when a learner changes a formula and runs the cell again."""
    def times(factor):
        def step(weight, noise, device, shared):
            return factor * device.size

        return Law(step, planes)

    @dataclass
    class First(PulsedDevice):
        law: ClassVar[Law] = times(1.0)

    @dataclass
    class Second(PulsedDevice):
        law: ClassVar[Law] = times(2.0)

    changes = [updated(cells_of(device), None) - cells_of(device).weights for device in (First(), Second())]
    moved = np.abs(changes[0]) > 0.001  # far more than rounding; some reach their bounds
    assert np.median(changes[1][moved] / changes[0][moved]) == pytest.approx(2, rel=1e-3)


@needs_numba
def test_a_law_that_cannot_be_compiled_runs_in_the_reference_with_one_notice():
    cells = cells_of(StubbornDevice())
    with pytest.warns(UserWarning, match='cannot be compiled'):
        changed = updated(cells, None)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert (updated(cells, None) == changed).all() and (updated(cells, 'reference') == changed).all()


def test_quantities_of_a_law_have_random_numbers_of_their_own():
    def construct(parameters, hidden, draw):
        return {'mine': draw('mine'), 'yours': draw('yours'), 'again': draw('mine')}

    @dataclass
    class Drawing(PulsedDevice):
        law: ClassVar[Law] = Law(step, planes, construct=construct)

    hidden = cells_of(Drawing()).hidden()
    assert (hidden['mine'] == hidden['again']).all()
    assert abs(np.corrcoef(hidden['mine'].ravel(), hidden['yours'].ravel())[0, 1]) < 4.5 / np.sqrt(600)
    plain = cells_of(ConstantStepDevice()).hidden()
    assert (hidden['max_bound'] == plain['max_bound']).all()


@needs_numba
def test_machine_code_of_it_is_not_kept():
    """On disk, it would stand in the way of a program that does not know the class."""
    from aihwlab.kernel.compiled.coincidences import _pulses_on_rows
    from aihwlab.kernel.compiled.compiling import REMEMBERS_TASKS
    from aihwlab.kernel.compiled.pulsed_update import _update
    for device in (SquareDevice(), ConstantStepDevice()):
        updated(cells_of(device), None)
    for function, planes_of in ((_update, lambda types: types[0]), (_pulses_on_rows, lambda types: types[2].types[0])):
        used = {planes_of(types).instance_class.__module__ for types in function.signatures}
        kept = {planes_of(key[0]).instance_class.__module__ for key in function._cache._cache_file._load_index()}
        assert '' in used and '' not in kept
        assert 'aihwlab.kernel.laws.constant_step' in kept or not REMEMBERS_TASKS


def test_laws_of_the_package_can_be_told_apart_by_the_names_of_their_planes():
    """Numba links functions by the names of their types: two laws with one name would share their machine code."""
    steps = {}
    for device in vars(devices).values():
        if isinstance(device, type) and issubclass(device, PulsedDevice) and hasattr(device, 'law'):
            array = build_cells(device().resolved(), (1, 1), Stream(1, 0)).array
            assert steps.setdefault(type(array.up).__name__, array.law.step) is array.law.step
    assert len(steps) == len(set(steps.values())) == 5
