"""The analog product: exact limits, the tables of the reference, fixed imperfections, and equality of the backends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import analog_mvm, reductions
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Direction
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType
from aihwlab.simulator.parameters import IOParameters
from aihwlab.simulator.presets import utils as presets
from tests.compare import assert_moments, parameters_from, reference
from tests.kernel.helpers import BACKENDS, numbers
from tests.kernel.strategies import converters, few_examples, patches, seeds, vectors

REFERENCE = reference('forward')
W, X, D = (np.array(REFERENCE['procedure'][name], dtype=np.float32) for name in ('W_values', 'x_values', 'd_values'))
PERFECT_CONVERTERS = dict(inp_res=-1, out_res=-1, out_noise=0.0, bound_management=BoundManagementType.NONE)


def io_from(config):
    return parameters_from(config, [IOParameters, presets.PresetIOParameters, presets.StandardIOParameters])


def product(weights, vectors, io, seed=3, operation=1, lines=None, backward=False, backend=None):
    """Analog product of vectors in rows, [vectors, in] -> [vectors, out]."""
    vectors = np.asarray(vectors, dtype=np.float32)[:, :, None]
    lines = lines or draw_lines(io, weights.shape, Stream(seed, 0))
    direction = Direction(io, lines, backward)
    return analog_mvm(weights, vectors, direction, Stream(seed, operation), Engine(backend=backend))[:, :, 0]


@pytest.mark.parametrize('backend', BACKENDS)
def test_perfect_converters_give_the_exact_product(backend):
    x = np.random.default_rng(0).normal(size=(20, 10)).astype(np.float32)
    io = IOParameters(**PERFECT_CONVERTERS, out_bound=-1, inp_bound=1.0)
    np.testing.assert_allclose(product(W, x, io, backend=backend), x @ W.T, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize('backend', BACKENDS)
def test_scaling_all_inputs_scales_all_outputs(backend):
    x = np.random.default_rng(0).normal(size=(50, 10)).astype(np.float32)
    io = IOParameters()
    np.testing.assert_allclose(product(W, 8 * x, io, backend=backend), 8 * product(W, x, io, backend=backend), rtol=1e-6)


@pytest.mark.parametrize('backend', BACKENDS)
def test_a_vector_does_not_feel_the_others(backend):
    x = np.random.default_rng(0).normal(size=(50, 10)).astype(np.float32)
    io = IOParameters(out_bound=0.7)
    changed = x.copy()
    changed[:25] *= -3
    assert (product(W, x, io, backend=backend)[25:] == product(W, changed, io, backend=backend)[25:]).all()


@pytest.mark.parametrize('backend', BACKENDS)
def test_zero_input_gives_exactly_zero(backend):
    y = product(W, np.zeros((5, 10)), IOParameters(), backend=backend)
    assert (y == 0).all()
    noisy = product(W, np.zeros((5, 10)), IOParameters(inp_noise=0.1), backend=backend)
    assert (noisy != 0).any()


@pytest.mark.parametrize('backend', BACKENDS)
def test_an_all_negative_input_survives_the_noise_management_max(backend):
    io = IOParameters(**PERFECT_CONVERTERS, noise_management=NoiseManagementType.MAX)
    x = -np.abs(X)[None]
    np.testing.assert_allclose(product(W, x, io, backend=backend), x @ W.T, atol=1e-6)


@pytest.mark.parametrize('backend', BACKENDS)
def test_without_negative_bound_test_only_the_positive_bound_counts(backend):
    """aihwkit lets a later output below the negative bound cancel an earlier one above the positive bound."""
    weights = np.array([[2.0], [-2.0]], dtype=np.float32)
    io = IOParameters(inp_res=-1, out_bound=1.0, out_noise=0.0, bm_test_negative_bound=False)
    np.testing.assert_allclose(product(weights, [[1.0], [-1.0]], io, backend=backend),
                               [[2, -2], [-2, 2]], atol=0.02)
    one_sided = product(weights[1:], [[1.0]], io, backend=backend)
    np.testing.assert_allclose(one_sided, [[-1]], atol=0.02)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_inputs_that_are_not_finite_are_refused(backend, value):
    x = np.ones((4, 10))
    x[2, 3] = value
    with pytest.raises(ValueError, match='NaN or infinite'):
        product(W, x, IOParameters(), backend=backend)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('direction, name', [('cases', name) for name in REFERENCE['cases']]
                         + [('backward_cases', name) for name in REFERENCE['backward_cases']])
def test_error_of_the_product_agrees_with_the_reference(direction, name, backend):
    case, backward = REFERENCE[direction][name], direction == 'backward_cases'
    weights, vector = (W.T, D) if backward else (W, X)
    n = 8000
    y = product(weights, np.repeat(vector[None], n, axis=0), io_from(case['config']), backend=backend, backward=backward)
    error = y.astype(float) - weights.astype(float) @ vector
    if 'deterministic_error' in case:
        np.testing.assert_allclose(error, np.broadcast_to(case['deterministic_error'], error.shape), atol=1.5e-6)
    else:
        assert_moments(error, case)


@pytest.mark.parametrize('name', [name for name in REFERENCE['instance_cases'] if not name.startswith('v_offset')])
def test_fixed_imperfections_differ_from_tile_to_tile(name):
    case = REFERENCE['instance_cases'][name]
    io = io_from(case['config'])
    error = np.concatenate([product(W, X[None], io, seed=seed) - W @ X for seed in range(3000)])
    assert_moments(error, case)


@pytest.mark.parametrize('name', ['v_offset', 'v_offset_wmin0'])
def test_given_offsets_act_as_in_the_reference(name):
    """With offsets drawn as aihwkit draws them, 0 or signed, the products have its statistics."""
    case, rng = REFERENCE['instance_cases'][name], np.random.default_rng(1)
    io = io_from(case['config'])
    error = []
    for _ in range(3000):
        lines = draw_lines(io, W.shape, Stream(1, 0))
        lines.offset = (io.v_offset_std * rng.normal(size=6) * (rng.random(6) < 0.5)).astype(np.float32)
        error.append(product(W, X[None], io, lines=lines) - W @ X)
    assert_moments(np.concatenate(error), case)


@pytest.mark.parametrize('backend', BACKENDS)
def test_running_average_goes_vector_by_vector(backend):
    case = REFERENCE['average_abs_max_sequence']
    y = product(W, np.stack([X, 0.5 * X, 2 * X]), io_from(case['config']), backend=backend)
    np.testing.assert_allclose(y, case['y'], atol=2e-6)


def test_forward_and_backward_keep_separate_running_averages():
    io = IOParameters(noise_management=NoiseManagementType.AVERAGE_ABS_MAX)
    forward, backward = draw_lines(io, W.shape, Stream(1, 0)), draw_lines(io, W.T.shape, Stream(1, 0), backward=True)
    product(W, X[None], io, lines=forward)
    assert forward.average == pytest.approx(np.abs(X).max()) and backward.average < 0


@pytest.mark.parametrize('name', REFERENCE['cases'])
@pytest.mark.parametrize('positions', [1, 7])
def test_compiled_and_reference_product_agree_number_by_number(name, positions):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(12, 10, positions)).astype(np.float32)
    io = io_from(REFERENCE['cases'][name]['config'])
    y = [analog_mvm(W, x, Direction(io, draw_lines(io, W.shape, Stream(9, 0))), Stream(9, 4), Engine(backend=backend))
         for backend in BACKENDS]
    np.testing.assert_allclose(y[0], y[1], rtol=1e-5, atol=1e-5)


def test_a_rerun_vector_keeps_its_noise_whatever_else_is_rerun():
    """The noise of a vector belongs to its place, so the bound management of one does not change the others."""
    x = np.random.default_rng(2).normal(size=(6, 10, 5)).astype(np.float32)
    io = IOParameters(out_bound=0.5)
    lines = draw_lines(io, W.shape, Stream(1, 0))
    y = analog_mvm(W, x, Direction(io, lines), Stream(1, 1))
    x[0] = 0
    assert (analog_mvm(W, x, Direction(io, lines), Stream(1, 1))[1:] == y[1:]).all()


@given(st.one_of(vectors(), patches()), st.integers(1, 9), converters(), seeds, st.booleans())
@few_examples
def test_compiled_and_reference_products_agree_whatever_the_shape_and_the_converters(x, out_size, io, seed, backward):
    weights = 0.3 * numbers(seed, (out_size, x.shape[1]))
    y = []
    for backend in BACKENDS:
        direction = Direction(io, draw_lines(io, weights.shape, Stream(seed, 0), backward=backward), backward)
        y.append(analog_mvm(weights, x, direction, Stream(seed, 3), Engine(backend=backend)))
    np.testing.assert_allclose(*y, rtol=1e-4, atol=1e-4)


ITERATIVE, WORST_CASE = BoundManagementType.ITERATIVE, BoundManagementType.ITERATIVE_WORST_CASE
CAREFUL = NoiseManagementType.ABS_MAX_NP_SUM


@pytest.mark.parametrize('kind, settings, rounds', [
    (ITERATIVE, dict(inp_res=-1, max_bm_factor=4), [(2, None), (4, None), (8, None)]),
    (ITERATIVE, dict(inp_res=0.05, max_bm_res=0.25), [(2, None), (4, None)]),  # 0.25 over a step of 0.1: up to 2.5
    (WORST_CASE, dict(inp_res=-1, max_bm_factor=1), [(1, CAREFUL), (2, CAREFUL)]),
    (WORST_CASE, dict(inp_res=-1, max_bm_factor=1, noise_management=CAREFUL), [(2, None)]),
])
def test_rounds_of_the_bound_management_by_hand(kind, settings, rounds):
    assert reductions(IOParameters(bound_management=kind, **settings)) == rounds


WAYS = [dict(), dict(is_perfect=True), dict(out_noise=0.0), dict(inp_noise=0.1), dict(out_bound=-1, out_res=-1),
        dict(bm_test_negative_bound=False), dict(mv_type=AnalogMVType.POS_NEG_SEPARATE),
        dict(bound_management=BoundManagementType.NONE)]


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('backward', [False, True])
@pytest.mark.parametrize('size', [8, 600])
@pytest.mark.parametrize('settings', WAYS)
def test_weights_that_are_nan_are_named_on_every_way(settings, size, backward, backend):
    """Small matrices and large ones, vectors and images are multiplied in different ways."""
    weights, x = numbers(1, (size, size)), numbers(2, (3, size, 1))
    weights[1, 2] = np.nan
    direction = Direction(IOParameters(**settings), draw_lines(IOParameters(), weights.shape, Stream(3, 0)), backward)
    images = Patches(numbers(3, (2, size // 4, 4, 4)), Geometry((2, 2), (1, 1), (1, 1)))
    for inputs in (x, images):
        with pytest.raises(ValueError, match=rf'1 of {size * size} weights in the crossbar are NaN or infinite.*at \[1, 2\]'):
            analog_mvm(weights, inputs, direction, Stream(3, 1), Engine(backend=backend))


@pytest.mark.parametrize('backend', BACKENDS)
def test_a_cell_that_is_infinite_does_not_spoil_the_outputs_of_others(backend):
    weights = numbers(1, (600, 600))
    weights[1, 2] = np.inf
    images = Patches(abs(numbers(3, (2, 150, 4, 4))) + np.float32(0.1), Geometry((2, 2), (1, 1), (1, 1)))
    io = IOParameters(out_noise=0.0, bound_management=BoundManagementType.NONE)
    direction = Direction(io, draw_lines(io, weights.shape, Stream(3, 0)))
    assert np.isfinite(analog_mvm(weights, images, direction, Stream(3, 1), Engine(backend=backend))).all()


@pytest.mark.parametrize('kind', list(NoiseManagementType))
def test_backends_agree_on_vectors_that_are_hardly_there(kind):
    x = numbers(2, (4, 10))
    x[:2] = 1e-40
    io = IOParameters(noise_management=kind)
    y, reference_y = (product(W, x, io, backend=backend) for backend in ('compiled', 'reference'))
    assert np.isfinite(y).all()
    np.testing.assert_allclose(y, reference_y, rtol=1e-5, atol=1e-6)
