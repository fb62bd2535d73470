"""Weight programming optimisation: what tables are possible, what is lost with them, and a search that finds better ones."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.inference import (
    CustomPairConductanceConverter,
    DualPairConductanceConverter,
    NPairConductanceConverter,
    PCMLikeNoiseModel,
    SingleDeviceConductanceConverter,
    SinglePairConductanceConverter,
)
from aihwlab.inference.converter.wpo import (
    WeightProgrammingOptimizer,
    conductances_for,
    downsample_weight_distribution,
    loss_weights,
    shares_of,
)
from aihwlab.simulator.configs import InferenceRPUConfig

SILENT = PCMLikeNoiseModel(prog_noise_scale=0.0, read_noise_scale=0.0, drift_scale=0.0)
WEIGHTS = 0.2 * torch.randn(6, 8, generator=torch.Generator().manual_seed(1))
BOTH_CARRY = CustomPairConductanceConverter([1.0], [[5.0, 15.0, 25.0], [25.0, 15.0, 5.0]])


def optimizer_for(factors, baseline, noise_model=None, **settings):
    torch.manual_seed(2)
    config = InferenceRPUConfig(noise_model=noise_model or PCMLikeNoiseModel())
    return WeightProgrammingOptimizer(WEIGHTS, factors, config, [20.0, 1e6], baseline, **settings)


@pytest.mark.parametrize('factors', [[1.0], [1.0, 1.0], [4.0, 1.0], [0.5, 2.0, 3.0]])
@pytest.mark.parametrize('limits', [(0.0, 25.0), (3.0, 20.0)])
def test_any_shares_make_possible_conductances_that_add_up_and_tell_the_shares(factors, limits):
    rng, largest = np.random.default_rng(1), sum(factors) * (limits[1] - limits[0])
    targets, shares = largest * np.linspace(-1, 1, 9), rng.random((2 * len(factors) - 1, 9))
    conductances = conductances_for(targets, shares, factors, limits)
    assert conductances.min() >= limits[0] and conductances.max() <= limits[1]
    total = np.dot(factors, conductances[::2] - conductances[1::2])
    np.testing.assert_allclose(total, targets, atol=1e-9)
    again = conductances_for(targets, shares_of(targets, conductances, factors, limits), factors, limits)
    np.testing.assert_allclose(again, conductances, atol=1e-9)


@pytest.mark.parametrize('symmetric', [True, False])
@pytest.mark.parametrize('factors, baseline', [([1.0], SinglePairConductanceConverter(g_max=25.0, g_min=2.0)),
                                               ([2.0, 1.0], DualPairConductanceConverter([2.0, 1.0]))])
def test_any_parameters_are_a_converter_and_the_first_are_those_of_the_baseline(factors, baseline, symmetric):
    optimizer = optimizer_for(factors, baseline, symmetric=symmetric)
    converter = optimizer.converter_for(np.random.default_rng(3).random(optimizer.dimensions))
    conductances, params = converter.convert_to_conductances(WEIGHTS)
    torch.testing.assert_close(converter.convert_back_to_weights(conductances, params), WEIGHTS)
    if symmetric:
        exchanged = [conductances[number ^ 1] for number in range(len(conductances))]
        opposite = converter.convert_to_conductances(-WEIGHTS)[0]
        assert all((exchanged[n] - opposite[n])[WEIGHTS.abs() > WEIGHTS.abs().max() / 4].abs().max() < 1e-4
                   for n in range(len(exchanged)))
    first = optimizer.converter_for(optimizer.first_guess())
    points = torch.linspace(-1, 1, 9)
    expected = baseline.convert_to_conductances(points)[0]
    if len(factors) == 1:
        for mine, theirs in zip(first.convert_to_conductances(points)[0], expected):
            torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-4)


def test_the_loss_is_the_mean_root_mean_square_error_relative_to_the_largest_weight():
    config = InferenceRPUConfig(noise_model=SILENT)
    assert loss_weights(WEIGHTS, config, [0.0, 1e7]) < 1e-6
    drifting = InferenceRPUConfig(noise_model=replace(SILENT, drift_scale=1.0))
    errors = []
    for time in (1e3, 1e7):
        torch.manual_seed(1)
        model = drifting.noise_model
        devices = model.program(WEIGHTS)
        aged = model.weights_at(devices, time)
        factor = WEIGHTS.abs().mean() / aged.abs().mean()
        errors.append((factor * aged - WEIGHTS).square().mean().sqrt() / WEIGHTS.abs().max())
        torch.manual_seed(1)
        assert loss_weights(WEIGHTS, drifting, [time]) == pytest.approx(errors[-1].item(), rel=1e-3)
    torch.manual_seed(1)
    assert loss_weights(WEIGHTS, drifting, [1e3, 1e7]) == pytest.approx(np.mean(errors), rel=1e-3)
    drifting.drift_compensation = None
    assert loss_weights(WEIGHTS, drifting, [1e7]) > 2 * errors[1]


def test_fewer_weights_have_the_same_distribution_in_all_rows():
    weights = torch.randn(100, 90, generator=torch.Generator().manual_seed(1)) ** 3
    small = downsample_weight_distribution(weights, (5, 40))
    assert small.shape == (5, 40) and small.dtype == weights.dtype
    assert small.min() == weights.min() and small.max() == weights.max()
    assert small.median() == pytest.approx(weights.median().item(), abs=0.02)
    assert (small.median(dim=1).values - small.median()).abs().max() < 0.1
    with pytest.raises(ValueError, match='shape = 0'):
        downsample_weight_distribution(weights, (0, 4))


def test_the_search_beats_a_poor_baseline_with_the_same_bits_for_the_same_seed():
    """Where both devices carry a weight, twice the noise is read; empty devices have less."""
    settings = dict(maxiter=6, popsize=4)
    optimizer = optimizer_for([1.0], BOTH_CARRY, **settings)
    converter, success = optimizer.run_optimizer()
    assert success is True and type(converter) is CustomPairConductanceConverter
    stream = optimizer.stream.occasion(7)
    assert optimizer.loss_of(converter, stream) < 0.7 * optimizer.loss_of(BOTH_CARRY, stream)
    assert optimizer_for([1.0], BOTH_CARRY, **settings).run_optimizer()[0] == converter
    config = InferenceRPUConfig(noise_model=PCMLikeNoiseModel(g_converter=converter))
    assert loss_weights(WEIGHTS, config, [20.0]) < 0.2


def test_where_nothing_is_to_be_won_the_loss_comes_back():
    converter, success = optimizer_for([1.0], SinglePairConductanceConverter(), maxiter=1, popsize=2).run_optimizer()
    assert success is not True and 0 < success < 0.1 and converter.f_lst == [1.0]
    other, _ = optimizer_for([3.0, 1.0], SinglePairConductanceConverter(), maxiter=1, popsize=2).run_optimizer()
    assert other.f_lst == [3.0, 1.0]


@pytest.mark.parametrize('settings, error, message', [
    (dict(colour='red'), ArgumentError, "colour = 'red': must be an argument of the search"),
    (dict(seed=1), ArgumentError, 'seed = 1'),
    (dict(g_converter_baseline=SingleDeviceConductanceConverter()), TypeError, 'must be one to pairs'),
    (dict(weights=[1.0]), TypeError, 'weights of type list'), (dict(t_steps=[-1.0]), ValueError, 't_inference = -1.0'),
    (dict(t_steps=[]), ValueError, 'one time at least'), (dict(f_lst=[-1.0]), ConfigError, r'f_lst = \[\s*-1.0'),
    (dict(g_converter_baseline=NPairConductanceConverter([1.0], g_max=20.0)), ConfigError, 'g_max = 25.0')])
def test_what_is_impossible_is_said_before_the_search(settings, error, message):
    arguments = dict(weights=WEIGHTS, f_lst=[1.0], rpu_config=InferenceRPUConfig(), t_steps=[20.0],
                     g_converter_baseline=SinglePairConductanceConverter())
    with pytest.raises(error, match=message):
        WeightProgrammingOptimizer(**{**arguments, **settings})
