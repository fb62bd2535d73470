"""Parameters of drift: impossible values, and what the kernel reads of those that have fewer."""

from dataclasses import fields

import pytest

from aihwlab.exceptions import UnknownParameterError
from aihwlab.parameters.drift import Drift, DriftParameter, SimpleDriftParameter
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('parameters, field, allowed', [
    (SimpleDriftParameter(t_0=0.0), 't_0', r'in \(0, inf\)'),
    (SimpleDriftParameter(reset_tol=-1.0), 'reset_tol', r'in \[0, inf\)'),
    (DriftParameter(wg_ratio=0.0), 'wg_ratio', r'in \(0, inf\)'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


def test_simple_drift_reads_as_drift_without_spread_does():
    simple, full = SimpleDriftParameter(nu=0.1), DriftParameter(nu=0.1)
    assert all(getattr(simple, field.name) == getattr(full, field.name) for field in fields(full))
    assert {field.name for field in fields(full)} - {field.name for field in fields(simple)} == set(Drift.__annotations__)


@pytest.mark.parametrize('name', Drift.__annotations__)
def test_simple_drift_has_no_spread_to_set(name):
    with pytest.raises(UnknownParameterError, match=f'SimpleDriftParameter has no parameter {name!r}'):
        setattr(SimpleDriftParameter(), name, 0.1)
