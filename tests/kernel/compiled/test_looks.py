"""Compiled looks agree with those of the reference, on any number of threads."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.compiled.threads import use_threads
from aihwlab.kernel.random import Stream
from aihwlab.simulator.configs.devices import SoftBoundsDevice
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, build
from tests.kernel.test_looks import SHAPE, trains_of

BEFORE, SLICES = np.array([1, 1, 9, 20]), np.array([[3], [10], [0], [7]])


@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('columns', [True, False])
def test_compiled_and_reference_looks_agree(pulse_type, columns):
    array = build(SoftBoundsDevice(write_noise_std=1.0), SHAPE)
    found = []
    for backend in BACKENDS:
        changed = deepcopy(array)
        namespace, trains = trains_of(changed, backend, pulse_type)
        found.append((*namespace.apply_and_look(changed, trains, Stream(1, 3), BEFORE, SLICES, columns), changed.visible))
    (looks, met, weights), (compiled_looks, compiled_met, compiled_weights) = found
    np.testing.assert_allclose(looks, compiled_looks, atol=2e-6)
    np.testing.assert_allclose(weights, compiled_weights, atol=2e-6)
    assert met == compiled_met


@pytest.mark.parametrize('columns', [True, False])
def test_threads_change_nothing(columns):
    found = []
    for threads in (1, 2):
        array = build(SoftBoundsDevice(), SHAPE)
        namespace, trains = trains_of(array, 'compiled', PULSED_TYPES[0])
        use_threads(threads)
        found.append(namespace.apply_and_look(array, trains, Stream(1, 3), BEFORE, SLICES, columns)[0])
    np.testing.assert_array_equal(*found)
