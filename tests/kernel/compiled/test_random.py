"""Compiled random numbers have the bits of the reference, on any number of threads."""

import numpy as np
import pytest

from aihwlab.kernel import random
from aihwlab.kernel.compiled.random import normals, words
from aihwlab.kernel.compiled.threads import use_threads
from aihwlab.kernel.random import Purpose, Stream
from tests.kernel.helpers import FAMILY, STREAM


@pytest.mark.parametrize('count', [1, 63, 64, 65, 5000])
def test_compiled_numbers_have_the_same_bits(count):
    expected = random.normals(STREAM, Purpose.OUTPUT_NOISE, count, 7)
    assert (normals(STREAM, Purpose.OUTPUT_NOISE, count, 7).view(np.uint32) == expected.view(np.uint32)).all()
    assert (words(STREAM, Purpose.RESET, count, 7) == random.words(STREAM, Purpose.RESET, count, 7)).all()


def test_compiled_numbers_do_not_depend_on_the_number_of_threads():
    results = []
    for threads in (1, 2):
        use_threads(threads)
        results.append(normals(STREAM, Purpose.OUTPUT_NOISE, 100_000))
    assert (results[0] == results[1]).all()


@pytest.mark.parametrize('stream', FAMILY)
def test_children_have_the_same_bits_on_every_backend(stream):
    assert (normals(stream, Purpose.RESET, 200, 3) == random.normals(stream, Purpose.RESET, 200, 3)).all()


def test_a_tile_never_repeats_itself():
    """Operations are counted beyond 32 bits: then the key of the cipher changes."""
    early, late = (words(Stream(5, operation), Purpose.RESET, 100) for operation in (3, 3 + 2 ** 32))
    assert (early != late).mean() > 0.99
