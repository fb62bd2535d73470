"""Pictures of devices: what is drawn is what was computed, labelled, and readable for everyone."""

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.pulse_response import pulse_response
from aihwlab.parameters.mixed_precision import MixedPrecisionCompound
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice, SoftBoundsDevice, TransferCompound
from aihwlab.simulator.presets import (
    EcRamPresetDevice,
    PCMPresetDevice,
    PCMPresetUnitCell,
    ReRamArrayHfO2PresetDevice,
    ReRamESPresetDevice,
    ReRamSBPresetDevice,
    TikiTakaEcRamPreset,
)
from aihwlab.utils import visualization
from aihwlab.utils.pulse_experiments import config_of
from aihwlab.utils.visualization import (
    MANY,
    MANY_CELLS,
    POINTS,
    get_tile_for_plotting,
    plot_device,
    plot_device_compact,
    plot_device_symmetry,
    plot_pulse_response,
    plot_pulse_statistics,
    plot_response_overview,
    symmetry_point,
)
from tests.kernel.helpers import equal_devices, ideal_steps

DEVICES = [ReRamSBPresetDevice(), EcRamPresetDevice(), PCMPresetDevice(),
           MixedPrecisionCompound(device=ConstantStepDevice(dw_min=0.02)), PCMPresetUnitCell(), TikiTakaEcRamPreset().device]
QUICK = dict(n_steps=40, n_loops=2)


pytestmark = pytest.mark.usefixtures('no_window')


def texts(figure):
    """Return all words in a figure."""
    return [text.get_text() for axes in figure.axes for text in (axes.title, axes.xaxis.label, axes.yaxis.label)]


def test_the_response_is_drawn_as_it_was_computed():
    tile = get_tile_for_plotting(config_of(ideal_steps(dw_min=0.01)), 2, w_init=0.0)
    direction = np.repeat([1, -1], 5)
    trace = plot_pulse_response(tile, direction)
    lines = plt.gca().lines
    assert trace.shape == (10, 2, 1) and len(lines) == 2
    assert (lines[1].get_ydata() == trace[:, 1, 0]).all() and (lines[1].get_xdata() == np.arange(1, 11)).all()


def test_long_responses_are_drawn_with_few_points_from_the_first_to_the_last():
    tile = get_tile_for_plotting(config_of(ReRamSBPresetDevice()), 1)
    trace = plot_pulse_response(tile, np.ones(10 * POINTS))
    line, = plt.gca().lines
    assert len(line.get_xdata()) <= POINTS and line.get_xdata()[[0, -1]].tolist() == [1, 10 * POINTS]
    assert line.get_ydata()[-1] == trace[-1, 0, 0]


def test_statistics_are_drawn_with_their_noise():
    tile = get_tile_for_plotting(config_of(ConstantStepDevice(dw_min=0.01)), 2)
    direction = np.tile(np.repeat([1, -1], 60), 3)
    trace = plot_pulse_response(tile, direction)
    plt.figure()
    nodes, mean, deviation = plot_pulse_statistics(trace, direction, up_direction=False, num_nodes=20)
    axes = plt.gca()
    assert nodes.shape == (20,) and mean.shape == deviation.shape == (20, 2, 1) and len(axes.collections) == 2
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), mean[:, 0, 0])
    assert 'down' in axes.get_ylabel() and np.nanmean(mean) < 0


@pytest.mark.parametrize('device', DEVICES, ids=lambda device: type(device).__name__)
def test_the_overview_of_a_device_has_response_steps_and_noise(device):
    assert plot_device(device, n_traces=3, **QUICK) is None
    figure = plt.gcf()
    response, mean, noise = figure.axes
    assert len(response.lines) == 3 and len(response.lines[0].get_xdata()) == 160
    assert figure.get_suptitle() == type(device).__name__ and all(texts(figure))
    up, down = (next(line.get_ydata() for line in mean.lines if line.get_label() == f'pulse {way}') for way in ('up', 'down'))
    assert np.nanmean(up) > 0 > np.nanmean(down) or isinstance(device, TransferCompound)  # which follows late
    assert noise.get_ylim()[0] == 0


def test_steps_are_those_of_the_device_beside_its_write_noise():
    plot_device(ReRamSBPresetDevice(), n_traces=4, n_steps=300, n_loops=2)
    noise = plt.gcf().axes[2]
    lines = {line.get_label(): line.get_ydata() for line in noise.lines}
    assert lines['write noise'][0] == pytest.approx(0.112) and np.nanmedian(lines['pulse up']) < 0.012
    assert 'read noise' not in lines


def test_devices_of_a_few_states_have_steps_over_their_whole_range():
    plot_device(ReRamArrayHfO2PresetDevice())
    for line in plt.gcf().axes[1].lines:
        if line.get_label().startswith('pulse'):
            assert np.isfinite(line.get_ydata()).mean() > 0.3


def test_read_noise_is_drawn_and_in_the_response():
    plot_device(ideal_steps(dw_min=0.001), w_noise=0.05, n_traces=2, **QUICK)
    response, _, noise = plt.gcf().axes
    assert {line.get_label(): line.get_ydata()[0] for line in noise.lines}['read noise'] == 0.05
    assert np.diff(response.lines[0].get_ydata()).std() > 0.04


def test_the_overview_needs_no_new_figure():
    figure = plt.figure()
    plot_response_overview(config_of(EcRamPresetDevice()), **QUICK)
    assert plt.gcf() is figure and len(figure.axes) == 3


@pytest.mark.parametrize('device', DEVICES, ids=lambda device: type(device).__name__)
def test_the_compact_picture_has_the_spread_of_many_devices(device):
    figure = plot_device_compact(device, **QUICK)
    response, ends, changes = figure.axes
    count = MANY if isinstance(device, PulsedDevice) else MANY_CELLS
    assert len(response.lines) == 4 and response.lines[3].get_label() == f'mean of {count}'
    assert ends.get_shared_y_axes().joined(ends, response) and all(text for text in texts(figure) if text != '')
    drawn = [sum(patch.get_width() for patch in container) for container in ends.containers]
    assert drawn == [count, count]
    for container in changes.containers:
        assert sum(patch.get_height() for patch in container) == pytest.approx(100, abs=2)


def test_the_mean_of_many_devices_is_that_of_the_law():
    figure = plot_device_compact(equal_devices(SoftBoundsDevice, dw_min=0.02, w_min=-0.6), w_init=0.0, n_steps=30)
    mean = figure.axes[0].lines[3].get_ydata()
    expected = pulse_response(equal_devices(SoftBoundsDevice, dw_min=0.02, w_min=-0.6), 30, 30, devices=1).weights[1:, 0]
    np.testing.assert_allclose(mean, expected, atol=1e-5)


def test_the_compact_picture_can_be_drawn_among_others():
    _, (left, right) = plt.subplots(1, 2)
    assert plot_device_compact(EcRamPresetDevice(), axes=right, linewidth=3.0, **QUICK) is right
    assert not left.lines and len(right.lines) == 3 and right.lines[0].get_linewidth() == 3
    assert right.get_title() == 'EcRamPresetDevice'


@pytest.mark.parametrize('device, point', [(SoftBoundsDevice(w_max=0.6, w_min=-0.6), 0.0),
                                           (SoftBoundsDevice(w_max=0.9, w_min=-0.3), 0.0),
                                           (SoftBoundsDevice(w_max=0.6, w_min=-0.6, up_down=0.5), 0.2)])
def test_the_symmetry_point_is_where_steps_are_equal(device, point):
    """Of soft bounds with equal steps at weight 0 it is there; with `down = up / 2`, at a third of the bounds."""
    assert symmetry_point(device) == pytest.approx(point, abs=1e-3)


def test_constant_steps_have_no_symmetry_point():
    assert symmetry_point(ConstantStepDevice()) is None


def test_pulses_in_turn_lead_to_the_symmetry_point():
    assert plot_device_symmetry(equal_devices(SoftBoundsDevice, dw_min=0.02, up_down=0.5), n_pulses=600, w_init=0.5) is None
    axes, = plt.gcf().axes
    *traces, line = axes.lines
    assert len(traces) == 3 and line.get_ydata()[0] == pytest.approx(0.2, abs=1e-3) and '0.20' in line.get_label()
    assert traces[0].get_ydata()[0] > 0.45 and abs(traces[0].get_ydata()[-1] - 0.2) < 0.03


def test_cells_of_several_parts_have_a_picture_of_symmetry_without_the_line():
    plot_device_symmetry(DEVICES[3], n_pulses=20, n_traces=2)
    assert len(plt.gca().lines) == 2


@pytest.mark.parametrize('plot', [plot_device, plot_device_compact, plot_device_symmetry])
def test_devices_without_pulses_are_refused_before_a_figure_is_made(plot):
    with pytest.raises(ConfigError, match='must be a device that is changed by pulses'):
        plot(IdealDevice())
    assert not plt.get_fignums()


@pytest.mark.parametrize('plot, settings, message', [
    (plot_device_compact, dict(n_steps=0), 'n_steps = 0: must be at least 1'), (plot_device, dict(n_loops=0), 'n_loops = 0'),
    (plot_device_symmetry, dict(n_pulses=0), 'n_pulses = 0'), (plot_device_symmetry, dict(n_traces=0), 'n_traces = 0')])
def test_impossible_numbers_are_refused(plot, settings, message):
    with pytest.raises(ValueError, match=message):
        plot(ReRamESPresetDevice(), **settings)


def test_a_seed_fixes_a_picture():
    pictures = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        pictures.append(plot_device_compact(ReRamSBPresetDevice(), **QUICK).axes[0].lines[0].get_ydata())
    assert (pictures[0] == pictures[1]).all() and (pictures[0] != pictures[2]).any()


def test_what_is_here_is_what_aihwkit_has():
    assert all(hasattr(visualization, name) for name in visualization.__all__)
