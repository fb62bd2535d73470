"""Patches of images: written out, selected, laid out in rows, and added up again."""

import numpy as np
import pytest
from hypothesis import given

from aihwlab.kernel.patches import Geometry, Patches, as_rows, gather, scatter, select, transform
from tests.kernel.helpers import numbers
from tests.kernel.strategies import few_examples, patches, seeds

WINDOW = Geometry(window=(2, 3), stride=(1, 2), dilation=(2, 1))


@pytest.mark.parametrize('geometry, size, positions', [
    (Geometry((3, 3), (1, 1), (1, 1)), (5, 6), (3, 4)), (Geometry((3, 3), (2, 2), (1, 1)), (5, 6), (2, 2)),
    (Geometry((2, 3), (1, 1), (3, 2)), (5, 6), (2, 2)), (Geometry((1, 1), (1, 1), (1, 1)), (5, 6), (5, 6))])
def test_positions_of_a_window(geometry, size, positions):
    assert geometry.positions(size) == positions


def test_a_patch_holds_channels_then_rows_then_columns_of_the_window():
    image = np.arange(2 * 4 * 5, dtype=np.float32).reshape(1, 2, 4, 5)
    x = Patches(image, WINDOW)
    assert x.shape == (1, 12, 4) and x.dtype == np.float32
    written = gather(x)
    for position, (row, column) in enumerate([(0, 0), (0, 2), (1, 0), (1, 2)]):
        expected = image[0, :, row:row + 3:2, column:column + 3]
        assert (written[0, :, position] == expected.ravel()).all()


@given(patches(), seeds)
@few_examples
def test_adding_up_is_the_adjoint_of_writing_out(x, seed):
    """`<gather(image), v> = <image, scatter(v)>`."""
    vectors = numbers(seed, x.shape)
    image = scatter(vectors, x.image.shape, x.geometry)
    written_out, added_up = (gather(x).astype(float) * vectors).sum(), (x.image.astype(float) * image).sum()
    assert written_out == pytest.approx(added_up, rel=1e-4, abs=1e-3)


@given(patches(), seeds)
@few_examples
def test_selected_patches_are_those_of_the_whole(x, seed):
    rng = np.random.default_rng(seed)
    batch, position = (rng.integers(size, size=6) for size in x.shape[::2])
    whole = gather(x)
    expected = whole[batch, :, position][:, :, None]
    assert (select(x, batch, position) == expected).all() and (select(whole, batch, position) == expected).all()


def test_vectors_are_laid_out_in_rows_position_by_position():
    x = numbers(1, (2, 3, 4))
    rows = as_rows(x)
    assert rows.flags.c_contiguous and all((rows[b * 4 + p] == x[b, :, p]).all() for b in range(2) for p in range(4))


def test_vectors_that_are_no_patches_stay_as_they_are():
    x = numbers(1, (2, 3, 4))
    assert gather(x) is x and transform(x, np.shape) == (2, 3, 4)


def test_a_function_of_patches_is_one_of_their_images():
    x = Patches(numbers(1, (1, 2, 4, 5)), WINDOW)
    doubled = transform(x, lambda image: 2 * image)
    assert doubled.geometry is WINDOW and (gather(doubled) == 2 * gather(x)).all()
