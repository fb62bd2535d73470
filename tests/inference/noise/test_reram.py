"""Resistive memory: the conductance that coefficients are for, times of the measurements, acceptance ranges, limits."""

import pytest
import torch

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.inference import ReRamCMONoiseModel, ReRamWan2022NoiseModel, SinglePairConductanceConverter

DAY = 86400.0


def spread(model, target, samples=20_000):
    torch.manual_seed(1)
    return model.apply_programming_noise_to_conductance(torch.full((samples,), target)).std().item()


@pytest.mark.parametrize('settings, factor', [({}, 25 / 40), ({'g_max': 40.0}, 1.0), ({'coeff_g_max_reference': 25.0}, 1.0),
                                              ({'noise_scale': 2.0, 'g_max': 20.0}, 1.0)])
def test_coefficients_are_for_40_microsiemens(settings, factor):
    """So that noise relative to the largest conductance is that of the chip. aihwkit has the factor 1."""
    model = ReRamWan2022NoiseModel(**settings)
    published = 0.348 + 16.030 / 2 - 43.853 / 4 + 45.393 / 8 - 16.815 / 16
    assert spread(model, model.g_max / 2) == pytest.approx(factor * published, rel=4.5 / 200)


def test_coefficients_of_ones_own_are_for_the_range():
    model = ReRamWan2022NoiseModel({10.0: [0.5], 100.0: [1.0]})
    assert model.coeff_g_max_reference == 25 and spread(model, 12.5) == pytest.approx(0.5, rel=4.5 / 200)


def test_times_are_those_of_the_measurements_and_that_of_programming():
    torch.manual_seed(1)
    model, weights = ReRamWan2022NoiseModel(), torch.rand(3, 4)
    devices = model.program(weights)
    assert torch.equal(model.weights_at(devices, 0.0), model.weights_of(devices))
    assert not torch.equal(model.weights_at(devices, 1), model.weights_of(devices))
    with pytest.raises(ArgumentError, match='t_inference = 3600.0: must be 0 or among 1, 86400, 172800, the times'):
        model.weights_at(devices, 3600.0)


def test_later_samples_are_around_the_target_and_not_around_what_was_programmed():
    torch.manual_seed(1)
    model, target = ReRamWan2022NoiseModel(), torch.full((20_000,), 10.0)
    programmed = model.apply_programming_noise_to_conductance(target)
    later = model.apply_drift_noise_to_conductance(programmed, model.generate_drift_coefficients(target), DAY)
    assert torch.corrcoef(torch.stack([programmed, later]))[0, 1].abs() < 4.5 / 140
    assert later.mean().item() == pytest.approx(10, abs=0.15)


@pytest.mark.parametrize('acceptance, offset, slope', [(0.2, 0.00081107, 0.00106879), (2, 0.0112185391, 0.01129027418)])
def test_the_acceptance_range_decides_on_the_programming_error(acceptance, offset, slope):
    model = ReRamCMONoiseModel(acceptance_range=acceptance)
    assert spread(model, 50.0) == pytest.approx(offset + 50 * slope, rel=4.5 / 200)
    assert ReRamCMONoiseModel().acceptance_range == 0.2


def test_it_stays_within_the_range_of_the_devices_and_is_as_programmed_at_first():
    torch.manual_seed(1)
    model, programmed = ReRamCMONoiseModel(), torch.tensor([0.0, 9.0, 50.0, 88.199997]).expand(1000, 4)
    assert torch.equal(model.apply_drift_noise_to_conductance(programmed, None, 0.0), programmed)
    for time in (1e-9, 0.5, 1.0, 1e8):
        read = model.apply_drift_noise_to_conductance(programmed, None, time)
        assert (read >= 9).all() and (read <= 88.2).all()


def test_conductances_below_one_microsiemens_have_no_read_noise_rather_than_a_negative_one():
    model = ReRamCMONoiseModel(g_min=0.0, drift_scale=0.0)
    low = torch.tensor([0.0, 0.3, 1.0])
    assert torch.equal(model.apply_drift_noise_to_conductance(low, None, 1.0), low)


def test_relaxation_and_read_noise_can_be_chosen():
    torch.manual_seed(1)
    model = ReRamCMONoiseModel(decay_dict={'mean': [-2.0], 'std': [0.0, 0.0]}, read_dict={'K': 1e-15, 't_read': 1e-6})
    read = model.apply_drift_noise_to_conductance(torch.full((3,), 50.0), None, float(torch.e))
    torch.testing.assert_close(read, torch.full((3,), 48.0))


@pytest.mark.parametrize('make, message', [
    (lambda: ReRamWan2022NoiseModel({}), r'coeff_dic = \{\}: must be finite coefficients, uS, at least one for each of'),
    (lambda: ReRamWan2022NoiseModel({-1.0: [1.0]}), 'must be finite coefficients'),
    (lambda: ReRamWan2022NoiseModel({1.0: []}), 'must be finite coefficients'),
    (lambda: ReRamWan2022NoiseModel({1.0: [float('nan')]}), 'must be finite coefficients'),
    (lambda: ReRamWan2022NoiseModel([1.0]), 'must be a dictionary of lists by numbers'),
    (lambda: ReRamWan2022NoiseModel(g_max=30.0, g_converter=SinglePairConductanceConverter()), 'g_max = 30.0: must be that'),
    (lambda: ReRamCMONoiseModel(acceptance_range=0.02), 'acceptance_range = 0.02: must be among the keys of coeff_dict, 0.2'),
    (lambda: ReRamCMONoiseModel(coeff_dict={0.2: [1.0]}), 'must be two finite coefficients for each of the acceptance ranges'),
    (lambda: ReRamCMONoiseModel(decay_dict={'mean': [1.0]}), 'decay_dict = .*: must be one finite number for mean, and two'),
    (lambda: ReRamCMONoiseModel(read_dict={'K': 1.0}), 'read_dict = .*: must be finite numbers above 0 for K and t_read'),
    (lambda: ReRamCMONoiseModel(read_dict={'K': 1.0, 't_read': 0.0}), 'must be finite numbers above 0'),
    (lambda: ReRamCMONoiseModel(g_min=100.0), 'g_min = 100.0: must be less than g_max = 88.199997')])
def test_impossible_parameters(make, message):
    with pytest.raises(ConfigError, match=message):
        make()
