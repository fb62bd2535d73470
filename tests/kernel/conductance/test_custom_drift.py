"""Drift exponents from tables: at the points, in between, and beyond."""

import numpy as np

from aihwlab.kernel.conductance.custom_drift import drift_exponents


def test_exponents_are_interpolated_and_constant_beyond_the_tables():
    target = np.array([-1, 0, 5, 10, 17.5, 25, 30], dtype=np.float32)
    mean, spread = drift_exponents(target, [0, 10, 25], [0.1, 0.06, 0.03], [0.0, 0.02, 0.01])
    assert mean.dtype == spread.dtype == np.float32
    np.testing.assert_allclose(mean, [0.1, 0.1, 0.08, 0.06, 0.045, 0.03, 0.03], rtol=1e-6)
    np.testing.assert_allclose(spread, [0, 0, 0.01, 0.02, 0.015, 0.01, 0.01], rtol=1e-6)
