"""One round of a product on every backend: what it does besides, and where it must not tell a lie."""

import copy
import pickle

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine, stages
from aihwlab.kernel.crossbar import product
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import analog_mvm
from aihwlab.kernel.patches import Geometry, Patches, gather, scatter
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import NO_EXTRAS, Direction, Extras, Images, Setup, first_round
from aihwlab.parameters.enums import BoundManagementType
from aihwlab.parameters.io import IOParameters
from tests.kernel.helpers import BACKENDS, numbers

W = 0.3 * numbers(1, (5, 8))
GEOMETRY = Geometry((2, 2), (1, 1), (1, 1))
IMAGES = numbers(2, (3, 2, 4, 5))


def run(x, io=None, extras=NO_EXTRAS, backend=None, weights=W, backward=False):
    io = io or IOParameters()
    direction = Direction(io, draw_lines(io, weights.shape, Stream(1, 0)), backward)
    return analog_mvm(weights, x, direction, Stream(1, 1), Engine(backend=backend), extras)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('x', [Patches(IMAGES, GEOMETRY), numbers(3, (4, 8, 1)), numbers(3, (4, 8, 6))], ids=str)
class TestExtras:
    def test_a_bias_is_added_to_every_output(self, backend, x):
        bias = numbers(4, (5,))
        np.testing.assert_allclose(run(x, extras=Extras(bias), backend=backend),
                                   run(x, backend=backend) + bias[:, None], rtol=1e-6, atol=1e-6)

    def test_a_bias_is_added_to_outputs_that_are_computed_again(self, backend, x):
        io = IOParameters(out_bound=0.2, bound_management=BoundManagementType.ITERATIVE)
        bias = numbers(4, (5,))
        plain = run(x, io, backend=backend)
        np.testing.assert_allclose(run(x, io, Extras(bias), backend), plain + bias[:, None], rtol=1e-6, atol=1e-6)
        assert np.abs(plain).max() > 0.4  # so the bound management has had work to do

    @pytest.mark.parametrize('perfect', [False, True])
    def test_magnitudes_are_those_of_the_vectors(self, backend, x, perfect):
        largest = np.empty(x.shape[::2], dtype=np.float32)
        run(x, IOParameters(is_perfect=perfect), Extras(largest=largest), backend)
        assert (largest == np.abs(gather(x)).max(axis=1)).all()

    def test_an_input_that_is_not_finite_is_refused(self, backend, x):
        spoiled = Patches(x.image.copy(), x.geometry) if isinstance(x, Patches) else x.copy()
        (spoiled.image if isinstance(x, Patches) else spoiled)[1, 1, 0] = np.nan
        with pytest.raises(ValueError, match='NaN or infinite'):
            run(spoiled, backend=backend)


@pytest.mark.parametrize('backend', BACKENDS)
def test_outputs_are_added_up_to_images(backend):
    d, shape = numbers(5, (3, 5, 12)), IMAGES.shape
    extras = Extras(onto=Images(shape, GEOMETRY))
    vectors = run(d, weights=W.T, backend=backend, backward=True)
    images = run(d, None, extras, backend, W.T, True)
    np.testing.assert_allclose(images, scatter(vectors, shape, GEOMETRY), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('positions', [1, 6])
def test_weights_that_are_no_numbers_spoil_their_own_outputs_only_and_count_as_beyond_the_bound(backend, positions):
    """`analog_mvm` then names them: see `tests/kernel/test_mvm.py`."""
    weights = W.copy()
    weights[2, 3] = np.nan
    x, direction = numbers(3, (4, 8, positions)), Direction(IOParameters(), draw_lines(IOParameters(), W.shape, Stream(1, 0)))
    chosen = stages(x, backend)
    y, hit, _ = chosen.first_round(Setup(weights, direction, chosen, product), x, Stream(1, 1), NO_EXTRAS)
    assert np.isnan(y[:, 2]).all() and np.isfinite(np.delete(y, 2, axis=1)).all() and hit.all()


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('positions', [1, 6])
def test_a_vector_too_small_for_normal_numbers_counts_as_zero(backend, positions):
    x = numbers(3, (4, 8, positions))
    x[1] = 1e-40
    y = run(x, backend=backend)
    assert (y[1] == 0).all() and np.isfinite(y).all() and (y[0] != 0).any()


@pytest.mark.parametrize('backend', BACKENDS)
def test_who_has_hit_the_bound_is_known_or_nobody_has(backend):
    x = numbers(3, (4, 8, 6))
    for bound, some in ((0.3, True), (100.0, False)):
        io = IOParameters(out_bound=bound, out_noise=0.0, out_res=-1)
        direction = Direction(io, draw_lines(io, W.shape, Stream(1, 0)))
        chosen = stages(x, backend)
        _, hit, alpha = chosen.first_round(Setup(W, direction, chosen, product), x, Stream(1, 1), NO_EXTRAS)
        expected = (np.abs(W @ (x / np.abs(x).max(axis=1, keepdims=True))) > bound).any(axis=1)
        assert bool(hit is not None and hit.any()) == some == expected.any()
        assert (hit is None) or (hit == expected).mean() > 0.8  # inputs are quantised
        assert (alpha == np.abs(x).max(axis=1)).all()


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('positions', [1, 6])
def test_lines_of_a_vector_of_zeros_are_off_and_hit_no_bound(backend, positions):
    """Although their noise alone would."""
    x = numbers(3, (4, 8, positions))
    x[2] = 0
    io = IOParameters(out_bound=0.05, out_noise=1.0)
    direction = Direction(io, draw_lines(io, W.shape, Stream(1, 0)))
    chosen = stages(x, backend)
    y, hit, _ = chosen.first_round(Setup(W, direction, chosen, product), x, Stream(1, 1), NO_EXTRAS)
    assert (y[2] == 0).all() and not hit[2].any() and hit[[0, 1, 3]].any()


def test_the_reference_is_a_function_of_its_arguments_alone():
    x, io = numbers(3, (4, 8, 6)), IOParameters()
    setup = Setup(W, Direction(io, draw_lines(io, W.shape, Stream(1, 0))), stages(x, 'reference'), product)
    first, again = (first_round(setup, x, Stream(1, 1), NO_EXTRAS)[0] for _ in range(2))
    assert (first == again).all()


def test_what_compiled_code_keeps_of_a_direction_is_not_copied():
    direction = Direction(IOParameters(), draw_lines(IOParameters(), W.shape, Stream(1, 0)))
    analog_mvm(W, numbers(3, (4, 8, 1)), direction, Stream(1, 1))
    for copied in (copy.deepcopy(direction), pickle.loads(pickle.dumps(direction))):
        assert copied.form is copied.plan is copied.frame is None


@pytest.mark.parametrize('backend', BACKENDS)
class TestForm:
    """What was checked for one product is not checked for the next one of the same form, and for all others."""

    X, BIAS = numbers(3, (4, 8, 3)), numbers(4, (5,))

    def test_a_product_that_fits_lets_no_other_pass(self, backend):
        io, engine = IOParameters(), Engine(backend=backend)
        direction = Direction(io, draw_lines(io, W.shape, Stream(1, 0)))
        room = np.empty((4, 6), dtype=np.float32)
        analog_mvm(W, self.X, direction, Stream(1, 1), engine, Extras(self.BIAS, None, room[:, :3].copy()))
        for x, extras in ((self.X[:, :7], NO_EXTRAS), (self.X.astype(np.float64), NO_EXTRAS), (self.X[0], NO_EXTRAS),
                          (self.X, Extras(self.BIAS[:4])), (self.X, Extras(self.BIAS.astype(np.float64))),
                          (self.X, Extras(largest=room)), (self.X, Extras(largest=room[:, ::2])),
                          (Patches(IMAGES[:, :1], GEOMETRY), NO_EXTRAS)):
            with pytest.raises(ValueError, match=r'vectors of shape|bias of shape|largest'):
                analog_mvm(W, x, direction, Stream(1, 1), engine, extras)

    def test_products_of_many_forms_follow_each_other(self, backend):
        """As if each were the first."""
        io = IOParameters()
        direction = Direction(io, draw_lines(io, W.shape, Stream(1, 0)))
        for x in (self.X, Patches(IMAGES, GEOMETRY), self.X[:2], numbers(5, (4, 8, 1)), Patches(IMAGES[:, :, :3], GEOMETRY),
                  Patches(IMAGES, Geometry((2, 2), (2, 1), (1, 2)))):
            for bias in (None, self.BIAS, numbers(6, (10,))[::2]):
                y = analog_mvm(W, x, direction, Stream(1, 1), Engine(backend=backend), Extras(bias))
                assert (y == run(x, extras=Extras(bias), backend=backend)).all()
