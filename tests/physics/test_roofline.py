"""The roofline: both limits, the ridge, and products on it; then the machine that the tests run on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.physics.measure_machine import feasible, measure_machine
from aihwlab.physics.roofline import Machine, bytes_moved, intensity, operations

MACHINE = Machine(peak=100e12, bandwidth=1e12)
POSITIVE = st.floats(1e3, 1e18)


def test_both_limits_meet_at_the_ridge():
    assert MACHINE.ridge == 100
    assert MACHINE.attainable(100.0) == MACHINE.peak
    np.testing.assert_allclose(MACHINE.attainable([0.5, 50, 200]), [0.5e12, 50e12, 100e12])


@given(peak=POSITIVE, bandwidth=POSITIVE, work=POSITIVE, moved=POSITIVE)
def test_time_and_roof_say_the_same(peak, bandwidth, work, moved):
    machine = Machine(peak, bandwidth)
    assert work / machine.time(work, moved) == pytest.approx(float(machine.attainable(work / moved)))


def test_a_faster_processor_does_not_help_below_the_ridge():
    assert MACHINE.scaled(peak=2).attainable(2.0) == MACHINE.attainable(2.0)
    assert MACHINE.scaled(bandwidth=2).attainable(2.0) == 2 * MACHINE.attainable(2.0)
    assert MACHINE.scaled(bandwidth=2).attainable(500.0) == MACHINE.attainable(500.0)


@pytest.mark.parametrize('width, batch, expected', [(1, 1, 2.0), (4, 1, 0.5), (2, 1, 1.0), (1, 64, 128.0)])
def test_intensity_of_a_large_matrix(width, batch, expected):
    for size in (20_000, 40_000):
        assert intensity(size, size, batch, width) == pytest.approx(expected, rel=0.01)
    assert intensity(size, size, batch, width) < expected


def test_every_number_moves_once():
    assert operations(3, 5, 7) == 210
    assert bytes_moved(3, 5, 7, width=2) == 2 * (15 + 35 + 21)
    assert bytes_moved(3, 5, 7, width=2, resident=1) == 2 * (35 + 21)
    assert intensity(3, 5, 7, 2) == 210 / 142


@given(st.integers(1, 100), st.integers(1, 100), st.integers(1, 100), st.floats(0, 1))
def test_more_reuse_never_lowers_the_intensity(outputs, inputs, batch, resident):
    base = intensity(outputs, inputs, batch)
    assert intensity(outputs, inputs, batch + 1) >= base
    assert intensity(outputs, inputs, batch, resident=resident) >= base


@pytest.mark.parametrize('call, message', [
    (lambda: Machine(0, 1), 'peak = 0 must be positive'),
    (lambda: Machine(1, float('inf')), 'bandwidth = inf must be positive and finite'),
    (lambda: intensity(5, 5, width=0), 'width = 0 must be positive'),
    (lambda: intensity(5, 5, resident=-0.1), 'resident = -0.1 must be'),
    (lambda: operations(5, 5, 1.5), 'batch = 1.5 must be a whole number'),
    (lambda: measure_machine(size=0), 'size = 0 must be'),
    (lambda: measure_machine(size=8, repeats=0), 'repeats = 0 must be'),
    (lambda: measure_machine(size=8, batches=()), 'batches = .* must hold'),
    (lambda: measure_machine(size=8, batches=(0,)), 'batches = 0 must be'),
    (lambda: measure_machine(size=8, seconds=0), 'seconds = 0 must be positive'),
    (lambda: measure_machine(size=8, number='int8'), "number = 'int8' must be one of 'float32', 'float64'")])
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize('number, width', [('float32', 4), ('float64', 8)])
def test_no_measured_product_lies_above_the_measured_roof(number, width):
    measured = measure_machine(size=200, batches=(1, 4, 30), number=number, repeats=1)
    np.testing.assert_allclose(measured.intensity, [intensity(200, 200, batch, width) for batch in (1, 4, 30)])
    assert (measured.performance > 0).all()
    assert (measured.performance <= measured.machine.attainable(measured.intensity) * (1 + 1e-9)).all()


def test_a_machine_that_is_too_slow_gets_a_smaller_matrix():
    sample = np.ones((64, 64), dtype=np.float32)
    assert feasible(4096, 511, 1e9, sample) == 4096
    assert feasible(4096, 511, 1e-9, sample) == sample.shape[0]
    assert measure_machine(size=200, batches=(1,), repeats=1).size == 200
