"""Public methods of tiles and layers with bad arguments: an error of our own words, and nothing has changed."""

import traceback
from pathlib import Path

import numpy as np
import pytest
import torch

import aihwlab
from aihwlab.exceptions import AihwlabError
from aihwlab.kernel.tile import Tile
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.tiles import TileModuleArray

NAN, INF = float('nan'), float('inf')
NO_NUMBERS = (None, 'text', 1j, NAN, INF, -INF, -1.0, 1e300, True, [], object())
NO_COUNTS = (*NO_NUMBERS, 1.5, -1)
NO_VECTORS = (torch.zeros(2, 3), torch.zeros(0), torch.zeros(2, 2, 2), torch.zeros(2, 4, 1, 1), torch.tensor(1.0),
              torch.zeros(2, 4, 1, dtype=torch.float64), torch.zeros(2, 4, 1, dtype=torch.int64))
NO_WEIGHTS = (None, 'text', [], NAN, np.zeros((3, 5)), torch.full((3, 4), NAN), torch.full((3, 4), INF), torch.zeros(4, 3),
              torch.zeros(3, 4, dtype=torch.complex64), np.full((3, 4), 1e300))
NO_BIASES = ('text', [], NAN, torch.zeros(4), torch.full((3,), NAN), torch.zeros(3, dtype=torch.complex64))
NO_INPUTS = (None, 'text', 1.0, np.zeros((2, 4), dtype=np.float32), [[0.0] * 4], torch.zeros(2, 3), torch.tensor(1.0),
             torch.full((2, 4), NAN), torch.full((2, 4), INF), torch.zeros(2, 4, dtype=torch.complex64),
             torch.zeros(2, 4).to_sparse())
NO_RATES = ('text', None, 1j, [], object(), True, NAN, INF, -INF, -1.0, 1e300)
NO_TEST_VECTORS = ('text', 1j, object(), [], NAN, torch.zeros(2, 3), torch.zeros(0, 4), torch.zeros(2, 4, 1),
                   torch.full((2, 4), NAN), torch.full((2, 4), INF), torch.zeros(2, 4, dtype=torch.complex64))
NO_BOUNDS = (None, 'text', [], 1j, object(), NAN, torch.zeros(4, 3), torch.full((3, 4), NAN), torch.full((3, 4), INF),
             torch.zeros(3, 4, dtype=torch.complex64))
ARRAYS = tuple(value.numpy() for value in NO_VECTORS)
X, D = torch.zeros(2, 4, 1), torch.zeros(2, 3, 1)


def tile():
    """Return a tile of three outputs and four inputs."""
    torch.manual_seed(1)
    return AnalogLinear(4, 3).analog_module


def array():
    """Return an array of tiles of the same size."""
    torch.manual_seed(1)
    return AnalogLinear(4, 3, rpu_config=SingleRPUConfig(mapping=MappingParameter(max_input_size=2, max_output_size=2))
                        ).analog_module


def with_bounds(tile, bad):
    """Set hidden parameters of which one is bad."""
    tile.set_hidden_parameters({**tile.get_hidden_parameters(), 'max_bound': bad})


def crossbar():
    """Return a tile without torch."""
    return Tile((3, 4), TileParameters(device=ConstantStepDevice()), seed=1)


TILES = {
    'reset': lambda tile, bad: tile.reset(bad), 'probability': lambda tile, bad: tile.reset_columns(0, 1, bad),
    'decay': lambda tile, bad: tile.decay_weights(bad), 'drift': lambda tile, bad: tile.drift_weights(bad)}
COUNTS = {
    'first column': lambda tile, bad: tile.reset_columns(bad, 1), 'columns': lambda tile, bad: tile.reset_columns(0, bad),
    'over-sampling': lambda tile, bad: tile.read_weights(over_sampling=bad)}
VECTORS = {'forward': lambda tile, bad: tile.forward_crossbar(bad), 'gradients': lambda tile, bad: tile.update_vectors(X, bad),
           'inputs': lambda tile, bad: tile.update_vectors(bad, D)}
CASES = [
    *((tile, call, NO_NUMBERS) for call in TILES.values()), *((tile, call, NO_COUNTS[1:]) for call in COUNTS.values()),
    *((tile, call, NO_VECTORS) for call in VECTORS.values()),
    (tile, lambda tile, bad: tile.remap_weights(bad), NO_NUMBERS[1:]),
    (tile, lambda tile, bad: tile.set_weights(torch.ones(3, 4), torch.ones(3), weight_scaling_omega=bad), NO_NUMBERS[1:]),
    (tile, lambda tile, bad: tile.set_weights(bad, torch.ones(3)), NO_WEIGHTS),
    (tile, lambda tile, bad: tile.set_weights(torch.ones(3, 4), bad), NO_BIASES),
    (tile, lambda tile, bad: tile(bad), NO_INPUTS),
    (tile, lambda tile, bad: tile.joint_forward(bad), NO_INPUTS),
    (tile, lambda tile, bad: tile.backward(bad), (None, 'text', torch.zeros(2, 4), torch.tensor(1.0),
                                                  torch.full((2, 3), NAN))),
    (tile, lambda tile, bad: tile.update(bad, torch.ones(2, 3)), NO_INPUTS[5:7]),
    *((make, call, values) for make in (tile, array) for call, values in (
        (lambda tile, bad: tile.set_learning_rate(bad), NO_RATES), (with_bounds, NO_BOUNDS),
        (lambda tile, bad: tile.program_weights(max_iter=bad), NO_COUNTS),
        (lambda tile, bad: tile.program_weights(learning_rate=bad), NO_RATES),
        (lambda tile, bad: tile.program_weights(tolerance=bad), NO_NUMBERS),
        (lambda tile, bad: tile.program_weights(w_init=bad), NO_NUMBERS))),
    (tile, lambda tile, bad: tile.program_weights(x_values=bad), NO_TEST_VECTORS),
    (tile, lambda tile, bad: tile.read_weights(x_values=bad), NO_TEST_VECTORS),
    (tile, lambda tile, bad: tile.set_hidden_parameters(bad), (None, 'text', [], {}, {'max_bound': torch.ones(3, 4)})),
    (tile, lambda tile, bad: tile.set_mapping_scales(bad), ('text', 1j, [], NAN, INF, 0.0, -1.0, 1e300, torch.ones(2))),
    (tile, lambda tile, bad: tile.tile.set_weights(bad), NO_WEIGHTS[1:]),
    (tile, lambda tile, bad: tile.set_hidden_update_index(bad), (None, 'text', 1, -1, 0.5, True)),
    (crossbar, lambda tile, bad: tile.forward(bad), ARRAYS), (crossbar, lambda tile, bad: tile.backward(bad), ARRAYS),
    (crossbar, lambda tile, bad: tile.forward(X.numpy(), bad), ARRAYS),
    (crossbar, lambda tile, bad: tile.forward(X.numpy(), None, bad), ARRAYS),
    (crossbar, lambda tile, bad: tile.update(X.numpy(), D.numpy(), bad), (NAN, INF, -1.0, 1e300)),
    (crossbar, lambda tile, bad: tile.write(bad), (np.zeros((4, 3)), np.full((3, 4), NAN), np.full((3, 4), INF))),
]


def state(tile):
    """Return the numbers of a tile: weights, hidden parameters, and what is digital."""
    if isinstance(tile, TileModuleArray):
        return [tile.get_learning_rate(), *(part for one in tile.tiles() for part in state(one))]
    if isinstance(tile, Tile):
        return [tile.weights.copy(), *(array.copy() for array in tile.cells.hidden().values())]
    digital = (part.detach() for part in (tile.bias, tile.mapping_scales) if part is not None)
    kept = (tile.weight_view(), *digital, *tile.get_hidden_parameters().values())
    return [tile.get_learning_rate(), *(part.clone().numpy() for part in kept)]


def assert_refused(make, call, bad):
    """Assert that a call raises an error that this package has raised, and that the tile is as it was."""
    tile = make()
    before = state(tile)
    with pytest.raises((ValueError, TypeError, AihwlabError)) as info:
        call(tile, bad)
        pytest.fail(f'{bad!r} was taken')
    last = traceback.extract_tb(info.value.__traceback__)[-1]
    assert last.filename.startswith(str(Path(aihwlab.__file__).parent)) and last.line.startswith('raise'), \
        f'{bad!r}: {type(info.value).__name__}: {info.value}, in {last}'
    for old, new in zip(before, state(tile), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize('number', range(len(CASES)))
def test_bad_arguments_are_refused_in_our_own_words_and_change_nothing(number):
    make, call, values = CASES[number]
    for bad in values:
        assert_refused(make, call, bad)


@pytest.mark.parametrize('config', [SingleRPUConfig(), FloatingPointRPUConfig()])
@pytest.mark.parametrize('make', [lambda config: AnalogLinear(4, 3, rpu_config=config),
                                  lambda config: AnalogConv2d(4, 3, 1, rpu_config=config)])
def test_inputs_of_layers_are_refused_in_our_own_words(make, config):
    for bad in (None, 'text', 1.0, [[0.0] * 4], torch.zeros(2, 3), torch.tensor(1.0), torch.zeros(2, 4).bool(),
                torch.zeros(2, 4, dtype=torch.complex64)):
        with pytest.raises((ValueError, TypeError), match='input of '):
            make(config)(bad)
