import numpy as np
import pytest

from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.lessons import crossbar_mvm as lesson
from aihwlab.physics.circuit import CrossbarCircuit, ideal_currents
from aihwlab.physics.tile_product import products
from aihwlab.simulator.parameters import UpdateParameters
from aihwlab.widgets import CircuitExplorer, LineResistanceExplorer, PCMDriftExplorer, PulseTrainsExplorer
from aihwlab.widgets.pulse_trains import trains
from aihwlab.widgets.tile import TileExplorer
from tests.lessons.prose import markdown, says, tasks

SAID, MEANT = markdown('03_crossbar_mvm'), tasks(lesson)


OPENING = TileExplorer().values


def tile(**values):
    """Return the products of the explorer's tile, with some values changed."""
    return products(**{**OPENING, **values})


def error(**values):
    return 100 * tile(**values).error


def test_array_of_the_largest_size_loses_what_was_allowed():
    """The formula is a first order in the loss, and n is large: 4 % off for a loss of 1 %."""
    size = round(lesson.LARGEST_ARRAY.solved()(25e-6, 1.0, 0.01))
    conductance, voltages = np.full((size, size), 25e-6), np.full(size, 0.2)
    lost = 1 - CrossbarCircuit(conductance, 1.0, 1.0).currents(voltages) / ideal_currents(conductance, voltages)
    assert lost.mean() == pytest.approx(0.01, rel=0.06)


def test_factor_is_that_of_the_library():
    largest = np.ones(1, dtype=np.float32)
    plan = plan_pulses(largest, largest, 0.02, 0.002, UpdateParameters(desired_bl=31, update_bl_management=False))
    assert plan.input_factor[0] == pytest.approx(lesson.PULSE_PROBABILITY.solved()(0.02, 0.002, 31))


def test_what_the_quiz_says_about_converters():
    explorer = TileExplorer()
    opening = explorer.result.error
    assert opening == pytest.approx(0.12, abs=0.01)
    better = {}
    for change in (dict(adc_bits=12), dict(dac_bits=12), dict(noise=0.0), dict(programming=0.3)):
        explorer.reset()
        explorer.set(**change)
        better[next(iter(change))] = explorer.result.error / opening
    assert better.pop('programming') < 0.5 and min(better.values()) > 0.9


def test_what_is_said_about_one_cell_and_its_column():
    _, _, through, sums, _ = CircuitExplorer().result
    says(MEANT, 'it collects {} µA from this cell, nothing from row 2, and {} µA from row 3',
         1e6 * through[0, 0], 1e6 * through[2, 0])
    assert through[1, 0] == 0 and sums[0] == pytest.approx(4e-6)
    assert through[0, 0] == pytest.approx(25e-6 * 0.2)
    says(SAID, 'From {} µA to {} µA. The cell in row 3 and column 2 has 1 µS and carries {} µA', 1e6 * sums[1],
         1e6 * CircuitExplorer(V_3=0.0).result[3][1], 1e6 * through[2, 1])
    diagonal = CircuitExplorer(weights='one cell for each output', V_1=0.2, V_2=0.2, V_3=0.2)
    says(SAID, 'The currents are {}, {} and {} µA', *1e6 * diagonal.result[3])


def test_what_arrives_at_the_rows():
    rows = CircuitExplorer(drive='columns', V_1=0.1, V_2=-0.1, V_3=0.2).result[3]
    says(MEANT, 'adds its current to its row: {}, {} and {} µA', *1e6 * rows)


def test_what_is_said_about_the_bits_of_the_adc():
    says(SAID, 'with 6 bits the error is {} %, with 7 it is {} %, with 9 and with 12 bits {} %', error(adc_bits=6),
         error(adc_bits=7), error())
    assert error(adc_bits=12) == pytest.approx(error(), abs=0.05)
    says(MEANT, 'It stays at {} %', error(adc_bits=12))
    says(MEANT, 'The outputs of this tile are off by {} %', error())


def test_what_is_said_about_the_noise_of_the_cells():
    says(SAID, 'at 0.3 times the measured noise, the error is {} %', error(programming=0.3))
    assert min(error(adc_bits=12), error(dac_bits=12), error(noise=0.0)) > 5


def test_what_is_said_about_the_range_of_the_adc():
    says(SAID, 'With its range of 12, the error is {} %', error(adc_bits=5))
    ranges = np.arange(3.0, 12.5, 0.5)
    best = min(ranges, key=lambda width: error(adc_bits=5, adc_range=width))
    says(SAID, 'About {}, with {} %', best, error(adc_bits=5, adc_range=best))
    narrow = tile(adc_bits=5, adc_range=2.0)
    says(SAID, '(the largest is {})', abs(narrow.exact).max())
    says(SAID, 'one output in {} is cut off, and the error is {} %',
         1 / np.mean(abs(narrow.analog) >= 0.999 * narrow.adc_range), 100 * narrow.error)


def test_what_is_said_about_drift():
    old = tile(time=1e8)
    factor = (old.exact * old.analog).sum() / (old.analog ** 2).sum()
    rest = np.linalg.norm(factor * old.analog - old.exact) / np.linalg.norm(old.exact)
    says(SAID, 'The error grows from {} % to {} %', error(), 100 * old.error)
    says(SAID, 'a single digital factor of {} would bring the error down to {} %', factor, 100 * rest)
    cells = PCMDriftExplorer(time=1e8).result
    assert cells.reading.mean() / cells.history[0].mean() == pytest.approx(0.5, abs=0.05)  # "about half of the signal"


def test_what_is_said_about_wires():
    large, small, random = (100 * LineResistanceExplorer(**values).result.lost.mean()
                            for values in ({}, {'size': 32}, {'cells': 'random'}))
    assert large == pytest.approx(lesson.WIRES.guess.truth, abs=0.05)
    says(SAID, 'From {} % to {} %, by a factor of about {}', large, small, large / small)
    assert random == pytest.approx(large / 2, rel=0.06)
    worst = LineResistanceExplorer().result.voltage
    says(MEANT, "The worst cell gets {} % of its driver's voltage", 100 * worst.min())
    assert np.unravel_index(worst.argmin(), worst.shape) == (0, 63)  # top right
    says(MEANT, 'One ohm against {} ohm is {} %', 1 / 25e-6, 100 * 25e-6)


def test_what_is_said_about_pulses_that_meet():
    opening = PulseTrainsExplorer().values
    runs = [trains(**{**opening, 'seed': seed}) for seed in range(1, 26)]
    met = [run.coincidences[0, 0] for run in runs[:4]]
    says(SAID, 'with the seeds 1 to 4 it is {}, {}, {} and {}', *met)
    chance = (0.02 * 0.8 / (0.002 * 31)) ** 0.5
    says(MEANT, '(the probability is {})', chance)
    assert 31 * chance ** 2 == pytest.approx(lesson.MEETINGS.guess.truth, rel=1e-9)
    fired = np.mean([[run.inputs[:, 0].mean(), run.gradients[:, 0].mean()] for run in runs], axis=0)
    assert fired == pytest.approx([chance, chance], abs=4 * 0.5 / (25 * 31) ** 0.5)
    short = trains(**{**opening, 'length': 5})
    assert short.inputs[:, 0].all() and short.gradients[:, 0].all()


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.TRANSPOSE.answer('Nothing')
    assert progress.count == before + 1
