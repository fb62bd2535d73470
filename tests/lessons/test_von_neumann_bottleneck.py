import pytest

from aihwlab.lessons import von_neumann_bottleneck as lesson
from aihwlab.physics.chips import CHIPS
from aihwlab.physics.energy import TECHNOLOGIES, digital_budget
from aihwlab.physics.roofline import Machine, intensity


def test_energy_of_the_fetch_is_that_of_the_model():
    assert lesson.FETCH.solved() == pytest.approx(digital_budget(512, 512).parts['weights from memory'])


@pytest.mark.parametrize('product', [(3, 5, 7, 2), (512, 64, 16, 4)])
def test_intensity_is_that_of_the_model(product):
    assert lesson.INTENSITY.solved()(*product) == pytest.approx(intensity(*product))


def test_the_batch_needed_reaches_the_ridge():
    machine = Machine(100e12, 1e12)
    batch = lesson.ENOUGH_REUSE.solved()(machine.peak, machine.bandwidth, 1)
    assert intensity(10 ** 6, 10 ** 6, int(batch)) == pytest.approx(machine.ridge, rel=0.01)


def test_what_the_quiz_about_the_peak_says():
    machine = Machine(100e12, 1e12)
    assert machine.scaled(peak=2).attainable(intensity(512, 512)) == machine.attainable(intensity(512, 512))


def test_what_the_quiz_about_the_gain_says():
    assert CHIPS['64 cores, one phase'].energy_per_product == pytest.approx(13.4e-9, rel=0.01)
    assert 256 ** 2 * TECHNOLOGIES['7 nm'].mac('int8') == pytest.approx(5e-9, rel=0.01)
    assert digital_budget(256, 256).parts['weights from memory'] == pytest.approx(10.6e-6, rel=0.01)


@pytest.mark.parametrize('settings', [dict(tile_size=512, adc_bits=7), dict(tile_size=1024, adc_bits=8),
                                      dict(tile_size=64, adc_bits=8), dict(tile_size=512, adc_bits=12)])
def test_other_designs_are_refused(settings):
    assert not lesson.DESIGN.examine(settings).passed


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    assert lesson.PEAK.answer('Not at all')
    assert progress.count == before + 1
