"""Draws of pulses: which slots are live, and that a pulse is as likely as its line says, down to the lowest of 31 bits."""

import numpy as np
import pytest

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.drawn_pulses import Side, draw, slots_within
from aihwlab.kernel.compiled.patches import as_images
from aihwlab.kernel.compiled.pulse_trains import NO_ROUNDING
from aihwlab.kernel.compiled.random import address_of
from aihwlab.kernel.compiled.tasks import call_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.random import Purpose, Stream
from tests.kernel.helpers import numbers


@jit
def run(inputs, gradients, length, complete):
    return call_task(draw, (inputs, gradients, length, complete))


@jit
def within(word, start, stop):
    return slots_within(np.uint64(word), np.uint64(start), np.uint64(stop))


def drawn(x, d, factor, length, complete=False):
    """Return what is drawn for vectors [1, lines, positions] whose values, times a factor, are probabilities."""
    share(0)
    factors = np.full(len(length), factor, dtype=np.float32)
    sides = (Side(*as_images(values), factors, NO_ROUNDING, address_of(Stream(1, 1), purpose))
             for values, purpose in ((x, Purpose.INPUT_PULSES), (d, Purpose.GRADIENT_PULSES)))
    return run(*sides, length, complete)


def bits(words):
    return np.unpackbits(words.view(np.uint8), bitorder='little')


@pytest.mark.parametrize('complete', [False, True])
def test_live_slots_are_those_in_which_a_gradient_line_fires(complete):
    x, d, length = numbers(1, (1, 20, 50)), numbers(2, (1, 3, 50)), np.arange(50) % 4
    slots = length.sum()
    _, gradients, live, place = drawn(x, d, 0.2, length, complete)
    fires = bits(gradients).reshape(2, 3, -1)[:, :, :slots].any(axis=(0, 1))
    assert (live == (np.arange(slots) if complete else np.flatnonzero(fires))).all()
    assert (place[live] == np.arange(len(live))).all() and 0 < fires.sum() < slots


@pytest.mark.parametrize('probability', [0.0, 2.0 ** -17, 0.3, 1 - 2.0 ** -17, 1.0])
def test_a_pulse_is_as_likely_as_its_line_says(probability):
    """A million draws; below 2^-16 and above 1 - 2^-16 all is decided by the lower bits."""
    d = np.full((1, 100, 10_000), probability, dtype=np.float32)
    _, gradients, *_ = drawn(np.zeros((1, 1, 10_000), dtype=np.float32), d, 1.0, np.ones(10_000, dtype=np.int64))
    share_of_pulses = bits(gradients).sum() / 1e6
    assert abs(share_of_pulses - probability) <= 4.5 * np.sqrt(probability * (1 - probability) / 1e6)


@pytest.mark.parametrize('word, start, stop, slots', [(0, 0, 64, range(64)), (1, 0, 70, range(6)), (0, 3, 70, range(3, 64)),
                                                      (1, 80, 90, range(16, 26)), (2, 0, 70, []), (0, 64, 70, [])])
def test_slots_within_a_range(word, start, stop, slots):
    assert int(within(word, start, stop)) == sum(1 << slot for slot in slots)
