"""How exactly pulses write weights: targets, bins, and the error of devices that can reach them and of those that cannot."""

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.inference import drift_analog_weights, program_analog_weights
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import InferenceRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.presets import PresetIOParameters
from aihwlab.utils.programming_error import binned, plot_model_programming_error, plot_programming_error, targets

QUICK = dict(n_rows=12, n_bins=7, max_iter=60)


pytestmark = pytest.mark.usefixtures('no_window')


def test_targets_fill_a_range_in_random_order():
    weights = targets((-0.5, 1.0), 10)
    np.testing.assert_allclose(np.sort(weights.ravel()), np.linspace(-0.5, 1, 100), atol=1e-6)
    assert (np.diff(weights.ravel()) < 0).any()


def test_bins_have_mean_and_standard_error_and_empty_ones_are_left_out():
    centre, mean, error = binned(np.array([0.0, 0.1, 0.9, 1.0, 1.0]), np.array([1.0, 3.0, 5.0, 5.0, 5.0]), 4)
    np.testing.assert_allclose(centre, [0.125, 0.875])
    np.testing.assert_allclose(mean, [2, 5])
    np.testing.assert_allclose(error, [1, 0], atol=1e-6)


@pytest.mark.parametrize('realistic_read', [False, True])
def test_weights_within_the_bounds_are_reached_and_others_are_not(realistic_read):
    device = ConstantStepDevice(w_max=0.6, w_min=-0.6, w_max_dtod=0.0, w_min_dtod=0.0)
    axes = plot_programming_error(device, realistic_read=realistic_read, label='bounded', **QUICK)
    line = next(line for line in axes.lines if line.get_label() == 'bounded')
    centre, error = line.get_xdata(), line.get_ydata()
    inside = np.abs(centre) < 0.5
    assert np.abs(error[inside]).max() < 0.1 and error[0] > 0.15 and error[-1] < -0.15
    np.testing.assert_allclose(error[[0, -1]], [-0.6 - centre[0], 0.6 - centre[-1]], atol=0.1)


def test_matrices_need_not_be_square():
    given = np.linspace(-0.3, 0.3, 12).reshape(3, 4)
    axes = plot_programming_error(ConstantStepDevice(), w_init=given, n_bins=3, max_iter=30)
    assert len(axes.lines[-1].get_xdata()) == 3


def test_several_devices_share_axes_in_different_colours():
    _, axes = plt.subplots()
    config = SingleRPUConfig(device=ConstantStepDevice(), forward=PresetIOParameters())
    for what in (ConstantStepDevice(), config):
        assert plot_programming_error(what, axes=axes, **QUICK) is axes
    curves = [line for line in axes.lines if line.get_label() == 'ConstantStepDevice']
    assert len(curves) == 2 and curves[0].get_color() != curves[1].get_color()
    assert config == SingleRPUConfig(device=ConstantStepDevice(), forward=PresetIOParameters())


@pytest.mark.parametrize('settings, message', [
    (dict(t_inference=1.0), 't_inference = 1.0'), (dict(w_range=(1.0, 1.0)), r'w_range = \(1\.0, 1\.0\)'),
    (dict(w_init=np.zeros(4)), r'w_init of shape \(4,\)'), (dict(n_bins=0), 'n_bins = 0')])
def test_impossible_wishes_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        plot_programming_error(ConstantStepDevice(), **{**QUICK, **settings})


def test_what_cannot_be_programmed_is_refused():
    with pytest.raises(ConfigError, match='must be a device that is changed by pulses'):
        plot_programming_error(IdealDevice(), **QUICK)


@pytest.mark.parametrize('realistic_read', [False, True])
def test_tiles_for_inference_have_the_noise_of_their_model_and_drift(realistic_read):
    config = InferenceRPUConfig(forward=PresetIOParameters(is_perfect=True))
    errors = []
    for time in (None, 3.15e7):
        axes = plot_programming_error(config, n_rows=30, n_bins=8, t_inference=time, realistic_read=realistic_read,
                                      axes=plt.figure().gca())
        errors.append(axes.lines[1].get_ydata())
    programmed, drifted = errors
    assert 0 < abs(programmed).max() < 0.05
    assert drifted[0] > 0.3 and drifted[-1] < -0.3, 'all weights come nearer to zero'


def programmed_model(**mapping):
    model = AnalogSequential(AnalogLinear(20, 15, rpu_config=InferenceRPUConfig(mapping=MappingParameter(**mapping))),
                             AnalogLinear(15, 3, rpu_config=InferenceRPUConfig(mapping=MappingParameter(**mapping))))
    program_analog_weights(model.eval())
    return model


def test_a_model_has_a_curve_for_each_tile_and_is_left_as_it_is():
    model = programmed_model()
    drift_analog_weights(model, 3600.0)
    x = torch.rand(1, 20)
    state, seen = model.state_dict(), [tile.present_weights().clone() for tile in model.analog_tiles()]
    axes = plot_model_programming_error(model, n_bins=5, linestyle=':')
    assert [line.get_label() for line in axes.lines[1:]] == ['0', '1'] and axes.lines[1].get_linestyle() == ':'
    for before, tile in zip(seen, model.analog_tiles()):
        assert (before == tile.present_weights()).all()
    tile = next(model.analog_tiles())
    target, programmed = tile.reference_combined_weights.detach().numpy(), tile.programmed_weights.numpy()
    np.testing.assert_allclose(axes.lines[1].get_ydata(), binned(target.ravel(), (programmed - target).ravel(), 5)[1])
    assert state.keys() == model.state_dict().keys() and torch.isfinite(model(x)).all()


def test_with_scales_the_weights_of_a_model_are_the_logical_ones():
    model = programmed_model(weight_scaling_omega=1.0)
    largest = [tile.get_weights()[0].abs().max().item() for tile in model.train().analog_tiles()]
    model.eval()
    for is_logical, wanted in ((False, [1.0, 1.0]), (True, largest)):
        plt.figure()
        axes = plot_model_programming_error(model, n_bins=11, apply_weight_scaling=is_logical)
        reach = [np.abs(line.get_xdata()).max() for line in axes.lines[1:]]
        np.testing.assert_allclose(reach, wanted, rtol=0.12)  # the middle of the outer bin


def test_a_model_that_is_not_programmed_is_refused_by_the_name_of_the_tile():
    model = programmed_model()
    model[1].analog_module.set_weights(torch.zeros(3, 15))
    with pytest.raises(TileError, match='1.analog_module: not programmed'):
        plot_model_programming_error(model)
    with pytest.raises(TileError, match='without tiles'):
        plot_model_programming_error(torch.nn.Linear(2, 2))
