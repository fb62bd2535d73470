"""Parameters of AGAD: there must be a chopper period, and one reference for each slice."""

import pytest

from aihwlab.simulator.configs import DynamicTransferCompound
from tests.parameters.test_transfer import assert_refused, cell


@pytest.mark.parametrize('settings, field, allowed', [
    (dict(in_chop_prob=0.0), 'in_chop_prob', 'above 0: the reference is taken when a chopper switches'),
    (dict(out_chop_prob=0.1), 'out_chop_prob', '0: each slice has a reference'),
    (dict(tail_weightening=0.0), 'tail_weightening', r'in \(0, inf\)'),
    (dict(buffer_cap=-1.0), 'buffer_cap', r'in \[0, inf\)')])
def test_impossible_references_are_refused(settings, field, allowed):
    assert_refused(cell(DynamicTransferCompound, **settings), field, allowed)
