"""Ideal cells: the exact update, whatever the parameters say of pulses."""

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from tests.kernel.helpers import BACKENDS, numbers

X, D = numbers(1, (4, 7, 3)), numbers(2, (4, 5, 3))


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PulseType)
def test_weights_move_by_the_gradient(backend, pulse_type):
    cells, counts = build_cells(IdealDevice(), (5, 7), Stream(1, 0)), Counts.with_pulses()
    cells.update(X, D, 0.3, UpdateParameters(pulse_type=pulse_type), Stream(1, 1), Engine(backend=backend, counts=counts))
    np.testing.assert_allclose(cells.weights, -0.3 * np.einsum('bop,bip->oi', D, X), rtol=1e-5, atol=1e-6)
    assert counts == Counts.with_pulses()


@pytest.mark.parametrize('learning_rate, x, message', [(-0.1, X, 'learning_rate = -0.1'), (0.1, X[:, 1:], 'do not fit'),
                                                       (0.1, np.full_like(X, np.inf), 'infinite')])
def test_impossible_updates_are_refused_and_nothing_changes(learning_rate, x, message):
    cells = build_cells(IdealDevice(), (5, 7), Stream(1, 0))
    with pytest.raises(ValueError, match=message):
        cells.update(x, D, learning_rate, UpdateParameters(), Stream(1, 1), Engine())
    assert (cells.weights == 0).all()
