"""Reads of columns and rows of an array, by cells themselves."""

import copy
import pickle

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.reading import Reader
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import NoiseManagementType
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import BACKENDS, numbers

W = 0.3 * numbers(1, (5, 7))
EXACT = IOParameters(is_perfect=True)


def reader_of(io=EXACT, backward=False):
    return Reader(io, W.shape, Stream(1, 0), backward)


@pytest.mark.parametrize('backend', BACKENDS)
def test_columns_or_rows_are_read_in_the_order_asked_for(backend):
    engine = Engine(backend=backend)
    assert (reader_of().read(W, [3, 0, 3], Stream(1, 1), engine) == W.T[[3, 0, 3]]).all()
    assert (reader_of(backward=True).read(W, slice(1, 4), Stream(1, 1), engine) == W[1:4]).all()


def test_reads_pass_converters_and_are_counted():
    counts = Counts()
    found = reader_of(IOParameters(out_noise=0.0)).read(W, slice(None), Stream(1, 1), Engine(counts=counts))
    assert found == pytest.approx(W.T, abs=0.6 * 24 / 510) and (found != W.T).any()
    assert counts.passes == 7 and counts.output_conversions == 35


def test_reads_have_noise_of_their_stream():
    io = IOParameters(out_noise=0.1, out_res=-1)
    first, again, other = (reader_of(io).read(W, slice(None), Stream(1, operation), Engine()) for operation in (1, 1, 2))
    assert (first == again).all() and (first != other).all()
    assert (first - W.T).std() == pytest.approx(0.1, rel=0.5)


@pytest.mark.parametrize('copied', [copy.deepcopy, lambda reader: pickle.loads(pickle.dumps(reader)),
                                    lambda reader: reader.map(np.copy)])
def test_copies_read_alike(copied):
    """Also after a read, with the lines that were drawn and with what the noise management remembers."""
    reader = reader_of(IOParameters(out_noise_std=0.5, noise_management=NoiseManagementType.AVERAGE_ABS_MAX))
    reader.read(W, slice(None), Stream(1, 1), Engine())
    other = copied(reader)
    assert other.direction.lines.noise is not reader.direction.lines.noise
    assert other.direction.lines.average == reader.direction.lines.average > 0
    found = [each.read(W, slice(None), Stream(1, 2), Engine()) for each in (reader, other)]
    assert (found[0] == found[1]).all()
