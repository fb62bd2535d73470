"""Random words and normal numbers of a GPU: those of the reference, bit by bit."""

import numpy as np
import pytest

from aihwlab.kernel import random
from aihwlab.kernel.gpu.random import normals, normals_at, words, words_at
from aihwlab.kernel.random import Purpose
from tests.kernel.gpu.arrays import assert_same, library, on_gpu
from tests.kernel.helpers import FAMILY, STREAM

DRAWS = np.array([[0, 5, 63, 64], [100, 1000, 127, 16]])


@pytest.mark.parametrize('stream', FAMILY[:3])
@pytest.mark.parametrize('count', [1, 63, 130])
def test_numbers_in_a_row(stream, count):
    for ours, theirs in ((words, random.words), (normals, random.normals)):
        assert_same(theirs(stream, Purpose.READ_NOISE, count, 2), ours(stream, Purpose.READ_NOISE, count, 2, library()))


def test_none():
    assert normals(STREAM, 1, 0, 0, library()).shape == (0,)


def test_chosen_numbers():
    for ours, theirs in ((words_at, random.words_at), (normals_at, random.normals_at)):
        assert_same(theirs(STREAM, Purpose.LINES, DRAWS, 3), ours(STREAM, Purpose.LINES, on_gpu(DRAWS), 3, library()))
