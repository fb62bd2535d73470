"""Cells that take pulse trains: what each of them promises to a cell around it."""

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine, stages
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.cells.pulsed import Delivery, PulsedCells
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.kernel.cells.compounds import IN, KINDS, OUT, D, W, X, noisy
from tests.kernel.helpers import BACKENDS, ideal_steps

DEVICES = {**KINDS, 'single': noisy(), 'constant': ConstantStepDevice()}


def cells_of(device):
    cells = build_cells(device.resolved(), (OUT, IN), Stream(1, 0))
    cells.write(W, Stream(1, 1))
    return cells


@pytest.mark.parametrize('kind', DEVICES)
def test_they_say_what_the_cell_around_them_needs(kind):
    cells = cells_of(DEVICES[kind])
    assert isinstance(cells, PulsedCells) and cells.granularity > 0
    assert all(array.visible.shape == (OUT, IN) for array in cells.arrays)
    assert len({id(array) for array in cells.arrays}) == len(cells.arrays) > 0


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('kind', [kind for kind in DEVICES if getattr(DEVICES[kind], 'takes_trains', True)])
def test_trains_that_others_have_drawn_do_as_much_as_an_update(kind, backend):
    updated, given = cells_of(DEVICES[kind]), cells_of(DEVICES[kind])
    engine, update = Engine(backend=backend), UpdateParameters()
    updated.update(X, D, 0.05, update, Stream(1, 2), engine)
    chosen = stages(D, backend)
    plan = chosen.plan_pulses(chosen.abs_max(X).reshape(-1), chosen.abs_max(D).reshape(-1), 0.05, given.granularity, update)
    trains = chosen.draw_trains(X, D, plan, update, Stream(1, 2))
    received = given.take(trains, Delivery(0.05, 12, chosen, engine), Stream(1, 2))
    assert (given.weights == updated.weights).all() and received.steps >= received.met > 0


def test_weights_that_were_seen_are_put_back_with_their_write_noise():
    for device in (noisy(), ConstantStepDevice()):
        cells = cells_of(device)
        seen, persistent = cells.weights.copy(), cells.array.persistent.copy()
        cells.weights[...] = 0
        cells.array.persistent[...] = persistent
        cells.restore(seen)
        assert (cells.weights == seen).all() and (cells.array.persistent == persistent).all()
    cells = cells_of(ideal_steps(w_max=0.5))
    cells.restore(np.full((OUT, IN), 0.75, dtype=np.float32))
    assert (cells.weights == 0.5).all()
