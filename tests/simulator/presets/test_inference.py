"""Presets for inference: tiles that learn, and objects of their own; values are tested with those of all presets."""

import pytest
import torch

from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.presets import FloatingPointPreset, StandardHWATrainingPreset
from aihwlab.simulator.presets import inference as presets
from aihwlab.simulator.tiles import InferenceTile, TileModuleArray, TorchInferenceTile


@pytest.mark.parametrize('name', presets.__all__)
def test_configurations_have_objects_of_their_own(name):
    first, second = getattr(presets, name)(), getattr(presets, name)()
    assert first == second
    first.forward.out_noise = first.mapping.weight_scaling_omega = first.noise_model.drift_scale = 0.5
    assert second == getattr(presets, name)() and first != second


def test_the_standard_preset_trains_with_all_that_follows_a_step():
    """Weights fill the range of the crossbar, and the logical weights are those of the steps."""
    torch.manual_seed(1)
    layer = AnalogLinear(6, 3, rpu_config=StandardHWATrainingPreset())
    assert type(layer.analog_module) is InferenceTile
    optimizer, x = AnalogSGD(layer.parameters(), lr=0.1), torch.randn(200, 6)
    target, losses = x @ torch.randn(6, 3), []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (layer(x) - target).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        torch.testing.assert_close(layer.analog_module.analog_ctx.abs().amax(1), torch.ones(3))
    assert losses[-1] < losses[0] / 10
    assert layer.analog_module.input_range_update_idx.item() == 60


def test_exact_tiles_may_have_any_size():
    layer, x = AnalogLinear(1000, 600, rpu_config=FloatingPointPreset()), torch.randn(2, 1000)
    assert type(layer.analog_module) is TorchInferenceTile
    torch.testing.assert_close(layer(x), layer.to_digital()(x), rtol=1e-4, atol=1e-4)
    assert type(AnalogLinear(1000, 6, rpu_config=StandardHWATrainingPreset()).analog_module) is TileModuleArray
