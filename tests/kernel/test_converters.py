"""Converters: step widths, rounding, bounds, scales, and the order in which they act."""

import numpy as np
import pytest

from aihwlab.kernel.converters import abs_max, adc, are_finite, dac, quantise, scales, step_width
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers

NOISE = Noise(Stream(1, 1))
VALUES = np.array([-2.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0], dtype=np.float32)[None, :, None]
ONE = np.ones((1, 1), dtype=np.float32)
PERFECT = dict(inp_res=-1, out_res=-1, out_noise=0.0)


def rounded(values, width, stochastic=False):
    return quantise(values, width, stochastic, NOISE, Purpose.INPUT_ROUNDING)


def plain_lines(out, **settings):
    return Lines(**{**dict(noise=np.zeros(out, dtype=np.float32), nonlinearity=None, slope=np.float32(1), offset=None,
                           read_asymmetry=None), **settings})


def voltages(**settings):
    """Return the voltages of one vector with the values above."""
    return dac(VALUES, ONE, IOParameters(**{**PERFECT, **settings}), NOISE)[0, :, 0]


def outputs(lines=None, factor=ONE, **settings):
    """Return the outputs for these values as currents, and whether one hits the bound."""
    y, hit = adc(VALUES, factor, IOParameters(**{**PERFECT, **settings}), lines or plain_lines(8), NOISE)
    return y[0, :, 0], bool(hit[0, 0])


def test_the_highest_code_is_not_above_the_bound():
    """Rounding to single precision would put it there on one of 65 of these grids, and count it as a saturated output."""
    grids = [(bound, steps) for bound in (0.1, 0.5, 1.0, 3.0, 5.0, 7.3, 12.0, 20.0, 30.1) for steps in range(2, 1025, 2)]
    above = [(bound, steps) for bound, steps in grids
             if np.float32(steps // 2) * np.float32(step_width(1 / steps, bound)) > np.float32(bound)]
    assert not above


def test_step_width():
    assert step_width(1 / 126, 1.0) == step_width(126, 1.0) == pytest.approx(1 / 63)
    assert step_width(-1, 1.0) == step_width(1 / 126, 0) == step_width(1 / 126, np.inf) == 0


# -- magnitudes and scales


def test_the_largest_magnitude_is_found_vector_by_vector():
    x = numbers(1, (3, 7, 4))
    largest = abs_max(x)
    assert largest.shape == (3, 4) and (largest == abs_max(-x)).all()
    assert all(largest[b, p] == max(abs(value) for value in x[b, :, p]) for b in range(3) for p in range(4))


def test_values_that_are_not_finite_are_found():
    assert are_finite(np.zeros((0, 3))) and are_finite(np.array([0.0, 3e38]))
    assert not are_finite(np.array([1.0, np.inf])) and not are_finite(np.array([1.0, np.nan]))


def test_what_scales_do_before_the_dac_is_undone_behind_the_adc():
    alpha = np.array([[0.5, 2.0, 0.0]], dtype=np.float32)
    reduction, factor = scales(alpha, beta=4.0, out_scale=1.5, silent=False)
    np.testing.assert_allclose(reduction * factor, 1.5, rtol=1e-6)
    assert reduction.tolist() == [[0.5, 0.125, 0.25]]  # a vector of zeros is taken for one of scale 1
    assert scales(alpha, 4.0, 1.5, silent=True)[1].tolist() == [[3.0, 12.0, 0.0]]


# -- rounding


@pytest.mark.parametrize('width', [0.0, 0.125, 0.3])
def test_rounding_is_idempotent_and_odd(width):
    values = numbers(1, (1, 500, 1))
    once = rounded(values, width)
    np.testing.assert_allclose(rounded(once, width), once, rtol=1e-6)
    assert (rounded(-values, width) == -once).all()
    assert np.abs(once - values).max() <= width / 2 + 1e-6


def test_rounding_is_half_to_even():
    halves = np.array([-1.5, -0.5, 0.5, 1.5, 2.5], dtype=np.float32)[None, :, None]
    assert rounded(halves, 1.0).ravel().tolist() == [-2, 0, 0, 2, 2]


def test_stochastic_rounding_is_right_on_average():
    values = np.full((1, 20_000, 1), 0.3, dtype=np.float32)
    found = rounded(values, 1.0, stochastic=True)
    assert set(found.ravel().tolist()) == {0.0, 1.0}
    assert found.mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 20_000))


# -- DAC


def test_inputs_are_scaled_rounded_and_clipped():
    assert voltages(inp_res=0.25).tolist() == [-1, -1, -0.5, 0, 0, 0.5, 1, 1]
    assert dac(2 * VALUES, ONE / 2, IOParameters(**PERFECT), NOISE)[0, :, 0].tolist() == voltages().tolist()
    assert voltages(inp_bound=0.0).tolist() == voltages(inp_bound=np.inf).tolist() == VALUES.ravel().tolist()


def test_negative_inputs_are_weakened():
    np.testing.assert_allclose(voltages(inp_asymmetry=0.25), [-0.75, -0.75, -0.225, 0, 0.1, 0.5, 1, 1], rtol=1e-6)


def test_input_noise_comes_behind_the_bound():
    x = np.full((1, 20_000, 1), 5.0, dtype=np.float32)
    voltage = dac(x, ONE, IOParameters(**PERFECT, inp_noise=0.1), NOISE)
    assert voltage.max() > 1.2 and voltage.mean() == pytest.approx(1, abs=4.5 * 0.1 / np.sqrt(x.size))
    assert voltage.std() == pytest.approx(0.1, rel=4.5 / np.sqrt(2 * x.size))


# -- ADC


def test_outputs_are_rounded_clipped_and_scaled():
    y, hit = outputs(out_res=0.25, out_bound=2.0, factor=3 * ONE)
    assert hit and y.tolist() == [-6, -3, 0, 0, 0, 0, 3, 6]
    assert outputs(out_bound=-1.0)[0].tolist() == VALUES.ravel().tolist()


@pytest.mark.parametrize('bound, both, expected', [
    (3.0, True, False), (2.5, True, True), (2.5, False, True), (-1.0, True, False), (np.inf, True, False)])
def test_a_bound_is_hit_beyond_it(bound, both, expected):
    assert outputs(out_bound=bound, bm_test_negative_bound=both)[1] is expected


def test_the_negative_bound_counts_if_it_is_tested():
    negative = np.minimum(VALUES, 0)
    hits = [adc(negative, ONE, IOParameters(**PERFECT, out_bound=1.5, bm_test_negative_bound=both), plain_lines(8), NOISE)[1]
            for both in (True, False)]
    assert hits[0].all() and not hits[1].any()


def test_lines_saturate_each_in_its_own_way():
    strength = np.linspace(0, 0.7, 8, dtype=np.float32)
    y, _ = outputs(plain_lines(8, nonlinearity=strength, slope=np.float32(2)))
    z = VALUES.ravel()
    np.testing.assert_allclose(y, 2 * z / (1 + strength * np.abs(z)), rtol=1e-6)


def test_negative_outputs_are_weakened():
    np.testing.assert_allclose(outputs(out_asymmetry=0.25)[0], [-1.5, -0.75, -0.225, 0, 0.1, 0.5, 1, 3], rtol=1e-6)


def test_each_line_has_its_own_noise():
    std = np.array([0.0, 0.1, 0.4], dtype=np.float32)
    current, factor = np.zeros((200, 3, 100), dtype=np.float32), np.ones((200, 100), dtype=np.float32)
    y, _ = adc(current, factor, IOParameters(**{**PERFECT, 'out_noise': 1.0}), plain_lines(3, noise=std), NOISE)
    assert (y[:, 0] == 0).all()
    np.testing.assert_allclose(y[:, 1:].std(axis=(0, 2)), std[1:], rtol=4.5 / np.sqrt(2 * 20_000))
