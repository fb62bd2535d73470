"""Parameters of cells whose gradients are added up digitally: what they ask of their devices, and what is impossible."""

import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.mixed_precision import DigitalRankUpdateCell, MixedPrecisionCompound
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.unit_cell import UnitCell
from aihwlab.parameters.vector import VectorUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice, SoftBoundsDevice, SoftBoundsPmaxDevice
from tests.parameters.helpers import assert_impossible


def compound(**settings):
    return MixedPrecisionCompound(**{'device': ConstantStepDevice(), **settings})


@pytest.mark.parametrize('field, value, allowed', [
    ('transfer_every', 0, r'in \[1, inf\)'), ('n_rows_per_transfer', 0, '-1 for all rows, or at least 1'),
    ('n_rows_per_transfer', -2, r'in \[-1, inf\)'), ('granularity', -0.1, r'in \[0, inf\)'),
    ('transfer_lr', 0.0, r'in \(0, inf\)'),
    ('n_x_bins', 1, '0 for no rounding, or at least 2 levels'), ('n_d_bins', 1, '0 for no rounding, or at least 2 levels'),
    ('n_d_bins', -1, r'in \[0, inf\)'), ('construction_seed', -1, r'in \[0, inf\)')])
def test_impossible_schedules_and_levels_are_refused(field, value, allowed):
    assert_impossible(compound(**{field: value}), field, allowed)


@pytest.mark.parametrize('field, value', [('transfer_every', 1.5), ('n_rows_per_transfer', 2.0), ('random_row', 1)])
def test_values_have_their_type(field, value):
    with pytest.raises(ConfigError, match=rf'MixedPrecisionCompound\.{field} = {value}: must be '):
        compound(**{field: value})


def test_the_devices_are_checked():
    with pytest.raises(ConfigError, match=r'MixedPrecisionCompound\.device\.dw_min = 0\.0: must be in \(0, inf\)'):
        compound(device=ConstantStepDevice(dw_min=0.0)).validate()


@pytest.mark.parametrize('device', [IdealDevice(), compound(), DigitalRankUpdateCell(), UnitCell()])
def test_the_devices_are_pulsed(device):
    with pytest.raises(ConfigError, match=r'(?s)MixedPrecisionCompound\.device = .*: must be an instance of PulsedDevice'):
        compound(device=device)


@pytest.mark.parametrize('device, message', [
    (PulsedDevice(), 'device = .*: must be a device with a law'), (VectorUnitCell(), r'device\.unit_cell_devices = \[\]')])
def test_cells_without_devices_are_refused(device, message):
    with pytest.raises(ConfigError, match=rf'(?s)MixedPrecisionCompound\.{message}'):
        compound(device=device).validate()


@pytest.mark.parametrize('settings, ages', [({}, (False, False)), ({'diffusion': 0.1}, (True, False)),
                                            ({'lifetime': 10.0}, (False, True))])
def test_the_cell_ages_as_its_devices_do(settings, ages):
    cell = compound(device=ConstantStepDevice(**settings))
    assert (cell.requires_diffusion(), cell.requires_decay()) == ages


def test_the_devices_are_resolved():
    cell = compound(device=SoftBoundsPmaxDevice(), transfer_every=3)
    resolved = cell.resolved()
    assert resolved.device == SoftBoundsPmaxDevice().resolved() and resolved.transfer_every == 3
    assert isinstance(cell.device, SoftBoundsPmaxDevice)


def test_a_perfect_bias_needs_a_bias_column():
    cell = compound(device=SoftBoundsDevice(perfect_bias=True))
    assert not cell.without_perfect_bias().device.perfect_bias and cell.device.perfect_bias
