"""Rounds of images: an image is on its own, whatever others are computed with it, and however large it is."""

import numpy as np
import pytest

from aihwlab.kernel.compiled import stages
from aihwlab.kernel.crossbar import product
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.patches import Geometry, Patches, gather
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import NO_EXTRAS, Direction, Extras, Images, Setup
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import numbers

QUIET = IOParameters(out_noise=0.0, out_res=-1, inp_res=-1)
GEOMETRY = Geometry((3, 2), (1, 2), (2, 1))


def first_round(weights, x, io=QUIET, extras=NO_EXTRAS):
    direction = Direction(io, draw_lines(io, weights.shape, Stream(1, 0)))
    return stages.first_round(Setup(weights, direction, stages, product), x, Stream(1, 2), extras)


def test_an_image_is_on_its_own():
    images, weights = numbers(1, (5, 2, 9, 8)), 0.2 * numbers(2, (6, 12))
    together = first_round(weights, Patches(images, GEOMETRY))[0]
    for one in range(len(images)):
        assert (together[one] == first_round(weights, Patches(images[one:one + 1], GEOMETRY))[0][0]).all()


@pytest.mark.parametrize('size', [(3, 3), (70, 75)])
def test_without_imperfections_it_is_the_exact_product(size):
    """The larger images have more positions than are converted at once."""
    x, weights = Patches(numbers(1, (2, 1, *size)), Geometry((2, 2), (1, 1), (1, 1))), 0.2 * numbers(2, (3, 4))
    y, hit, alpha = first_round(weights, x)
    np.testing.assert_allclose(y, weights @ gather(x), rtol=1e-4, atol=1e-5)
    assert hit is None and (alpha == np.abs(gather(x)).max(axis=1)).all()


def test_noise_has_the_strength_of_each_line():
    """30,000 draws a line: a relative standard error of 1 / sqrt(60,000)."""
    weights = np.zeros((2, 4), dtype=np.float32)
    x = Patches(np.ones((3, 1, 101, 101), dtype=np.float32), Geometry((2, 2), (1, 1), (1, 1)))
    io = IOParameters(out_noise=0.06, out_noise_std=0.5, out_res=-1)
    direction = Direction(io, draw_lines(io, (2, 4), Stream(1, 0)))
    y = stages.first_round(Setup(weights, direction, stages, product), x, Stream(1, 2), NO_EXTRAS)[0]
    np.testing.assert_allclose(y.std(axis=(0, 2)), direction.lines.noise, rtol=4.5 / np.sqrt(60_000))


def test_no_image_at_all_is_fine():
    y, hit, _ = first_round(numbers(1, (6, 12)), Patches(np.empty((0, 2, 9, 8), dtype=np.float32), GEOMETRY))
    assert y.shape == (0, 6, 20) and hit is None


def test_outputs_add_up_in_the_order_of_the_elements_whatever_the_other_images():
    d, weights = numbers(1, (4, 6, 20)), 0.2 * numbers(2, (12, 6))
    shape = 4, 2, 9, 8
    assert GEOMETRY.positions(shape[2:]) == (5, 4)
    together = first_round(weights, d, extras=Extras(onto=Images(shape, GEOMETRY)))[0]
    alone = first_round(weights, d[2:3], extras=Extras(onto=Images((1, *shape[1:]), GEOMETRY)))[0]
    assert (together[2] == alone[0]).all()
