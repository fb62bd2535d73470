"""Converters on a GPU: voltages and outputs of the reference, bit by bit, with the same noise."""

import numpy as np
import pytest

from aihwlab.kernel import converters as reference
from aihwlab.kernel.gpu.converters import adc, dac, scales
from aihwlab.kernel.lines import Lines, draw_lines
from aihwlab.kernel.noise import Noise, Selection
from aihwlab.kernel.patches import Geometry, Patches, gather, transform
from aihwlab.kernel.random import Stream
from aihwlab.parameters.io import IOParameters
from tests.kernel.gpu.arrays import assert_same, library, on_gpu
from tests.kernel.helpers import numbers

SETTINGS = [{}, dict(inp_res=0, inp_bound=0.0, out_res=0, out_bound=0.0, out_noise=0.0),
            dict(inp_noise=0.1, out_noise_std=0.3), dict(inp_sto_round=True, out_sto_round=True, inp_noise=0.05),
            dict(inp_asymmetry=0.2, out_asymmetry=0.1), dict(out_bound=1.0, bm_test_negative_bound=True),
            dict(out_bound=0.5, bm_test_negative_bound=False), dict(out_nonlinearity=0.1, out_nonlinearity_std=0.2)]
STREAM = Stream(3, 7)


def lines_of(io, count):
    return draw_lines(io, (count, 5), Stream(3, 0))


@pytest.mark.parametrize('settings', SETTINGS)
@pytest.mark.parametrize('shape', [(3, 23, 1), (2, 5, 9)])
def test_vectors(settings, shape):
    io, noise = IOParameters(**settings), Noise(STREAM, 2)
    x, z = numbers(1, shape), 2 * numbers(2, shape)
    reduction, factor = np.abs(numbers(3, (shape[0], shape[2]))), numbers(4, (shape[0], shape[2]))
    assert_same(reference.dac(x, reduction, io, noise), dac(on_gpu(x), on_gpu(reduction), io, noise))
    lines = lines_of(io, shape[1])
    for expected, given in zip(reference.adc(z, factor, io, lines, noise),
                               adc(on_gpu(z), on_gpu(factor), io, on_gpu(lines), noise)):
        assert_same(expected, given)


@pytest.mark.parametrize('settings', SETTINGS)
def test_vectors_of_a_selection_keep_their_noise(settings):
    io, indices = IOParameters(**settings), np.array([1, 4])
    x, factor = numbers(1, (2, 7, 1)), numbers(4, (2, 1))
    noise, there = Noise(STREAM, 2, Selection(indices, 3)), Noise(STREAM, 2, Selection(on_gpu(indices), 3))
    assert_same(reference.dac(x, factor, io, noise), dac(on_gpu(x), on_gpu(factor), io, there))
    lines = lines_of(io, 7)
    for expected, given in zip(reference.adc(x, factor, io, lines, noise),
                               adc(on_gpu(x), on_gpu(factor), io, on_gpu(lines), there)):
        assert_same(expected, given)


@pytest.mark.parametrize('geometry', [Geometry((2, 3), (1, 1), (1, 1)), Geometry((2, 2), (2, 1), (1, 2))])
def test_voltages_of_patches(geometry):
    x, io = Patches(numbers(5, (2, 2, 4, 5)), geometry), IOParameters(inp_noise=0.1, inp_sto_round=True)
    reduction = np.abs(numbers(6, (x.shape[0], x.shape[2])))
    expected = reference.dac(gather(x), reduction, io, Noise(STREAM))
    assert_same(expected, dac(transform(x, on_gpu), on_gpu(reduction), io, Noise(STREAM)))


def test_outputs_that_are_nan_stay_so_and_have_hit_the_bound():
    z, io = np.array([[[np.nan], [0.5]]], dtype=np.float32), IOParameters(out_noise=0.0)
    lines = Lines(np.zeros(2, np.float32), None, np.float32(1), None, None)
    y, hit = adc(on_gpu(z), on_gpu(np.ones((1, 1), np.float32)), io, on_gpu(lines), Noise(STREAM))
    expected, expected_hit = reference.adc(z, np.ones((1, 1), np.float32), io, lines, Noise(STREAM))
    assert_same(expected, y)
    assert_same(expected_hit, hit)


@pytest.mark.parametrize('silent', [False, True])
def test_scales(silent):
    alpha = np.array([[0, 1e-40, 0.25], [2, 1.2e-38, 3]], dtype=np.float32)
    for expected, given in zip(reference.scales(alpha, 2.0, 1.5, silent), scales(on_gpu(alpha), 2.0, 1.5, silent)):
        assert_same(expected, given)
    assert scales(library().zeros((0, 3), dtype=np.float32), 1.0, 1.0, silent)[0].shape == (0, 3)
