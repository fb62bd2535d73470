"""Phase-change memory: its defaults, the reference of its coefficients, programming error as published, tables of drift."""

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference import CustomDriftPCMLikeNoiseModel, PCMLikeNoiseModel, SinglePairConductanceConverter
from tests.inference.noise.models import TABLES


def spread(model, target, samples=20_000):
    """Return the standard deviation after programming to a target, uS, and its standard error."""
    torch.manual_seed(1)
    found = model.apply_programming_noise_to_conductance(torch.full((samples,), target)).std().item()
    return found, 4.5 * found / (2 * samples) ** 0.5


@pytest.mark.parametrize('settings, factor', [
    ({}, 1.0), ({'g_max': 50.0}, 2.0), ({'prog_coeff_g_max_reference': 50.0}, 0.5),
    ({'g_converter': SinglePairConductanceConverter(g_max=50.0), 'prog_coeff_g_max_reference': 50.0}, 1.0)])
def test_programming_noise_is_scaled_from_the_conductance_that_the_coefficients_are_for(settings, factor):
    """At half of the range, `(0.26348 + 1.9650 / 2 - 1.1731 / 4) g_max / g_ref`."""
    model = PCMLikeNoiseModel(**settings)
    found, error = spread(model, model.g_max / 2)
    assert found == pytest.approx(factor * (0.26348 + 1.9650 / 2 - 1.1731 / 4), abs=error)


@pytest.mark.parametrize('settings, expected', [
    ({'prog_coeff': [0.5]}, 0.5), ({'prog_coeff': [0.5], 'g_max': 50.0}, 0.5),
    ({'prog_coeff': [0.5], 'prog_coeff_g_max_reference': 12.5}, 1.0), ({'prog_coeff': [0.0, 1.0, 0.0, 4.0]}, 1.0)])
def test_coefficients_of_ones_own_are_for_the_range_unless_said_otherwise(settings, expected):
    model = PCMLikeNoiseModel(**settings)
    found, error = spread(model, model.g_max / 2)
    assert found == pytest.approx(expected, abs=error)


def test_the_error_of_weights_is_that_of_the_published_curve():
    """Both devices of a pair count; those whose target is 0 keep one half of a normal distribution."""
    torch.manual_seed(1)
    weights = torch.linspace(-1, 1, 40_000).reshape(200, 200)
    error = PCMLikeNoiseModel().apply_programming_noise(weights)[0] - weights
    x = np.linspace(0, 1, 10_001)
    used, unused = np.mean((0.26348 + 1.9650 * x - 1.1731 * x ** 2) ** 2), 0.26348 ** 2 / 2
    expected = np.sqrt(used + unused) / 25
    assert error.square().mean().sqrt().item() == pytest.approx(expected, rel=0.02)


def test_defaults_follow_the_converter():
    model = PCMLikeNoiseModel(g_converter=SinglePairConductanceConverter(g_max=40.0))
    assert (model.g_max, model.prog_coeff_g_max_reference, model.t_0, model.t_read) == (40.0, 25.0, 20.0, 250e-9)
    assert PCMLikeNoiseModel().prog_coeff == [0.26348, 1.9650, -1.1731]
    assert PCMLikeNoiseModel(None, None, 30.0).g_converter.g_max == 30


@pytest.mark.parametrize('make, message', [
    (lambda: PCMLikeNoiseModel(g_max=-1.0), r'g_max = -1.0: must be in \(0, inf\)'),
    (lambda: PCMLikeNoiseModel(g_max=20.0, g_converter=SinglePairConductanceConverter()), 'g_max = 20.0: must be that of'),
    (lambda: PCMLikeNoiseModel(prog_coeff=[]), r'prog_coeff = \[\]: must be a list of at least one coefficient'),
    (lambda: PCMLikeNoiseModel(prog_coeff=[float('nan')]), 'prog_coeff = '),
    (lambda: PCMLikeNoiseModel(prog_coeff_g_max_reference=0.0), r'prog_coeff_g_max_reference = 0.0: must be in \(0, inf\)'),
    (lambda: PCMLikeNoiseModel(prog_noise_scale=-1.0), r'prog_noise_scale = -1.0: must be in \[0, inf\)'),
    (lambda: PCMLikeNoiseModel(t_read=0.0), r't_read = 0.0: must be in \(0, inf\)')])
def test_impossible_parameters(make, message):
    with pytest.raises(ConfigError, match=message):
        make()


def test_exponents_follow_tables():
    torch.manual_seed(1)
    model = CustomDriftPCMLikeNoiseModel(TABLES, drift_scale=2.0)
    exponents = model.generate_drift_coefficients(torch.full((20_000,), 12.5))
    assert exponents.mean().item() == pytest.approx(2 * 0.075, abs=4.5 * 2 * 0.015 / 140)
    assert exponents.std().item() == pytest.approx(2 * 0.015, rel=4.5 / 200)
    assert spread(model, 12.5) == spread(PCMLikeNoiseModel(), 12.5)


def test_programming_leaves_the_targets_as_they_are():
    """aihwkit limits them to the range of the tables in place."""
    targets = torch.tensor([-1.0, 30.0])
    CustomDriftPCMLikeNoiseModel(TABLES).generate_drift_coefficients(targets)
    assert targets.tolist() == [-1, 30]


@pytest.mark.parametrize('changes, message', [
    ({'nu_std_lst': None}, 'must be a dictionary of g_lst, nu_mean_lst, nu_std_lst'),
    ({'g_lst': [0.0, 10.0, 25.0]}, 'must be three lists of the same length, at least 2'),
    ({'nu_std_lst': [0.1, -0.1]}, 'must be finite numbers, and in nu_std_lst none that is negative'),
    ({'nu_mean_lst': [0.1, float('nan')]}, 'must be finite numbers'),
    ({'g_lst': [25.0, 0.0]}, 'must be ascending in g_lst'), ({'g_lst': [0.0, 20.0]}, 'must be from 0.0 to 25.0 uS'),
    ({'g_lst': [1.0, 25.0]}, 'must be from 0.0 to 25.0 uS, the range of the converter')])
def test_impossible_tables(changes, message):
    tables = {name: values for name, values in {**TABLES, **changes}.items() if values is not None}
    with pytest.raises(ConfigError, match=rf'(?s)custom_drift_model = .*: {message}'):
        CustomDriftPCMLikeNoiseModel(tables)
