"""Parameters of Tiki-Taka with a buffer: single pulses, and slices that take turns."""

import pytest

from aihwlab.parameters.buffered_transfer import single_pulses
from aihwlab.simulator.configs import BufferedTransferCompound, ChoppedTransferCompound, DynamicTransferCompound
from tests.parameters.test_transfer import assert_refused, cell

BUFFERED = [BufferedTransferCompound, ChoppedTransferCompound, DynamicTransferCompound]


@pytest.mark.parametrize('kind', BUFFERED)
def test_writes_are_single_pulses_of_objects_of_their_own(kind):
    first, second = kind(), kind()
    assert first.transfer_update == single_pulses() and first.transfer_update is not second.transfer_update


@pytest.mark.parametrize('kind', BUFFERED)
@pytest.mark.parametrize('settings, field, allowed', [
    (dict(random_selection=True), 'random_selection', 'False: with a buffer, slices take turns'),
    (dict(with_reset_prob=0.1), 'with_reset_prob', '0: with a buffer, nothing is reset'),
    (dict(momentum=1.1), 'momentum', r'in \[0, 1\]'), (dict(momentum=-0.1), 'momentum', r'in \[0, 1\]'),
    (dict(step=-1.0), 'step', r'in \[0, inf\)')])
def test_impossible_buffers_are_refused(kind, settings, field, allowed):
    assert_refused(cell(kind, **settings), field, allowed)


@pytest.mark.parametrize('threshold', [0.0, -1.0])
def test_a_threshold_is_positive(threshold):
    assert_refused(cell(BufferedTransferCompound, thres_scale=threshold), 'thres_scale', r'in \(0, inf\)')


def test_a_chain_of_arrays_has_a_buffer_behind_each():
    cell(BufferedTransferCompound, count=4).validate()
