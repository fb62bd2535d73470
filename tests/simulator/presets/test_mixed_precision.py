"""Presets of mixed precision: cells of the devices that they are named after, and tiles that can be built."""

import pytest

from aihwlab.nn import AnalogLinear
from aihwlab.simulator import presets
from aihwlab.simulator.configs import MixedPrecisionCompound
from tests.simulator.presets.helpers import PRESETS

MIXED = [name for name, entry in PRESETS.items() if entry['base'] == 'DigitalRankUpdateRPUConfig']


def test_all_presets_of_aihwkit_are_here():
    assert len(MIXED) == 8


@pytest.mark.parametrize('name', MIXED)
def test_cells_are_those_of_the_preset_without_mixed_precision(name):
    device = getattr(presets, name)().device
    assert type(device) is MixedPrecisionCompound
    assert device.device == getattr(presets, name.removeprefix('MixedPrecision'))().device


@pytest.mark.parametrize('name', MIXED)
def test_presets_have_objects_of_their_own(name):
    first, second = getattr(presets, name)(), getattr(presets, name)()
    assert first == second and first.device.device is not second.device.device
    first.device.transfer_every = 3
    assert second == getattr(presets, name)() and first != second
    assert 'transfer_every=3' in str(first)


@pytest.mark.parametrize('name', MIXED)
def test_a_layer_can_be_built(name):
    tile = AnalogLinear(3, 2, rpu_config=getattr(presets, name)()).analog_module
    assert 'hidden_weights_chi' in tile.get_hidden_parameters()
