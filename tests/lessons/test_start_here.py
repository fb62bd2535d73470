import re

import numpy as np
import pytest

from aihwlab.lessons import start_here as lesson
from aihwlab.physics.energy import digital_budget
from aihwlab.widgets import DeviceResponse, PCMPulseExplorer, ProductEnergy, TileExplorer

CELL_ERROR, CELLS, COLUMNS = 0.3, 256, 4000


def test_error_of_a_column_is_that_of_drawn_columns():
    """The standard deviation of 4,000 columns has a relative standard error of 1 / sqrt(8000)."""
    cells = 1 + CELL_ERROR * np.random.default_rng(1).standard_normal((COLUMNS, CELLS))
    assert cells.mean(axis=1).std() == pytest.approx(lesson.COLUMN_ERROR.solved()(CELL_ERROR, CELLS), rel=4 / 8000 ** 0.5)


def sentence(explorer, **values):
    explorer.set(**values)
    return re.sub('<[^>]*>', '', explorer.status.value)


def test_what_the_answers_of_the_tour_say():
    energy = ProductEnergy()
    assert '163 pJ' in sentence(energy, batch=1) and '0.401 pJ' in sentence(energy, batch=512)
    assert '1.83 pJ' in sentence(energy, batch=1, resident=100)
    assert digital_budget(512, 512).per_mac / digital_budget(512, 512, resident=1).per_mac == pytest.approx(89, abs=0.5)
    pulse = PCMPulseExplorer()
    assert '27.3 nm, which leaves a conductance of 0.51 µS' in sentence(pulse, fall=0)
    assert '8.7 nm, which leaves a conductance of 1.54 µS' in sentence(pulse, fall=100)
    assert '0.0 nm, which leaves a conductance of 25.00 µS' in sentence(pulse, fall=200)
    tile = TileExplorer()
    assert 'error 12.4 %' in sentence(tile) and 'error 3.2 %' in sentence(tile, programming=0.0)
    response = DeviceResponse()
    assert 'a noise of 0.0075' in sentence(response, device='ReRamSB') and 'fluctuates by 0.11' in sentence(response)
    assert 'a noise of 0.0006' in sentence(response, device='EcRam') and 'fluctuates' not in sentence(response)


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    assert not lesson.REMEDY.answer('A column with more cells')
    assert lesson.REMEDY.answer('Dividing the result by 0.9')
    assert progress.count == before + 1
