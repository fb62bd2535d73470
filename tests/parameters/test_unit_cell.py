"""Parameters of cells of several devices: what is impossible, and what follows from the devices."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogLinear
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.simulator.configs import UnitCellRPUConfig
from aihwlab.simulator.configs.compounds import OneSidedUnitCell, ReferenceUnitCell, VectorUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsPmaxDevice
from tests.parameters.helpers import assert_impossible

CELLS = [VectorUnitCell, ReferenceUnitCell, OneSidedUnitCell]


@pytest.mark.parametrize('cell', [UnitCell, *CELLS])
def test_cells_need_devices(cell):
    assert_impossible(cell(), 'unit_cell_devices', r'a list of one device or more')


@pytest.mark.parametrize('cell', CELLS)
@pytest.mark.parametrize('other', [IdealDevice(), PulsedDevice()])
def test_devices_must_take_pulses(cell, other):
    assert_impossible(cell(unit_cell_devices=[other, other]), 'unit_cell_devices', 'a list of pulsed devices')


@pytest.mark.parametrize('other', [IOParameters(), 3, ConstantStepDevice])
def test_what_is_no_device_is_refused_at_once(other):
    with pytest.raises(ConfigError, match=r'(?s)UnitCell\.unit_cell_devices = .*: must be a list of instances of Device'):
        UnitCell(unit_cell_devices=[other])


def test_a_cell_that_does_not_say_how_it_is_updated_is_refused_by_the_layer():
    for device, message in ((UnitCell(), r'unit_cell_devices = \[\]: must be a list of one device or more'),
                            (UnitCell(unit_cell_devices=[ConstantStepDevice()]), '(?s)device = .*must be a cell that says')):
        with pytest.raises(ConfigError, match=message):
            AnalogLinear(3, 2, rpu_config=UnitCellRPUConfig(device=device))


@pytest.mark.parametrize('cell', CELLS)
def test_impossible_values_of_a_device_are_found_with_its_number(cell):
    parameters = cell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice(dw_min=-1.0)])
    assert_impossible(parameters, r'unit_cell_devices\[1\]\.dw_min', r'in \(0, inf\)')
    parameters = cell(unit_cell_devices=[ConstantStepDevice()], construction_seed=-1)
    assert_impossible(parameters, 'construction_seed', r'in \[0, inf\)')


def test_cells_may_stand_in_cells_three_deep():
    cell = VectorUnitCell(unit_cell_devices=[ConstantStepDevice()])
    for _ in range(2):
        cell = VectorUnitCell(unit_cell_devices=[cell, ConstantStepDevice()])
    AnalogLinear(3, 2, rpu_config=UnitCellRPUConfig(device=cell))
    assert_impossible(VectorUnitCell(unit_cell_devices=[cell]), 'unit_cell_devices', 'cells in cells three deep at most')


def test_weights_diffuse_and_decay_if_those_of_any_device_do():
    plain = ConstantStepDevice()
    for device, diffuses, decays in ((plain, False, False), (ConstantStepDevice(diffusion=0.1), True, False),
                                     (ConstantStepDevice(lifetime=10.0), False, True)):
        cell = VectorUnitCell(unit_cell_devices=[plain, VectorUnitCell(unit_cell_devices=[device])])
        assert (cell.requires_diffusion(), cell.requires_decay()) == (diffuses, decays)


def test_the_kernel_reads_devices_as_they_resolve():
    cell = VectorUnitCell(unit_cell_devices=[SoftBoundsPmaxDevice(), ConstantStepDevice(perfect_bias=True)])
    resolved = cell.resolved()
    assert type(resolved) is VectorUnitCell and resolved.unit_cell_devices[0].w_max > 4
    plain = resolved.without_perfect_bias()
    assert not plain.unit_cell_devices[1].perfect_bias and cell.unit_cell_devices[1].perfect_bias


def test_all_devices_share_alike():
    assert UnitCell(unit_cell_devices=4 * [ConstantStepDevice()]).shares() == [0.25] * 4


def test_cells_print_their_devices():
    text = str(VectorUnitCell(unit_cell_devices=[ConstantStepDevice(dw_min=0.5)]))
    assert text == ('VectorUnitCell(\n    unit_cell_devices=[\n        ConstantStepDevice(\n            dw_min=0.5,\n'
                    '        ),\n    ],\n)')
