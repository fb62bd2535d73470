import numpy as np

from aihwlab.lessons import pcm_physics as lesson
from aihwlab.physics.pcm_ageing import YEAR, drift, retention_time
from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_pulse import Pulse, apply_pulse


def test_a_slow_edge_leaves_crystal_as_the_quiz_says():
    assert apply_pulse(PCMCell(), Pulse(400e-6, 50e-9, 150e-9)).thickness[-1] == 0
    assert apply_pulse(PCMCell(), Pulse(400e-6)).thickness[-1] > 27e-9


def test_lifetime_is_that_of_the_library():
    for temperature in (300.0, 350.0, 420.0):
        lifetime = lesson.LIFETIME.solved()(temperature, 2.3)
        np.testing.assert_allclose(lifetime, retention_time(temperature) / YEAR, rtol=2e-3)


def test_a_decade_takes_eleven_per_cent():
    assert round(100 * (1 - drift(1.0, 10.0, 0.05))) == 11


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.RELATIVE_ERROR.check(lesson.RELATIVE_ERROR.solved())
    assert progress.count == before + 1
