"""Parameters of Tiki-Taka with choppers: two arrays, one read at a time."""

import pytest

from aihwlab.simulator.configs import ChoppedTransferCompound, DynamicTransferCompound
from tests.parameters.test_transfer import assert_refused, cell


@pytest.mark.parametrize('kind', [ChoppedTransferCompound, DynamicTransferCompound])
@pytest.mark.parametrize('settings, field, allowed', [
    (dict(count=3), 'unit_cell_devices', 'a list of two devices'),
    (dict(n_reads_per_transfer=2), 'n_reads_per_transfer', '1: '),
    (dict(in_chop_prob=1.1), 'in_chop_prob', r'in \[0, 1\]'), (dict(out_chop_prob=-0.1), 'out_chop_prob', r'in \[0, 1\]'),
    (dict(buffer_granularity=0.0), 'buffer_granularity', r'in \(0, inf\)'),
    (dict(auto_momentum=1.0), 'auto_momentum', r'in \[0, 1\)'),
    (dict(auto_granularity=-1.0), 'auto_granularity', r'in \[0, inf\)')])
def test_impossible_choppers_and_scales_are_refused(kind, settings, field, allowed):
    assert_refused(cell(kind, **settings), field, allowed)


@pytest.mark.parametrize('settings', [dict(transfer_every=-0.1), dict(transfer_every_vec=[-2.0, 0.0]), dict(in_chop_prob=0.0)])
def test_times_may_be_negative_and_choppers_stand_still(settings):
    cell(ChoppedTransferCompound, **settings).validate()
