"""Parameters of one-sided cells."""

import pytest

from aihwlab.simulator.configs.compounds import DifferenceUnitCell, OneSidedUnitCell, VectorUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from tests.parameters.helpers import assert_impossible

ONE = ConstantStepDevice()


@pytest.mark.parametrize('settings, field, allowed', [
    (dict(unit_cell_devices=[ONE, ONE, ONE]), 'unit_cell_devices', 'a list of one device for both signs, or of two'),
    (dict(unit_cell_devices=[ONE, SoftBoundsDevice()]), 'unit_cell_devices', 'a list of one device for both signs, or of two'),
    (dict(unit_cell_devices=[VectorUnitCell(unit_cell_devices=[ONE])]), 'unit_cell_devices', 'a list of pulsed devices: '),
    (dict(unit_cell_devices=[ConstantStepDevice(w_max=0.0)]), 'unit_cell_devices', 'devices with w_max above 0'),
    (dict(unit_cell_devices=[ConstantStepDevice(w_min=0.0)], copy_inverted=True), 'copy_inverted', 'False for a device with'),
    (dict(refresh_every=-1), 'refresh_every', r'in \[0, inf\)'), (dict(refresh_upper_thres=-0.1), 'refresh_upper_thres', 'in'),
    (dict(refresh_lower_thres=float('nan')), 'refresh_lower_thres', 'in'),
])
def test_impossible_values(settings, field, allowed):
    assert_impossible(OneSidedUnitCell(**{'unit_cell_devices': [ONE], **settings}), field, allowed)


def test_impossible_values_of_reads_and_writes_are_found():
    for part, name, value in (('refresh_forward', 'out_noise', -1.0), ('refresh_update', 'desired_bl', 0)):
        cell = OneSidedUnitCell(unit_cell_devices=[ONE])
        setattr(getattr(cell, part), name, value)
        assert_impossible(cell, rf'{part}\.{name}', 'in')


def test_shares_have_the_signs_of_the_devices():
    assert OneSidedUnitCell(unit_cell_devices=[ONE]).shares() == [-1.0, 1.0]
    assert OneSidedUnitCell(unit_cell_devices=[ONE], copy_inverted=True).shares() == [-1.0, -1.0]


def test_one_device_stands_for_both_signs():
    assert OneSidedUnitCell(unit_cell_devices=[ONE]).resolved().unit_cell_devices == [ONE, ONE]
    OneSidedUnitCell(unit_cell_devices=[ConstantStepDevice(w_min=0.0)]).validate()


def test_the_former_name_still_works_and_says_the_new_one():
    with pytest.warns(DeprecationWarning, match='DifferenceUnitCell is now called OneSidedUnitCell'):
        cell = DifferenceUnitCell(unit_cell_devices=[ONE], refresh_every=3)
    assert isinstance(cell, OneSidedUnitCell) and cell.resolved().refresh_every == 3
