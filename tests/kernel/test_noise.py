"""Noise of a pass: a vector keeps its numbers, whatever other vectors are computed with it."""

import numpy as np
import pytest

from aihwlab.kernel.noise import Noise, Selection
from aihwlab.kernel.random import Purpose, Stream

NOISE = Noise(Stream(3, 8), series=2)
BATCH, LINES, POSITIONS = 4, 70, 5
INDICES = np.array([0, 3, 13, 19])


@pytest.mark.parametrize('distribution', [Noise.normals, Noise.uniforms])
def test_a_selection_draws_what_the_whole_draws(distribution):
    whole = distribution(NOISE, Purpose.OUTPUT_NOISE, (BATCH, LINES, POSITIONS))
    selected = NOISE._replace(selection=Selection(INDICES, POSITIONS))
    some = distribution(selected, Purpose.OUTPUT_NOISE, (len(INDICES), LINES, 1))
    assert some.shape == (4, LINES, 1)
    assert (some[:, :, 0] == whole[INDICES // POSITIONS, :, INDICES % POSITIONS]).all()


@pytest.mark.parametrize('distribution', [Noise.normals, Noise.uniforms])
def test_passes_and_purposes_draw_numbers_of_their_own(distribution):
    shape = (BATCH, LINES, POSITIONS)
    drawn = [distribution(noise, purpose, shape).ravel() for noise in (NOISE, NOISE._replace(series=3))
             for purpose in (Purpose.OUTPUT_NOISE, Purpose.INPUT_NOISE)]
    assert np.abs(np.corrcoef(drawn) - np.eye(4)).max() < 4.5 / np.sqrt(BATCH * LINES * POSITIONS)


def test_draws_are_numbered_through_the_array_of_the_whole_call():
    numbers = np.arange(BATCH * LINES * POSITIONS).reshape(BATCH, LINES, POSITIONS)
    found = NOISE._replace(selection=Selection(INDICES, POSITIONS)).draws((len(INDICES), LINES, 1))
    assert (found[:, :, 0] == numbers[INDICES // POSITIONS, :, INDICES % POSITIONS]).all()
    assert (NOISE.draws((BATCH, LINES, 1)) == np.arange(BATCH * LINES).reshape(BATCH, LINES, 1)).all()
