"""Compiled updates agree with the reference number by number, and do not depend on the number of threads."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import coincidences as reference
from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.compiled import pulse
from aihwlab.kernel.compiled.coincidences import apply_trains
from aihwlab.kernel.compiled.threads import use_threads
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.random import Stream
from aihwlab.kernel.update import update_weights
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import devices
from tests.kernel.compiled.test_pulse_trains import both
from tests.kernel.helpers import BACKENDS, PULSED, PULSED_TYPES, numbers
from tests.kernel.strategies import few_examples, patches, seeds, vectors


@pytest.mark.parametrize('device_class', PULSED)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('write_noise', [0.0, 2.0])
def test_compiled_and_reference_update_agree_number_by_number(device_class, pulse_type, write_noise):
    parameters = device_class()
    for name, value in (('write_noise_std', write_noise), ('reference_std', 0.1), ('piecewise_up', [1.5, 1.0, 0.5]),
                        ('piecewise_down', [0.5, 1.0, 1.5])):
        if name in vars(parameters):
            setattr(parameters, name, value)
    rng = np.random.default_rng(4)
    x, d = (rng.normal(size=(3, lines, 4)).astype(np.float32) for lines in (70, 131))
    array = build_device_array(parameters.resolved(), (131, 70), Stream(1, 0))
    array.set_weights((0.1 * rng.normal(size=(131, 70))).astype(np.float32), Stream(1, 1))
    other = deepcopy(array)
    update = UpdateParameters(pulse_type=pulse_type)
    update_weights(array, x, 0.3 * d, 0.1, update, Stream(1, 5), Engine(backend='reference'))
    update_weights(other, x, 0.3 * d, 0.1, update, Stream(1, 5), Engine(backend='compiled'))
    np.testing.assert_allclose(array.persistent, other.persistent, atol=2e-7)
    np.testing.assert_allclose(array.visible, other.visible, atol=2e-7)


@given(st.one_of(vectors(), patches()), st.integers(1, 70), seeds, st.sampled_from([devices.IdealDevice, *PULSED]),
       st.sampled_from(list(PulseType)), st.integers(1, 70), st.booleans(), st.booleans())
@few_examples
def test_updates_agree(x, out_size, seed, device, pulse_type, desired_bl, by_gradient, balanced):
    update = UpdateParameters(pulse_type=pulse_type, desired_bl=desired_bl, update_bl_management=by_gradient,
                              update_management=balanced)
    cells = build_cells(device().resolved(), (out_size, x.shape[1]), Stream(seed, 0))
    cells.write(0.1 * numbers(seed, cells.weights.shape), Stream(seed, 1))
    both = [cells, deepcopy(cells)]
    d = 0.1 * numbers(seed + 1, (x.shape[0], out_size, x.shape[2]))
    for changed, backend in zip(both, BACKENDS):
        changed.update(x, d, 0.05, update, Stream(seed, 5), Engine(backend=backend))
    np.testing.assert_allclose(both[0].array.persistent, both[1].array.persistent, atol=1e-6)
    np.testing.assert_allclose(both[0].weights, both[1].weights, atol=1e-6)


@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_the_number_of_threads_does_not_change_a_bit(pulse_type):
    """With so many pulses that each thread takes some of them, and draws noise for more than once."""
    x, d = numbers(1, (40, 200, 1)), numbers(2, (40, 300, 1))
    weights = []
    for threads in (1, 2):
        use_threads(threads)
        cells = build_cells(devices.SoftBoundsDevice(write_noise_std=1.0), (300, 200), Stream(3, 0))
        cells.update(x, d, 0.1, UpdateParameters(pulse_type=pulse_type), Stream(3, 1), Engine(backend='compiled'))
        weights.append(cells.weights)
    assert (weights[0] == weights[1]).all() and (weights[0] != 0).any()


@pytest.mark.parametrize('shift', [0, 2 ** 31 - 3, 2 ** 31, 2 ** 32 - 10 ** 4])
def test_pulses_in_late_time_slots_have_their_own_direction_and_noise(shift):
    plain, compiled = both(numbers(1, (9, 20, 1)), numbers(2, (9, 5, 1)), 3, pulse_type=PulseType.MEAN_COUNT)
    array = build_device_array(devices.SoftBoundsDevice().resolved(), (5, 20), Stream(1, 0))
    other = deepcopy(array)
    met = reference.apply_trains(array, replace(plain, first_slot=shift), Stream(3, 7))
    assert met == apply_trains(other, compiled._replace(start=compiled.start + shift), Stream(3, 7)) > 0
    np.testing.assert_array_equal(array.persistent, other.persistent)


def test_an_array_with_too_many_crosspoints_is_refused(monkeypatch):
    monkeypatch.setattr(pulse, 'MOST_CROSSPOINTS', 99)
    array = build_device_array(devices.SoftBoundsDevice().resolved(), (5, 20), Stream(1, 0))
    with pytest.raises(ValueError, match='100 crosspoints: compiled updates know at most 99'):
        pulse.flat_devices(array, Stream(1, 1))
