"""Compensation of drift: exact where all devices drift alike, and of use where a single read is noisier than a weight."""

from types import SimpleNamespace

import pytest
import torch

from aihwlab.inference import BaseDriftCompensation, CustomDriftPCMLikeNoiseModel, GlobalDriftCompensation, PCMLikeNoiseModel
from aihwlab.inference.compensation.drift import (
    GlobalDriftCompensationWithExactReference,
    PerColumnDriftCompensation,
    hartley_matrix,
)

KINDS = [GlobalDriftCompensation, GlobalDriftCompensationWithExactReference, PerColumnDriftCompensation]
MONTH = 30 * 24 * 3600.0


def tile(weights, noise=0.0, reference=None):
    """Return what a compensation needs of an inference tile."""
    return SimpleNamespace(
        tile=SimpleNamespace(get_x_size=lambda: weights.shape[1]),
        reference_combined_weights=weights if reference is None else reference,
        forward_readout=lambda vectors: vectors @ weights.T + noise * torch.randn(len(vectors), len(weights)))


def factor(compensation, before, after, noise=0.0):
    """Return the factor for weights after drift."""
    baseline = compensation.init_baseline(tile(before, noise))
    return compensation.apply(tile(after, noise).forward_readout(compensation.get_readout_tensor(before.shape[1])), baseline)


@pytest.mark.parametrize('size', [1, 2, 3, 8, 41])
def test_the_patterns_are_orthogonal_and_within_the_range_of_the_inputs(size):
    matrix = hartley_matrix(size)
    torch.testing.assert_close(matrix @ matrix, size / 2 * torch.eye(size), atol=2e-6 * size, rtol=0)
    assert torch.equal(matrix, matrix.T) and matrix.abs().max() <= 1 + 1e-6


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('time', [1.0, 3600.0, MONTH, 3.15e7])
def test_with_equal_exponents_it_is_exact(kind, time):
    tables = {'g_lst': [0.0, 25.0], 'nu_mean_lst': [0.06, 0.06], 'nu_std_lst': [0.0, 0.0]}
    model = CustomDriftPCMLikeNoiseModel(tables, prog_noise_scale=0.0, read_noise_scale=0.0)
    weights = torch.randn(5, 9, generator=torch.Generator().manual_seed(1))
    aged = model.apply_noise(weights, time)
    alpha = factor(kind(), weights, aged)
    torch.testing.assert_close(alpha, torch.full_like(alpha, ((time + 20) / 20) ** 0.06))
    torch.testing.assert_close(alpha.reshape(-1, 1) * aged, weights)


def test_outputs_that_shrink_differently_need_a_factor_each():
    before = torch.rand(3, 8) + 0.5
    after = before * torch.tensor([[0.9], [0.5], [1.0]])
    torch.testing.assert_close(factor(PerColumnDriftCompensation(), before, after), torch.tensor([1 / 0.9, 2.0, 1.0]))
    assert factor(GlobalDriftCompensation(), before, after).shape == ()


def test_the_exact_reference_undoes_what_programming_did_to_the_mean_as_well():
    wanted = torch.rand(4, 6) - 0.5
    compensation = GlobalDriftCompensationWithExactReference()
    baseline = compensation.init_baseline(tile(0.8 * wanted, reference=wanted))
    vectors = compensation.get_readout_tensor(6)
    assert compensation.apply(vectors @ (0.4 * wanted).T, baseline) == pytest.approx(2.5)
    assert factor(GlobalDriftCompensation(), 0.8 * wanted, 0.4 * wanted) == pytest.approx(2.0)


@pytest.mark.parametrize('kind', KINDS)
def test_weights_of_zero_need_no_factor(kind):
    alpha = factor(kind(), torch.zeros(3, 4), torch.zeros(3, 4))
    assert (alpha == 1).all()


class OneAfterTheOther(GlobalDriftCompensation):
    """The readout of aihwkit: a single input at a time."""

    def get_readout_tensor(self, in_size):
        return torch.eye(in_size)

    def readout(self, out_tensor):
        return out_tensor.abs().mean().clamp(min=1e-4)


def test_weights_that_are_smaller_than_the_noise_of_a_read_are_compensated_too():
    """Weights of a linear layer as torch makes them, up to 0.044; noise of a read as by default, 0.06."""
    torch.manual_seed(1)
    before = (2 * torch.rand(100, 512) - 1) / 512 ** 0.5
    after = before / 1.8
    assert factor(GlobalDriftCompensation(), before, after, noise=0.06) == pytest.approx(1.8, rel=0.03)
    assert factor(OneAfterTheOther(), before, after, noise=0.06) < 1.1
    for compensation in (GlobalDriftCompensation(), OneAfterTheOther()):
        assert factor(compensation, before, after) == pytest.approx(1.8)


def test_a_month_of_drift():
    """Phase-change memory loses four tenths; afterwards, the mean is right, and the spread of the exponents is left."""
    torch.manual_seed(1)
    weights, model = torch.rand(50, 60) - 0.5, PCMLikeNoiseModel()
    devices = model.program(weights)
    before, after = model.weights_of(devices), model.weights_at(devices, MONTH)
    alpha = factor(GlobalDriftCompensation(), before, after)
    assert 1.7 < alpha < 1.85
    assert (alpha * after).abs().mean() == pytest.approx(before.abs().mean().item(), rel=1e-5)
    assert (alpha * after - weights).std() < 0.5 * (after - weights).std()


class Median(BaseDriftCompensation):
    """A compensation of a user."""

    def __init__(self):
        self.calls = 0

    def get_readout_tensor(self, in_size):
        self.calls += 1
        return torch.ones(2, in_size)

    def readout(self, out_tensor):
        return out_tensor.median()


def test_users_write_their_own():
    compensation = Median()
    assert factor(compensation, torch.full((3, 4), 2.0), torch.full((3, 4), 0.5)) == 4
    assert compensation.calls == 2
