"""A tile without torch: it computes, learns, is saved and copied with NumPy alone."""

import subprocess
import sys
from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.patches import Geometry, Patches, gather
from aihwlab.kernel.rounds import Images
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.drift import DriftParameter
from aihwlab.parameters.enums import NoiseManagementType, PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice, FloatingPointDevice, IdealDevice, SoftBoundsReferenceDevice
from aihwlab.simulator.presets.devices import ReRamESPresetDevice
from tests.kernel.helpers import needs_numba

PERFECT = IOParameters(is_perfect=True)
RNG = np.random.default_rng(1)
W = (0.2 * RNG.normal(size=(5, 7))).astype(np.float32)
X, D = RNG.normal(size=(4, 7, 3)).astype(np.float32), RNG.normal(size=(4, 5, 3)).astype(np.float32)
PARAMETERS = [
    TileParameters(device=ConstantStepDevice(drift=DriftParameter(nu=0.1), diffusion=0.01, lifetime=100.0)),
    TileParameters(device=ReRamESPresetDevice()),
    TileParameters(device=SoftBoundsReferenceDevice(reference_std=0.1, write_noise_std=2.0)),
    TileParameters(device=IdealDevice(diffusion=0.01)),
    TileParameters(forward=IOParameters(noise_management=NoiseManagementType.AVERAGE_ABS_MAX)),
]


def tile_of(parameters, **settings):
    tile = Tile((5, 7), parameters, seed=6, **settings)
    tile.write(W)
    return tile


def step(tile):
    """Let a tile do one of everything; return what it has computed."""
    y = tile.forward(X)
    x = tile.backward(D)
    tile.update(X, D, 0.05)
    tile.age()
    return np.concatenate([y.ravel(), x.ravel(), tile.weights.ravel()])


def test_perfect_converters_and_ideal_cells_compute_as_matrices_do():
    tile = tile_of(TileParameters(device=FloatingPointDevice(), forward=PERFECT, backward=PERFECT))
    np.testing.assert_allclose(tile.forward(X), np.einsum('oi,bip->bop', W, X), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(tile.backward(D), np.einsum('oi,bop->bip', W, D), rtol=1e-5, atol=1e-6)
    tile.update(X, D, 0.1)
    np.testing.assert_allclose(tile.weights, W - 0.1 * np.einsum('bop,bip->oi', D, X), rtol=1e-4, atol=1e-5)


def test_patches_of_images_are_vectors_and_come_back_as_images():
    geometry = Geometry((2, 2), (1, 1), (1, 1))
    images = RNG.normal(size=(3, 1, 4, 5)).astype(np.float32)
    patches = Patches(images, geometry)
    tile = Tile((2, 4), TileParameters(device=IdealDevice(), forward=PERFECT, backward=PERFECT))
    tile.write(W[:2, :4])
    np.testing.assert_allclose(tile.forward(patches), W[:2, :4] @ gather(patches), rtol=1e-5, atol=1e-6)
    d = RNG.normal(size=(3, 2, 12)).astype(np.float32)
    back = tile.backward(d, Images(images.shape, geometry))
    assert back.shape == images.shape
    assert (back * images).sum() == pytest.approx((d * tile.forward(patches)).sum(), rel=1e-4)


@pytest.mark.parametrize('parameters', PARAMETERS)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(parameters):
    first, second = tile_of(parameters), tile_of(parameters)
    assert (step(first) == step(second)).all() and first.operation == second.operation
    other = Tile((5, 7), parameters, seed=7)
    other.write(W)
    assert (step(other) != step(tile_of(parameters))).any()


@pytest.mark.parametrize('parameters', PARAMETERS)
@pytest.mark.parametrize('way', ['copy', 'state'])
def test_a_copy_goes_on_exactly_as_the_original(parameters, way):
    tile = tile_of(parameters)
    step(tile)
    if isinstance(parameters.device, ConstantStepDevice):
        tile.drift(5.0)
    if way == 'copy':
        other = deepcopy(tile)
    else:
        other = Tile((5, 7), parameters, seed=99)
        other.load(deepcopy(tile.state()))
    assert (step(tile) == step(other)).all()
    assert not np.shares_memory(tile.weights, other.weights)


def test_weights_are_one_memory_for_good():
    tile = tile_of(PARAMETERS[1])
    weights = tile.weights
    step(tile)
    assert np.shares_memory(weights, tile.weights)


def test_reading_finds_the_weights_but_for_the_noise():
    tile = tile_of(TileParameters(device=IdealDevice(), forward=IOParameters(out_noise=0.01, inp_res=-1, out_res=-1)))
    np.testing.assert_allclose(tile.read(over_sampling=200), W, atol=0.01)


def test_without_pulses_the_cells_are_ideal():
    tile = tile_of(TileParameters(device=ConstantStepDevice(), update=UpdateParameters(pulse_type=PulseType.NONE)))
    tile.update(X, D, 0.1)
    np.testing.assert_allclose(tile.weights, W - 0.1 * np.einsum('bop,bip->oi', D, X), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('bias_column, most', [(False, 1.0), (True, 60.0)])
def test_a_perfect_bias_needs_a_column_for_it(bias_column, most):
    tile = Tile((5, 7), TileParameters(device=ConstantStepDevice(perfect_bias=True)), bias_column=bias_column)
    assert tile.cells.hidden()['max_bound'][:, -1].max() == pytest.approx(most, rel=1)


def test_resetting_some_columns_leaves_the_others():
    tile = tile_of(TileParameters(device=ConstantStepDevice(reset_std=0.0)))
    before = tile.weights.copy()
    tile.reset(2, 3)
    assert (tile.weights[:, 2:5] == 0).all() and (tile.weights[:, :2] == before[:, :2]).all()
    tile.reset()
    assert (tile.weights == 0).all()


def test_cells_can_be_moved_array_by_array():
    tile = tile_of(PARAMETERS[2])
    expected = step(deepcopy(tile))
    moved = []
    tile.map(lambda array: moved.append(array.shape) or array.copy())
    assert (step(tile) == expected).all() and len(moved) > 10


@pytest.mark.parametrize('wrong, message', [
    (lambda tile: tile.forward(np.full((1, 7, 1), np.nan, dtype=np.float32)), 'NaN'),
    (lambda tile: tile.update(X, D[:, :4], 0.1), 'do not fit'), (lambda tile: tile.update(X, D, -1.0), 'learning_rate = -1'),
    (lambda tile: tile.write(W[:4]), 'shape'), (lambda tile: tile.decay(-1.0), 'alpha = -1'),
    (lambda tile: tile.reset(9, 1), 'start = 9'), (lambda tile: tile.drift(1.0), 'IdealDevice does not drift'),
])
def test_impossible_wishes_are_refused_and_nothing_changes(wrong, message):
    tile = tile_of(PARAMETERS[3])
    before = tile.weights.copy()
    with pytest.raises(ValueError, match=message):
        wrong(tile)
    assert (tile.weights == before).all()


def test_it_says_what_it_is():
    assert repr(tile_of(PARAMETERS[0])) == 'Tile of 5 outputs and 7 inputs, ConstantStepDevice'


def test_torch_is_not_needed():
    program = ('import sys, numpy; from aihwlab.kernel.tile import Tile; from aihwlab.parameters.tile import TileParameters; '
               'from aihwlab.kernel.laws.constant_step import ConstantStepDevice; '
               'tile = Tile((2, 3), TileParameters(device=ConstantStepDevice())); '
               'tile.update(numpy.ones((1, 3, 1), "f4"), numpy.ones((1, 2, 1), "f4"), 0.1); '
               'assert "torch" not in sys.modules and tile.weights.max() < 0')
    subprocess.run([sys.executable, '-c', program], check=True)


@needs_numba
def test_both_backends_compute_the_same_up_to_rounding():
    tiles = [tile_of(PARAMETERS[1], engine=Engine(backend=backend)) for backend in ('reference', 'compiled')]
    np.testing.assert_allclose(*(tile.forward(X) for tile in tiles), atol=0.1)  # one step of the converters at most
    for tile in tiles:
        tile.update(X, D, 0.01)
    np.testing.assert_allclose(tiles[0].weights, tiles[1].weights, atol=1e-6)
