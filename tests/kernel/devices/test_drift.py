"""Drift: a power law since the last change of a weight, and the numbers of the reference."""

import numpy as np
import pytest

from aihwlab.kernel.devices.drift import drift, exponent
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.drift import DriftParameter
from tests.compare import assert_moments, reference
from tests.kernel.helpers import array_at, wide

REFERENCE = reference('devices')


def test_no_drift_without_exponent():
    array = array_at(0.5, wide(), (3, 3))
    for time in (1, 10, 1000):
        drift(array, Stream(1, time), time)
    assert (array.visible == 0.5).all()


def test_drift_is_that_of_the_reference():
    array = array_at(0.5, wide(dw_min_std=0.0, drift=DriftParameter(nu=0.1, nu_dtod=0.3)))
    total = 0
    for delta_t in (1, 9, 90, 900):
        total += delta_t
        drift(array, Stream(1, total), delta_t)
        assert_moments(array.visible.reshape(-1), REFERENCE['training_device_drift']['after_total_time'][str(total)])


def test_a_weight_that_was_changed_starts_its_drift_anew():
    array = array_at(0.5, wide(drift=DriftParameter(nu=0.1)), (1, 2))
    drift(array, Stream(1, 2), 100.0)
    drift(array, Stream(1, 3), 100.0)
    array.persistent[0, 0] = 0.5
    drift(array, Stream(1, 4), 100.0)
    np.testing.assert_allclose(array.visible, [[0.5, 0.5 * 300 ** -0.1]], rtol=1e-5)


def test_time_is_counted_in_units_of_t_0():
    arrays = [array_at(0.5, wide(drift=DriftParameter(nu=0.1, t_0=t_0)), (2, 2)) for t_0 in (1.0, 20.0)]
    for array, unit in zip(arrays, (1.0, 20.0)):
        for operation, time in enumerate((3.0, 50.0)):
            drift(array, Stream(1, operation), time * unit)
    assert (arrays[0].visible == arrays[1].visible).all() and (arrays[0].visible < 0.5).all()


def test_the_exponent_falls_with_the_logarithm_of_the_conductance():
    """`nu - nu_k (ln g - log_g0)`, `g = (w - w_offset) / wg_ratio + g_offset`, by hand for a weight of 0.5."""
    parameters = DriftParameter(nu=0.1, nu_k=0.02, log_g0=1.0, wg_ratio=0.25, g_offset=3.0, w_offset=-0.5)
    array = array_at(0.5, wide(drift=parameters), (2, 2))
    np.testing.assert_allclose(exponent(array, Stream(1, 2), array.persistent), 0.1 - 0.02 * (np.log(7) - 1), rtol=1e-5)


@pytest.mark.parametrize('call, message', [
    (lambda array: drift(array, Stream(1, 1), -1.0), 'delta_t = -1.0'),
    (lambda array: drift(array, Stream(1, 1), np.inf), 'delta_t = inf')])
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(array_at(0.1, wide(), (2, 3)))


def test_a_device_without_parameters_of_drift_is_refused():
    with pytest.raises(ValueError, match='IdealDevice does not drift'):
        drift(array_at(0.1, IdealDevice(), (2, 3)), Stream(1, 1))


def test_an_exponent_that_depends_on_the_conductance_needs_positive_conductances():
    array = array_at(-0.5, wide(drift=DriftParameter(nu=0.1, nu_k=0.02)), (2, 2))
    with pytest.raises(ValueError, match='nu_k'):
        drift(array, Stream(1, 1))
