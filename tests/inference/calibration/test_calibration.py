"""Input ranges from data: what each type gives, for which batches and networks, and what stays as it was."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.inference.calibration import InputRangeCalibrationType, calibrate_input_ranges
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, InferenceRPUConfig, SingleRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters import (
    InputRangeParameter,
    IOParameters,
    MappingParameter,
    NoiseManagementType,
    PrePostProcessingParameter,
)
from tests.networks import through_a_file

TYPES = InputRangeCalibrationType
X = torch.rand(400, 6, generator=torch.Generator().manual_seed(1)) - 2
"""Inputs between -2 and -1."""


def layer(config=InferenceRPUConfig, learned=True, enable=False, **settings):
    pre_post = PrePostProcessingParameter(InputRangeParameter(enable=enable, learn_input_range=learned))
    return AnalogLinear(6, 3, rpu_config=config(pre_post=pre_post, **settings))


@pytest.mark.parametrize('kind, expected', [
    (TYPES.MAX, X.abs().max().item()), (TYPES.CACHE_QUANTILE, np.quantile(X.abs().numpy(), 0.9)),
    (TYPES.MOVING_QUANTILE, np.mean([np.quantile(batch.abs().numpy(), 0.9) for batch in X.split(100)])),
    (TYPES.MOVING_STD, 3 * np.mean([batch.std().item() for batch in X.split(100)]))])
@pytest.mark.parametrize('config', [InferenceRPUConfig, TorchInferenceRPUConfig, SingleRPUConfig, FloatingPointRPUConfig])
def test_ranges_are_of_magnitudes(kind, expected, config):
    """In aihwkit quantiles are of signed values: here they would be too small by half, or leave the range as it was."""
    one = layer(config)
    calibrate_input_ranges(one, kind, X.split(100), quantile=0.9)
    tile = one.analog_module
    assert tile.input_range.item() == pytest.approx(expected, rel=1e-5)
    settings = tile.rpu_config.pre_post.input_range
    assert settings.enable and not settings.learn_input_range and settings.init_from_data == 0
    assert settings.calibration_info == f'{kind}, 4 batches' and settings.init_value == pytest.approx(tile.input_range.item())
    assert 'input_range' in dict(tile.named_buffers()) and tile.observer is None
    if config is not FloatingPointRPUConfig:
        assert tile.rpu_config.forward.noise_management is NoiseManagementType.NONE
        assert not tile.rpu_config.forward.is_perfect


def test_a_number_of_standard_deviations_and_of_vectors_can_be_chosen():
    one = layer()
    calibrate_input_ranges(one, TYPES.MOVING_STD, [X], std_alpha=2.0)
    assert one.analog_module.input_range.item() == pytest.approx(2 * X.std().item(), rel=1e-5)
    torch.manual_seed(1)
    calibrate_input_ranges(one, TYPES.CACHE_QUANTILE, X.split(100), quantile=0.5, max_samples=40)
    assert one.analog_module.input_range.item() == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize('batches', [
    X.split(100), [(X, torch.zeros(400))], [[X]], [((X,), {})], [((), {'input': X})], [{'input': X}],
    DataLoader(TensorDataset(X, torch.zeros(400)), batch_size=100), iter(X.split(200))])
def test_loaders_of_all_kinds_of_batches_work(batches):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = layer()

        def forward(self, input):
            return self.layer(input)

    model = Network()
    calibrate_input_ranges(model, TYPES.MAX, batches)
    assert model.layer.analog_module.input_range.item() == pytest.approx(X.abs().max().item())


def test_layers_behind_others_see_exact_products_without_ranges():
    config = InferenceRPUConfig(mapping=MappingParameter(max_input_size=20), pre_post=PrePostProcessingParameter(
        InputRangeParameter(enable=True, init_value=0.01)))
    model = AnalogSequential(AnalogConv2d(1, 4, 3, rpu_config=config), nn.ReLU(), nn.Flatten(),
                             AnalogLinear(64, 3, rpu_config=config))
    images = torch.randn(10, 1, 6, 6)
    digital = nn.Sequential(model[0].to_digital(), nn.ReLU(), nn.Flatten())
    calibrate_input_ranges(model, TYPES.MAX, [images])
    with torch.no_grad():
        parts = digital(images).split(model[3].analog_module.in_sizes, dim=1)
    found = [tiles[0].input_range.item() for tiles in model[3].analog_module.array]
    assert found == pytest.approx([part.abs().max().item() for part in parts], rel=1e-4)
    assert model[0].analog_module.input_range.item() == pytest.approx(images.abs().max().item())


def test_a_calibrated_network_is_better_than_one_with_a_poor_range():
    torch.manual_seed(2)
    forward = IOParameters(inp_res=2 ** -7, out_noise=0.01, noise_management=NoiseManagementType.NONE)
    one = layer(enable=True, forward=forward)
    one.eval()
    x, exact = 0.1 * X, one.to_digital()(0.1 * X).detach()

    def error():
        return (one(x) - exact).square().mean().item()

    before = error()
    calibrate_input_ranges(one, TYPES.CACHE_QUANTILE, [x])
    assert error() < before / 10


def test_modes_and_what_was_programmed_stay():
    model = AnalogSequential(layer(), nn.Dropout(), layer(InferenceRPUConfig)).eval()
    model = AnalogSequential(AnalogLinear(6, 6, rpu_config=InferenceRPUConfig()), nn.Dropout(), layer()).eval()
    model[1].train()
    model.program_analog_weights()
    weights = [tile.get_weights()[0] for tile in model.analog_tiles()]
    calibrate_input_ranges(model, TYPES.MAX, [X])
    assert not model.training and model[1].training
    for tile, before in zip(model.analog_tiles(), weights):
        assert (tile.get_weights()[0] == before).all() and tile.programmed is not None


def test_a_calibrated_programmed_and_drifted_network_is_saved_and_trained_on():
    model = AnalogSequential(layer(enable=True), nn.ReLU(), AnalogLinear(3, 2, rpu_config=InferenceRPUConfig()))
    calibrate_input_ranges(model, TYPES.CACHE_QUANTILE, [X])
    model.eval().drift_analog_weights(86400.0)
    other = AnalogSequential(layer(), nn.ReLU(), AnalogLinear(3, 2, rpu_config=InferenceRPUConfig())).eval()
    other.load_state_dict(through_a_file(model.state_dict()))
    assert (model(X) == other(X)).all()
    optimizer, before = AnalogSGD(model.parameters(), lr=0.1), model[0].analog_module.input_range.item()
    model.train()(X).sum().backward()
    optimizer.step()
    assert model[0].analog_module.input_range.item() == before


def test_only_layers_with_a_range_are_calibrated_if_asked_for():
    forward = IOParameters(noise_management=NoiseManagementType.NONE)
    model = AnalogSequential(layer(enable=True, forward=forward), AnalogLinear(3, 2, rpu_config=InferenceRPUConfig()))
    calibrate_input_ranges(model, TYPES.MAX, [X], force_all_layers=False)
    assert model[0].analog_module.input_range.item() == pytest.approx(X.abs().max().item())
    assert model[1].analog_module.input_range is None
    assert model[1].analog_module.rpu_config.forward.noise_management is NoiseManagementType.ABS_MAX


def test_no_calibration_changes_nothing():
    one = layer()
    before = copy.deepcopy(one.analog_module.rpu_config)
    calibrate_input_ranges(one, TYPES.NONE, [X])
    assert one.analog_module.rpu_config == before and one.analog_module.input_range is None


def test_a_tile_that_sees_nothing_stays_as_it_is(capsys):
    model = AnalogSequential(layer(), nn.Identity())
    model.unused = layer()
    model.forward = lambda x: model[0](x)
    calibrate_input_ranges(model, TYPES.MAX, [X], verbose=True)
    assert model.unused.analog_module.input_range is None
    assert capsys.readouterr().out == '0.analog_module: input range 2\n'


@pytest.mark.parametrize('call, error, message', [
    (lambda one: calibrate_input_ranges(nn.Linear(6, 3), TYPES.MAX, [X]), ArgumentError, 'must have analog layers, Linear'),
    (lambda one: calibrate_input_ranges(one, 'Max', [X]), ValueError, "calibration_type = 'Max': must be Input"),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, []), ArgumentError, 'dataloader: must give at least one batch'),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, [X, 'text']), ArgumentError, 'a batch of type str: must be'),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, [X[:, :2]]), ValueError, 'the last dimension must be 6'),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, [X], quantile=1.5), ValueError, r'quantile = 1.5: must be in \(0'),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, [X], max_samples=0), ValueError, 'max_samples = 0'),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, [X], std_alpha=0.0), ValueError, 'std_alpha = 0.0'),
    (lambda one: calibrate_input_ranges(one, TYPES.MAX, [X], force_all_layers=False), ConfigError,
     'forward.noise_management of analog_module = .*: must be NONE')])
def test_what_is_refused_says_why_and_changes_nothing(call, error, message):
    one = layer(enable=True)
    before, config = through_a_file(one.state_dict()), copy.deepcopy(one.analog_module.rpu_config)
    with pytest.raises(error, match=message):
        call(one)
    after = one.state_dict()
    assert one.training and one.analog_module.rpu_config == config and one.analog_module.observer is None
    assert all((before[name] == after[name]).all() for name in before if torch.is_tensor(before[name]))
