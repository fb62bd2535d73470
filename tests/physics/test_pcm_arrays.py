"""Many cells: trains of pulses, the statistics of an array, and programmed cells."""

import numpy as np
import pytest

from aihwlab.physics.pcm_ageing import read_noise
from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_programmed import compensation, drift_exponents, noise_strength, program, programming_spread
from aihwlab.physics.pcm_pulse import Pulse, apply_train
from aihwlab.physics.pcm_set import DRIFT_START, accumulate, read, set_step
from aihwlab.physics.pcm_train import train_on_cells

CELL = PCMCell()


def rng(seed=1):
    return np.random.default_rng(seed)


def test_recursion_of_the_mean():
    conductance, means = 0.1e-6, {}
    for pulse in range(1, 21):
        conductance += set_step(conductance, pulse)[0]
        means[pulse] = conductance
    for pulse, mean in {1: 1.93, 2: 3.29, 5: 5.81, 10: 7.76, 20: 9.38}.items():
        assert means[pulse] == pytest.approx(mean * 1e-6, abs=0.006e-6)
    assert set_step(0.880e-6 / 0.084, 200)[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize('pulse, mean, spread', [(1, 2.06, 1.52), (2, 3.43, 1.97), (5, 5.92, 2.38), (10, 7.84, 2.46),
                                                 (20, 9.41, 2.70)])
def test_accumulation(pulse, mean, spread):
    """Of 40,000 cells: standard errors of the mean and of the standard deviation, and half a digit of the table."""
    cells = 40_000
    states = accumulate(20, cells, rng())[pulse] * 1e6
    assert states.mean() == pytest.approx(mean, abs=3 * spread / cells ** 0.5 + 0.005)
    assert states.std() == pytest.approx(spread, abs=3 * spread / (2 * cells) ** 0.5 + 0.01)


def test_accumulation_without_noise_is_the_mean_step_and_follows_the_generator():
    states = accumulate(5, 3, rng(), noise=0.0)
    assert np.ptp(states[-1]) == 0 and states[1, 0] == pytest.approx(0.1e-6 + set_step(0.1e-6, 1)[0])
    np.testing.assert_array_equal(accumulate(5, 10, rng(3)), accumulate(5, 10, rng(3)))
    assert accumulate(5, 1000, rng()).min() >= 0.1e-6


def test_read_noise_and_drift_of_the_array():
    """Standard errors of 40,000 cells."""
    seen = read(np.full(40_000, 5e-6), rng()) * 1e6
    assert seen.mean() == pytest.approx(5, abs=3 * 0.28 / 200) and seen.std() == pytest.approx(0.28, rel=0.015)
    assert read(5e-6 * np.ones(1), rng(), 10 * DRIFT_START, noise=0) == pytest.approx(5e-6 * 10 ** -0.04)


@pytest.mark.parametrize('x, spread, mean, deviation, strength, second, day, after', [
    (0.01, 0.283, 0.0958, 0.045, 0.176, 0.669, 0.893, (0.61, 0.45, 0.25)),
    (0.10, 0.448, 0.0601, 0.023, 0.039, 0.150, 0.200, (0.73, 0.60, 0.42)),
    (0.20, 0.610, 0.0493, 0.014, 0.025, 0.095, 0.127, (0.77, 0.66, 0.49)),
    (0.50, 0.953, 0.0490, 0.008, 0.014, 0.053, 0.070, (0.78, 0.66, 0.50)),
    (1.00, 1.055, 0.0490, 0.008, 0.009, 0.034, 0.045, (0.78, 0.66, 0.50))])
def test_statistics_of_programmed_cells(x, spread, mean, deviation, strength, second, day, after):
    assert programming_spread(x) == pytest.approx(spread * 1e-6, abs=0.6e-9)
    assert drift_exponents(x) == pytest.approx((mean, deviation), abs=6e-4)
    assert noise_strength(x) == pytest.approx(strength, abs=6e-4)
    assert read_noise(noise_strength(x), [1.0, 86400.0], 250e-9) == pytest.approx([second, day], abs=1.1e-3)
    lost = ((np.array([3600.0, 86400.0, 365 * 86400.0]) + 20) / 20) ** -drift_exponents(x)[0]
    np.testing.assert_allclose(lost, after, atol=0.006)


def test_the_published_figure_agrees():
    g = np.linspace(2.5, 25, 20)
    np.testing.assert_allclose(programming_spread(g / 25) * 1e6, 0.2864 + 0.07586 * g - 0.001788 * g ** 2, atol=0.025)


def test_programmed_cells():
    """Standard errors of 40,000 cells."""
    cells = program(np.full(40_000, 0.5), rng())
    assert cells.conductance.mean() == pytest.approx(12.5e-6, abs=3 * 0.953e-6 / 200)
    assert cells.conductance.std() == pytest.approx(0.953e-6, rel=0.015)
    np.testing.assert_allclose(cells.drifted(0.0), cells.conductance)
    seen = cells.read(1.0, rng()) / cells.drifted(1.0)
    assert seen.std() == pytest.approx(read_noise(noise_strength(0.5), 21.0, 250e-9), rel=0.015)
    assert cells.drifted(np.array([[1.0], [1e3]])).shape == (2, 40_000)


def test_compensation_of_equal_drift_is_exact():
    cells = program(np.linspace(0.2, 1, 50), rng())
    alike = type(cells)(cells.target, cells.conductance, np.full(50, 0.05))
    later = alike.drifted(1e6)
    np.testing.assert_allclose(later / compensation(alike.conductance, later), alike.conductance)


def test_equal_cells_of_a_train_are_the_cell():
    start = 27.32e-9
    one = apply_train(CELL, Pulse(220e-6), 3, start)
    many = train_on_cells(CELL, [Pulse(220e-6)] * 3, rng(), cells=4, thickness=start)
    np.testing.assert_allclose(many, np.repeat(one[:, None], 4, axis=1), atol=0.4e-9)


def test_set_is_gradual_and_reset_abrupt():
    train = [Pulse(195e-6)] * 10 + [Pulse(400e-6)] * 3
    thickness = train_on_cells(CELL, train, rng(), cells=200, thickness=27.3e-9, spread=0.02).mean(axis=1)
    assert (np.diff(thickness[:11]) < 0).all() and (np.abs(np.diff(thickness[:6])) < 2e-9).all()
    assert thickness[11] == pytest.approx(thickness[13], abs=0.05e-9)


@pytest.mark.parametrize('call, message', [
    (lambda: accumulate(0, 5, rng()), 'pulses = 0'),
    (lambda: accumulate(5, 5, rng(), noise=-1), 'noise = -1'),
    (lambda: program([1.2], rng()), r'target = \[1.2\]'),
    (lambda: program(np.array([0.5]), rng()).read(-30.0, rng()), 'time'),
    (lambda: train_on_cells(CELL, [Pulse(1e-3)], rng()), 'power = 0.001'),
    (lambda: train_on_cells(CELL, [Pulse(1e-4)], rng(), spread=-0.1), 'spread = -0.1')])
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
