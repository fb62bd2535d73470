"""The crossbar at work, without a browser."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from aihwlab.widgets import CrossbarAnimation
from aihwlab.widgets.style import BLUE, RED


@pytest.fixture(scope='module')
def explorer():
    return CrossbarAnimation()


def lengths(explorer):
    return [float(np.abs(np.diff(segment, axis=0)).sum()) for segment in explorer.view.pulses.get_segments()]


def test_pulses_travel(explorer):
    explorer.set(operation='update', moment=0.5)
    first = lengths(explorer)
    explorer.set(moment=2.0)
    second = lengths(explorer)
    assert max(first) > 0 and all(later >= earlier for later, earlier in zip(second, first)) and max(second) < 4.2


def test_rings_show_where_pulses_meet(explorer):
    explorer.set(operation='update')
    for moment in np.arange(0, 100, 0.5):
        explorer.set(moment=float(moment))
        colours = explorer.view.rings.get_edgecolors()
        for colour, change in zip(colours, explorer.result.changes.ravel()):
            assert tuple(colour) == (to_rgba(BLUE if change > 0 else RED) if change else (0, 0, 0, 0))
    assert 'slot 8 of 8' in explorer.text


def test_currents_add_up_along_a_column(explorer):
    explorer.set(operation='product', moment=50.0)
    widths = np.array(explorer.view.flows.get_linewidths()).reshape(4, 4)
    np.testing.assert_allclose(widths[:, 0], 1 + 1e6 * abs(np.cumsum(explorer.result.current[:, 0])))
    assert explorer.view.flows.get_visible() and explorer.values['slots'] is None
    explorer.set(operation='update')
    assert not explorer.view.flows.get_visible() and explorer.values['slots'] == 8


def test_darker_cells_conduct_more(explorer):
    explorer.set(operation='product')
    light = explorer.view.cells.get_facecolors()[:, :3].sum(axis=1)
    assert np.argsort(light).tolist() == np.argsort(-explorer.result.conductance.ravel(), kind='stable').tolist()


def test_counter_runs(explorer):
    explorer.set(operation='update', moment=100.0)
    assert explorer.view.counter.get_text() == f'800 ns, {1e12 * explorer.result.energy:.2f} pJ'
    assert explorer.sentence.startswith('Update: 800 ns and')


def test_frames_share_one_background(explorer):
    explorer.set(operation='update', moment=0.0)
    before = explorer.drawing.frames
    for moment in (10.0, 20.0, 30.0):
        explorer.set(moment=moment)
    assert explorer.drawing.frames == before
