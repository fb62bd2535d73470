"""aihwkit and aihwlab side by side, where aihwkit is installed: what devices do under the same inputs and gradients.

The recorded statistics of aihwkit are tests of their own, in `tests/kernel`; these follow weights over many updates.
"""

from importlib import import_module

import pytest
import torch

pytest.importorskip('aihwkit', reason='aihwkit is not installed')
pytestmark = pytest.mark.peer

PACKAGES = 'aihwkit', 'aihwlab'
PRESETS = ['ReRamSBPreset', 'ReRamESPreset', 'EcRamPreset', 'CapacitorPreset', 'IdealizedPreset', 'GokmenVlasovPreset',
           'MixedPrecisionReRamSBPreset', 'MixedPrecisionReRamESPreset', 'MixedPrecisionEcRamPreset']
REPETITIONS, UPDATES, START = 12, 30, 0.3
PRODUCTS, VECTORS = 20, 2000
LIMIT = 5
"""Standard errors that are allowed; aihwkit has no seed, so another run has other numbers."""


def layers(package, preset, seed=1):
    """Return a linear layer and a convolution, each with the shapes of its inputs and outputs."""
    nn, config = import_module(f'{package}.nn'), getattr(import_module(f'{package}.simulator.presets'), preset)()
    torch.manual_seed(seed)
    return {'linear': (nn.AnalogLinear(128, 64, bias=False, rpu_config=config), (8, 128), (8, 64)),
            'convolution': (nn.AnalogConv2d(16, 32, 5, bias=False, rpu_config=config), (8, 16, 8, 8), (8, 32, 4, 4))}


def optimizer_of(package, layer):
    optimizer = import_module(f'{package}.optim').AnalogSGD(layer.parameters(), lr=0.01)
    optimizer.regroup_param_groups(layer)
    return optimizer


def inputs_and_gradients(inputs, outputs):
    """Return a function that draws the same sequence of batches for both packages."""
    generator = torch.Generator().manual_seed(5)
    return lambda: (2 * torch.rand(inputs, generator=generator) - 1, 0.02 * torch.randn(outputs, generator=generator))


@pytest.mark.parametrize('kind', ['linear', 'convolution'])
@pytest.mark.parametrize('preset', PRESETS)
def test_weights_have_the_same_mean_and_spread_after_many_updates(preset, kind):
    """The standard error comes from repetitions: devices of one row share its pulses, and are not independent."""
    found = {package: torch.tensor([mean_and_spread(package, preset, kind, seed) for seed in range(REPETITIONS)])
             for package in PACKAGES}
    theirs, ours = found.values()
    error = ((theirs.var(dim=0) + ours.var(dim=0)) / REPETITIONS).sqrt()
    assert ((ours.mean(dim=0) - theirs.mean(dim=0)).abs() < LIMIT * error).all()


def mean_and_spread(package, preset, kind, seed):
    """Return mean and standard deviation of the weights of a layer after updates."""
    layer, inputs, outputs = layers(package, preset, seed)[kind]
    optimizer, batch = optimizer_of(package, layer), inputs_and_gradients(inputs, outputs)
    layer.set_weights(torch.full_like(layer.get_weights()[0], START))
    for _ in range(UPDATES):
        x, d = batch()
        optimizer.zero_grad()
        layer(x).backward(d)
        optimizer.step()
    weights = layer.get_weights()[0].double()
    return weights.mean(), weights.std()


@pytest.mark.parametrize('kind', ['linear', 'convolution'])
def test_products_have_the_same_noise_in_both_directions(kind):
    spread = {}
    for package in PACKAGES:
        layer, inputs, outputs = layers(package, 'EcRamPreset')[kind]
        layer.set_weights(0.05 * torch.randn(layer.get_weights()[0].shape, generator=torch.Generator().manual_seed(2)))
        x, d = inputs_and_gradients(inputs, outputs)()
        x.requires_grad_()
        optimizer, forward, backward = optimizer_of(package, layer), [], []
        for _ in range(100):
            x.grad = None
            y = layer(x)
            y.backward(d)
            optimizer.zero_grad()
            forward.append(y.detach())
            backward.append(x.grad)
        spread[package] = [torch.stack(values).std(dim=0).mean().item() for values in (forward, backward)]
    assert spread['aihwlab'] == pytest.approx(spread['aihwkit'], rel=0.02)


def test_only_the_noise_of_aihwkit_has_a_mean():
    """aihwkit draws from a table of 32,768 numbers for each tile, so that its noise has the mean of the table."""
    found = {package: torch.tensor([mean_of_noise(package, seed) for seed in range(4)]) for package in PACKAGES}
    error = (PRODUCTS * VECTORS * 128) ** -0.5
    assert (found['aihwlab'].abs() < LIMIT * error).all()
    assert (found['aihwkit'].abs() > LIMIT * error).any()


def mean_of_noise(package, seed):
    """Return the mean of the noise of backward products, as a multiple of its standard deviation."""
    layer = layers(package, 'IdealizedPreset', seed)['linear'][0]
    exact = layer.get_weights()[0].sum(dim=0)
    noise = torch.cat([gradient_of_input(layer) - exact for _ in range(PRODUCTS)]).double()
    return noise.mean() / noise.std()


def gradient_of_input(layer):
    x = torch.zeros(VECTORS, 128, requires_grad=True)
    layer(x).backward(torch.ones(VECTORS, 64))
    layer.zero_grad()
    return x.grad
