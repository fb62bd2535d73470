"""Quantizers: where their range is from, how it is learned, and what a checkpoint and a copy have of it."""

from copy import deepcopy

import pytest
import torch
from torch.nn import Identity, Sequential
from torch.optim import SGD

from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.simulator.digital_low_precision.quantizer import Qstates, Quantizer, quantizer_for
from aihwlab.simulator.digital_low_precision.range_estimators import RangeEstimators
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, WeightQuantConfig
from tests.networks import through_a_file

X = torch.randn(8, 5, generator=torch.Generator().manual_seed(1))
CURRENT = RangeEstimators.current_minmax


def quantizer(n_bits=4, symmetric=True, estimator=CURRENT):
    return Quantizer(ActivationQuantConfig(n_bits, symmetric, estimator))


def test_activations_have_ranges_from_training_and_keep_them_in_evaluation():
    module = quantizer()
    module(X)
    assert module.high.item() == X.abs().max()
    module.eval()(3 * X)
    assert module.high.item() == X.abs().max()
    module.train()(3 * X)
    assert module.high.item() == 3 * X.abs().max()


def test_weights_have_the_ranges_of_the_present_ones():
    module = Quantizer(WeightQuantConfig(4, per_channel=True), ranges=8).eval()
    for scale in (1, 2):
        assert torch.equal(module(scale * X).abs().amax(dim=1), module.high)
        assert torch.equal(module.high, scale * X.abs().amax(dim=1))


def test_a_range_that_is_unknown_is_estimated_unless_it_is_to_stay():
    for state in Qstates:
        module = quantizer().eval()
        module.set_state(state)
        if state is Qstates.fix_ranges:
            with pytest.raises(ModuleError, match='has none yet'):
                module(X)
        else:
            assert module(X).abs().max() == X.abs().max()


def test_a_range_can_be_fixed_forgotten_and_switched_off():
    module = quantizer(2)
    module(X)
    module.set_state(Qstates.fix_ranges)
    assert module(5 * X).abs().max() == X.abs().max()
    module.reset()
    module.set_state(Qstates.estimate_ranges)
    module.eval()(5 * X)
    assert module.high.item() == (5 * X).abs().max()
    module.is_enabled = False
    assert module(X) is X


@pytest.mark.parametrize('symmetric', [True, False])
def test_a_learned_range_finds_the_least_error(symmetric):
    x = torch.cat([X.flatten(), torch.full((1,), 9.0)])
    module = quantizer(3, symmetric)
    module(x)
    module.set_state(Qstates.learn_ranges)
    optimizer = SGD(module.parameters(), lr=0.5)

    def error():
        return (module(x)[:-1] - x[:-1]).square().mean()

    before = error().item()
    for _ in range(300):
        optimizer.zero_grad()
        error().backward()
        optimizer.step()
    assert error() < 0.3 * before and 0.5 < module.high.abs().item() < 5
    module.set_state(Qstates.fix_ranges)
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_ranges_have_no_gradient_unless_they_are_learned():
    module, x = quantizer(), X.clone().requires_grad_()
    (module(x) + module(2 * x)).sum().backward()  # shared: the range changes before the backward pass
    assert torch.equal(x.grad, torch.full_like(X, 3.0)) and module.high.grad is None


def test_a_learned_range_may_change_its_sign():
    module = quantizer(3, symmetric=False)
    module(X)
    module.set_state(Qstates.learn_ranges)
    expected = module(X)
    with torch.no_grad():
        module.low.neg_(), module.high.neg_()
    assert torch.equal(module(X), expected)


def test_a_checkpoint_and_a_copy_have_the_range():
    module = quantizer(symmetric=False)
    module(X)
    loaded = quantizer(symmetric=False)
    loaded.load_state_dict(module.state_dict())
    for other in (loaded, deepcopy(module)):
        assert torch.equal(other.eval()(2 * X), module.eval()(2 * X))
    module.train()(5 * X)
    assert loaded.high != module.high


@pytest.mark.parametrize('is_enabled', [True, False])
@pytest.mark.parametrize('state', list(Qstates))
def test_a_checkpoint_continues_in_the_same_state(state, is_enabled):
    module = Sequential(quantizer())
    module(X)
    module[0].set_state(state)
    module[0].is_enabled = is_enabled
    loaded = Sequential(quantizer())
    loaded.load_state_dict(through_a_file(module.state_dict()))
    assert loaded[0].state is state and loaded[0].is_enabled is is_enabled
    assert loaded[0].high.requires_grad is (state is Qstates.learn_ranges)
    for x in (2 * X, X):
        assert torch.equal(loaded(x), module(x)) and torch.equal(loaded[0].high, module[0].high)


@pytest.mark.parametrize('saved', [{'state': 'none', 'is_enabled': True}, {'state': 'fix_ranges'}, None,
                                   {'state': 'fix_ranges', 'is_enabled': 2}])
def test_a_state_that_is_none_is_refused(saved):
    module = quantizer()
    with pytest.raises(ModuleError, match='^state of a quantizer = .*: must be'):
        module.set_extra_state(saved)
    assert module.state is Qstates.estimate_ranges_train and module.is_enabled


def test_nothing_changes_when_numbers_are_none():
    module = quantizer()
    module(X)
    with pytest.raises(ValueError, match='NaN or infinite'):
        module(X / 0)
    assert module.high.item() == X.abs().max()


@pytest.mark.parametrize('symmetric', [True, False])
@pytest.mark.parametrize('estimator', list(RangeEstimators))
def test_a_number_without_dimensions_has_a_range(estimator, symmetric):
    y = quantizer(8, symmetric, estimator)(torch.tensor(0.3))
    assert y.shape == () and y.item() == pytest.approx(0.3, rel=0.5)
    weights = Quantizer(WeightQuantConfig(8, symmetric))
    assert weights(torch.tensor(0.3)).item() == pytest.approx(0.3)


@pytest.mark.parametrize('estimator', list(RangeEstimators))
@pytest.mark.parametrize('kind', [torch.float16, torch.bfloat16])
def test_numbers_of_half_precision_have_ranges(kind, estimator):
    exact = quantizer(4, False, estimator)
    for module in (quantizer(4, False, estimator), quantizer(4, False, estimator).to(kind)):
        exact.reset()
        for x in (X, 2 * X):
            y = module(x.to(kind))
            exact(x.to(kind).float())
        assert y.dtype is kind and 8 <= len(y.unique()) <= 16
        assert module.high.item() == pytest.approx(exact.high.item(), rel=0.01)
    zeros = torch.zeros(3, dtype=kind)
    assert torch.equal(quantizer(4, False, estimator).to(kind)(zeros), zeros)


def test_empty_tensors_are_left_alone():
    module, empty = quantizer(), torch.empty(0, 5)
    assert module(empty) is empty and not module.is_estimated


def test_without_bits_there_is_no_quantizer():
    assert isinstance(quantizer_for(None), Identity) and isinstance(quantizer_for(ActivationQuantConfig()), Identity)
    assert isinstance(quantizer_for(ActivationQuantConfig(8)), Quantizer)
    with pytest.raises(ConfigError, match='n_bits = 1: must be 2 or more'):
        quantizer_for(ActivationQuantConfig(1))
