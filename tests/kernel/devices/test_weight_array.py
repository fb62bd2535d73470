"""An ideal memory: weights without bounds, which are read back as they were set, copied and moved."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.devices.weight_array import DriftState, build_weight_array, mapped
from aihwlab.kernel.laws.linear_step import LinearStepPlanes
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import FloatingPointDevice, IdealDevice

W = np.array([[0.5, -7.0, 0.0], [1e3, 0.25, -1e-3]], dtype=np.float32)


def memory(parameters=None):
    return build_weight_array(parameters or IdealDevice(), (2, 3), Stream(1, 0))


def test_weights_are_read_as_they_were_set():
    array = memory()
    assert (array.visible == 0).all() and array.persistent is array.visible
    array.set_weights(W, Stream(1, 1))
    assert (array.visible == W).all() and array.visible is not W


@pytest.mark.parametrize('weights, message', [
    (np.full((2, 3), np.nan, dtype=np.float32), 'NaN'), (np.full((2, 3), -np.inf, dtype=np.float32), 'infinite'),
    (np.zeros((3, 2), dtype=np.float32), r'shape \(3, 2\): must be \(2, 3\)')])
def test_impossible_weights_are_refused_and_nothing_changes(weights, message):
    array = memory()
    array.set_weights(W, Stream(1, 1))
    with pytest.raises(ValueError, match=message):
        array.set_weights(weights, Stream(1, 2))
    assert (array.visible == W).all()


def test_hidden_parameters_are_how_it_ages():
    array = memory(FloatingPointDevice(lifetime=4.0))
    assert set(array.hidden) == {'decay_scales', 'diffusion_rates', 'reset_bias', 'drift_nu'}
    assert (array.hidden['decay_scales'] == 0.75).all()
    array.set_hidden({'reset_bias': np.full((2, 3), 0.5)})
    assert (array.hidden['reset_bias'] == 0.5).all() and (array.hidden['decay_scales'] == 0.75).all()


@pytest.mark.parametrize('value, message', [(np.zeros((3, 2)), 'shape'), (np.full((2, 3), np.nan), 'NaN')])
def test_impossible_hidden_parameters_are_refused_and_nothing_changes(value, message):
    array = memory()
    with pytest.raises(ValueError, match=f'reset_bias.*{message}'):
        array.set_hidden({'decay_scales': np.full((2, 3), 0.5), 'reset_bias': value})
    assert (array.hidden['decay_scales'] == 1).all()


def test_a_copy_shares_nothing():
    array = memory()
    array.drift.origin = W.copy()
    copied = deepcopy(array)
    assert copied.persistent is copied.visible and copied.parameters is not array.parameters
    copied.set_weights(W, Stream(1, 1))
    copied.hidden['reset_bias'][:], copied.drift.origin[:] = 1, 0
    assert (array.visible == 0).all() and (array.hidden['reset_bias'] == 0).all() and (array.drift.origin == W).all()


def test_only_arrays_are_mapped_wherever_they_are():
    state = {'drift': DriftState(2.0, W, None, W), 'planes': LinearStepPlanes(W, 3.0), 'name': 'text'}
    doubled = mapped(state, lambda array: 2 * array)
    assert doubled['drift'].clock == 2.0 and doubled['drift'].origin is None and doubled['name'] == 'text'
    assert (doubled['drift'].start == 2 * W).all()
    assert (doubled['planes'].size == 2 * W).all() and doubled['planes'].slope == 3.0
