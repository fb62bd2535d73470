"""Hooks of experiments: they are called in order, and added for a while; what is no moment is refused."""

import pytest

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.experiments.base import Experiment, Signals

VALUES = {'EXPERIMENT_START': 1, 'EXPERIMENT_END': 2, 'EPOCH_START': 10, 'EPOCH_END': 11, 'TRAIN_EPOCH_START': 20,
          'TRAIN_EPOCH_END': 21, 'TRAIN_EPOCH_BATCH_START': 22, 'TRAIN_EPOCH_BATCH_END': 23, 'VALIDATION_EPOCH_START': 30,
          'VALIDATION_EPOCH_END': 31, 'VALIDATION_EPOCH_BATCH_START': 32, 'VALIDATION_EPOCH_BATCH_END': 33,
          'INFERENCE_START': 40, 'INFERENCE_END': 41, 'INFERENCE_REPEAT_START': 50, 'INFERENCE_REPEAT_END': 51}


def test_the_signals_have_the_values_of_aihwkit():
    assert {signal.name: signal.value for signal in Signals} == VALUES


def test_hooks_are_called_in_order_and_what_they_return_is_collected():
    calls, experiment = [], Experiment()
    experiment.add_hook(Signals.EPOCH_END, lambda results: calls.append(('first', results)) or {'more': 1})
    experiment.add_hook(Signals.EPOCH_END, lambda results: calls.append(('second', results)))
    assert experiment._call_hook(Signals.EPOCH_END, {}) == {'more': 1}
    assert experiment._call_hook(Signals.EPOCH_START, 0) == {}
    assert calls == [('first', {}), ('second', {})]
    experiment.clear_hooks()
    assert experiment._call_hook(Signals.EPOCH_END, {}) == {} and len(calls) == 2


def test_hooks_that_are_added_for_a_while_leave_those_of_the_user():
    calls, experiment = [], Experiment()
    experiment.add_hook(Signals.EPOCH_START, calls.append)
    with pytest.raises(ZeroDivisionError), experiment.with_hooks({Signals.EPOCH_START: lambda epoch: 1 / epoch}):
        experiment._call_hook(Signals.EPOCH_START, 0)
    experiment._call_hook(Signals.EPOCH_START, 0)
    assert calls == [0, 0]


@pytest.mark.parametrize('key, hook, message', [
    ('epoch', print, "key = 'epoch': must be one of Signals"), (Signals.EPOCH_END, 3, 'hook = 3: must be a function')])
def test_what_is_no_moment_or_no_hook_is_refused(key, hook, message):
    experiment = Experiment()
    with pytest.raises(ArgumentError, match=message):
        experiment.add_hook(key, hook)
    assert not experiment.hooks
