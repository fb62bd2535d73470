"""What the kernel asks of a crossbar of one's own: rows of vectors, and as many back."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.rounds import Images
from aihwlab.simulator.configs import IOParameters
from aihwlab.simulator.tiles.custom import CustomRPUConfig, CustomSimulatorTile, CustomTile

PERFECT = dict(forward=IOParameters(is_perfect=True), backward=IOParameters(is_perfect=True))


class Recording(CustomSimulatorTile):
    """A crossbar that remembers what it was asked."""

    def forward(self, x_input, *args, **kwargs):
        self.asked = x_input, kwargs
        return super().forward(x_input, *args, **kwargs)

    def update(self, x_input, d_input, *args, **kwargs):
        self.asked = x_input, d_input, self.learning_rate
        super().update(x_input, d_input, *args, **kwargs)


class TooShort(CustomSimulatorTile):
    """A crossbar that loses an output."""

    def forward(self, x_input, *args, **kwargs):
        return super().forward(x_input, *args, **kwargs)[:, :-1]


def kernel_of(simulator):
    tile = CustomTile(2, 4, CustomRPUConfig(simulator_tile_class=simulator, **PERFECT))
    return tile.kernel_tile, tile.simulator


def test_vectors_become_rows_and_rows_vectors():
    kernel, simulator = kernel_of(Recording)
    x, largest, bias = np.random.default_rng(1).normal(size=(3, 4, 5)).astype('f'), np.empty((3, 5), 'f'), np.ones(2, 'f')
    y = kernel.forward(x, bias, largest)
    np.testing.assert_allclose(y, kernel.weights @ x + 1, rtol=1e-4, atol=1e-5)
    assert (largest == abs(x).max(axis=1)).all()
    rows, options = simulator.asked
    assert rows.shape == (15, 4) and options == {'is_test': False}
    assert (rows.numpy().reshape(3, 5, 4) == x.transpose(0, 2, 1)).all()
    other = np.zeros_like(kernel.weights)
    assert (kernel.forward(x, weights=other) == 0).all() and simulator.seen is None
    np.testing.assert_allclose(kernel.backward(y), kernel.weights.T @ y, rtol=1e-4, atol=1e-5)


def test_patches_are_written_out_and_added_up_again():
    kernel, _ = kernel_of(CustomSimulatorTile)
    images, geometry = torch.randn(3, 1, 4, 5, requires_grad=True), Geometry((2, 2), (1, 1), (1, 1))
    expected = torch.nn.functional.conv2d(images, torch.from_numpy(kernel.weights).reshape(2, 1, 2, 2))
    y = kernel.forward(Patches(images.detach().numpy(), geometry))
    np.testing.assert_allclose(y, expected.detach().flatten(2).numpy(), rtol=1e-4, atol=1e-5)
    gradient, = torch.autograd.grad(expected.square().sum(), images)
    added = kernel.backward(2 * y, Images((3, 1, 4, 5), geometry))
    np.testing.assert_allclose(added, gradient.numpy(), rtol=1e-4, atol=1e-4)


def test_an_update_has_its_own_learning_rate_and_none_is_no_update():
    kernel, simulator = kernel_of(Recording)
    x, d, before = np.ones((3, 4, 5), 'f'), np.ones((3, 2, 5), 'f'), kernel.weights.copy()
    kernel.update(x, d, 0.25)
    assert simulator.asked[0].shape == (15, 4) and simulator.asked[1].shape == (15, 2) and simulator.asked[2] == 0.25
    assert simulator.learning_rate == simulator.owner.learning_rate == 0.1
    np.testing.assert_allclose(kernel.weights, before - 0.25 * 15, rtol=1e-4)
    simulator.asked = None
    kernel.update(x, d, 0.0)
    assert simulator.asked is None
    d[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match='NaN'):
        kernel.update(x, d, 0.25)
    assert simulator.asked is None


def test_a_product_of_another_shape_is_refused():
    kernel, _ = kernel_of(TooShort)
    with pytest.raises(TileError, match=r'has the shape \(5, 1\): must be \(5, 2\)'):
        kernel.forward(np.ones((5, 4, 1), 'f'))


def test_a_copy_waits_for_a_crossbar_of_its_own():
    kernel, simulator = kernel_of(CustomSimulatorTile)
    copied = deepcopy(kernel)
    assert kernel.simulator is simulator and not hasattr(copied, 'simulator')
