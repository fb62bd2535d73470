"""What stands before and behind a crossbar: scales at their limits, and the status of vectors."""

import numpy as np
import pytest

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.converters import scales_of
from aihwlab.kernel.compiled.round_parts import NOT_FINITE, ONE, all_of, status_of
from aihwlab.kernel.converters import TINY, scales


@jit
def scales_of_one(alpha, out_scale):
    return scales_of(alpha, ONE, out_scale, True)


@jit
def status_of_some(largest, b, positions):
    return status_of(largest, np.uint64(b), np.uint64(positions))


@jit
def together(status):
    return all_of(status)


@pytest.mark.parametrize('alpha', [0, 1e-40, TINY / 2, TINY, 1e-30, 0.3, 1, 7e5])
def test_scales_are_those_of_the_reference(alpha):
    reduction, factor = scales(np.array([[alpha]], dtype=np.float32), 1.0, 1.5, silent=True)
    assert scales_of_one(np.float32(alpha), np.float32(1.5)) == (reduction[0, 0], factor[0, 0])


@pytest.mark.parametrize('value, status', [(0.0, 0), (3e38, 0), (np.inf, NOT_FINITE), (np.nan, NOT_FINITE)])
def test_a_vector_that_is_not_finite_is_noticed_in_its_image_only(value, status):
    largest = np.ones(12, dtype=np.float32)
    largest[6] = value
    assert [status_of_some(largest, b, 4) for b in range(3)] == [0, status, 0]


def test_the_status_of_all_is_that_of_any():
    assert together(np.array([0, 2, 0, 1])) == 3 and together(np.zeros(3, dtype=np.int64)) == 0
