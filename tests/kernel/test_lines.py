"""Output lines: imperfections that are drawn once, each with its own spread."""

import numpy as np
import pytest

from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.random import Stream
from aihwlab.parameters.io import IOParameters

MANY = 20_000


def lines_of(seed=5, out=MANY, backward=False, **settings):
    return draw_lines(IOParameters(**settings), (out, 1), Stream(seed, 0), backward)


def test_lines_are_perfect_but_for_their_noise_by_default():
    lines = lines_of(out=3)
    assert lines.noise.tolist() == [np.float32(0.06)] * 3 and lines.slope == 1 and lines.average < 0
    assert lines.nonlinearity is lines.offset is lines.read_asymmetry is None


def test_noise_spreads_from_line_to_line_and_is_never_negative():
    noise = lines_of(out_noise=0.1, out_noise_std=0.3).noise
    assert noise.mean() == pytest.approx(0.1, abs=4.5 * 0.03 / np.sqrt(MANY))
    assert noise.std() == pytest.approx(0.03, rel=4.5 / np.sqrt(2 * MANY) + 0.01)  # a few are reflected at zero
    assert lines_of(out_noise=0.1, out_noise_std=2.0).noise.min() >= 0


def test_voltage_offsets_are_rectified_normal_numbers():
    """`max(std xi, 0)`: half of the lines have none, the others are positive; aihwkit draws half zeros and half signed."""
    io = IOParameters(v_offset_std=0.1)
    offset = draw_lines(io, (20000, 1), Stream(5, 0)).offset
    assert offset.min() == 0
    assert abs((offset == 0).mean() - 0.5) < 4.5 * 0.5 / np.sqrt(20000)
    assert offset.mean() == pytest.approx(0.1 / np.sqrt(2 * np.pi), rel=0.05)


def test_saturation_is_relative_to_the_output_bound():
    for bound, expected in ((10.0, 0.05), (-1.0, 0.5), (np.inf, 0.5)):
        np.testing.assert_allclose(lines_of(out=4, out_nonlinearity=0.5, out_bound=bound).nonlinearity, expected, rtol=1e-6)


@pytest.mark.parametrize('calibration', [0.25, 1.0])
def test_the_calibrated_gain_is_one_where_it_says(calibration):
    """The slope of `F z / (1 + n z)` at a fraction of the output bound."""
    lines = lines_of(out=1, out_nonlinearity=0.5, out_bound=10.0, slope_calibration=calibration)
    z = 10 * calibration * np.array([1 - 1e-4, 1 + 1e-4])
    low, high = lines.slope * z / (1 + float(lines.nonlinearity[0]) * z)
    assert (high - low) / (z[1] - z[0]) == pytest.approx(1, rel=1e-5)


def test_weights_differ_between_negative_and_positive_inputs():
    io = IOParameters(w_read_asymmetry_dtod=0.2)
    asymmetry = draw_lines(io, (100, 200), Stream(5, 0)).read_asymmetry
    assert asymmetry.shape == (100, 200) and asymmetry.std() == pytest.approx(0.2, rel=4.5 / np.sqrt(2 * MANY))


def test_directions_and_seeds_have_lines_of_their_own():
    drawn = [lines_of(seed, backward=backward, out_noise_std=0.1).noise for seed in (5, 6) for backward in (False, True)]
    assert np.abs(np.corrcoef(drawn) - np.eye(4)).max() < 4.5 / np.sqrt(MANY)


def test_one_spread_does_not_change_what_another_draws():
    more = dict(out_nonlinearity=0.1, out_nonlinearity_std=0.3, v_offset_std=0.1)
    assert (lines_of(out_noise_std=0.3).noise == lines_of(out_noise_std=0.3, **more).noise).all()


def test_a_copy_has_arrays_of_its_own_and_remembers_the_same():
    lines = draw_lines(IOParameters(out_noise_std=0.1, v_offset_std=0.1), (4, 3), Stream(5, 0))
    lines.average = 0.5
    copied = lines.map(np.copy)
    assert (copied.noise == lines.noise).all() and not np.shares_memory(copied.noise, lines.noise)
    assert (copied.average, copied.slope, copied.nonlinearity) == (0.5, lines.slope, None)
