"""Presets of Tiki-Taka: pairs of the devices that they are named after, and tiles that transfer."""

import pytest
import torch

from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator import presets
from aihwlab.simulator.configs import ChoppedTransferCompound, DynamicTransferCompound, TransferCompound
from tests.simulator.presets.helpers import PRESETS

CELLS = {'TikiTaka': TransferCompound, 'TTv2': ChoppedTransferCompound, 'ChoppedTTv2': ChoppedTransferCompound,
         'AGAD': DynamicTransferCompound}
DEVICES = ['ReRamES', 'ReRamSB', 'Capacitor', 'EcRam', 'EcRamMO', 'Idealized']
NAMES = [(method, device) for method in CELLS for device in DEVICES]


def test_all_presets_of_aihwkit_are_here():
    assert {f'{method}{device}Preset' for method, device in NAMES} == {
        name for name in PRESETS if name.startswith(('TikiTaka', 'TTv', 'ChoppedTTv', 'AGAD'))}


@pytest.mark.parametrize('method, device', NAMES)
def test_cells_are_pairs_of_measured_devices(method, device):
    cell = getattr(presets, f'{method}{device}Preset')().device
    expected = getattr(presets, f'{device}PresetDevice')(**({'subtract_symmetry_point': True} if device == 'ReRamSB' else {}))
    assert type(cell) is CELLS[method] and cell.unit_cell_devices == [expected, expected]
    assert cell.unit_cell_devices[0] is not cell.unit_cell_devices[1]


@pytest.mark.parametrize('method, device', NAMES)
def test_presets_have_objects_of_their_own_and_show_changes(method, device):
    preset = getattr(presets, f'{method}{device}Preset')
    first, second = preset(), preset()
    first.device.transfer_lr = first.device.unit_cell_devices[0].dw_min = 0.625
    assert second == preset() and first != second
    assert str(first).count('=0.625') == 2


@pytest.mark.parametrize('method, device', NAMES)
def test_a_layer_takes_steps_and_transfers(method, device):
    torch.manual_seed(1)
    layer = AnalogLinear(6, 3, rpu_config=getattr(presets, f'{method}{device}Preset')())
    optimizer = AnalogSGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        layer(torch.rand(5, 6)).square().sum().backward()
        optimizer.step()
    registers = layer.analog_module.kernel_tile.cells.registers
    assert registers['vectors'] == 15 and registers['reads_0'] == (3 if method == 'TikiTaka' else 15)
