import pytest

from aihwlab.lessons import von_neumann_bottleneck as lesson
from aihwlab.physics.chips import CHIPS
from aihwlab.physics.energy import TECHNOLOGIES, analog_budget, digital_budget, thermal_limit
from aihwlab.physics.roofline import Machine, intensity
from tests.lessons.prose import markdown, says, tasks

SAID, MEANT = markdown('01_von_neumann_bottleneck'), tasks(lesson)
OLD, NEW = TECHNOLOGIES['45 nm'], TECHNOLOGIES['7 nm']


def test_energy_of_the_fetch_is_that_of_the_model():
    assert lesson.FETCH.solved() == pytest.approx(digital_budget(512, 512).parts['weights from memory'])


@pytest.mark.parametrize('product', [(3, 5, 7, 2), (512, 64, 16, 4)])
def test_intensity_is_that_of_the_model(product):
    assert lesson.INTENSITY.solved()(*product) == pytest.approx(intensity(*product))


def test_the_batch_needed_reaches_the_ridge():
    machine = Machine(100e12, 1e12)
    batch = lesson.ENOUGH_REUSE.solved()(machine.peak, machine.bandwidth, 1)
    assert intensity(10 ** 6, 10 ** 6, int(batch)) == pytest.approx(machine.ridge, rel=0.01)


def digital(batch=1, **where):
    """Return the budget of the product of the explorers."""
    return digital_budget(512, 512, batch, **where)


def analog(**settings):
    return analog_budget(512, 512, **settings)


def test_what_is_said_about_a_fetch():
    says(SAID, 'arithmetic became {} times cheaper in int8 and {} times in fp32',
         OLD.mac('int8') / NEW.mac('int8'), OLD.mac('fp32') / NEW.mac('fp32'))
    assert OLD.per_byte('DRAM') == NEW.per_byte('DRAM')
    says(SAID, '({} nJ in the calculation above)', 1e9 * 8 * NEW.per_byte('DRAM'))
    mac = OLD.mac('int8')
    says(MEANT, 'It is {} times: {} pJ against {} pJ. And in 7 nm it is {} times', OLD.per_byte('DRAM') / mac,
         1e12 * OLD.per_byte('DRAM'), 1e12 * mac, NEW.per_byte('DRAM') / NEW.mac('int8'))
    says(MEANT, '{} times for 8 KB, {} times for 32 KB', OLD.per_byte('SRAM 8 KB') / mac, OLD.per_byte('SRAM 32 KB') / mac)
    says(MEANT, '{} times for 1 MB', OLD.per_byte('SRAM 1 MB') / mac)


def test_what_is_said_about_batches_and_chips():
    one, many, resident = digital(), digital(512), digital(resident=0.9)
    says(MEANT, 'With 512 vectors, arithmetic takes only {} %', 100 * many.share('arithmetic'))
    says(MEANT, 'fetching still takes {} times as much as the arithmetic: {} divided by 64',
         digital(64).parts['weights from memory'] / digital(64).parts['arithmetic'],
         one.parts['weights from memory'] / one.parts['arithmetic'])
    says(SAID, 'even at batch 512 arithmetic takes only {} %', 100 * many.share('arithmetic'))
    assert digital(2000).share('arithmetic') < 0.5 < digital(3000).share('arithmetic')  # "more than two thousand vectors"
    assert digital(512, memory='HBM2').share('arithmetic') > 0.5 > digital(256, memory='HBM2').share('arithmetic')
    says(SAID, 'It falls from {} pJ to {} pJ, a factor of {}', 1e12 * one.per_mac, 1e12 * resident.per_mac,
         one.per_mac / resident.per_mac)
    says(SAID, 'The tenth that is still fetched takes {} % of that', 100 * resident.share('weights from memory'))
    says(SAID, 'By {}, the ratio of the widths', digital(number='fp32').per_mac / one.per_mac)
    says(SAID, 'one fp32 MAC takes {} times the energy of an int8 MAC', NEW.mac('fp32') / NEW.mac('int8'))


def test_what_is_said_about_the_roofline():
    machine = Machine(100e12, 1e12)
    enough, few = (intensity(4096, 4096, batch) for batch in (64, 32))
    says(SAID, 'At 64: its {} operations per byte are beyond the ridge at {}, the {} of batch 32 are not', enough,
         machine.ridge, few)
    assert enough > machine.ridge > few
    slow, fast = (each.attainable(intensity(4096, 4096)) / 1e12 for each in (machine, machine.scaled(bandwidth=8)))
    says(SAID, 'It rises by a factor of {}, from {} to {} TOP/s', fast / slow, slow, fast)
    says(MEANT, 'Two operations for each weight of 4 bytes are {} operations per byte', intensity(10 ** 6, 10 ** 6, 1, 4))


def test_what_is_said_about_tiles():
    opening, small, precise = analog(), analog(tile_size=8), analog(adc_bits=12)
    best = digital(64, resident=1)
    says(SAID, 'a batch of 64: {} pJ against {} pJ', 1e12 * best.per_mac, 1e12 * opening.per_mac)
    assert best.per_mac < opening.per_mac < digital(resident=1).per_mac
    converters = small.share('DACs') + small.share('ADCs')
    says(SAID, '{} times as much ({} pJ). {} % of it goes into the converters: an ADC', small.per_mac / opening.per_mac,
         1e12 * small.per_mac, 100 * converters)
    says(MEANT, 'instead of 256 × 256, the product takes {} times as much energy', small.per_mac / opening.per_mac)
    says(MEANT, 'With tiles of 8 × 8, they take {} % of the energy', 100 * converters)
    says(SAID, 'It rises from {} pJ to {} pJ', 1e12 * opening.per_mac, 1e12 * precise.per_mac)
    says(SAID, 'four more bits make each ADC {} times as costly', precise.parts['ADCs'] / opening.parts['ADCs'])
    assert thermal_limit(11) / thermal_limit(10) == 4  # what is said of converters beyond some 10 bits


def test_what_is_said_about_small_and_precise_tiles():
    tiles = analog(tile_size=16, adc_bits=12)
    machine, from_dram = digital(resident=1), digital(64)
    says(MEANT, 'It takes {} pJ: {} times as much as the machine with its weights on the chip at batch 1',
         1e12 * tiles.per_mac, tiles.per_mac / machine.per_mac)
    assert from_dram.per_mac < tiles.per_mac < digital().per_mac
    says(MEANT, 'The converters take {} % of it', 100 * (tiles.share('DACs') + tiles.share('ADCs')))


def test_what_the_quiz_about_the_peak_says():
    machine = Machine(100e12, 1e12)
    assert machine.scaled(peak=2).attainable(intensity(512, 512)) == machine.attainable(intensity(512, 512))


def test_what_is_said_about_measured_chips():
    chips = [chip.energy_per_mac for chip in CHIPS.values()]
    times = [digital_budget(256, 256).per_mac / chip for chip in chips]  # "by a factor of hundreds"
    assert min(times) > 100 and max(times) < 2000
    assert digital_budget(256, 256, 64, resident=1).per_mac < min(chips)  # "these chips have no lead"
    fast, precise = CHIPS['64 cores, one phase'], CHIPS['64 cores, four phases']
    assert fast.product_time < precise.product_time and fast.energy_per_product < precise.energy_per_product


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
