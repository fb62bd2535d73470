import re

import numpy as np
import pytest

from aihwlab.lessons import start_here as lesson
from aihwlab.physics.energy import digital_budget
from aihwlab.widgets import DeviceResponse, PCMPulseExplorer, TileExplorer
from tests.lessons.prose import markdown, says, tasks

SAID, MEANT = markdown('00_start_here'), tasks(lesson)

CELL_ERROR, CELLS, COLUMNS = 0.3, 256, 4000


def test_error_of_a_column_is_that_of_drawn_columns():
    """The standard deviation of 4,000 columns has a relative standard error of 1 / sqrt(8000)."""
    cells = 1 + CELL_ERROR * np.random.default_rng(1).standard_normal((COLUMNS, CELLS))
    assert cells.mean(axis=1).std() == pytest.approx(lesson.COLUMN_ERROR.solved()(CELL_ERROR, CELLS), rel=4 / 8000 ** 0.5)


def sentence(explorer, **values):
    explorer.set(**values)
    return re.sub('<[^>]*>', '', explorer.status.value)


def test_what_the_tour_says_about_energy():
    one, many, on_chip = digital_budget(512, 512), digital_budget(512, 512, 512), digital_budget(512, 512, resident=1)
    ratio = one.parts['weights from memory'] / one.parts['arithmetic']
    says(MEANT, '{} pJ instead of {} pJ', 1e12 * many.per_mac, 1e12 * one.per_mac)
    says(MEANT, 'a fetch takes {} times as much as the arithmetic', ratio)
    says(MEANT, 'a batch of {}, since one fetch', ratio)
    says(MEANT, 'and {} % of that still goes into fetching', 100 * many.share('weights from memory'))
    says(MEANT, 'it is {} pJ, {} times less', 1e12 * on_chip.per_mac, one.per_mac / on_chip.per_mac)


def test_what_the_tour_says_about_the_cell():
    pulse = PCMPulseExplorer()
    assert '27.3 nm, which leaves a conductance of 0.51 µS' in sentence(pulse, fall=0)
    assert '8.7 nm, which leaves a conductance of 1.54 µS' in sentence(pulse, fall=100)
    assert '0.0 nm, which leaves a conductance of 25.00 µS' in sentence(pulse, fall=200)
    says(MEANT, 'an edge of 100 ns, 8.7 nm of the 27.3 nm are left, with one of 200 ns nothing')
    says(MEANT, 'The conductance rises from {} µS to {} µS', 0.51, 25)


def test_what_the_tour_says_about_the_tile():
    tile = TileExplorer()
    opening, finer = 100 * tile.result.error, 100 * tile.result.errors[-1]
    tile.set(noise=0.0)
    quiet = 100 * tile.result.error
    tile.reset()
    tile.set(programming=0.0)
    says(MEANT, 'The outputs of this tile are off by {} %', opening)
    says(MEANT, 'leaves it as wrong: {} %', finer)
    says(MEANT, 'small: without it, {} % remain', quiet)
    says(MEANT, 'the error falls from {} % to {} %', opening, 100 * tile.result.error)


def test_what_the_tour_says_about_the_two_memories():
    response = DeviceResponse()
    reram, fluctuation = response.result.step, response.result.write_noise
    says(MEANT, 'one pulse has a noise of {}, nearly four times the step, and the value read from it fluctuates by {}',
         np.interp(0, reram.weight, reram.up_noise), fluctuation)
    for device in ('EcRam', 'ReRamSB'):
        response.set(device=device)
        step = response.result.step
        says(MEANT, 'one pulse changes the weight by {} on average', np.interp(0, step.weight, step.up))
    response.set(device='EcRam')
    step = response.result.step
    noise = np.interp(0, step.weight, step.up_noise)
    says(MEANT, 'One of its pulses has a noise of {}, less than a third of the step', noise)
    assert noise < 0.002 / 3 and response.result.write_noise == 0


def test_what_is_said_about_a_common_loss():
    """200 columns, as in the cell below the prediction: its output is checked with the notebook."""
    rng = np.random.default_rng(1)
    spread = {cells: 0.9 * 100 * np.std([rng.normal(1, 0.3, cells).mean() for _ in range(200)])
              for cells in (16, 256, 4096, 65536)}
    says(MEANT, 'from {} % with 16 cells to {} % with 65,536', spread[16], spread[65536])
    says(MEANT, '{} % of independent error become {} %', 30, spread[65536] / 0.9)
    says(SAID, 'the result settles {} % too low', 10)


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    assert not lesson.REMEDY.answer('A column with more cells')
    assert lesson.REMEDY.answer('Dividing the result by 0.9')
    assert progress.count == before + 1
