"""The explorers of lesson 3: circuit, tile, wires and pulse trains."""

import subprocess
import sys

import numpy as np
import pytest

from aihwlab.widgets import CircuitExplorer, LineResistanceExplorer, PulseTrainsExplorer, TileExplorer
from aihwlab.widgets.crossbar_circuit import CONDUCTANCES
from aihwlab.widgets.pulse_trains import STEP, trains

OTHER = {  # another value of each control, and what must be different in the picture
    CircuitExplorer: dict(V_1=-0.1, V_2=0.0, V_3=0.2, weights='all cells equal', drive='columns'),
    TileExplorer: dict(dac_bits=3, adc_bits=4, noise=0.3, programming=0.0, time=1e8, inputs=256, adc_range=3.0,
                       wires=3.0, seed=2),
    LineResistanceExplorer: dict(size=32, resistance=5.0, g_max=5.0, cells='random'),
    PulseTrainsExplorer: dict(x_1=-0.5, d_1=0.2, length=60, shown=30, rate=0.1, seed=3),
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


def test_currents_that_are_drawn_obey_kirchhoff(explorers):
    explorer = explorers[CircuitExplorer]
    for drive, axis in (('rows', 0), ('columns', 1)):
        explorer.set(V_1=0.2, V_2=-0.1, V_3=0.05, drive=drive)
        _, voltage, cells, sums, _ = explorer.result
        np.testing.assert_allclose(cells.sum(axis=axis), sums)
        conductance = CONDUCTANCES[explorer.values['weights']]
        np.testing.assert_allclose(sums, (conductance.T if drive == 'rows' else conductance) @ voltage)
        np.testing.assert_allclose(explorer.view.current.get_ydata()[1:4], 1e6 * sums)
    assert 'µA' in explorer.text and 'transposed' in explorer.text


def test_a_line_is_as_thick_as_its_current_is_large(explorers):
    explorer = explorers[CircuitExplorer]
    explorer.set(V_1=0.2, V_2=0.0, V_3=0.0, weights='all cells equal', drive='rows')
    widths = np.array([line.get_linewidth() for line in explorer.view.rows[0]])
    np.testing.assert_allclose(np.diff(widths), -2 * 1.2)
    assert explorer.view.rows[1][0].get_linewidth() == pytest.approx(0.8)


def test_without_noise_each_bit_halves_the_error(explorers):
    explorer = explorers[TileExplorer]
    explorer.reset()
    explorer.set(noise=0.0, programming=0.0, dac_bits=12, adc_bits=8)
    errors = explorer.result.errors[3:8]
    np.testing.assert_allclose(errors[:-1] / errors[1:], 2, rtol=0.1)


def test_noise_makes_more_bits_useless(explorers):
    explorer = explorers[TileExplorer]
    explorer.reset()
    assert explorer.result.errors[-1] == pytest.approx(explorer.result.error, rel=0.01)
    assert '12.4 %' in explorer.text


def test_a_range_that_is_too_small_cuts_off(explorers):
    explorer = explorers[TileExplorer]
    explorer.reset()
    explorer.set(adc_range=2.0)
    assert abs(explorer.result.analog).max() == pytest.approx(2.0, rel=1e-2) and 'cut off' in explorer.text


def test_loss_is_that_of_a_uniform_array(explorers):
    """Values of an independent solution of the circuit: 64 cells of 25 uS, 1 ohm: 6.5 % on average, 8.0 % farthest."""
    explorer = explorers[LineResistanceExplorer]
    explorer.reset()
    assert explorer.result.lost.mean() == pytest.approx(0.065, abs=0.0005)
    assert explorer.result.lost[-1] == pytest.approx(0.080, abs=0.0005)
    worst = np.unravel_index(explorer.result.voltage.argmin(), (64, 64))
    assert worst[0] == 0 and worst[1] > 50
    np.testing.assert_allclose(explorer.view.image.get_array(), 100 * explorer.result.voltage)
    assert 'ohm' in explorer.text


def test_coincidences_are_the_outer_product_on_average():
    """400 updates: the standard error of the first crosspoint is 0.12 steps."""
    results = [trains(1.0, -0.8, 31, 100, 0.02, seed) for seed in range(400)]
    done = np.mean([result.done for result in results], axis=0)
    np.testing.assert_allclose(done / STEP, results[0].wanted / STEP, atol=0.5)


def test_no_slot_no_change(explorers):
    explorer = explorers[PulseTrainsExplorer]
    explorer.reset()
    explorer.set(shown=0)
    assert (explorer.result.done == 0).all() and explorer.text.startswith('0 of 31')


@pytest.mark.slow
def test_needs_no_torch():
    program = ('import sys; from aihwlab.widgets import PulseTrainsExplorer, TileExplorer; from aihwlab.lessons '
               'import crossbar_mvm; '
               'TileExplorer(); PulseTrainsExplorer(); assert "torch" not in sys.modules')
    subprocess.run([sys.executable, '-c', program], check=True, timeout=120)
