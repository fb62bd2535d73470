"""The fast model of a chip with LeNet5: its limits, its statistics, and the tiles whose equations it shares."""

import numpy as np
import pytest
from scipy.special import softmax

from aihwlab.kernel.conductance import pcm
from aihwlab.kernel.random import Stream
from aihwlab.physics.programmed_lenet5 import Age, Layer, ProgrammedLeNet5, Tile, patches, pooled

SHAPES = (16, 25), (32, 400), (128, 512), (10, 128)
PERFECT = dict(programming=0.0, reading=0.0, spread=0.0)
DAY = 86400.0


def layers():
    """Return random layers of the size of LeNet5."""
    rng = np.random.default_rng(1)
    return [Layer(rng.normal(0, shape[1] ** -0.5, shape).astype(np.float32), rng.normal(0, 0.1, shape[0]).astype(np.float32))
            for shape in SHAPES]


def images(count=4):
    return np.random.default_rng(2).random((count, 28, 28), np.float32)


def uniform_tile(target, size=40_000):
    """Return a tile whose cells all have the same target, but for one that fills its cell."""
    weights = np.full((1, size), target, np.float32)
    weights[0, 0] = 1
    return Tile(Layer(weights, np.zeros(1)), Stream(1, 0))


def test_patches_and_pooling_are_those_of_convolutions():
    maps = np.arange(2 * 3 * 6 * 6, dtype=float).reshape(2, 3, 6, 6)
    seen = patches(maps).reshape(2, 5, 5, 3, 2, 2)
    assert seen[1, 2, 3, 2, 1, 0] == maps[1, 2, 2 + 1, 3 + 0]
    assert np.array_equal(pooled(maps)[0, 0], [[7, 9, 11], [19, 21, 23], [31, 33, 35]])


def test_without_flaws_the_chip_computes_what_exact_arithmetic_does():
    chip = ProgrammedLeNet5(layers(), images())
    for noise in chip.noise:
        noise[:] = 0
    perfect = chip.probabilities(Age(adc_bits=16, **PERFECT))
    np.testing.assert_allclose(perfect.sum(axis=1), 1, rtol=1e-5)
    assert abs(np.log(perfect / softmax(chip.exact(), axis=1))).max() < 0.03  # inputs have seven bits


def test_probabilities_are_those_of_the_network_of_torch():
    torch = pytest.importorskip('torch')
    from aihwlab.models import lenet5
    network, parts = lenet5(), layers()
    with torch.no_grad():
        for module, layer in zip([each for each in network if hasattr(each, 'weight')], parts):
            module.weight.copy_(torch.from_numpy(layer.weights).reshape(module.weight.shape))
            module.bias.copy_(torch.from_numpy(layer.bias))
        expected = network(torch.from_numpy(images())[:, None]).exp().numpy()
    np.testing.assert_allclose(softmax(ProgrammedLeNet5(parts, images()).exact(), axis=1), expected, atol=1e-5)


@pytest.mark.parametrize('target', [0.1, 0.5])
def test_programming_noise_drift_and_read_noise_are_those_of_the_published_model(target):
    """40,000 cells: four standard errors of a mean, and of a standard deviation (0.35 %)."""
    tile = uniform_tile(target)
    programmed = tile.programmed(1.0)[0, 0, 1:] / pcm.G_MAX
    spread = pcm.programming_spread(np.float64(target)) / pcm.G_MAX
    assert programmed.mean() == pytest.approx(target, abs=4 * spread / 200)
    assert programmed.std() == pytest.approx(spread, rel=0.014)
    log = np.log((DAY + pcm.START) / pcm.START)
    drifted = tile.conductances(Age(DAY, programming=0.0, reading=0.0))[0, 0, 1:] / (pcm.G_MAX * target)
    mean, deviation = pcm.drift_exponents(np.float64(target))
    assert -np.log(drifted).mean() / log == pytest.approx(mean, abs=4 * deviation / 200)
    assert np.log(drifted).std() / log == pytest.approx(deviation, rel=0.014)
    read = tile.conductances(Age(DAY, programming=0.0, spread=0.0))[0, 0, 1:]
    noise = pcm.noise_strength(np.float64(target)) * pcm.accumulated_noise(DAY + pcm.START)
    assert read.std() / read.mean() == pytest.approx(noise, rel=0.014)


def test_noise_is_drawn_once_and_scaled():
    tile = uniform_tile(0.5, 100)
    one, two = (tile.programmed(factor) - tile.targets for factor in (1.0, 2.0))
    inside = (tile.programmed(2.0) > 0) & (tile.targets > 0)
    np.testing.assert_allclose(two[inside], 2 * one[inside], atol=1e-4)
    assert np.array_equal(tile.conductances(Age(DAY)), tile.conductances(Age(DAY)))


def test_with_equal_exponents_compensation_is_exact():
    weights = np.where(np.arange(1000).reshape(10, 100) % 2, 1.0, -1.0)
    tile = Tile(Layer(weights, np.zeros(10)), Stream(1, 0))
    seen, factor = tile.weights(Age(DAY, **PERFECT))
    np.testing.assert_allclose(factor * seen, weights, rtol=1e-4)
    assert factor == pytest.approx(((DAY + 20) / 20) ** 0.049, rel=1e-3)
    assert tile.weights(Age(DAY, compensated=False, **PERFECT))[1] == 1


def test_drift_alone_is_that_of_the_tiles():
    torch = pytest.importorskip('torch')
    from aihwlab.inference import PCMLikeNoiseModel
    layer = layers()[2]
    model = PCMLikeNoiseModel(prog_noise_scale=0.0, read_noise_scale=0.0)
    torch.manual_seed(1)
    there = model.weights_at(model.program(torch.from_numpy(layer.weights)), DAY).numpy()
    here, _ = Tile(layer, Stream(1, 0)).weights(Age(DAY, programming=0.0, reading=0.0))
    assert here.std() == pytest.approx(there.std(), rel=0.01)
    assert (here - layer.weights).std() == pytest.approx((there - layer.weights).std(), rel=0.02)


def test_images_can_be_replaced():
    chip, other = ProgrammedLeNet5(layers(), images()), images()[::-1]
    before = chip.probabilities(Age())
    chip.replace(other[1:2], 3)
    after = chip.probabilities(Age())
    assert np.array_equal(before[:3], after[:3]) and not np.array_equal(before[3], after[3])


@pytest.mark.parametrize('name, value', [('time', -1.0), ('programming', float('nan')), ('reading', -0.1), ('spread', -1.0),
                                         ('adc_bits', 0), ('adc_bits', 2.5)])
def test_impossible_ages_are_refused(name, value):
    with pytest.raises(ValueError, match=f'^{name} = '):
        Age(**{name: value})
