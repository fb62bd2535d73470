"""A matrix: with exact products it is NumPy's; with noisy ones, solvers end where the noise says."""

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import LinearOperator, aslinearoperator, cg, eigsh

from aihwlab.linalg import AnalogMatrix
from aihwlab.simulator.configs import IdealDevice, InferenceRPUConfig, SingleRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.presets import EcRamPreset
from tests.networks import EXACT, SPLIT, wide_config

RANDOM = np.random.default_rng(1)
PERFECT = InferenceRPUConfig(forward=IOParameters(is_perfect=True))
MATRIX = RANDOM.normal(size=(5, 8)).astype(np.float32)


def symmetric(size):
    """Return a positive definite matrix with eigenvalues from 1 to 2 and a right-hand side."""
    rng = np.random.default_rng(3)
    vectors, _ = np.linalg.qr(rng.normal(size=(size, size)))
    return (vectors * np.linspace(1, 2, size)) @ vectors.T, rng.normal(size=size)


def noisy(noise):
    """Return a configuration whose products have nothing but noise at the outputs."""
    io = dict(inp_res=-1.0, out_res=-1.0, out_bound=0.0, inp_noise=0.0, out_noise=noise)
    return SingleRPUConfig(device=IdealDevice(), forward=IOParameters(**io), backward=IOParameters(**io))


@pytest.mark.parametrize('config', [EXACT, SPLIT, wide_config(), PERFECT],
                         ids=['exact', 'split', 'analog', 'inference'])
def test_products_of_exact_tiles_are_those_of_numpy(config):
    analog, rng = AnalogMatrix(MATRIX, config), np.random.default_rng(2)
    x, d, columns, rows = rng.normal(size=8), rng.normal(size=5), rng.normal(size=(8, 3)), rng.normal(size=(5, 3))
    products = [
        (analog @ x, MATRIX @ x), (analog @ x[:, None], MATRIX @ x[:, None]), (analog @ columns, MATRIX @ columns),
        (analog.matvec(x), MATRIX @ x), (analog.rmatvec(d), MATRIX.T @ d), (analog.T.T @ x, MATRIX @ x),
        (analog.T @ d, MATRIX.T @ d), (analog.H @ rows, MATRIX.T @ rows), (d @ analog, d @ MATRIX),
        (rows.T @ analog, rows.T @ MATRIX), ((2 * analog) @ x, 2 * (MATRIX @ x)),
        ((analog.H @ analog) @ x, MATRIX.T @ MATRIX @ x)]
    for one, other in products:
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert analog.shape == (5, 8) and analog.dtype == analog.T.dtype == np.float32 and analog.T.shape == (8, 5)
    assert isinstance(analog, LinearOperator) and aslinearoperator(analog) is analog


def test_what_does_not_fit_is_refused():
    analog = AnalogMatrix(torch.tensor(MATRIX), EXACT)
    for call in (lambda: analog @ np.ones(5), lambda: analog @ np.ones((3, 8)), lambda: analog.T @ np.ones(8),
                 lambda: np.ones(8) @ analog, lambda: analog.ger(np.ones(5), np.ones(5)),
                 lambda: analog.ger(np.ones(8), np.ones(5), float('inf')), lambda: AnalogMatrix(np.ones(3), EXACT),
                 lambda: AnalogMatrix([[float('nan')]], EXACT)):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(TypeError, match='matrix of type .*: must be real numbers'):
        AnalogMatrix(1j * MATRIX, EXACT)
    with pytest.raises(TypeError, match='vectors of type .*: must be real numbers'):
        analog @ np.full(8, 1j)


def test_an_outer_product_is_added():
    for alpha in (0.5, -2.0):
        analog, x, d = AnalogMatrix(MATRIX, EXACT), RANDOM.normal(size=8), RANDOM.normal(size=5)
        analog.ger(x, d, alpha)
        np.testing.assert_allclose(analog @ np.eye(8), MATRIX + alpha * np.outer(d, x), rtol=1e-4, atol=1e-5)


def test_a_matrix_beyond_the_bounds_is_scaled_or_warns():
    with pytest.warns(UserWarning, match='beyond the bounds of its device'):
        AnalogMatrix(MATRIX, EcRamPreset())
    analog = AnalogMatrix(MATRIX, EcRamPreset(mapping=MappingParameter(weight_scaling_omega=0.1)))
    np.testing.assert_allclose(analog.tile.get_weights()[0], MATRIX, rtol=1e-5)


def test_a_matrix_can_be_programmed():
    torch.manual_seed(1)
    analog = AnalogMatrix(MATRIX / 3, PERFECT, realistic=True)
    error = np.abs(analog @ np.eye(8) - MATRIX / 3)
    assert 0.001 < error.mean() < 0.1


def test_conjugate_gradients_with_exact_products_solve():
    matrix, b = symmetric(40)
    x, info = cg(AnalogMatrix(matrix, EXACT), b)
    assert info == 0
    np.testing.assert_allclose(x, np.linalg.solve(matrix, b), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize('noise', [0.001, 0.01])
def test_the_residual_of_conjugate_gradients_stalls_where_the_noise_says(noise):
    """A step s in x brings the product of a vector along s: `sigma max|s|` of noise in each of n numbers of the residual.

    The steps are independent, so that squares add up. Over seeds the ratio of residual and prediction has a mean of 1.
    """
    torch.manual_seed(2)
    matrix, b = symmetric(40)
    ratios = []
    for _ in range(10):
        analog, iterates = AnalogMatrix(matrix, noisy(noise)), [np.zeros(40)]
        x, _ = cg(analog, b, maxiter=30, callback=lambda x: iterates.append(x.copy()))
        steps = np.abs(np.diff(iterates, axis=0)).max(axis=1)
        ratios.append(np.linalg.norm(b - matrix @ x) / (noise * np.sqrt(40 * (steps ** 2).sum())))
    assert abs(np.mean(ratios) - 1) < 4.5 * np.std(ratios, ddof=1) / np.sqrt(10)
    assert np.linalg.norm(b - matrix @ x) > 1e-5 * np.linalg.norm(b)


def test_eigenvalues():
    matrix, _ = symmetric(40)
    torch.manual_seed(3)
    exact = np.linalg.eigvalsh(matrix)[-3:]
    start = np.ones(40)
    np.testing.assert_allclose(eigsh(AnalogMatrix(matrix, EXACT), 3, v0=start)[0], exact, rtol=1e-4)
    values = eigsh(AnalogMatrix(matrix, noisy(0.001)), 3, v0=start, tol=1e-3, return_eigenvectors=False)
    error = np.abs(np.sort(values) - exact)
    assert 1e-6 < error.max() < 0.001 * np.sqrt(40 * 20), 'beyond the norm of the noise in a basis of 20 vectors'
