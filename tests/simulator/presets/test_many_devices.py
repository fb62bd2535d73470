"""Presets with several devices at each crosspoint: objects of their own, and training with each."""

import pytest
import torch

from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator import presets
from aihwlab.simulator.presets.many_devices import __all__ as NAMES


@pytest.mark.parametrize('name', NAMES)
def test_devices_are_objects_of_their_own(name):
    first, second = getattr(presets, name)(), getattr(presets, name)()
    first.device.unit_cell_devices[0].dw_min = first.forward.out_noise = 0.5
    assert second == getattr(presets, name)() != first
    assert second.device.unit_cell_devices[1].dw_min != 0.5
    assert f'{type(second.device).__name__}(' in str(second)


def test_there_are_two_or_four_devices():
    counts = {name: len(getattr(presets, name)().device.unit_cell_devices) for name in NAMES}
    assert all(counts[name] == (4 if '4' in name else 2) for name in NAMES) and len(NAMES) == 13


@pytest.mark.parametrize('name', NAMES)
def test_layers_can_be_trained(name):
    torch.manual_seed(1)
    layer = AnalogLinear(6, 3, rpu_config=getattr(presets, name)())
    optimizer, x = AnalogSGD(layer.parameters(), lr=0.2), torch.rand(8, 6)
    before = layer.get_weights()[0].clone()
    for _ in range(3):
        optimizer.zero_grad()
        layer(x).square().mean().backward()
        optimizer.step()
    after = layer.get_weights()[0]
    assert torch.isfinite(after).all() and (after != before).any()
