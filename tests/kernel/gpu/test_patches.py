"""Patches on a GPU: the largest magnitudes and the sums of the reference, bit by bit."""

import numpy as np
import pytest

from aihwlab.kernel import patches as reference
from aihwlab.kernel.converters import abs_max as reference_abs_max
from aihwlab.kernel.gpu.patches import abs_max, gather, scatter
from aihwlab.kernel.patches import Geometry, Patches, transform
from tests.kernel.gpu.arrays import assert_same, on_gpu
from tests.kernel.helpers import numbers

GEOMETRIES = [Geometry((2, 3), (1, 1), (1, 1)), Geometry((2, 2), (2, 1), (1, 2)), Geometry((1, 2), (2, 3), (1, 1))]
IMAGES = numbers(1, (2, 3, 5, 6))


@pytest.mark.parametrize('geometry', GEOMETRIES)
def test_magnitudes_under_a_window(geometry):
    x = Patches(IMAGES, geometry)
    assert_same(reference_abs_max(reference.gather(x)), abs_max(transform(x, on_gpu)))


@pytest.mark.parametrize('shape', [(3, 1, 1), (2, 40, 3), (2, 0, 3), (0, 4, 3)])
def test_magnitudes_of_vectors(shape):
    x = numbers(2, shape)
    expected = reference_abs_max(x) if x.size else np.zeros((shape[0], shape[2]), dtype=np.float32)
    assert_same(expected, abs_max(on_gpu(x)))


@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_the_largest(bad):
    x = numbers(3, (2, 20, 2))
    x[1, 7, 0] = bad
    assert_same(np.isfinite(reference_abs_max(x)), abs_max(on_gpu(x)) < np.inf)


@pytest.mark.parametrize('geometry', GEOMETRIES)
def test_sums_where_patches_lie(geometry):
    vectors = numbers(4, geometry.vectors(IMAGES.shape))
    assert_same(reference.scatter(vectors, IMAGES.shape, geometry), scatter(on_gpu(vectors), IMAGES.shape, geometry))


def test_patches_stay_images():
    x = Patches(IMAGES, GEOMETRIES[0])
    assert gather(x) is x
