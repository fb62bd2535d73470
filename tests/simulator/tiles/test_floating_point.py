"""The exact tile: what a digital layer computes, and what a digital memory may do besides."""

import pytest
import torch

from aihwlab.parameters.device import FloatingPointDevice
from aihwlab.parameters.drift import SimpleDriftParameter
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.simulator.tiles import FloatingPointTile


def tile_with(weight, **settings):
    tile = FloatingPointTile(*weight.shape, FloatingPointRPUConfig(device=FloatingPointDevice(**settings)))
    tile.set_weights(weight)
    return tile


def test_products_and_updates_are_exact():
    weight, x, d = 5 * torch.randn(4, 6), torch.randn(3, 6, requires_grad=True), torch.randn(3, 4)
    tile = tile_with(weight)
    y = tile(x)
    y.backward(d)
    torch.testing.assert_close(y, x @ weight.T)
    torch.testing.assert_close(x.grad, d @ weight)
    tile.set_learning_rate(0.1)
    tile.update(x.detach(), d)
    torch.testing.assert_close(tile.get_weights()[0], weight - 0.1 * d.T @ x.detach())


def test_reading_is_exact_too():
    weight = torch.randn(4, 6)
    torch.testing.assert_close(tile_with(weight).get_weights(realistic=True)[0], weight, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('settings, factor', [
    (dict(lifetime=4.0), 0.75), (dict(drift=SimpleDriftParameter(nu=0.1)), 10 ** -0.1)])
def test_a_digital_memory_may_age_as_well(settings, factor):
    weight = torch.randn(4, 6)
    tile = tile_with(weight, **settings)
    if 'drift' in settings:
        tile.drift_weights(5.0)
        tile.drift_weights(5.0)
    else:
        tile.post_update_step()
    torch.testing.assert_close(tile.get_weights()[0], factor * weight)
