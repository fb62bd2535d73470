"""Tasks of a sweep: what is combined, the text that names a task, and what comes of it."""

import json
import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.task import Task, attempt, plain, require_callable, tasks_of, text_of
from aihwlab.simulator.configs import ConstantStepDevice, SingleRPUConfig, SoftBoundsDevice
from aihwlab.simulator.parameters import BoundManagementType
from tests.experiments.measurements import failing, odd, product, scaled

VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
                      lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


def test_all_combinations_for_each_seed():
    tasks = tasks_of({'a': [1, 2], 'b': ['x', 'y']}, [7, 8])
    assert tasks[:3] == [Task({'a': 1, 'b': 'x'}, 7), Task({'a': 1, 'b': 'x'}, 8), Task({'a': 1, 'b': 'y'}, 7)]
    assert len(tasks) == 8


def test_single_settings_can_be_listed():
    assert tasks_of([{'a': 1}, {'b': 2}], range(1)) == [Task({'a': 1}, 0), Task({'b': 2}, 0)]
    assert tasks_of({}, [np.int64(3)]) == [Task({}, 3)]


@pytest.mark.parametrize('grid, seeds, message', [
    ({'t': []}, [0], 'nothing to do'), ({'t': [1]}, [], 'nothing to do'), ([], [0], 'nothing to do'),
    ({'t': 'abc'}, [0], r"grid\['t'\] = 'abc': must be a list"), ({'t': 1}, [0], r"grid\['t'\] = 1"),
    ({'seed': [1]}, [0], "'seed' cannot be the name"), ([{'error': 1}], [0], "'error' cannot be the name"),
    ({'t': [1]}, [0.5], r'seeds = \[0.5\]: must be integers'), ({'t': [1]}, [True], 'must be integers')])
def test_impossible_grids_are_refused(grid, seeds, message):
    with pytest.raises(ArgumentError, match=message):
        tasks_of(grid, seeds)


@given(st.dictionaries(st.text(), VALUES), st.integers())
def test_the_text_does_not_depend_on_the_order(parameters, seed):
    text = text_of(product, Task(parameters, seed))
    assert text == text_of(product, Task(dict(reversed(parameters.items())), seed))
    assert text != text_of(product, Task(parameters, seed + 1)) and text != text_of(scaled, Task(parameters, seed))
    assert json.loads(text)['seed'] == seed


@given(VALUES, VALUES)
def test_different_values_have_different_texts(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (text_of(product, Task({'t': one}, 0)) == text_of(product, Task({'t': other}, 0))) == same


def test_configurations_are_known_by_their_fields():
    def text(config):
        return text_of(product, Task({'t': config}, 0))

    assert text(SingleRPUConfig()) == text(SingleRPUConfig())
    assert text(SingleRPUConfig()) != text(SingleRPUConfig(device=ConstantStepDevice(dw_min=0.01)))
    assert text(ConstantStepDevice()) != text(SoftBoundsDevice())
    assert 'ConstantStepDevice' in text(SingleRPUConfig())


def test_numbers_of_libraries_are_numbers():
    assert plain([np.float32(0.5), np.int8(2), np.arange(2), torch.ones(1), BoundManagementType.NONE, len]) == [
        0.5, 2, [0, 1], [1.0], 'aihwlab.parameters.enums.BoundManagementType.NONE', 'builtins.len']


@pytest.mark.parametrize('value', [{1, 2}, object(), [1j], {'a': lambda: None}],
                         ids=['set', 'object', 'complex', 'function'])
def test_values_without_a_text_are_refused(value):
    with pytest.raises(ArgumentError, match='text of its own|has no name'):
        text_of(product, Task({'t': value}, 0))


def test_functions_need_a_name():
    with pytest.raises(ArgumentError, match='define it with `def`'):
        text_of(lambda seed: seed, Task({}, 0))


@pytest.mark.parametrize('parameters', [{}, {'t': 1, 'other': 2}, {'gain': 1}])
def test_a_function_that_does_not_take_the_parameters_is_refused(parameters):
    with pytest.raises(ArgumentError, match=r'measurements.product cannot be called with \[.*\'seed\'\]'):
        require_callable(product, [Task({'t': 1}, 0), Task(parameters, 0)])


def test_results_are_kept_exactly():
    outcome = attempt(scaled, Task({'gain': 3}, 5))
    x = np.random.default_rng(5).normal(size=3)
    assert outcome.error is None and outcome.seconds > 0
    assert json.loads(outcome.result)['all'] == list(x) and json.loads(outcome.result)['mean'] == 3 * x.mean()


@pytest.mark.parametrize('kind, expected', [('array', [0, 1]), ('number', float(np.float32(0.1)))])
def test_a_result_without_a_name_is_the_value(kind, expected):
    assert json.loads(attempt(odd, Task({'kind': kind}, 0)).result) == {'value': expected}
    assert math.isnan(json.loads(attempt(odd, Task({'kind': 'nan'}, 0)).result)['value'])


@pytest.mark.parametrize('function, parameters, message', [
    (failing, {'t': 2}, 'RuntimeError: no result for t = 2'), (odd, {'kind': 'set'}, 'a set has no text of its own'),
    (odd, {'kind': 'taken'}, r"the result has \['kind'\]"), (odd, {'kind': 'seed'}, r"the result has \['seed'\]")])
def test_errors_are_kept_as_text(function, parameters, message):
    outcome = attempt(function, Task(parameters, 0))
    assert outcome.result is None and 'Traceback' in outcome.error
    assert re.search(message, outcome.error)
