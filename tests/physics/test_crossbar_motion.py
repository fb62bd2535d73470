"""A small crossbar moment by moment: currents, energies and weights are those of the whole product and the whole update."""

import numpy as np
import pytest

from aihwlab.kernel.coincidences import apply_trains
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.random import Stream
from aihwlab.physics import crossbar_motion as motion
from aihwlab.physics.energy import converter_energy
from aihwlab.physics.work import TileHardware

HARDWARE = TileHardware(write_voltage=1.0, write_time=1e-7)
PARTS = np.linspace(0, 1, 201)
SLOTS = 8


@pytest.fixture(scope='module')
def product():
    return [motion.product_at(part, HARDWARE) for part in PARTS]


@pytest.fixture(scope='module')
def update():
    return [motion.update_at(part, SLOTS, 1, HARDWARE) for part in PARTS]


def test_product_collects_what_ohm_and_kirchhoff_say(product):
    charge = motion.conductance_of(motion.WEIGHTS).T @ (0.2 * motion.INPUTS) * HARDWARE.read_time
    np.testing.assert_allclose(product[-1].collected, charge, rtol=1e-5)
    np.testing.assert_array_equal(product[0].collected, 0)


def test_product_needs_the_energy_of_cells_and_converters(product):
    cells = (motion.conductance_of(motion.WEIGHTS) * (0.2 * motion.INPUTS[:, None]) ** 2).sum() * HARDWARE.read_time
    converters = 4 * converter_energy(7) + 4 * converter_energy(9)
    assert product[-1].energy == pytest.approx(cells + converters, rel=1e-6)
    assert product[-1].time == HARDWARE.read_time and product[-1].energies[-1] == pytest.approx(product[-1].energy)


def test_current_flows_only_where_the_voltage_has_arrived(product):
    early = product[20]
    assert early.time == 0 and (early.current != 0).any(axis=0).tolist() == [True, True, False, False]
    assert (product[-1].current == 0).all() and (product[-1].rows == 0).all()


@pytest.mark.parametrize('film', ['product', 'update'])
def test_time_and_energy_never_run_backward_and_lie_on_their_course(film, request):
    moments = request.getfixturevalue(film)
    for name in ('time', 'energy'):
        assert (np.diff([getattr(moment, name) for moment in moments]) >= -1e-24).all()
    for moment in moments[:-20]:
        on_course = np.interp(moment.time, moment.times, moment.energies)
        assert moment.energy == pytest.approx(on_course, rel=1e-9) or moment.time == 0


def test_update_ends_with_the_weights_of_the_kernel(update):
    array = build_device_array(motion.CELL, (4, 4), Stream(1, 0))
    array.persistent[...] = motion.WEIGHTS
    array.clip()
    apply_trains(array, motion.update_of(SLOTS, 1).trains, Stream(1, 1))
    np.testing.assert_array_equal(update[-1].conductance, motion.conductance_of(array.visible))
    np.testing.assert_array_equal(motion.update_of(SLOTS, 1).weights[-1], array.visible)


def test_cells_change_only_where_pulses_meet_and_in_the_direction_that_is_wanted(update):
    changed = np.diff(motion.update_of(SLOTS, 1).weights, axis=0)
    for slot in range(SLOTS):
        meet = {tuple(np.argwhere(moment.changes).ravel()) for moment in update
                if moment.slot == slot and moment.changes.any()}
        met = np.zeros((4, 4), dtype=bool)
        for places in meet:
            met[tuple(np.reshape(places, (-1, 2)).T)] = True
        assert len(meet) <= 1 and not (changed[slot].T[~met]).any()
    signs = np.sign(motion.update_of(SLOTS, 1).weights[-1] - motion.update_of(SLOTS, 1).weights[0])
    wanted = -np.sign(np.outer(motion.GRADIENTS, motion.INPUTS))
    assert (signs * wanted >= 0).mean() > 0.9


def test_energy_of_an_update_is_that_of_the_work_of_a_tile(update):
    """With equal conductances, `work` counts driven cells and coincidences; here single cells are added up."""
    trains = motion.update_of(SLOTS, 1).trains
    rows, columns = trains.inputs, trains.gradients
    weights = motion.update_of(SLOTS, 1).weights
    energy = 0.0
    for slot in range(SLOTS):
        for i in range(4):
            for j in range(4):
                volts = 0.5 * rows[slot, i] + 0.5 * columns[slot, j]
                energy += motion.conductance_of(weights[slot])[i, j] * volts ** 2 * 1e-7
    assert update[-1].energy == pytest.approx(energy, rel=1e-9) and update[-1].time == pytest.approx(SLOTS * 1e-7)
    assert rows.any() and columns.any() and (rows[:, :, None] & columns[:, None, :]).any()


def test_same_seed_same_film_another_seed_another():
    one, again, other = (motion.update_at(0.6, SLOTS, seed, HARDWARE) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.conductance, again.conductance)
    assert (one.conductance != other.conductance).any()
