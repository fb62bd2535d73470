"""The chip HERMES: defaults for one device and two, scaling, programming error as published."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference import HermesNoiseModel, SinglePairConductanceConverter


@pytest.mark.parametrize('devices, g_max, t_0', [(1, 10.35, 200.0), (2, 20.7, 300.0)])
def test_defaults_are_those_of_the_number_of_devices(devices, g_max, t_0):
    model = HermesNoiseModel(num_devices=devices)
    assert (model.g_max, model.prog_coeff_g_max_reference, model.t_0, model.t_read) == (g_max, g_max, t_0, 512e-9)
    assert model.g_converter == SinglePairConductanceConverter(g_max=g_max)
    assert HermesNoiseModel(num_devices=devices, t_0=20.0).t_0 == 20


@pytest.mark.parametrize('devices, expected', [(1, 0.15781817 + 2.32443916 / 2 - 2.16310839 / 4 + 0.68841818 / 8),
                                               (2, 0.16603222 + 4.71806468 / 2 - 8.48101252 / 4 + 4.68961419 / 8)])
def test_the_programming_error_is_that_of_the_published_curve(devices, expected):
    torch.manual_seed(1)
    for scale in (1.0, 0.5):
        chip = HermesNoiseModel(num_devices=devices).g_max
        model = HermesNoiseModel(num_devices=devices, g_max=scale * chip)
        found = model.apply_programming_noise_to_conductance(torch.full((20_000,), model.g_max / 2)).std().item()
        assert found == pytest.approx(scale * expected, rel=4.5 / 200)


def test_two_devices_are_relatively_more_exact_than_one():
    torch.manual_seed(1)
    weights = torch.linspace(-1, 1, 10_000).reshape(100, 100)
    one, two = ((HermesNoiseModel(num_devices=n).apply_programming_noise(weights)[0] - weights).std() for n in (1, 2))
    assert two < 0.8 * one


@pytest.mark.parametrize('settings, message', [
    ({'num_devices': 3}, 'HermesNoiseModel.num_devices = 3: must be 1 or 2'),
    ({'g_max': 25.0}, 'g_max = 25.0: must be at most 20.7 uS, up to which devices were measured'),
    ({'num_devices': 1, 'g_max': 20.7}, 'g_max = 20.7: must be at most 10.35 uS'),
    ({'g_converter': SinglePairConductanceConverter()}, 'g_max = 25.0: must be at most 20.7 uS'),
    ({'prog_coeff': []}, 'must be a list of at least one coefficient')])
def test_impossible_parameters(settings, message):
    with pytest.raises(ConfigError, match=message):
        HermesNoiseModel(**settings)
