"""Experiments with pulses on the cells of a tile: one pulse at a time, read exactly or with noise, and their statistics."""

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.pulse_response import pulse_response
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.simulator.configs import IOParameters, MappingParameter, PulseType, SingleRPUConfig
from aihwlab.simulator.configs.devices import (
    ConstantStepDevice,
    FloatingPointDevice,
    IdealDevice,
    SoftBoundsDevice,
    SoftBoundsPmaxDevice,
)
from aihwlab.simulator.presets import (
    EcRamPresetDevice,
    IdealizedPresetDevice,
    PCMPresetDevice,
    ReRamSBPresetDevice,
    TikiTakaEcRamPreset,
)
from aihwlab.utils import pulse_experiments
from aihwlab.utils.pulse_experiments import (
    compute_pulse_response,
    compute_pulse_statistics,
    config_of,
    estimate_n_steps,
    get_tile_for_plotting,
    gives_single_pulses,
    silence,
)
from tests.kernel.helpers import PULSED, equal_devices, ideal_steps

UP_AND_DOWN = np.array([1, 1, 1, -1, 1, -1, -1])
CELLS = [ConstantStepDevice(), MixedPrecisionCompound(device=ConstantStepDevice()), TikiTakaEcRamPreset().device]


def tile_of(device, traces=3, w_init=0.0, w_noise=0.0, **settings):
    return get_tile_for_plotting(config_of(device, w_noise), traces, w_init=w_init, **settings)


# -- tiles


@pytest.mark.parametrize('device', PULSED)
def test_weights_start_at_the_lower_bound_or_where_they_shall(device):
    device = equal_devices(device, w_min=-0.5)
    assert (tile_of(device, w_init=None).get_weights()[0] == -0.5).all()
    weights = tile_of(device, w_init=0.25).get_weights()[0]
    assert weights.shape == (3, 1) and (weights == 0.25).all()


def test_the_configuration_stays_as_it_is():
    config = SingleRPUConfig(device=ReRamSBPresetDevice(), mapping=MappingParameter(weight_scaling_omega=0.6))
    tile = get_tile_for_plotting(config, 2, noise_free=True)
    assert config == SingleRPUConfig(device=ReRamSBPresetDevice(), mapping=MappingParameter(weight_scaling_omega=0.6))
    assert tile.get_mapping_scales() is None and tile.rpu_config.forward.is_perfect


def test_noise_free_keeps_the_spread_and_takes_the_noise():
    tile = tile_of(ReRamSBPresetDevice(), 200, noise_free=True)
    weights = compute_pulse_response(tile, np.ones(100))
    steps = np.diff(weights[:, :, 0], axis=0)
    assert steps[0].std() > 0.1 * steps[0].mean() > 0
    assert np.abs(np.diff(steps, axis=0)).max() < 0.05 * steps[0].mean()


def test_noise_is_silenced_wherever_it_is():
    cell = MixedPrecisionCompound(device=SoftBoundsDevice(write_noise_std=3.0, w_max_dtod=0.2))
    transfer = TikiTakaEcRamPreset()
    for parameters in (cell, transfer.device):
        silence(parameters)
    assert cell.device.dw_min_std == cell.device.write_noise_std == 0 and cell.device.w_max_dtod == 0.2
    assert [device.dw_min_std for device in transfer.device.unit_cell_devices] == [0, 0]
    assert transfer.device.transfer_forward.is_perfect and not transfer.forward.is_perfect


@pytest.mark.parametrize('device, steps', [
    (IdealizedPresetDevice(), 10_000), (EcRamPresetDevice(), 1000), (PCMPresetDevice(), 62), (SoftBoundsPmaxDevice(), 2000),
    (ConstantStepDevice(dw_min=9.0), 1), (CELLS[1], 1000)])
def test_the_number_of_steps_is_the_range_over_the_granularity(device, steps):
    assert estimate_n_steps(config_of(device)) == steps


@pytest.mark.parametrize('device', [IdealDevice(), FloatingPointDevice(), IOParameters(), None])
def test_devices_without_pulses_are_refused(device):
    with pytest.raises(ConfigError, match='must be a device that is changed by pulses'):
        config_of(device)


@pytest.mark.parametrize('function', [estimate_n_steps, lambda config: get_tile_for_plotting(config, 1)])
def test_configurations_without_pulses_are_refused(function):
    with pytest.raises(ConfigError, match='must be a device that is changed by pulses'):
        function(SingleRPUConfig(device=IdealDevice()))


def test_impossible_tiles_are_refused():
    with pytest.raises(ValueError, match='n_traces = 0: must be at least 1'):
        get_tile_for_plotting(SingleRPUConfig(), 0)
    with pytest.raises(ConfigError, match=r'SingleRPUConfig\.device\.dw_min = -1\.0'):
        config_of(ConstantStepDevice(dw_min=-1.0))


# -- responses


def slowly(monkeypatch):
    """Let tiles be updated pulse by pulse."""
    monkeypatch.setattr(pulse_experiments, 'gives_single_pulses', lambda tile: False)


@pytest.mark.parametrize('fast', [True, False])
@pytest.mark.parametrize('device', PULSED)
def test_each_update_is_one_pulse(device, fast, monkeypatch):
    device = equal_devices(device, dw_min=0.01, w_max=0.9, w_min=-0.9)
    tile = tile_of(device)
    assert gives_single_pulses(tile)
    if not fast:
        slowly(monkeypatch)
    found = compute_pulse_response(tile, np.repeat([1, -1], [20, 30]))
    expected = pulse_response(device, 20, 30, devices=3).weights[1:]
    np.testing.assert_allclose(found[:, :, 0], expected, atol=1e-6)
    assert (tile.get_weights()[0].numpy() == found[-1]).all()


def test_both_ways_have_the_same_statistics(monkeypatch):
    def steps():
        tile = tile_of(ConstantStepDevice(dw_min_dtod=0.0, dw_min_std=0.3, up_down_dtod=0.0), 50)
        weights = compute_pulse_response(tile, np.resize([1, -1], 201))[:, :, 0]
        return np.diff(weights, axis=0) * np.resize([-1, 1], 200)[:, None]

    torch.manual_seed(1)
    fast = steps()
    slowly(monkeypatch)
    slow = steps()
    for found in (fast, slow):
        assert found.mean() == pytest.approx(0.001, abs=4.5 * 0.0003 / 100)
        assert found.std() == pytest.approx(0.0003, rel=4.5 / np.sqrt(2 * found.size))


def test_many_inputs_and_outputs_are_pulsed_alike(monkeypatch):
    config = SingleRPUConfig(device=ideal_steps(dw_min=0.01))
    config.update.pulse_type = PulseType.MEAN_COUNT
    config.update.desired_bl, config.update.update_management, config.update.update_bl_management = 1, False, False
    tile = config.tile_class(2, 3, config)
    tile.set_learning_rate(0.01)
    tile.set_weights(torch.arange(6.0).reshape(2, 3))
    assert not gives_single_pulses(tile)
    found = compute_pulse_response(tile, UP_AND_DOWN)
    np.testing.assert_allclose(found, np.arange(6).reshape(2, 3) + 0.01 * np.cumsum(UP_AND_DOWN)[:, None, None], atol=1e-5)


@pytest.mark.parametrize('device', CELLS)
def test_products_read_the_weights_with_noise(device):
    torch.manual_seed(2)
    tile = tile_of(device, 300, w_noise=0.2)
    seen = compute_pulse_response(tile, UP_AND_DOWN, use_forward=True)
    difference = seen[-1] - tile.get_weights()[0].numpy()
    assert difference.std() == pytest.approx(0.2, rel=4.5 / np.sqrt(600))


def test_cells_of_several_parts_respond_too():
    found = compute_pulse_response(tile_of(MixedPrecisionCompound(device=ideal_steps())), np.repeat([1, -1], [30, 50]))
    assert found[29].min() > 0.02 and found[-1].max() < -0.01


@pytest.mark.parametrize('direction', [[1, 0, -1], [0.5], [[1, -1]], [2]])
def test_other_directions_are_refused(direction):
    with pytest.raises(ValueError, match='must be 1 for up or -1 for down'):
        compute_pulse_response(tile_of(ConstantStepDevice()), np.array(direction))


# -- statistics


def test_mean_steps_follow_the_law_of_the_device():
    tile = tile_of(equal_devices(SoftBoundsDevice, dw_min=0.01, w_max=0.8, w_min=-0.4, dw_min_std=0.5), 4)
    direction = np.tile(np.repeat([1, -1], 150), 8)
    trace, nodes = compute_pulse_response(tile, direction), np.linspace(-0.2, 0.6, 5)
    for up, expected in ((True, 0.01 * (1 - nodes / 0.8)), (False, -0.01 * (1 + nodes / 0.4))):
        mean, deviation = compute_pulse_statistics(nodes, trace, direction, up)
        assert mean.shape == deviation.shape == (5, 4, 1)
        np.testing.assert_allclose(mean.mean(axis=(1, 2)), expected, rtol=0.12)
        np.testing.assert_allclose(deviation.mean(axis=(1, 2)), 0.5 * np.abs(expected), rtol=0.2)


def test_the_change_belongs_to_the_weight_before_it():
    trace = np.array([0.0, 1.0, 3.0, 2.0])[:, None, None]
    mean, deviation = compute_pulse_statistics(np.arange(4.0), trace, np.array([1, 1, 1, -1]), True, smoothness=0.1)
    np.testing.assert_array_equal(mean[:, 0, 0], [1, 2, np.nan, np.nan])
    assert np.isnan(deviation).all()
    mean, _ = compute_pulse_statistics(np.arange(4.0), trace, np.array([1, 1, 1, -1]), False, smoothness=0.1)
    np.testing.assert_array_equal(mean[:, 0, 0], [np.nan, np.nan, np.nan, -1])


def test_more_smoothness_takes_more_pulses_together():
    trace = np.array([0.0, 1.0, 3.0, 4.0])[:, None, None]
    mean, deviation = compute_pulse_statistics(np.arange(5.0), trace, np.ones(4), True, smoothness=2.5)
    assert mean[0, 0, 0] == 1.5 and deviation[0, 0, 0] == pytest.approx(np.sqrt(0.5)) and mean[2, 0, 0] == 1.5


@pytest.mark.parametrize('settings, message', [
    (dict(direction=np.ones(3)), 'direction of 3 pulses and w_trace of 4'), (dict(smoothness=0.0), 'smoothness = 0.0')])
def test_statistics_of_other_things_are_refused(settings, message):
    arguments = dict(w_nodes=np.arange(3.0), w_trace=np.zeros((4, 1, 1)), direction=np.ones(4), up_direction=True)
    with pytest.raises(ValueError, match=message):
        compute_pulse_statistics(**{**arguments, **settings})
