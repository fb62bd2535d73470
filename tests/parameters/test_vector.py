"""Parameters of vector and reference cells."""

import pytest

from aihwlab.simulator.configs.compounds import ReferenceUnitCell, VectorUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from tests.parameters.helpers import assert_impossible

PAIR = [ConstantStepDevice(), SoftBoundsDevice()]


@pytest.mark.parametrize('settings, field, allowed', [
    (dict(gamma_vec=[1.0]), 'gamma_vec', 'an empty list, or one number for each of the 2 devices'),
    (dict(gamma_vec=[1.0, 1.0, 1.0]), 'gamma_vec', 'an empty list, or one number for each of the 2 devices'),
    (dict(gamma_vec=[0.0, 0.0]), 'gamma_vec', 'a list with a number other than 0'),
    (dict(gamma_vec=[1.0, float('inf')]), 'gamma_vec', r'in \(-inf, inf\)'),
    (dict(first_update_idx=2), 'first_update_idx', r'the number of a device, in \[0, 1\]'),
    (dict(first_update_idx=-1), 'first_update_idx', r'in \[0, inf\)'),
])
def test_impossible_values_of_vector_cells(settings, field, allowed):
    assert_impossible(VectorUnitCell(unit_cell_devices=PAIR, **settings), field, allowed)


@pytest.mark.parametrize('settings, field, allowed', [
    (dict(unit_cell_devices=[*PAIR, *PAIR]), 'unit_cell_devices', 'a list of the device and its reference, or of one device'),
    (dict(gamma_vec=[1.0]), 'gamma_vec', 'a list of two numbers'), (dict(gamma_vec=[0.0, 0.0]), 'gamma_vec', 'a list of two'),
    (dict(first_update_idx=2), 'first_update_idx', r'in \[0, 1\]'),
])
def test_impossible_values_of_reference_cells(settings, field, allowed):
    assert_impossible(ReferenceUnitCell(**{'unit_cell_devices': PAIR, **settings}), field, allowed)


def test_shares_are_those_that_are_given_or_all_alike():
    assert VectorUnitCell(unit_cell_devices=PAIR).shares() == [0.5, 0.5]
    assert VectorUnitCell(unit_cell_devices=PAIR, gamma_vec=[2.0, 0.5]).shares() == [2.0, 0.5]
    assert ReferenceUnitCell(unit_cell_devices=PAIR).shares() == [1.0, -1.0]


def test_one_device_is_its_own_kind_of_reference():
    resolved = ReferenceUnitCell(unit_cell_devices=PAIR[:1]).resolved()
    assert resolved.unit_cell_devices == [PAIR[0], PAIR[0]]
    assert ReferenceUnitCell(unit_cell_devices=PAIR).resolved().unit_cell_devices == PAIR
