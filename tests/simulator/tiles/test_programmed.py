"""Weights on programmed devices: random numbers that belong to a time, and what a checkpoint may hold."""

import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.inference import PCMLikeNoiseModel
from aihwlab.simulator.tiles.programmed import aged, bits_of, mapped, program, programmed_from, state_of_programmed

WEIGHTS = torch.linspace(-1, 1, 12).reshape(3, 4)
MODEL = PCMLikeNoiseModel()


def test_a_time_gives_the_same_weights_whenever_it_is_asked_for():
    programmed = program(MODEL, WEIGHTS, 1, 5)
    first = aged(MODEL, programmed, 60.0, 1)
    again = aged(MODEL, aged(MODEL, aged(MODEL, programmed, 1e6, 1), 0.0, 1), 60.0, 1)
    assert (first.weights == again.weights).all() and first.t_inference == again.t_inference == 60.0
    assert (first.weights != aged(MODEL, programmed, 60.1, 1).weights).any()
    assert (programmed.weights == programmed.written).all()


def test_seed_and_operation_decide_what_is_programmed():
    first, again, other_seed, later = (program(MODEL, WEIGHTS, *stream).written for stream in ((1, 5), (1, 5), (2, 5), (1, 6)))
    assert (first == again).all() and (first != other_seed).any() and (first != later).any()


def test_times_have_numbers_of_their_own():
    times = [0.0, 5e-324, 1.0, 1.0000000000000002, 3.15e7]
    assert len({bits_of(time) for time in times}) == len(times) and bits_of(-0.0) == bits_of(0.0) == bits_of(0)


def test_all_tensors_inside_are_found():
    value = {'a': [torch.ones(2), None], 'b': (torch.ones(1), 3)}
    found = mapped(value, lambda tensor: tensor + 1)
    assert (found['a'][0] == 2).all() and found['a'][1] is None and (found['b'][0] == 2).all() and found['b'][1] == 3
    programmed = program(MODEL, WEIGHTS, 1, 5).map(lambda tensor: 0 * tensor)
    assert not programmed.weights.any() and not any(part.any() for part in programmed.devices.drift_parameters)


def test_a_state_gives_the_same():
    programmed = aged(MODEL, program(MODEL, WEIGHTS, 1, 5), 60.0, 1)
    again = programmed_from(state_of_programmed(programmed), (3, 4), MODEL, 'key')
    assert (again.weights == programmed.weights).all() and again.operation == 5
    assert (aged(MODEL, again, 1.0, 1).weights == aged(MODEL, programmed, 1.0, 1).weights).all()
    assert state_of_programmed(None) is None and programmed_from(None, (3, 4), MODEL, 'key') is None


@pytest.mark.parametrize('path, value', [
    (('operation',), True), (('operation',), 1.5), (('noise_model',), None), (('t_inference',), -1.0),
    (('t_inference',), float('inf')), (('weights',), torch.full((3, 4), torch.nan)), (('alpha',), torch.zeros(1)),
    (('alpha',), torch.ones(4)), (('alpha',), None), (('baseline',), torch.tensor(-1.0)), (('devices',), None),
    (('devices', 'conductances'), []), (('devices', 'conductances'), {}), (('devices', 'conversion'), []),
    (('devices', 'conversion'), {}), (('devices', 'conductances', 0), None), (('devices', 'drift_parameters', 1), 0.05),
    (('devices', 'drift_parameters', 1), torch.zeros(2)), (('devices', 'conductances', 1), torch.full((3, 4), torch.nan))])
def test_impossible_parts_are_named(path, value):
    state = state_of_programmed(program(MODEL, WEIGHTS, 1, 5))
    inner = state
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(TileError, match=rf'key\..*{path[0]}'):
        programmed_from(state, (3, 4), MODEL, 'key')


def test_missing_and_unknown_parts_are_refused():
    state = state_of_programmed(program(MODEL, WEIGHTS, 1, 5))
    for bad in ({**state, 'more': 1}, {name: value for name, value in state.items() if name != 'alpha'}, 'text'):
        with pytest.raises(TileError, match='^key = '):
            programmed_from(bad, (3, 4), MODEL, 'key')
