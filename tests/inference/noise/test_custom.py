"""Devices that are all alike: nothing depends on the target but what is read."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference import StateIndependentNoiseModel


def test_spreads_are_the_same_for_all_targets():
    torch.manual_seed(1)
    model, targets = StateIndependentNoiseModel(), torch.tensor([5.0, 25.0]).expand(20_000, 2)
    errors = (model.apply_programming_noise_to_conductance(targets) - targets).std(dim=0)
    torch.testing.assert_close(errors, torch.full((2,), 0.2), rtol=4.5 / 200, atol=0)
    exponents = model.generate_drift_coefficients(targets)
    torch.testing.assert_close(exponents.std(dim=0), torch.full((2,), 0.0485), rtol=0.03, atol=0)


def test_exponents_can_be_chosen():
    model = StateIndependentNoiseModel(drift_nu_mean=0.06, drift_nu_std=0.0, drift_scale=0.5)
    torch.testing.assert_close(model.generate_drift_coefficients(torch.ones(3)), torch.full((3,), 0.03))


def test_coefficients_are_in_microsiemens_whatever_the_range():
    torch.manual_seed(1)
    model = StateIndependentNoiseModel(prog_coeff=[0.1, 0.4], g_max=100.0)
    errors = model.apply_programming_noise_to_conductance(torch.full((20_000,), 50.0)).std().item()
    assert errors == pytest.approx(0.1 + 0.4 / 2, rel=4.5 / 200)


@pytest.mark.parametrize('settings, message', [({'drift_nu_std': -1.0}, r'drift_nu_std = -1.0: must be in \[0, inf\)'),
                                               ({'prog_coeff': []}, 'must be a list of at least one coefficient')])
def test_impossible_parameters(settings, message):
    with pytest.raises(ConfigError, match=message):
        StateIndependentNoiseModel(**settings)
