"""Parameters of Tiki-Taka: shares of the arrays, and schedules that are impossible."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import (
    BufferedTransferCompound,
    ChoppedTransferCompound,
    ConstantStepDevice,
    DynamicTransferCompound,
    IdealDevice,
    TransferCompound,
    VectorUnitCell,
)

KINDS = [TransferCompound, BufferedTransferCompound, ChoppedTransferCompound, DynamicTransferCompound]


def cell(kind=TransferCompound, count=2, **settings):
    return kind(**{**dict(unit_cell_devices=[ConstantStepDevice() for _ in range(count)]), **settings})


def assert_refused(parameters, field, allowed):
    with pytest.raises(ConfigError, match=rf'(?s){type(parameters).__name__}\.{field} = .*: must be {allowed}'):
        parameters.validate()


@pytest.mark.parametrize('kind', KINDS)
def test_two_devices_are_enough(kind):
    cell(kind).validate()


@pytest.mark.parametrize('settings, expected', [
    (dict(), [0, 1]), (dict(gamma=0.5), [0.5, 1]), (dict(gamma=0.5, count=4), [0.125, 0.25, 0.5, 1]),
    (dict(gamma=0.5, gamma_vec=[0.3, 0.7]), [0.3, 0.7]), (dict(count=3), [0, 0, 1])])
def test_shares_are_powers_of_gamma_or_given(settings, expected):
    assert cell(**settings).shares() == expected


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('settings, field, allowed', [
    (dict(count=0), 'unit_cell_devices', 'a list'), (dict(count=1), 'unit_cell_devices', 'a list of two'),
    (dict(unit_cell_devices=[ConstantStepDevice(), IdealDevice()]), 'unit_cell_devices', 'a list of pulsed devices'),
    (dict(unit_cell_devices=[ConstantStepDevice(), VectorUnitCell(unit_cell_devices=[ConstantStepDevice()])]),
     'unit_cell_devices', 'a list of pulsed devices; it cannot hold cells'),
    (dict(gamma=-0.1), 'gamma', r'in \[0, inf\)'),
    (dict(gamma_vec=[1.0]), 'gamma_vec', 'an empty list, or one number for each'),
    (dict(gamma_vec=[1.0, 0.0]), 'gamma_vec', 'a list whose last number is not zero'),
    (dict(transfer_every_vec=[1.0]), 'transfer_every_vec', 'an empty list, or one number for each of the 2 devices'),
    (dict(transfer_lr_vec=[1.0, 2.0, 3.0]), 'transfer_lr_vec', 'an empty list, or one number for each of the 2 devices'),
    (dict(transfer_lr=-1.0), 'transfer_lr', r'in \[0, inf\)'),
    (dict(transfer_lr_vec=[-1.0, 0.0]), 'transfer_lr_vec', r'in \[0'),
    (dict(transfer_every=0.3, units_in_mbatch=False), 'transfer_every', '0 for no transfer, or at least half a vector'),
    (dict(transfer_every_vec=[0.3, 0.0], units_in_mbatch=False), 'transfer_every_vec', '0 for no transfer, or at least half'),
    (dict(n_reads_per_transfer=0), 'n_reads_per_transfer', r'in \[1, inf\)'),
    (dict(no_self_transfer=False), 'no_self_transfer', 'True'), (dict(with_reset_prob=1.5), 'with_reset_prob', r'in \[0, 1\]'),
    (dict(transfer_update=UpdateParameters(pulse_type=PulseType.NONE_WITH_DEVICE)), r'transfer_update\.pulse_type', 'a type'),
    (dict(transfer_update=UpdateParameters(pulse_type=PulseType.NONE)), r'transfer_update\.pulse_type', 'a type with pulses'),
])
def test_impossible_cells_and_schedules_are_refused(kind, settings, field, allowed):
    assert_refused(cell(kind, **settings), field, allowed)


def test_times_in_batches_and_times_without_effect_are_not_vectors():
    cell(transfer_every=0.3).validate()
    cell(transfer_every=0.3, transfer_every_vec=[1.0, 0.0], units_in_mbatch=False).validate()
    assert_refused(cell(transfer_every=-1.0), 'transfer_every', r'in \[0, inf\)')
    assert_refused(cell(transfer_every_vec=[-1.0, 0.0]), 'transfer_every_vec', r'in \[0, inf\)')


def test_only_columns_can_be_reset():
    cell(with_reset_prob=0.5).validate()
    assert_refused(cell(with_reset_prob=0.5, transfer_columns=False), 'with_reset_prob', '0 with transfer_columns=False')


@pytest.mark.parametrize('kind', KINDS)
def test_cells_with_transfers_stand_in_no_other_cell(kind):
    assert_refused(VectorUnitCell(unit_cell_devices=[cell(kind)]), 'unit_cell_devices', 'a list of pulsed devices')


@pytest.mark.parametrize('kind', KINDS)
def test_impossible_parameters_of_a_device_are_found(kind):
    with pytest.raises(ConfigError, match=rf'{kind.__name__}\.unit_cell_devices\[1\]\.dw_min = 0\.0: must be in \(0, inf\)'):
        cell(kind, unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice(dw_min=0.0)]).validate()
