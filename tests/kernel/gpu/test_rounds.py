"""Products on a GPU: outputs of the reference, with the rounds of the bound management, and tiles that train."""

import numpy as np
import pytest

from aihwlab.kernel.noise_management import NoiseManagementType
from aihwlab.kernel.patches import Geometry, Patches, transform
from aihwlab.kernel.rounds import Images
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.configs import devices
from tests.kernel.gpu import strict
from tests.kernel.gpu.arrays import ENGINES, IS_SIMULATED, assert_same, library, on_cpu, on_gpu
from tests.kernel.helpers import numbers

WEIGHTS = (0.3 * numbers(1, (4, 6))).astype(np.float32)
SETTINGS = [{}, dict(inp_noise=0.1, out_sto_round=True), dict(mv_type=AnalogMVType.POS_NEG_SEPARATE), dict(w_noise=0.05),
            dict(noise_management=NoiseManagementType.AVERAGE_ABS_MAX), dict(noise_management=NoiseManagementType.MAX),
            dict(noise_management=NoiseManagementType.ABS_MAX_NP_SUM), dict(ir_drop=0.5), dict(is_perfect=True),
            dict(out_bound=0.5), dict(out_bound=0.2, inp_noise=0.1, bound_management=BoundManagementType.ITERATIVE_WORST_CASE),
            dict(out_bound=0.5, bound_management=BoundManagementType.NONE)]


def tiles(**io):
    """Return two equal tiles, the second one on the GPU."""
    parameters = TileParameters(device=devices.SoftBoundsDevice(), forward=IOParameters(**io), backward=IOParameters(**io))
    both = [Tile(WEIGHTS.shape, parameters, seed=7, engine=engine) for engine in ENGINES]
    both[1].map(on_gpu)
    for tile, move in zip(both, (np.asarray, on_gpu)):
        tile.write(move(WEIGHTS))
    return both


def assert_close(expected, given):
    """Equal bits in the simulator; elsewhere a sum of a product may differ, and then an output by a step of the converter."""
    if IS_SIMULATED:
        assert_same(expected, given)
    else:
        assert np.mean(np.abs(expected - on_cpu(given)) > 1e-5) <= 0.05


@pytest.mark.parametrize('io', SETTINGS)
def test_products_forward_and_backward(io):
    reference, there = tiles(**io)
    x, d, bias = numbers(2, (3, 6, 2)), numbers(3, (3, 4, 2)), numbers(4, 4)
    largest = [np.zeros((3, 2), np.float32), on_gpu(np.zeros((3, 2), np.float32))]
    assert_close(reference.forward(x, bias, largest[0]), there.forward(on_gpu(x), on_gpu(bias), largest[1]))
    assert_same(*largest)
    assert_close(reference.backward(d), there.backward(on_gpu(d)))
    assert reference.lines[0].average == pytest.approx(there.lines[0].average)
    assert reference.counts == there.counts


def test_products_of_patches():
    reference, there = tiles()
    geometry = Geometry((3, 2), (1, 1), (1, 1))
    x = Patches(numbers(2, (2, 1, 4, 5)), geometry)
    assert_close(reference.forward(x), there.forward(transform(x, on_gpu)))
    d, onto = numbers(3, (2, 4, 8)), Images((2, 1, 4, 5), geometry)
    assert_close(reference.backward(d, onto), there.backward(on_gpu(d), onto))


def test_a_tile_that_trains():
    reference, there = tiles()
    for step in range(3):
        x, d = numbers(5 + step, (3, 6, 1)), numbers(8 + step, (3, 4, 1))
        for tile, move in ((reference, np.asarray), (there, on_gpu)):
            tile.forward(move(x))
            tile.update(move(x), move(d), 0.1)
    assert_same(reference.weights, there.weights)
    assert (reference.weights != WEIGHTS).any()


@pytest.mark.filterwarnings('ignore:invalid value')  # infinity times zero, in the simulator
@pytest.mark.parametrize('management', [NoiseManagementType.ABS_MAX, NoiseManagementType.AVERAGE_ABS_MAX])
@pytest.mark.parametrize('bad', [np.nan, np.inf])
def test_inputs_that_are_not_finite_are_refused_and_leave_nothing_behind(bad, management):
    _, there = tiles(noise_management=management)
    x, largest = numbers(2, (3, 6, 2)), on_gpu(np.zeros((3, 2), np.float32))
    x[1, 2, 0] = bad
    with pytest.raises(ValueError, match='NaN or infinite values in the input'):
        there.forward(on_gpu(x), None, largest)
    assert not on_cpu(largest).any() and there.lines[0].average == -1


def test_weights_that_are_nan_are_found():
    _, there = tiles()
    there.weights[1, 2] = np.nan
    with pytest.raises(ValueError, match=r'1 of 24 weights in the crossbar are NaN or infinite, the first one at \[1, 2\]'):
        there.forward(on_gpu(numbers(2, (3, 6, 2))))


def test_no_vectors():
    _, there = tiles()
    assert there.forward(on_gpu(np.zeros((0, 6, 2), np.float32))).shape == (0, 4, 2)


def test_a_tile_that_is_made_there():
    parameters = TileParameters(device=devices.SoftBoundsDevice())
    here, there = Tile((3, 2), parameters, seed=1), Tile((3, 2), parameters, seed=1, xp=library())
    for name, value in here.cells.hidden().items():
        np.testing.assert_allclose(on_cpu(there.cells.hidden()[name]), value, rtol=1e-6)
    there.age()
    there.reset()
    assert on_cpu(there.weights).any() and there.weights.shape == (3, 2)


def test_a_product_waits_for_the_gpu_once():
    if not IS_SIMULATED:
        pytest.skip('only strict arrays count')
    _, there = tiles()
    x, before = on_gpu(numbers(2, (3, 6, 2))), strict.waits
    there.forward(x)
    assert strict.waits - before == 1
