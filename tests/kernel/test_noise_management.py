"""Noise management: the scale of each type by hand, for three vectors with positive, mixed and no inputs."""

import numpy as np
import pytest

from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Geometry, Patches, gather
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import NoiseManagementType
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers

X = np.array([[0.5, 2.0, 1.0], [-3.0, 0.25, 0.5], [0.0, 0.0, 0.0], [-1.0, -4.0, -2.0]], dtype=np.float32)[:, :, None]


def scale(kind, x=X, lines=None, **settings):
    io = IOParameters(noise_management=NoiseManagementType[kind], **settings)
    return input_scale(x, io, lines or draw_lines(io, (2, 3), Stream(1, 0)))[:, 0].tolist()


@pytest.mark.parametrize('kind, settings, expected', [
    ('NONE', {}, [1, 1, 1, 1]), ('NONE', {'nm_thres': 0.5}, [1, 1, 1, 1]),
    ('CONSTANT', {}, [1, 1, 1, 1]), ('CONSTANT', {'nm_thres': 0.5}, [0.5] * 4),
    ('ABS_MAX', {}, [2, 3, 0, 4]), ('ABS_MAX', {'nm_thres': 2.5}, [2, 2.5, 0, 2.5]),
    ('MAX', {}, [2, 0.5, 0, 1]), ('MAX', {'nm_thres': 0.75}, [0.75, 0.5, 0, 1]),
    ('ABS_MAX_NP_SUM', {'inp_res': -1}, [3.5 * 0.6 / 0.5, 3 * 0.6 / 0.5, 0, 7 * 0.6 / 0.5]),
    ('ABS_MAX_NP_SUM', {'inp_res': 0.1, 'max_bm_res': 0.25}, [2 * 1.25, 3 * 0.6 / 0.5, 0, 4 * 1.25]),
])
def test_scales_by_hand(kind, settings, expected):
    """The sums of positive and of negative inputs are 3.5 and 0, 0.75 and 3, 0 and 0, 0 and 7; the output bound is 0.5."""
    np.testing.assert_allclose(scale(kind, out_bound=0.5, **settings), expected, rtol=1e-6)


def test_a_wide_bound_needs_no_caution():
    assert scale('ABS_MAX_NP_SUM', out_bound=100.0) == scale('ABS_MAX')
    assert scale('ABS_MAX_NP_SUM', out_bound=-1.0, inp_res=-1) == scale('ABS_MAX_NP_SUM', out_bound=1.0, inp_res=-1)


def test_the_average_starts_with_the_first_vector_and_is_remembered():
    lines = draw_lines(IOParameters(), (2, 3), Stream(1, 0))
    expected = [2.0]
    for largest in (3.0, 0.0, 4.0):
        expected.append(0.999 * expected[-1] + 0.001 * largest)
    np.testing.assert_allclose(scale('AVERAGE_ABS_MAX', lines=lines), expected, rtol=1e-6)
    assert lines.average == pytest.approx(expected[-1])
    np.testing.assert_allclose(scale('AVERAGE_ABS_MAX', X[:1], lines), 0.999 * expected[-1] + 0.002, rtol=1e-6)


def test_another_type_and_a_known_magnitude_can_be_given():
    io, largest = IOParameters(), np.full((4, 1), 7.0, dtype=np.float32)
    lines = draw_lines(io, (2, 3), Stream(1, 0))
    assert (input_scale(X, io, lines, NoiseManagementType.NONE) == 1).all()
    assert (input_scale(X, io, lines, largest=largest) == 7).all()


@pytest.mark.parametrize('kind', NoiseManagementType)
def test_patches_have_the_scales_of_their_vectors(kind):
    images = Patches(numbers(1, (2, 3, 4, 5)), Geometry((2, 2), (1, 1), (1, 1)))
    io = IOParameters(noise_management=kind, out_bound=0.5)
    scales = [input_scale(x, io, draw_lines(io, (2, 12), Stream(1, 0))) for x in (images, gather(images))]
    assert scales[0].shape == (2, 12) and (scales[0] == scales[1]).all()
