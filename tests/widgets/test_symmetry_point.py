"""The explorer of pulses up and down: all devices end where the steps cancel."""

import numpy as np
import pytest

from aihwlab.widgets import SymmetryPointExplorer
from aihwlab.widgets.symmetry_point import PULSES, STARTS


@pytest.fixture(scope='module')
def explorer():
    return SymmetryPointExplorer()


def test_opening_state_shows_devices_that_meet_at_the_symmetry_point(explorer):
    explorer.reset()
    ends = [line.get_ydata()[-1] for line in explorer.view.devices]
    assert [line.get_ydata()[0] for line in explorer.view.devices] == pytest.approx(STARTS)
    assert np.ptp(ends) < 0.2 and abs(np.mean(ends) - 0.25) < 0.1
    assert 'The steps cancel at 0.25' in explorer.text and explorer.controls['share'].disabled


@pytest.mark.parametrize('asymmetry', [-0.5, 0.0, 0.3])
def test_the_line_is_where_the_curves_cross(explorer, asymmetry):
    explorer.set(order='in turn', up_down=asymmetry)
    up, down = (line.get_xdata() for line in (explorer.view.up, explorer.view.down))
    height = explorer.view.lines[0].get_ydata()[0]
    crossing = explorer.view.up.get_ydata()[abs(up - down).argmin()]
    expected = asymmetry / (2 - abs(asymmetry))
    assert height == pytest.approx(expected, abs=1e-3) and crossing == pytest.approx(expected, abs=0.02)
    assert explorer.view.meeting.get_ydata()[0] == height


def test_more_pulses_up_move_the_point(explorer):
    explorer.set(order='at random', up_down=0.0)
    assert explorer.values['share'] == 50
    points = []
    for share in (0, 25, 50, 75, 100):
        explorer.controls['share'].value = share
        assert explorer.error is None
        points.append(explorer.result.point)
    np.testing.assert_allclose(points, [-1, -0.5, 0, 0.5, 1], atol=1e-3)


def test_fewer_states_get_there_faster_and_jump_more(explorer):
    jumps = []
    for states in (20.0, 100.0):
        explorer.set(order='in turn', states=states, noise=0.0)
        jumps.append(np.abs(np.diff(explorer.result.weights[-100:], axis=0)).mean())
    assert jumps[0] == pytest.approx(5 * jumps[1], rel=0.1) and len(explorer.result.weights) == PULSES + 1
