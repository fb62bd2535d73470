"""Measured statistics of all models of noise: after programming, of drift exponents, and from one second to a year."""

import numpy as np
import pytest
import torch

from aihwlab.inference import GlobalDriftCompensation, PCMLikeNoiseModel
from tests.compare import assert_moments, reference
from tests.inference.noise.models import REFERENCE

SAMPLES = 20_000
CASES = reference('inference')
CONTRACTED = CASES['tile_global_drift_compensation']


def assert_levels(conductances, levels):
    """Compare the samples of each target, [samples, targets], with the moments of the reference."""
    moments = {name: np.array([level[name] for level in levels]) for name in ('mean', 'std', 'se_mean', 'se_std')}
    assert_moments(conductances.numpy(), moments)


def many(name):
    """Return a case of the reference, its model, and many devices of each target."""
    torch.manual_seed(1)
    return CASES[name], REFERENCE[name](), torch.tensor(CASES[name]['g_target']).expand(SAMPLES, -1)


@pytest.mark.parametrize('name', [name for name in REFERENCE if 'programmed' in CASES[name]])
def test_programming(name):
    case, model, targets = many(name)
    assert_levels(model.apply_programming_noise_to_conductance(targets), case['programmed'])


@pytest.mark.parametrize('name', [name for name in REFERENCE if 'nu' in CASES[name]])
def test_drift_exponents(name):
    case, model, targets = many(name)
    assert_levels(model.generate_drift_coefficients(targets), case['nu'])


@pytest.mark.parametrize('name', REFERENCE)
def test_all_times(name):
    case, model, targets = many(name)
    for time, levels in case['at_time'].items():
        exponents = model.generate_drift_coefficients(targets)
        assert_levels(model.apply_drift_noise_to_conductance(targets, exponents, float(time)), levels)


@pytest.fixture(scope='module')
def tiles():
    """Many chips with the weights of the reference, which were programmed and read at all times, without converter noise."""
    torch.manual_seed(1)
    weights = torch.tensor([[0.9 * np.sin(0.31 * (i + 1) * (j + 2) + 0.3) for j in range(40)] for i in range(30)]).float()
    model, compensation = PCMLikeNoiseModel(), GlobalDriftCompensation()
    vectors = compensation.get_readout_tensor(40)
    found = {'baseline': [], 'error': [], 'again': {}, 'both': {}}
    for _ in range(CONTRACTED['n_tiles']):
        devices = model.program(weights)
        programmed = model.weights_of(devices)
        baseline = compensation.readout(vectors @ programmed.T)
        found['baseline'].append(baseline.item())
        found['error'].append((programmed - weights).std(correction=0).item())
        for time in map(float, CONTRACTED['times']):
            for way, read in (('again', model.apply_drift_noise(programmed, devices.drift_parameters, time)),
                              ('both', model.weights_at(devices, time))):
                alpha = compensation.apply(vectors @ read.T, baseline)
                slope = np.polyfit(weights.flatten(), read.flatten(), 1)[0]
                found[way].setdefault(time, []).append((alpha, slope, (alpha * read - weights).std(correction=0)))
    return found


def assert_mean(samples, mean, error, sigmas=3):
    samples = np.asarray(samples, dtype=float)
    combined = np.hypot(error, samples.std() / np.sqrt(len(samples)))
    assert abs(samples.mean() - mean) < sigmas * combined, f'{samples.mean()}, expected {mean} +- {combined}'


def test_chips_programmed_and_compensated_as_aihwkit_does(tiles):
    """Programmed weights that are converted to conductances again."""
    assert_mean(tiles['baseline'], CONTRACTED['baseline']['mean'], CONTRACTED['baseline']['se'])
    assert_mean(tiles['error'], CONTRACTED['prog_error_std']['mean'], CONTRACTED['prog_error_std']['se'])
    for time, expected in CONTRACTED['times'].items():
        for samples, name in zip(zip(*tiles['again'][float(time)]), ('alpha', 'slope', 'rms')):
            assert_mean(samples, expected[f'{name}_mean'], expected[f'{name}_se'])


def test_both_devices_of_a_pair_drift_here(tiles):
    """The factor of the compensation is hardly another one, but the error of a weight is 1 to 3 % smaller."""
    for time in tiles['both']:
        (alpha, _, error), (other_alpha, _, other_error) = (np.mean(tiles[way][time], axis=0) for way in ('both', 'again'))
        assert alpha == pytest.approx(other_alpha, rel=0.004)
        assert 0.965 < error / other_error < 0.995
