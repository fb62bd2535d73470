"""The explorers of energy and of the roofline: their opening state, every control, and what they draw."""

import numpy as np
import pytest

from aihwlab.physics.energy import analog_budget, digital_budget
from aihwlab.physics.measure_machine import Measurement
from aihwlab.physics.roofline import Machine, intensity
from aihwlab.widgets import ProductEnergy, RooflineExplorer, TileEnergy
from aihwlab.widgets.energy import BATCHES, brief
from aihwlab.widgets.tile_energy import TILES

MOVES = {
    ProductEnergy: dict(batch=64, number='fp32', resident=50, memory='HBM2'),
    RooflineExplorer: dict(batch=64, width='32 bits', peak=2.0, bandwidth=4.0, resident=50),
    TileEnergy: dict(tile_size=16, adc_bits=12, time=500.0, figure_of_merit=100.0)}


@pytest.fixture(scope='module', params=MOVES, ids=lambda kind: kind.__name__)
def explorer(request):
    return request.param()


def test_every_control_changes_the_picture_and_reset_brings_it_back(explorer):
    explorer.reset()
    opening, text = explorer.file('png'), explorer.text
    moves = MOVES[type(explorer)]
    assert set(moves) == set(explorer.controls)
    for name, value in moves.items():
        explorer.controls[name].value = value
        assert explorer.error is None and explorer.file('png') != opening and explorer.text != text, name
        explorer.reset()
        assert explorer.file('png') == opening and explorer.text == text


def test_texts_have_units(explorer):
    explorer.reset()
    assert 'pJ for one multiplication' in explorer.text or 'operations per byte' in explorer.text
    for axes in explorer.figure.axes:
        assert axes.get_xlabel() and axes.get_title()


def test_opening_state_of_the_product_is_a_fetch_from_dram():
    explorer = ProductEnergy()
    assert explorer.result.chosen.share('weights from memory') > 0.99
    assert '163 pJ' in explorer.text and 'goes into weights from memory' in explorer.text


def test_curves_of_the_product_are_those_of_the_model():
    view = ProductEnergy(number='fp32', resident=50, memory='HBM2').view
    batch, energy = view.total.get_data()
    np.testing.assert_allclose(batch, BATCHES)
    expected = [digital_budget(512, 512, int(one), 'fp32', memory='HBM2', resident=0.5).per_mac for one in BATCHES]
    np.testing.assert_allclose(energy, 1e12 * np.array(expected))
    np.testing.assert_allclose(np.sum([line.get_ydata() for line in view.parts.values()], axis=0), energy)
    assert sum(bar.get_width() for bar in view.bars) == pytest.approx(100)


def test_the_slider_stops_at_powers_of_two():
    explorer = ProductEnergy()
    slider = explorer.controls['batch']
    for doublings in range(10):
        slider.value = 10 ** (doublings * slider.step)
        assert explorer.result.batch == 2 ** doublings


def test_opening_state_of_the_roofline_is_far_below_the_peak():
    explorer = RooflineExplorer()
    assert explorer.result.attainable < 0.03 * explorer.result.machine.peak and 'memory is the limit' in explorer.text
    before = explorer.result.attainable
    explorer.set(peak=8.0)
    assert explorer.result.attainable == before
    explorer.set(bandwidth=2.0)
    assert explorer.result.attainable == pytest.approx(2 * before)
    explorer.reset()
    explorer.set(batch=512)
    assert 'arithmetic is the limit' in explorer.text


def test_the_point_lies_on_the_roof():
    machine = Machine(3e10, 7e9)
    at = np.array([0.5, 8.0])
    view = RooflineExplorer(machine, Measurement(machine, np.array([1, 16]), at, np.array([1e9, 2e10]), 4096),
                            width='32 bits', batch=4).view
    (x,), (y,) = view.point.get_data()
    assert x == pytest.approx(intensity(4096, 4096, 4, 4)) and y == pytest.approx(float(machine.attainable(x)))
    drawn = next(line for line in view.roof.axes.lines if line.get_label() == 'measured, batch 1 to 16')
    np.testing.assert_allclose(drawn.get_data(), [at, [1e9, 2e10]])


def test_opening_state_of_the_tile_beats_three_of_four_digital_machines():
    explorer = TileEnergy()
    crossbars, *others = [bar.get_width() for bar in explorer.view.bars]
    assert [crossbars < other for other in others[:4]] == [True, True, True, False]
    assert crossbars == pytest.approx(1e12 * analog_budget(512, 512).per_mac)


def test_converters_eat_the_gain_of_small_and_precise_tiles():
    explorer = TileEnergy(tile_size=8, adc_bits=12)
    assert explorer.result.chosen.share('ADCs') > 0.9
    crossbars, _, batch, *_ = [bar.get_width() for bar in explorer.view.bars]
    assert crossbars > batch


def test_curves_of_the_tile_are_those_of_the_model():
    view = TileEnergy(adc_bits=10, time=50.0, figure_of_merit=20.0).view
    size, energy = view.total.get_data()
    np.testing.assert_allclose(size, TILES)
    expected = [analog_budget(512, 512, tile_size=int(one), adc_bits=10, time=50e-9, figure_of_merit=20e-15).per_mac
                for one in TILES]
    np.testing.assert_allclose(energy, 1e12 * np.array(expected))
    np.testing.assert_allclose(np.sum([line.get_ydata() for line in view.parts.values()], axis=0), energy)


@pytest.mark.parametrize('value, text', [
    (0, '0'), (2113.4, '2,110'), (0.00063, '0.00063'), (1e5, '100,000'), (1.0, '1')])
def test_numbers_have_three_digits(value, text):
    assert brief(value) == text


def test_every_roof_bends_in_the_picture_also_on_a_machine_that_waits_for_arithmetic():
    """In a browser arithmetic is slow and memory is not: each step of the slider must be seen."""
    explorer = RooflineExplorer(Machine(peak=3.8e9, bandwidth=1e10))
    for bandwidth in (1, 2, 4, 8):
        explorer.set(bandwidth=bandwidth)
        intensities, operations = explorer.view.roof.get_data()
        assert operations[0] < 0.6 * operations[-1] == 0.6 * 3.8e9
        assert explorer.view.roof.axes.get_xlim() == pytest.approx((intensities[0], intensities[-1]))
