"""Vector and reference cells: which arrays take which pulses, and what they make of them."""

import numpy as np
import pytest

from aihwlab.kernel.cells.pulsed import Delivery
from aihwlab.kernel.random import Stream
from aihwlab.nn import AnalogLinear
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import UnitCellRPUConfig
from aihwlab.simulator.configs.compounds import ReferenceUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.kernel.cells.compounds import COUNTED, IN, OUT, POLICIES, D, W, X, assert_reference, parts_of, tile_of, vector
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, ideal_steps, numbers

ONE_AT_A_TIME = list(POLICIES)[1:]


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name', ['vector_all', 'vector_sequential', 'reference'])
def test_all_weights_are_those_of_the_reference(name, backend):
    assert_reference(name, backend)


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('policy', [policy for policy in POLICIES if policy is not POLICIES.SINGLE_RANDOM])
def test_a_batch_is_its_vectors_in_turn(policy, backend):
    devices = ConstantStepDevice(dw_min_std=0.0), ideal_steps(dw_min=0.002), ideal_steps()
    batch, turns = (tile_of(vector(*devices, policy=policy), backend, update=COUNTED) for _ in range(2))
    batch.update(X, D, 0.05)
    for x, d in zip(X.transpose(0, 2, 1).reshape(-1, IN), D.transpose(0, 2, 1).reshape(-1, OUT)):
        turns.update(x[None, :, None], d[None, :, None], 0.05)
    assert all((one == other).all() for one, other in zip(parts_of(batch), parts_of(turns)))
    assert sum(np.abs(part).max() > 0.005 for part in parts_of(batch)) == (1 if policy is POLICIES.SINGLE_FIXED else 3)
    assert (batch.weights == turns.weights).all() and batch.cells.index == turns.cells.index


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
@pytest.mark.parametrize('policy', ONE_AT_A_TIME)
def test_each_pulse_reaches_one_device(policy, pulse_type, backend):
    tile = tile_of(vector(policy=policy), backend, update=UpdateParameters(pulse_type=pulse_type))
    tile.update(np.abs(X), np.abs(D), 0.05)  # all pulses go down
    steps = -sum(part.sum(dtype=float) for part in parts_of(tile)) / 0.001
    assert tile.counts.steps == tile.counts.coincidences == round(steps) > 0


@pytest.mark.parametrize('backend', BACKENDS)
def test_devices_take_turns_from_the_one_after_the_first(backend):
    tile = tile_of(vector(*(ideal_steps() for _ in range(3)), policy=POLICIES.SINGLE_SEQUENTIAL, first_update_idx=1), backend)
    order = []
    for number in range(5):
        before = [part.copy() for part in parts_of(tile)]
        tile.update(X[number:number + 1, :, :1], D[number:number + 1, :, :1], 0.05)
        order += [number for number, part in enumerate(parts_of(tile)) if (part != before[number]).any()]
    assert order == [2, 0, 1, 2, 0] and tile.cells.index == 0


@pytest.mark.parametrize('backend', BACKENDS)
def test_devices_are_chosen_at_random_for_each_vector_all_alike(backend):
    count, devices = 3000, 4
    device = vector(*(ideal_steps() for _ in range(devices)), policy=POLICIES.SINGLE_RANDOM)
    tile = tile_of(device, backend, (1, 1), update=COUNTED)
    tile.update(np.ones((count, 1, 1), dtype=np.float32), np.ones((count, 1, 1), dtype=np.float32), 0.001)  # a pulse for each
    shares = np.array([-part[0, 0] / 0.001 / count for part in parts_of(tile)])
    assert shares.sum() == pytest.approx(1, abs=1e-3)
    assert np.abs(shares - 1 / devices).max() < 4.5 * np.sqrt(3 / 16 / count)
    chosen = tile.cells.choose(trains_of(tile, count), Stream(1, 1))
    assert abs(np.corrcoef(chosen[1:], chosen[:-1])[0, 1]) < 4.5 / np.sqrt(count)


def trains_of(tile, count):
    """Return pulse trains of some vectors of ones."""
    ones = np.ones((count, 1, 1), dtype=np.float32)
    stages = tile.cells.stages(ones, tile.engine)
    plan = stages.plan_pulses(ones[:, 0, 0], ones[:, 0, 0], 0.001, 0.001, COUNTED)
    return stages.draw_trains(ones, ones, plan, COUNTED, Stream(1, 1))


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('policy', POLICIES)
def test_some_vectors_of_an_update_after_others_are_the_same_as_all_at_once(policy, backend):
    """As when cells around these deliver them between transfers: also the same devices are chosen."""
    tiles = [tile_of(vector(policy=policy), backend, (1, 1)) for _ in range(2)]
    trains = trains_of(tiles[0], 100)
    for tile, cuts in zip(tiles, ([0, 100], [0, 1, 2, 2, 40, 100])):
        delivery = Delivery(0.001, 100, tile.cells.stages(X, tile.engine), tile.engine)
        for first, last in zip(cuts, cuts[1:]):
            tile.cells.take(trains.of_vectors(first, last), delivery, Stream(1, 2))
    assert all((one == other).all() for one, other in zip(*(parts_of(tile) for tile in tiles)))
    assert tiles[0].cells.index == tiles[1].cells.index and (tiles[0].weights != 0).all()


@pytest.mark.parametrize('policy, share', [(POLICIES.ALL, 1.0), *((policy, 0.5) for policy in ONE_AT_A_TIME)])
def test_weights_move_by_the_learning_rate_or_by_the_share_of_the_device_that_takes_the_pulses(policy, share):
    tile = tile_of(vector(policy=policy))
    x, d = (np.repeat(vectors[:1, :, :1], 4000, axis=0) for vectors in (X, D))
    tile.update(x, d, 0.001)
    expected = -0.001 * 4000 * d[0] * x[0].T
    assert np.corrcoef(tile.weights.ravel(), expected.ravel())[0, 1] > 0.99
    assert (tile.weights * expected).sum() / (expected ** 2).sum() == pytest.approx(share, rel=0.05)


def test_noise_and_differences_of_devices_average_out():
    """Four devices that all take the pulses differ from what is wanted by half as much as one."""
    def spread(count):
        device = vector(*(ConstantStepDevice(w_max=10, w_min=-10) for _ in range(count)))
        tile = tile_of(device, shape=(50, 60), update=COUNTED)
        tile.update(np.ones((1, 60, 1), dtype=np.float32), np.ones((1, 50, 1), dtype=np.float32), 0.01)
        return tile.weights.std()

    assert spread(4) / spread(1) == pytest.approx(0.5, rel=0.1)


# -- the device that takes pulses


def test_the_weights_of_a_device_and_of_its_reference_are_set_one_after_the_other():
    tile = AnalogLinear(IN, OUT, bias=False, rpu_config=UnitCellRPUConfig(device=ReferenceUnitCell(
        unit_cell_devices=[ideal_steps()]))).analog_module
    reference, weights = (tile.analog_ctx.detach().new_tensor(0.1 * numbers(seed, (OUT, IN))) for seed in (1, 2))
    assert tile.get_hidden_update_index() == 0
    tile.set_hidden_update_index(1)
    tile.set_weights(reference)
    assert tile.get_hidden_update_index() == 1
    tile.set_hidden_update_index(0)
    tile.set_weights(weights)
    hidden = tile.get_hidden_parameters()
    assert (hidden['hidden_weights_0'] == weights).all() and (hidden['hidden_weights_1'] == reference).all()
    assert (tile.get_weights()[0] == weights - reference).all()


def test_pulses_go_to_the_device_that_was_chosen():
    tile = tile_of(vector(policy=POLICIES.SINGLE_FIXED))
    tile.cells.set_index(1)
    tile.update(X, D, 0.05)
    first, second = parts_of(tile)
    assert (first == 0).all() and np.abs(second).max() > 0.005 and tile.cells.index == 1


@pytest.mark.parametrize('device, index', [(vector(), 2), (vector(), -1), (ConstantStepDevice(), 1)])
def test_a_device_that_there_is_not_cannot_be_chosen(device, index):
    tile = tile_of(device)
    with pytest.raises(ValueError, match=f'index = {index}: must be'):
        tile.cells.set_index(index)
    assert tile.cells.index == 0


def test_a_reference_keeps_its_weight():
    tile = tile_of(ReferenceUnitCell(unit_cell_devices=[ConstantStepDevice(), ideal_steps()]))
    tile.cells.set_hidden({'hidden_weights_1': W})
    tile.update(X, D, 0.05)
    assert (parts_of(tile)[1] == W).all() and np.abs(parts_of(tile)[0]).max() > 0.005
