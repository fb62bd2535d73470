"""Presets of our own: those of aihwkit with what their docstrings say, each with settings of its own."""

import pytest

from aihwlab.simulator import presets
from aihwlab.simulator.presets import tuned
from tests.networks import losses_of_a_layer

with_presets = pytest.mark.parametrize('name', tuned.__all__)


@with_presets
def test_only_the_cells_the_mapping_and_the_trains_differ_from_the_published_preset(name):
    config, published = getattr(presets, name)(), getattr(presets, name.removeprefix('Tuned'))
    assert isinstance(config, published) and type(config.device) is type(published().device)
    config.validate()
    assert config.forward == published().forward and config.backward == published().backward
    assert config.mapping.weight_scaling_omega == 0.6 and config.mapping.weight_scaling_columnwise


@with_presets
def test_nothing_is_shared(name):
    one, other = (getattr(presets, name)() for _ in range(2))
    one.mapping.weight_scaling_omega = 0.1
    one.device.construction_seed = 7
    if hasattr(one.device, 'transfer_update'):
        one.device.transfer_update.desired_bl = 5
    assert one.device != other.device and other == getattr(presets, name)()


@pytest.mark.parametrize('name', ['TunedMixedPrecisionReRamSBPreset', 'TunedMixedPrecisionReRamESPreset'])
def test_a_small_layer_learns(name):
    losses = losses_of_a_layer(getattr(presets, name)(), 0.2, 300)
    assert sum(losses[-50:]) < 0.5 * sum(losses[:50])
