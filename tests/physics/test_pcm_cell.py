"""One cell: heat, melting, growth, reading, and what time does to it."""

import numpy as np
import pytest
from scipy.integrate import trapezoid

from aihwlab.physics.pcm_ageing import YEAR, drift, read_noise, retention_time
from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_pulse import Pulse, apply_power, apply_pulse, apply_train, programming_curve
from aihwlab.physics.pcm_read import characteristic_voltage, conductance, glass_resistance, read_current, threshold_voltage

CELL = PCMCell()
RESET = 27.32e-9


def test_growth_velocity_of_the_table():
    velocity = CELL.growth_velocity([550, 600, 650, 700, 750, 800, 850, 870])
    np.testing.assert_allclose(velocity, [0.0021, 0.024, 0.137, 0.389, 0.550, 0.386, 0.115, 0.028],
                               rtol=0.01, atol=5e-4)


def test_nothing_grows_at_and_above_melting():
    assert (CELL.growth_velocity(np.linspace(877, 5000, 50)) == 0).all()
    assert (CELL.growth_velocity(np.linspace(1, 5000, 5000)) >= 0).all()


def test_melting():
    assert CELL.melting_power == pytest.approx(288.5e-6)
    np.testing.assert_allclose(CELL.melt_front([0, 288e-6, 350e-6, 400e-6]), [0, 0, 17.6e-9, 27.9e-9], rtol=0.003)
    assert CELL.temperature(CELL.melt_front(400e-6), 400e-6) == pytest.approx(CELL.melting)


@pytest.mark.parametrize('power, thickness', [(280, 0), (300, 3.28), (350, 17.02), (400, 27.32), (450, 35.33),
                                              (500, 41.74)])
def test_reset(power, thickness):
    assert apply_pulse(CELL, Pulse(power * 1e-6)).thickness[-1] == pytest.approx(thickness * 1e-9, rel=0.01)


@pytest.mark.parametrize('fall, thickness', [(0, 27.32), (10, 25.95), (20, 24.49), (50, 19.5), (100, 8.73), (150, 0)])
def test_a_slow_edge_makes_crystal(fall, thickness):
    trace = apply_pulse(CELL, Pulse(400e-6, fall=fall * 1e-9))
    assert trace.thickness[-1] == pytest.approx(thickness * 1e-9, rel=0.01, abs=1e-12)


def test_programming_curve_has_the_shape_of_a_u():
    power = [150, 180, 200, 220, 240, 260, 280, 300, 320, 360, 400]
    after = [27.31, 27.16, 26.62, 24.73, 18.47, 8.34, 7.20, 10.06, 13.70, 20.66, 27.32]
    glass = programming_curve(CELL, np.multiply(power, 1e-6), thickness=RESET)
    np.testing.assert_allclose(glass, np.multiply(after, 1e-9), rtol=0.01)


def test_weak_pulses_accumulate():
    """The last step before the dome is gone multiplies errors: 0.1 nm, else 1 %."""
    after = [26.83, 26.28, 25.68, 25.01, 24.25, 23.38, 22.36, 21.14, 19.65, 17.72, 15.06, 11.01, 3.57, 0]
    train = apply_train(CELL, Pulse(195e-6), 14, RESET)
    assert train[0] == RESET
    np.testing.assert_allclose(train[1:], np.multiply(after, 1e-9), rtol=0.01, atol=0.1e-9)


def test_steps_are_short_enough():
    coarse, fine = (apply_pulse(CELL, Pulse(260e-6, fall=40e-9), RESET, step).thickness[-1] for step in (1e-10, 2e-11))
    assert coarse == pytest.approx(fine, rel=0.01)


def test_cells_together_are_cells_one_by_one():
    starts = np.array([0.0, 10e-9, 40e-9])
    together = apply_pulse(CELL, Pulse(250e-6), starts).thickness
    alone = [apply_pulse(CELL, Pulse(250e-6), start).thickness for start in starts]
    np.testing.assert_allclose(together, np.transpose(alone), rtol=1e-12, atol=1e-20)


def test_no_power_changes_nothing():
    assert apply_pulse(CELL, Pulse(0.0), RESET).thickness[-1] == pytest.approx(RESET, rel=1e-6)


def test_energy_is_the_integral_of_power():
    pulse = Pulse(400e-6, 50e-9, 30e-9)
    time = np.linspace(-10e-9, 100e-9, 110001)
    assert pulse.energy == pytest.approx(trapezoid(pulse.at(time), time), rel=1e-4)
    assert Pulse(400e-6).energy == pytest.approx(20e-12)


def test_heat_follows_power_with_its_time_constant():
    trace = apply_pulse(CELL, Pulse(100e-6), step=0.01e-9)
    k = np.searchsorted(trace.time, CELL.thermal_time)
    assert trace.heat[k] == pytest.approx(100e-6 * (1 - np.exp(-trace.time[k] / CELL.thermal_time)), rel=1e-6)


def test_reading_is_ohmic_at_low_voltage_and_bends_up():
    assert conductance(CELL, 27.3e-9) == pytest.approx(0.51e-6, rel=0.01)
    assert conductance(CELL, 0) / conductance(CELL, 27.3e-9) == pytest.approx(49, rel=0.02)
    assert characteristic_voltage(CELL, 27.3e-9) == pytest.approx(0.28, abs=0.003)
    current = read_current(CELL, 27.3e-9, [1e-3, 0.7])
    assert current[0] == pytest.approx(1e-3 * conductance(CELL, 27.3e-9), rel=1e-4)
    assert current[1] > 1.5 * 0.7 * conductance(CELL, 27.3e-9)
    assert read_current(CELL, 0.0, 0.2) == pytest.approx(0.2 / 40e3)
    assert read_current(CELL, 27.3e-9, -0.3) == -read_current(CELL, 27.3e-9, 0.3)


def test_the_current_divides_the_voltage_between_crystal_and_glass():
    thickness, voltage = 20e-9, 0.5
    current, scale = read_current(CELL, thickness, voltage), characteristic_voltage(CELL, thickness)
    glass = scale * np.arcsinh(current * glass_resistance(CELL, thickness) / scale)
    assert glass + current * CELL.crystal_resistance == pytest.approx(voltage)


def test_cold_glass_conducts_less():
    assert conductance(CELL, RESET, 250.0) < conductance(CELL, RESET) < conductance(CELL, RESET, 350.0)


def test_threshold():
    assert threshold_voltage(CELL, 27.3e-9) == pytest.approx(0.8, rel=0.02)
    assert threshold_voltage(PCMCell(threshold_field=56e6), 27.3e-9) == pytest.approx(1.5, rel=0.02)
    with pytest.raises(ValueError, match='threshold voltage'):
        read_current(CELL, 27.3e-9, 0.9)


def test_power_of_a_current():
    assert CELL.write_power(440e-6) == pytest.approx(352e-6)


def test_drift_is_a_line_in_logarithms():
    assert drift(5e-6, 20.0, 0.05, 20.0) == 5e-6
    time = np.logspace(0, 8, 9)
    np.testing.assert_allclose(np.diff(np.log10(drift(1.0, time, 0.1))), -0.1)
    assert drift(1.0, 10.0, 0.05) == pytest.approx(0.89, abs=0.002)


def test_noise_grows_with_the_root_of_the_logarithm():
    time = 250e-9 * np.array([1.0, 1e3, 1e6])
    np.testing.assert_allclose(read_noise(0.1, time, 250e-9) ** 2, 0.01 * np.log((time / 250e-9 + 1) / 2))


def test_retention_is_arrhenius():
    assert retention_time(373.15) == pytest.approx(10 * YEAR)
    slope = np.diff(np.log(retention_time([350.0, 400.0]))) / np.diff(1 / np.array([350.0, 400.0]))
    assert slope == pytest.approx(2.3 / 8.617333e-5, rel=1e-6)


@pytest.mark.parametrize('call, message', [
    (lambda: PCMCell(height=0), 'height = 0'),
    (lambda: PCMCell(melting=200.0), 'melting = 200'),
    (lambda: Pulse(-1e-6), 'power = -1e-06'),
    (lambda: Pulse(1e-6, 0), 'width = 0'),
    (lambda: Pulse(1e-6, fall=-1), 'fall = -1'),
    (lambda: apply_pulse(CELL, Pulse(1e-6), 2e-7), 'thickness = 2e-07'),
    (lambda: apply_train(CELL, Pulse(1e-6), 0), 'pulses = 0'),
    (lambda: apply_power(CELL, [0, 1e-10, 3e-10], [0, 0, 0]), 'evenly spaced'),
    (lambda: apply_power(CELL, [0, 1e-10], [0, -1]), 'not negative'),
    (lambda: drift(1.0, 0.0, 0.1), 'time = 0.0'),
    (lambda: read_noise(0.1, 1e-9, 1e-6), 'at least read_time'),
    (lambda: retention_time(-1.0), 'temperature = -1.0')])
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
