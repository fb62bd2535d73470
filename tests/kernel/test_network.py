"""A network on tiles without torch: its gradients are those of torch, and it learns by pulses."""

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.network import Network
from aihwlab.parameters.device import FloatingPointDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.presets import EcRamPresetDevice
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters

PERFECT = IOParameters(is_perfect=True)
EXACT = TileParameters(FloatingPointDevice(), PERFECT, PERFECT)


def stripes(count, seed):
    """Return vectors with one large entry, whose number is the label."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 4, count)
    return (0.1 * generator.random((count, 4)) + np.eye(4)[labels]).astype(np.float32), labels


def test_an_exact_network_makes_the_step_of_torch():
    x, labels = stripes(6, 1)
    network = Network((4, 5, 3, 4), EXACT, seed=2)
    layers = [torch.nn.Linear(tile.shape[1] - 1, tile.shape[0]) for tile in network.tiles]
    with torch.no_grad():
        for layer, tile in zip(layers, network.tiles):
            layer.weight.copy_(torch.tensor(tile.weights[:, :-1]))
            layer.bias.copy_(torch.tensor(tile.weights[:, -1]))
    twin = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1], torch.nn.Tanh(), layers[2])
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.3)
    loss = torch.nn.functional.cross_entropy(twin(torch.tensor(x)), torch.tensor(labels))
    loss.backward()
    optimizer.step()
    assert network.step(x, labels, 0.3) == pytest.approx(loss.item(), rel=1e-5)
    for layer, tile in zip(layers, network.tiles):
        np.testing.assert_allclose(tile.weights[:, :-1], layer.weight.detach(), atol=1e-6)
        np.testing.assert_allclose(tile.weights[:, -1], layer.bias.detach(), atol=1e-6)


def test_outputs_are_logarithms_of_probabilities():
    outputs = Network((4, 5, 4), EXACT).outputs(stripes(7, 1)[0])
    assert outputs.shape == (7, 4)
    np.testing.assert_allclose(np.exp(outputs).sum(axis=1), 1, rtol=1e-5)


def test_it_learns_by_pulses_and_the_seed_decides():
    parameters = TileParameters(EcRamPresetDevice(), PresetIOParameters(), PresetIOParameters(), PresetUpdateParameters())
    (x, labels), (unseen, answers) = stripes(400, 1), stripes(200, 2)

    def learned(seed):
        network = Network((4, 8, 4), parameters, seed)
        losses = [network.step(x[at:at + 8], labels[at:at + 8], 0.2) for at in range(0, 400, 8)]
        return losses, (network.outputs(unseen).argmax(axis=1) == answers).mean()

    losses, accuracy = learned(1)
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10]) and accuracy > 0.9
    assert learned(1)[0] == losses != learned(2)[0]


@pytest.mark.parametrize('sizes', [(4,), (4, 0), (4.5, 2)])
def test_impossible_sizes_are_named(sizes):
    with pytest.raises(ValueError, match='sizes = .*: must be two or more whole numbers'):
        Network(sizes, EXACT)


def test_impossible_parameters_are_refused():
    with pytest.raises(ConfigError):
        Network((2, 2), TileParameters(EcRamPresetDevice(dw_min=-1.0)))
