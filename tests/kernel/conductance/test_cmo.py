"""ReRAM of a conductive metal oxide: relaxation with the logarithm of time, read noise, and where both begin."""

import numpy as np
import pytest

from aihwlab.kernel.conductance.cmo import (
    NOISE,
    PROGRAMMING,
    READ_TIME,
    RELAXATION,
    RELAXATION_SPREAD,
    read_spread,
    relaxed,
)
from aihwlab.kernel.random import Stream

G = np.full(40_000, 50, dtype=np.float32)


@pytest.mark.parametrize('time', [1.0, 3600.0, 1e7])
def test_conductances_relax_with_the_logarithm_of_time(time):
    found, log = relaxed(G, time, RELAXATION, RELAXATION_SPREAD, Stream(1, 0)), np.log(time)
    spread = 0.04201137 * log + 0.41183342
    assert found.dtype == np.float32
    assert found.mean() == pytest.approx(50 - 0.08900206 * log, abs=4.5 * spread / 200)
    assert found.std() == pytest.approx(spread, rel=4.5 / np.sqrt(80_000))


def test_before_one_second_it_is_as_at_one_second():
    early, second = (relaxed(G, time, RELAXATION, RELAXATION_SPREAD, Stream(1, 0)) for time in (1e-6, 1.0))
    np.testing.assert_array_equal(early, second)


def test_read_noise_by_hand_and_where_logarithms_are_negative():
    spread = read_spread(np.array([0.0, 0.5, 1.0, 10.0, 100.0]), 1.0, NOISE, READ_TIME)
    once = 0.0277316483 * np.sqrt(np.log((1 + 1e-6) / 2e-6))
    np.testing.assert_allclose(spread, [0, 0, 0, once, 2 * once])
    assert (read_spread(G, 1e-9, NOISE, READ_TIME) == 0).all()


def test_a_wider_acceptance_range_means_more_programming_noise():
    (offset, slope), (wide_offset, wide_slope) = PROGRAMMING[0.2], PROGRAMMING[2.0]
    assert wide_offset > 10 * offset and wide_slope > 10 * slope
