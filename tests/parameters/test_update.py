"""Parameters of the pulsed update: impossible and possible values."""

import pytest

from aihwlab.parameters.update import UpdateParameters
from tests.parameters.helpers import assert_impossible


@pytest.mark.parametrize('parameters, field, allowed', [
    (UpdateParameters(desired_bl=0), 'desired_bl', r'in \[1, 1000000\]'),
    (UpdateParameters(um_grad_scale=0.0), 'um_grad_scale', r'in \(0, inf\)'),
    (UpdateParameters(d_sparsity=True), 'd_sparsity', 'False: no tile records it'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


@pytest.mark.parametrize('parameters', [UpdateParameters(res=-1), UpdateParameters(res=100)])
def test_values_that_switch_off_are_possible(parameters):
    parameters.validate()
