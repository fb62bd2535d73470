"""Compiled functions read patches straight from images, and find there what the reference finds in them written out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel.backend import stages
from aihwlab.kernel.compiled.patches import abs_max, as_images, gather, plain_layout
from aihwlab.kernel.converters import are_finite
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.patches import gather as written_out
from tests.kernel.helpers import BACKENDS, numbers
from tests.kernel.strategies import few_examples, patches, seeds, vectors


@given(patches(), seeds)
@few_examples
def test_scattered_patches_agree(x, seed):
    vectors = numbers(seed, x.shape)
    images = [stages(vectors, backend).scatter(vectors, x.image.shape, x.geometry) for backend in BACKENDS]
    np.testing.assert_allclose(*images, atol=1e-5)
    assert abs((images[0] * x.image).sum() - (vectors * written_out(x)).sum()) < 1e-2


@given(st.one_of(vectors(), patches()))
@few_examples
def test_the_largest_magnitudes_are_those_of_the_patches_written_out(x):
    assert (abs_max(x) == np.abs(written_out(x)).max(axis=1)).all()


def test_values_that_are_not_finite_are_the_largest():
    x = numbers(1, (3, 5, 7))
    x[0, 2, 3], x[1, 4, 6] = np.nan, -np.inf
    largest = abs_max(x)
    assert np.isnan(largest[0, 3]) and largest[1, 6] == np.inf and not are_finite(largest)
    assert np.isfinite(largest).sum() == 3 * 7 - 2


def test_patches_stay_images():
    x = Patches(numbers(1, (2, 3, 5, 6)), Geometry((2, 3), (1, 2), (1, 1)))
    flat, layout = as_images(x)
    assert gather(x) is x and np.shares_memory(flat, x.image)
    assert (layout.channels, layout.height, layout.width, layout.down, layout.across) == (3, 5, 6, 4, 2)


def test_vectors_are_images_of_one_row_under_a_window_of_one_element():
    x = numbers(1, (2, 3, 5))
    flat, layout = as_images(x)
    assert (flat == x.ravel()).all() and layout is plain_layout(3, 5)
    assert (layout.channels, layout.height, layout.width, layout.window_height, layout.window_width) == (3, 1, 5, 1, 1)
    assert as_images(x[:, ::2])[0].flags.c_contiguous
