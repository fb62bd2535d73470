"""Compiled trains, bit by bit those of the reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import pulse_trains as reference
from aihwlab.kernel.compiled.pulse_trains import CountedTrains, draw_trains
from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters
from tests.kernel.helpers import numbers
from tests.kernel.strategies import few_examples, patches, seeds, vectors


def both(x, d, seed, complete=True, **settings):
    """Return the trains of one update by the reference, and compiled."""
    update = UpdateParameters(**settings)
    largest = (np.abs(reference.as_rows(values)).max(axis=1) for values in (x, d))
    plan = plan_pulses(*largest, 0.05, 0.001, update)
    return [draw(x, d, plan, update, Stream(seed, 1), complete) for draw in (reference.draw_trains, draw_trains)]


def fired(trains):
    """Return whether lines of inputs and of gradients fire, bool, [sign, slot, line]: first the positive ones."""
    slots = slice(trains.first_slot, trains.last_slot)
    drawn, gradients = (np.unpackbits(words.view(np.uint8), bitorder='little').astype(bool)
                        for words in (trains.inputs, trains.gradients))
    inputs = np.zeros((2, len(trains.place), trains.in_size), dtype=bool)
    inputs[:, trains.live] = drawn.reshape(2, len(trains.live), -(-trains.in_size // 64) * 64)[:, :, :trains.in_size]
    return inputs[:, slots], gradients.reshape(2, trains.out_size, -1)[:, :, slots].transpose(0, 2, 1)


@given(st.one_of(vectors(), patches()), st.integers(1, 70), seeds, st.booleans(),
       st.fixed_dictionaries(dict(desired_bl=st.integers(1, 70), res=st.sampled_from([0, 0.1]), sto_round=st.booleans())))
@few_examples
def test_lines_fire_in_the_same_slots(x, out_size, seed, complete, settings):
    expected, trains = both(x, 0.1 * numbers(seed, (x.shape[0], out_size, x.shape[2])), seed, complete, **settings)
    assert trains.sent() == expected.sent()
    assert trains.slots == len(expected.vector)
    if trains.slots == 0:
        return
    for found, lines, positive in zip(fired(trains), (expected.inputs, expected.gradients),
                                      (expected.input_positive, expected.gradient_positive)):
        assert (found[0] == lines & positive[expected.vector]).all()
        assert (found[1] == lines & ~positive[expected.vector]).all()


def test_parts_of_trains_keep_their_slots():
    _, trains = both(numbers(1, (9, 20, 1)), numbers(2, (9, 5, 1)), 3)
    before = int(trains.length[:3].sum())
    part = trains.of_vectors(3, 7)
    assert part.first_slot == before and part.slots == trains.length[3:7].sum() > 0
    inputs, gradients = fired(part)
    assert (inputs == fired(trains)[0][:, before:before + part.slots]).all()
    assert part.sent() == (inputs.sum(), gradients.sum())


@pytest.mark.parametrize('pulse_type', [PulseType.MEAN_COUNT, PulseType.DETERMINISTIC_IMPLICIT])
def test_counted_trains_have_the_probabilities_and_signs_of_the_reference(pulse_type):
    expected, trains = both(numbers(1, (9, 20, 1)), numbers(2, (9, 5, 1)), 3, pulse_type=pulse_type)
    assert isinstance(trains, CountedTrains) and trains.slots == len(expected.vector)
    for name in ('inputs', 'gradients', 'input_positive', 'gradient_positive', 'length'):
        assert (getattr(trains, name) == getattr(expected, name)).all()
    assert (trains.start == np.cumsum(trains.length) - trains.length).all()
