import numpy as np
import pytest

from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.lessons import crossbar_mvm as lesson
from aihwlab.physics.circuit import CrossbarCircuit, ideal_currents
from aihwlab.simulator.parameters import UpdateParameters
from aihwlab.widgets.tile import TileExplorer


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


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.TRANSPOSE.answer('Nothing')
    assert progress.count == before + 1
