"""Cells of one device: an update is pulses, in whole steps."""

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, ideal_steps, numbers

X, D = numbers(1, (4, 70, 3)), 0.1 * numbers(2, (4, 5, 3))


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
def test_weights_move_by_whole_steps_as_many_as_are_counted(backend, pulse_type):
    x, d = np.abs(X), np.abs(D)  # all pulses go down
    cells, counts = build_cells(ideal_steps(), (5, 70), Stream(1, 0)), Counts.with_pulses()
    cells.update(x, d, 0.1, UpdateParameters(pulse_type=pulse_type), Stream(1, 1), Engine(backend=backend, counts=counts))
    steps = -cells.weights / 0.001
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)
    assert np.rint(steps).sum() == counts.steps > 0 and counts.updates == 12


def test_the_stream_of_the_operation_decides():
    weights = []
    for operation in (1, 1, 2):
        cells = build_cells(ideal_steps(), (5, 70), Stream(1, 0))
        cells.update(X, D, 0.1, UpdateParameters(), Stream(1, operation), Engine())
        weights.append(cells.weights)
    assert (weights[0] == weights[1]).all() and (weights[0] != weights[2]).any()
