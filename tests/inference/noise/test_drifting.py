"""Devices that drift by a power law: what one device does, and that the noise of a reading grows."""

import pytest
import torch

from aihwlab.inference import BaseConductanceConverter, HermesNoiseModel, PCMLikeNoiseModel, StateIndependentNoiseModel

KINDS = pytest.mark.parametrize('kind', [PCMLikeNoiseModel, HermesNoiseModel, StateIndependentNoiseModel])


@KINDS
def test_a_device_keeps_its_exponent(kind):
    """A straight line over the logarithm of time, with a slope for each device."""
    torch.manual_seed(1)
    model = kind(read_noise_scale=0.0)
    g = torch.linspace(2.0, 10.0, 200)
    exponents = model.generate_drift_coefficients(g)
    for time in (10.0, 1e4, 1e7):
        read = model.apply_drift_noise_to_conductance(g, exponents, time)
        torch.testing.assert_close((read / g).log(), -exponents * torch.tensor((time + model.t_0) / model.t_0).log(),
                                   atol=1e-5, rtol=1e-4)


@KINDS
def test_noise_of_a_reading_grows_with_time_relative_to_what_is_left(kind):
    torch.manual_seed(1)
    model = kind(drift_scale=0.0)
    g = torch.full((20_000,), 8.0)
    spreads = [model.apply_drift_noise_to_conductance(g, torch.zeros_like(g), time).std().item() for time in (0.0, 1e4, 1e8)]
    assert 0 < spreads[0] < spreads[1] < spreads[2]


@KINDS
@pytest.mark.parametrize('scale', ['prog_noise_scale', 'read_noise_scale', 'drift_scale'])
def test_scales_are_factors(kind, scale):
    found = []
    for factor in (1.0, 0.5):
        torch.manual_seed(1)
        model, g = kind(**{scale: factor}), torch.full((1000,), 8.0)
        if scale == 'prog_noise_scale':
            found.append(model.apply_programming_noise_to_conductance(g) - 8)
        elif scale == 'drift_scale':
            found.append(model.generate_drift_coefficients(g))
        else:
            found.append(model.apply_drift_noise_to_conductance(g, torch.zeros_like(g), 1.0) - 8)
    torch.testing.assert_close(found[1], found[0] / 2, atol=2e-6, rtol=1e-4)


def test_a_first_reading_takes_its_time():
    with pytest.raises(ValueError, match='PCMLikeNoiseModel.t_0 = 1e-07: must be at least t_read = 2.5e-07'):
        PCMLikeNoiseModel(t_0=1e-7)


def test_a_converter_without_a_range_needs_one():
    with pytest.raises(ValueError, match='PCMLikeNoiseModel.g_max = None: must be a number'):
        PCMLikeNoiseModel(g_converter=BaseConductanceConverter())
    assert PCMLikeNoiseModel(g_converter=BaseConductanceConverter(), g_max=12.0).g_max == 12
