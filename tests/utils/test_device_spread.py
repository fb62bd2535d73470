"""Histograms of many devices: each device, or each pulse in the middle of the range, is counted once."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from aihwlab.utils.device_spread import draw_changes, draw_ends


def axes():
    return Figure().subplots()


def heights(container):
    return [patch.get_height() for patch in container]


def test_weights_after_both_directions_share_their_bins():
    panel = axes()
    draw_ends(panel, np.array([0.9, 1.0, 1.0]), np.array([0.0, 0.0, 0.1]))
    up, down = panel.containers
    assert [sum(patch.get_width() for patch in container) for container in (up, down)] == [3, 3]
    assert [patch.get_y() for patch in up] == [patch.get_y() for patch in down]
    assert up[-1].get_width() == 2 and down[0].get_width() == 2
    assert panel.get_title() == 'weights of 3 devices'


def test_changes_are_those_in_the_middle_of_the_range():
    weights = np.concatenate([np.arange(11), np.arange(10, -1, -1)])[:, None] / 10.0
    weights[6:11] += 0.05  # one pulse from the middle, at 0.5, goes further than the others
    panel = axes()
    draw_changes(panel, weights, 11)
    up, down = panel.containers
    assert sum(heights(up)) == pytest.approx(100) and sum(heights(down)) == pytest.approx(100)
    widest = up[int(np.argmax(heights(up)))]
    assert widest.get_x() <= 0.15 <= widest.get_x() + widest.get_width() + 1e-9
    assert all(patch.get_x() + patch.get_width() <= 1e-9 for patch in down if patch.get_height())


def test_large_changes_in_one_direction_are_not_cut_off():
    """A device that falls from its top in one pulse, after many pulses up."""
    weights = np.concatenate([np.linspace(0.0, 1.0, 500), [0.5, 0.0]])[:, None]
    panel = axes()
    draw_changes(panel, weights, 500)
    assert [sum(heights(container)) for container in panel.containers] == [pytest.approx(100), pytest.approx(100)]


def test_all_changes_are_drawn_if_none_starts_in_the_middle():
    panel = axes()
    draw_changes(panel, np.array([[0.0], [1.0], [0.0], [-1.0]]), 2)
    assert len(panel.containers) == 2
