"""Pulse trains as a stage of their own: they can be cut by vectors, given to several arrays, and change signs by lines."""

from copy import deepcopy

import numpy as np
import pytest

from aihwlab.kernel.backend import stages
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.pulse_trains import DETERMINISTIC, STOCHASTIC, fire, pulse_counts, thresholds
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from tests.kernel.helpers import BACKENDS, PULSED_TYPES, ideal_steps

OUT, IN, VECTORS = 70, 131, 6
RNG = np.random.default_rng(5)
X, D = (RNG.normal(size=(VECTORS, lines, 1)).astype(np.float32) for lines in (IN, OUT))
EXACT = ideal_steps()


def array_of(device=EXACT):
    return build_device_array(device, (OUT, IN), Stream(2, 0))


def draw(backend, pulse_type, x=X, d=D):
    """Return the stages of a backend, and trains of an update."""
    chosen, update = stages(d, backend), UpdateParameters(pulse_type=pulse_type)
    plan = chosen.plan_pulses(chosen.abs_max(x).reshape(-1), chosen.abs_max(d).reshape(-1), 0.02, 0.001, update)
    return chosen, chosen.draw_trains(x, d, plan, update, Stream(2, 1))


def given(backend, trains, device=EXACT, stream=None):
    """Return the weights of new devices after trains."""
    array = array_of(device)
    stages(D, backend).apply_trains(array, trains, stream or Stream(2, 1))
    return array.visible


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('pulse_type', PULSED_TYPES)
class TestTrains:
    def test_vector_by_vector_is_the_same_as_all_at_once(self, backend, pulse_type):
        """Also with noise, whose numbers belong to the slots of the whole update."""
        chosen, trains = draw(backend, pulse_type)
        whole, parts = array_of(SoftBoundsDevice(write_noise_std=1.0)), array_of(SoftBoundsDevice(write_noise_std=1.0))
        chosen.apply_trains(whole, trains, Stream(2, 1))
        for first, last in ((0, 1), (1, 1), (1, 4), (4, VECTORS)):
            chosen.apply_trains(parts, trains.of_vectors(first, last), Stream(2, 1))
        assert np.abs(whole.persistent).max() > 0.01
        assert (whole.persistent == parts.persistent).all() and (whole.visible == parts.visible).all()

    def test_a_part_of_a_part_is_a_part(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        inner = given(backend, trains.of_vectors(1, 5).of_vectors(1, 3))
        assert (inner == given(backend, trains.of_vectors(2, 4))).all() and np.abs(inner).max() > 0

    def test_one_train_reaches_two_arrays_with_noise_of_their_own(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        noisy = ConstantStepDevice(dw_min_std=1.0, dw_min_dtod=0.0, up_down_dtod=0.0)
        first, second, again = (given(backend, trains, noisy, Stream(2, 1).child(part)) for part in (0, 1, 0))
        assert (first == again).all()
        moved = np.abs(given(backend, trains)) > 0
        assert (first[moved] != second[moved]).mean() > 0.99
        noise = [weights - given(backend, trains) for weights in (first, second)]
        assert abs(np.corrcoef(noise[0][moved], noise[1][moved])[0, 1]) < 4.5 / np.sqrt(moved.sum())

    def test_signs_of_lines_turn_the_pulses_and_twice_turn_them_back(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        input_signs, gradient_signs = (np.where(RNG.random(lines) < 0.5, -1, 1) for lines in (IN, OUT))
        turned = trains.with_signs(input_signs, gradient_signs)
        plain = given(backend, trains)
        np.testing.assert_allclose(given(backend, turned), plain * np.outer(gradient_signs, input_signs), atol=1e-6)
        assert (given(backend, turned.with_signs(input_signs, gradient_signs)) == plain).all()

    def test_vectors_that_are_not_chosen_send_nothing_and_the_others_keep_their_noise(self, backend, pulse_type):
        chosen, trains = draw(backend, pulse_type)
        first, noisy = np.arange(VECTORS) % 3 == 0, ideal_steps(dw_min_std=1.0)
        parts = [given(backend, trains.only(kept), noisy) for kept in (first, ~first)]
        assert all(np.abs(weights).max() > 0 for weights in parts)
        np.testing.assert_allclose(parts[0] + parts[1], given(backend, trains, noisy), atol=1e-6)
        inner = given(backend, trains.only(first).of_vectors(3, 5), noisy)
        assert (inner == given(backend, trains.of_vectors(3, 4), noisy)).all()
        assert (given(backend, trains.of_vectors(2, 5).only(first[2:5]), noisy) == inner).all()
        assert (given(backend, trains.only(np.zeros(VECTORS, dtype=bool))) == 0).all()

    def test_lines_of_other_signs_send_nothing(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        total = 0
        for x_positive in (True, False):
            for d_positive in (True, False):
                weights = given(backend, trains.of_signs(x_positive, d_positive))
                assert (weights <= 0 if x_positive == d_positive else weights >= 0).all() and np.abs(weights).max() > 0
                total = total + weights
        np.testing.assert_allclose(total, given(backend, trains), atol=1e-6)

    def test_trains_know_their_vectors(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        assert (trains.vectors, trains.first_vector) == (VECTORS, 0)
        part = trains.of_vectors(2, 5)
        assert (part.vectors, part.first_vector) == (3, 2)
        assert (part.of_vectors(1, 2).vectors, part.of_vectors(1, 2).first_vector) == (1, 3)
        assert part.only(np.ones(3, dtype=bool)).first_vector == part.of_signs(True, False).first_vector == 2

    def test_both_backends_send_the_same_pulses(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        _, expected = draw('reference', pulse_type)
        assert trains.sent() == expected.sent() and min(trains.sent()) > 0
        assert trains.of_vectors(1, 3).sent() == expected.of_vectors(1, 3).sent()
        assert (given(backend, trains) == given('reference', expected)).all()

    def test_no_vectors_send_no_pulses(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type)
        nothing = trains.of_vectors(2, 2)
        assert nothing.sent() == (0, 0) and (given(backend, nothing) == 0).all()

    def test_vectors_of_zeros_send_none(self, backend, pulse_type):
        _, trains = draw(backend, pulse_type, 0 * X)
        assert trains.sent() == (0, 0) and (given(backend, trains) == 0).all()

    def test_pulses_are_counted_exactly(self, backend, pulse_type):
        chosen, trains = draw(backend, pulse_type, np.abs(X), np.abs(D))  # all pulses go down
        array, counts = array_of(), Counts.with_pulses()
        met = chosen.apply_trains(array, trains, Stream(2, 1))
        assert met == round(-array.visible.sum(dtype=float) / 0.001)
        counts.count_trains(trains.slots, trains.sent(), met, (OUT, IN))
        assert (counts.input_pulses, counts.gradient_pulses) == trains.sent() and counts.coincidences == met
        assert counts.driven == trains.sent()[0] * OUT + trains.sent()[1] * IN


def test_lines_fire_as_often_as_their_probability_says():
    probability = np.array([[0.0, 0.1, 0.5, 1.0]], dtype=np.float32)
    fired = fire(probability.repeat(20_000, axis=0), Stream(1, 1), Purpose.INPUT_PULSES).mean(axis=0)
    assert fired[0] == 0 and fired[3] == 1
    np.testing.assert_allclose(fired[1:3], probability[0, 1:3], atol=4.5 * 0.5 / np.sqrt(20_000))


def test_copies_of_trains_are_independent_of_the_arrays():
    _, trains = draw('reference', PulseType.STOCHASTIC_COMPRESSED)
    kept = deepcopy(trains)
    given('reference', trains)
    assert (trains.inputs == kept.inputs).all()


def test_every_pulse_type_has_its_kind_of_trains():
    assert [*STOCHASTIC, *DETERMINISTIC] == PULSED_TYPES
    assert set(PulseType) - set(PULSED_TYPES) == {PulseType.NONE, PulseType.NONE_WITH_DEVICE}


def test_thresholds_are_probabilities_of_31_bits():
    probability = np.array([0.0, 0.25, 0.5, 1.0, 1.5], dtype=np.float32)
    upper, lower = thresholds(probability)
    assert (upper * 2.0 ** 15 + lower == [0, 2 ** 29, 2 ** 30, 2 ** 31, 2 ** 31]).all()


def test_deterministic_counts_by_hand():
    """Ten slots: MEAN_COUNT rounds the pulses of each line first, DETERMINISTIC_IMPLICIT only their product."""
    inputs, gradients = np.array([0.26, 0.74, 1.5], dtype=np.float32), np.array([0.0, 0.5, 2.0], dtype=np.float32)
    counts = pulse_counts(inputs, gradients, 10, PulseType.MEAN_COUNT)
    assert (counts == [[0, 0, 0], [2, 4, 5], [3, 7, 10]]).all()  # rint(5 * 3 / 10) = 2, half to even
    counts = pulse_counts(inputs, gradients, 10, PulseType.DETERMINISTIC_IMPLICIT)
    assert (counts == [[0, 0, 0], [1, 4, 5], [3, 7, 10]]).all()
