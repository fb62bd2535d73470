"""The explorers of lesson 2: one pulse, trains of pulses, an array, and ageing."""

import numpy as np
import pytest

from aihwlab.physics.pcm_pulse import Pulse, apply_pulse
from aihwlab.widgets import PCMArrayExplorer, PCMDriftExplorer, PCMPulseExplorer, PCMTrainExplorer
from aihwlab.widgets.pcm_pulse import CELL

OTHER = {
    PCMPulseExplorer: dict(power=250, width=100, fall=100, moment=30, thickness=40.0),
    PCMTrainExplorer: dict(power=210, down=310, noise=5.0, shown=20, spread=8.0, width=80, pulses=8),
    PCMArrayExplorer: dict(pulses=40, noise=0.0, read_noise=4.0, shown=3),
    PCMDriftExplorer: dict(target=2.5, time=1e3, programming=0.0, noise=0.0),
}


@pytest.fixture(scope='module')
def explorers():
    return {kind: kind() for kind in OTHER}


@pytest.mark.parametrize('kind, name', [(kind, name) for kind, values in OTHER.items() for name in values])
def test_every_control_changes_the_picture_and_reset_brings_it_back(explorers, kind, name):
    explorer = explorers[kind]
    explorer.reset()
    picture, text = explorer.picture.value, explorer.text
    explorer.controls[name].value = OTHER[kind][name]
    assert explorer.error is None and explorer.picture.value != picture
    explorer.reset()
    assert explorer.text == text and explorer.picture.value == picture


@pytest.mark.parametrize('kind', OTHER)
def test_text_has_units_and_curves_have_numbers(explorers, kind):
    explorer = explorers[kind]
    explorer.reset()
    assert 'µS' in explorer.text
    assert all(np.isfinite(curve.get_ydata()).all() and len(curve.get_ydata()) for curve in explorer.view.curves)


def test_the_pulse_opens_with_a_reset_as_the_physics_has_it(explorers):
    explorer = explorers[PCMPulseExplorer]
    explorer.reset()
    trace = apply_pulse(CELL, Pulse(400e-6))
    np.testing.assert_array_equal(explorer.view.glass.get_ydata(), trace.thickness * 1e9)
    assert '20.0 pJ' in explorer.text and 'from 0.0 nm to 27.3 nm' in explorer.text and '0.51 µS' in explorer.text


@pytest.mark.parametrize('width, shown', [(5, 50), (20, 50), (25, 100), (165, 200), (170, 200), (175, 250)])
def test_the_time_shown_is_the_next_multiple_of_50_ns(explorers, width, shown):
    explorer = explorers[PCMPulseExplorer]
    explorer.reset()
    explorer.set(width=width)
    assert [axes.get_xlim() for axes in explorer.view.times] == [(0, shown)] * 4


def test_play_scans_through_the_pulse(explorers):
    explorer = explorers[PCMPulseExplorer]
    explorer.reset()
    for _ in range(41):
        explorer.player.go_on()
    assert explorer.values['moment'] == 40
    assert explorer.view.melt_area.get_xy()[:, 1].max() == pytest.approx(27.9, abs=0.1)
    assert explorer.view.now[0].get_xdata()[0] == pytest.approx(32, abs=0.5)
    explorer.reset()


def test_the_train_goes_up_in_steps_and_down_at_once(explorers):
    explorer = explorers[PCMTrainExplorer]
    explorer.reset()
    mean = explorer.view.mean.get_ydata()
    assert mean[15] - mean[16] > 4 * np.diff(mean[:16]).max() and mean[16] == pytest.approx(mean[-1], rel=0.02)


def test_write_noise_of_one_pulse_is_as_large_as_its_signal(explorers):
    explorer = explorers[PCMArrayExplorer]
    explorer.reset()
    explorer.set(pulses=1, shown=1)
    first = explorer.result.conductance[1]
    assert 0.5 < first.std() / first.mean() < 1.5


def test_drift_of_the_mean_is_a_line_on_logarithmic_axes(explorers):
    explorer = explorers[PCMDriftExplorer]
    explorer.reset()
    explorer.set(noise=0.0)
    time, mean = explorer.view.mean.get_data()
    late = time > 1e3
    slope = np.polyfit(np.log(time[late]), np.log(mean[late]), 1)[0]
    assert slope == pytest.approx(-0.049, abs=0.001)


@pytest.mark.parametrize('explorer, name', [(PCMArrayExplorer, 'bars'), (PCMTrainExplorer, 'bars'), (PCMDriftExplorer, 'now')])
def test_histograms_hold_all_cells_and_reach_their_fullest_bin(explorer, name):
    view = explorer().view
    line = getattr(view, name)
    corners = line.axes.transData.inverted().transform(line.get_transform().transform_path(line.get_path()).vertices)
    count, value = corners.T
    bins = np.diff(value)[1::2]
    np.testing.assert_allclose(bins, bins[0])
    assert line.get_drawstyle() == 'default' and count.max() == pytest.approx(line.get_xdata().max())
    cells = count[1:-1:2].sum()
    if name == 'bars':
        cells *= int(view.caption.get_text().split('fullest bin: ')[1].split()[0])
    assert cells == pytest.approx(1000)
