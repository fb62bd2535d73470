"""Pulse trains on a GPU: the pulses of the reference, bit by bit, and what is asked of trains."""

import numpy as np
import pytest
from numba import cuda

from aihwlab.kernel import pulse_trains as reference
from aihwlab.kernel.compiled.random import address_of
from aihwlab.kernel.converters import abs_max
from aihwlab.kernel.gpu.compiling import kernel, launch
from aihwlab.kernel.gpu.pulse_trains import draw_trains, fires
from aihwlab.kernel.patches import Geometry, Patches, gather, transform
from aihwlab.kernel.pulse_plan import PulsePlan, plan_pulses
from aihwlab.kernel.random import Purpose, Stream, half_words, words
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from tests.kernel.gpu.arrays import assert_same, on_cpu, on_gpu
from tests.kernel.helpers import numbers

STREAM = Stream(5, 9)
SETTINGS = [{}, dict(res=0.0), dict(sto_round=True, res=0.2), dict(update_bl_management=False, desired_bl=7),
            dict(pulse_type=PulseType.STOCHASTIC)]
VECTORS = numbers(1, (2, 70, 2)), 0.05 * numbers(2, (2, 3, 2))


def both(x, d, update, complete=True):
    """Return the trains of the reference, and those of the GPU."""
    plan = plan_pulses(abs_max(gather(x)).reshape(-1), abs_max(d).reshape(-1), 0.1, 0.001, update)
    there = PulsePlan(*map(on_gpu, plan))
    return (reference.draw_trains(x, d, plan, update, STREAM, complete),
            draw_trains(transform(x, on_gpu), on_gpu(d), there, update, STREAM, complete))


def bits(words, slots):
    """Return the pulses of words, [2, words, lines], as bool, [2, slots, lines]."""
    unpacked = np.unpackbits(np.ascontiguousarray(on_cpu(words).swapaxes(1, 2)).view(np.uint8), axis=2, bitorder='little')
    return unpacked.swapaxes(1, 2)[:, slots].astype(bool)


def assert_same_pulses(expected, given):
    slots = slice(given.first_slot, given.last_slot)
    assert (expected.slots, expected.vectors, expected.first_vector) == (given.slots, given.vectors, given.first_vector)
    for fired, positive, sent in ((expected.inputs, expected.input_positive, given.inputs),
                                  (expected.gradients, expected.gradient_positive, given.gradients)):
        signs = positive[expected.vector]
        np.testing.assert_array_equal(bits(sent, slots), np.stack((fired & signs, fired & ~signs)))
    assert expected.sent() == given.sent()


@pytest.mark.parametrize('settings', SETTINGS)
def test_pulses_of_vectors(settings):
    expected, given = both(*VECTORS, UpdateParameters(**settings))
    assert expected.slots > 8 and expected.inputs.any() and expected.gradients.any()
    assert_same_pulses(expected, given)


def test_pulses_that_can_meet_no_other_are_left_out():
    expected, given = both(*VECTORS, UpdateParameters(update_bl_management=False), complete=False)
    assert not expected.gradients.any(axis=1).all()
    assert_same_pulses(expected, given)


@pytest.mark.parametrize('geometry', [Geometry((2, 2), (1, 1), (1, 1)), Geometry((2, 2), (2, 1), (1, 2))])
def test_pulses_of_patches(geometry):
    x = Patches(numbers(1, (2, 2, 3, 4)), geometry)
    assert_same_pulses(*both(x, 0.05 * numbers(2, (2, 3, x.shape[2])), UpdateParameters()))


def test_more_slots_than_a_word_has():
    x, d = numbers(1, (3, 3, 1)), numbers(2, (3, 2, 1))
    expected, given = both(x, d, UpdateParameters(desired_bl=50))
    assert expected.slots > 64
    assert_same_pulses(expected, given)


def test_certain_pulses():
    """Probabilities of 1 and above, and those whose upper 16 bits are all ones."""
    x = np.array([[[2.0], [1.0], [1 - 2.0 ** -20], [0.5], [-1.0], [0.0]]], dtype=np.float32)
    update = UpdateParameters(res=0.0)
    plan = PulsePlan(np.array([40]), np.ones(1, np.float32), np.ones(1, np.float32))
    expected = reference.draw_trains(x, x, plan, update, STREAM)
    assert_same_pulses(expected, draw_trains(on_gpu(x), on_gpu(x), PulsePlan(*map(on_gpu, plan)), update, STREAM))
    assert expected.inputs[:, [0, 1, 4]].all()


def test_ties_are_decided_by_the_lower_bits():
    """For probabilities whose upper bits are those of what is drawn."""
    inputs = half_words(STREAM, Purpose.INPUT_PULSES, 8 * 128).reshape(8, 128)[:, :70]
    gradients = half_words(STREAM, Purpose.GRADIENT_PULSES, 3 * 64).reshape(3, 64)[:, :8].T
    x, d = (((drawn + 0.5) * 2.0 ** -16).astype(np.float32)[:, :, None] for drawn in (inputs, gradients))
    plan, update = PulsePlan(np.ones(8, int), np.ones(8, np.float32), np.ones(8, np.float32)), UpdateParameters(res=0.0)
    expected = reference.draw_trains(x, d, plan, update, STREAM)
    assert_same_pulses(expected, draw_trains(on_gpu(x), on_gpu(d), PulsePlan(*map(on_gpu, plan)), update, STREAM))
    assert 0.4 < expected.inputs.mean() < 0.6


@kernel
def _fires(probability, upper, address, sent):
    draw = cuda.grid(1)
    if draw < len(sent):
        sent[draw] = fires(probability, upper, np.uint64(draw), address)


@pytest.mark.parametrize('probability', [1.0, 7.0, 1 - 2.0 ** -24])
def test_the_largest_draws_send_certain_pulses_alone(probability):
    sent = on_gpu(np.zeros(2000, dtype=np.bool_))
    launch(_fires, 2000, np.float32(probability), np.int32(2 ** 16 - 1), address_of(STREAM, Purpose.INPUT_PULSES), sent)
    lower = words(STREAM, Purpose.INPUT_PULSES, 2000, series=1) >> np.uint32(17)
    assert_same(lower < reference.thresholds(np.float32(probability))[1], sent)
    assert on_cpu(sent).all() == (probability >= 1)


def test_what_is_asked_of_trains():
    expected, given = both(*VECTORS, UpdateParameters())
    chosen = np.array([True, False, True, True])
    input_signs, gradient_signs = np.where(np.arange(70) % 3, 1, -1), np.array([1, -1, 1])
    for change in (lambda trains, move: trains.of_vectors(1, 3), lambda trains, move: trains.only(move(chosen)),
                   lambda trains, move: trains.of_vectors(1, 4).only(move(chosen[:3])).of_vectors(1, 3),
                   lambda trains, move: trains.with_signs(move(input_signs), move(gradient_signs)),
                   lambda trains, move: trains.of_vectors(2, 2)):
        assert_same_pulses(change(expected, np.asarray), change(given, on_gpu))


@pytest.mark.parametrize('signs', [(False, False), (False, True), (True, False), (True, True)])
def test_pulses_of_lines_with_given_signs(signs):
    expected, given = (trains.of_signs(*signs) for trains in both(*VECTORS, UpdateParameters()))
    assert_same_pulses(expected, given)


def test_no_slots():
    _, given = both(np.zeros((2, 3, 1), np.float32), np.zeros((2, 2, 1), np.float32), UpdateParameters())
    assert given.slots == 0 and given.vectors == 2 and given.sent() == (0, 0)


@pytest.mark.parametrize('pulse_type', [PulseType.MEAN_COUNT, PulseType.DETERMINISTIC_IMPLICIT])
def test_trains_that_are_counted(pulse_type):
    expected, given = both(*VECTORS, UpdateParameters(pulse_type=pulse_type))
    np.testing.assert_array_equal(expected.inputs, on_cpu(given.inputs))
    np.testing.assert_array_equal(expected.gradients, on_cpu(given.gradients))
    assert (expected.slots, expected.vectors, expected.sent()) == (given.slots, given.vectors, given.sent())
