"""The pulse trains of `aihwlab.kernel.pulse_trains`, compiled: one bit for each line and time slot, 64 to a word.

Gradient lines come first, line by line: bits are slots. Inputs follow, slot by slot: bits are lines. They are drawn for live
slots only, in which a gradient line fires; late in training these are a fifth of all. So an update finds the input lines that
fire in a slot side by side, and no pulse is drawn that can meet no other.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.bits import count_bits
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.drawn_pulses import BIT, BLANK, WORD, ZERO, Side, draw, slots_within
from aihwlab.kernel.compiled.patches import as_images
from aihwlab.kernel.compiled.random import address_of
from aihwlab.kernel.compiled.tasks import call_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches, as_rows
from aihwlab.kernel.pulse_plan import PulsePlan
from aihwlab.kernel.pulse_trains import (
    DRAWS_PER_WORD,
    STOCHASTIC,
    gradient_probabilities,
    input_probabilities,
    probability_step,
    pulses_of_lines,
)
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters

NO_ROUNDING = ZERO, ZERO


class StochasticTrains(NamedTuple):
    """Pulses of all lines, in words of 64 bits: first those of lines with a positive value, then of those with a negative one.

    Attributes:
        inputs: [2, live slots, words of lines], flat: bits are lines.
        gradients: [2, lines, words of slots], flat: bits are slots.
        live: numbers of the live slots.
        place: number of each live slot among them, [slots, filled up to whole words].
        length: number of slots of each vector.
        first_vector: number of the first of these vectors in the whole update.
        first_slot, last_slot: the slots whose pulses are given, from the first to before the last.
        in_size, out_size: number of lines.
    """

    inputs: Any
    gradients: Any
    live: Any
    place: Any
    length: Any
    first_vector: int
    first_slot: int
    last_slot: int
    in_size: int
    out_size: int

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self.last_slot - self.first_slot

    @property
    def vectors(self) -> int:
        """Number of vectors."""
        return len(self.length)

    def sent(self) -> tuple[int, int]:
        """Return the number of pulses that were drawn on all lines of inputs, and on all lines of gradients."""
        return _sent(self)

    def of_vectors(self, first: int, last: int) -> 'StochasticTrains':
        """Return the trains of some vectors; see `aihwlab.kernel.pulse_trains.Trains.of_vectors`."""
        start = self.first_slot + int(self.length[:first].sum())
        length = self.length[first:last]
        return self._replace(length=length, first_vector=self.first_vector + first, first_slot=start,
                             last_slot=start + int(length.sum()))

    def only(self, chosen: Array) -> 'StochasticTrains':
        """Return the trains with pulses of some vectors; see `aihwlab.kernel.pulse_trains.Trains.only`."""
        kept = np.zeros(len(self.place), dtype=np.bool_)
        kept[self.first_slot:self.last_slot] = np.repeat(chosen, self.length)
        mask = np.packbits(kept, bitorder='little').view(np.uint64)
        return self._replace(gradients=(self.gradients.reshape(-1, len(mask)) & mask).reshape(-1))

    def of_signs(self, input_positive: bool, gradient_positive: bool) -> 'StochasticTrains':
        """Return the trains with pulses of some lines; see `aihwlab.kernel.pulse_trains.Trains.of_signs`."""
        return self._replace(inputs=_of_sign(self.inputs, input_positive),
                             gradients=_of_sign(self.gradients, gradient_positive))

    def with_signs(self, input_signs: Array, gradient_signs: Array) -> 'StochasticTrains':
        """Return the same pulses with other signs; see `aihwlab.kernel.pulse_trains.Trains.with_signs`."""
        words = -(-self.in_size // DRAWS_PER_WORD)
        inputs = self.inputs.reshape(2, len(self.live), words)
        gradients = self.gradients.reshape(2, self.out_size, len(self.place) // DRAWS_PER_WORD)
        changed = np.zeros(words * DRAWS_PER_WORD, dtype=np.bool_)
        changed[:self.in_size] = input_signs < 0
        mask = np.packbits(changed, bitorder='little').view(np.uint64)
        inputs = (inputs & ~mask) | (inputs[::-1] & mask)
        gradients = np.where(gradient_signs[:, None] < 0, gradients[::-1], gradients)
        return self._replace(inputs=inputs.reshape(-1), gradients=gradients.reshape(-1))


class CountedTrains(NamedTuple):
    """Trains whose number of coincidences is computed; see `aihwlab.kernel.pulse_trains.CountedTrains`.

    Attributes:
        inputs, gradients: probabilities of the lines, [vectors, lines].
        input_positive, gradient_positive: whether the value of each line is positive, [vectors, lines].
        length, start: number of slots of each vector, and its first slot.
        number: number of each vector in the whole update.
        mean_count: whether the type is MEAN_COUNT, otherwise it is DETERMINISTIC_IMPLICIT.
    """

    inputs: Any
    gradients: Any
    input_positive: Any
    gradient_positive: Any
    length: Any
    start: Any
    number: Any
    mean_count: bool

    @property
    def slots(self) -> int:
        """Number of slots."""
        return int(self.length.sum())

    @property
    def vectors(self) -> int:
        """Number of vectors."""
        return len(self.length)

    @property
    def first_vector(self) -> int:
        """Number of the first of these vectors in the whole update."""
        return int(self.number[0]) if len(self.number) else 0

    def sent(self) -> tuple[int, int]:
        """Return the number of pulses on all lines of inputs, and on all lines of gradients."""
        return pulses_of_lines(self.inputs, self.length), pulses_of_lines(self.gradients, self.length)

    def of_vectors(self, first: int, last: int) -> 'CountedTrains':
        """Return the trains of some vectors; see `aihwlab.kernel.pulse_trains.Trains.of_vectors`."""
        return CountedTrains._make([*(part[first:last] for part in self[:-1]), self.mean_count])

    def with_signs(self, input_signs: Array, gradient_signs: Array) -> 'CountedTrains':
        """Return the same pulses with other signs; see `aihwlab.kernel.pulse_trains.Trains.with_signs`."""
        return self._replace(input_positive=self.input_positive ^ (input_signs < 0),
                             gradient_positive=self.gradient_positive ^ (gradient_signs < 0))

    def only(self, chosen: Array) -> 'CountedTrains':
        """Return the trains with pulses of some vectors; see `aihwlab.kernel.pulse_trains.Trains.only`."""
        return self._replace(gradients=self.gradients * chosen[:, None])

    def of_signs(self, input_positive: bool, gradient_positive: bool) -> 'CountedTrains':
        """Return the trains with pulses of some lines; see `aihwlab.kernel.pulse_trains.Trains.of_signs`."""
        return self._replace(inputs=self.inputs * (self.input_positive == input_positive),
                             gradients=self.gradients * (self.gradient_positive == gradient_positive))


def draw_trains(x: Array | Patches, d: Array, plan: PulsePlan, update: UpdateParameters, stream: Stream,
                complete: bool = True) -> StochasticTrains | CountedTrains:
    """Draw the pulse trains of all vectors of an update; see `aihwlab.kernel.pulse_trains.draw_trains`."""
    if update.pulse_type not in STOCHASTIC:
        x, d = as_rows(x), as_rows(d)
        return CountedTrains(input_probabilities(x, plan, update, stream), gradient_probabilities(d, plan, update, stream),
                             x > 0, d > 0, plan.length, np.cumsum(plan.length) - plan.length, np.arange(len(x)),
                             update.pulse_type is PulseType.MEAN_COUNT)
    in_size, out_size, slots = x.shape[1], d.shape[1], int(plan.length.sum())
    input_factor, gradient_factor = plan.input_factor, plan.gradient_factor
    resolution = probability_step(update.res)
    if resolution[0] > 0 and update.sto_round:  # rounded beforehand, with draws numbered vector by vector
        x, input_factor = _rounded(x, input_probabilities, plan, update, stream)
        d, gradient_factor = _rounded(d, gradient_probabilities, plan, update, stream)
        resolution = NO_ROUNDING
    share(slots * (in_size + out_size))
    return StochasticTrains(*_draw(
        Side(*as_images(x), input_factor, resolution, address_of(stream, Purpose.INPUT_PULSES)),
        Side(*as_images(d), gradient_factor, resolution, address_of(stream, Purpose.GRADIENT_PULSES)),
        plan.length, complete), plan.length, 0, 0, slots, in_size, out_size)


def _of_sign(words: Array, positive: bool) -> Array:
    """Return the pulses of lines with a positive value alone, or of those with a negative one."""
    half = len(words) // 2
    of_sign = slice(0, half) if positive else slice(half, None)
    kept = np.zeros_like(words)
    kept[of_sign] = words[of_sign]
    return kept


def _rounded(values: Any, probabilities: Any, plan: PulsePlan, update: UpdateParameters,
             stream: Stream) -> tuple[Array, Array]:
    """Return probabilities with the signs of the values, [1, lines, vectors], and factors of 1."""
    rows = as_rows(values)
    signed = np.copysign(probabilities(rows, plan, update, stream), rows)
    return signed.T[None], np.ones(len(rows), dtype=np.float32)


@jit
def _sent(trains):
    """Return the number of input pulses and of gradient pulses in the slots of trains."""
    start, stop = np.uint64(trains.first_slot), np.uint64(trains.last_slot)
    half, slot_words = np.uint64(len(trains.inputs)) // np.uint64(2), np.uint64(len(trains.place)) // WORD
    inputs = gradients = BLANK
    for live in range(np.uint64(len(trains.live))):
        if start <= np.uint64(trains.live[live]) < stop:
            line_words = half // np.uint64(len(trains.live))
            for word in range(live * line_words, (live + BIT) * line_words):
                inputs += count_bits(trains.inputs[word]) + count_bits(trains.inputs[half + word])
    for word in range(np.uint64(len(trains.gradients))):
        gradients += count_bits(trains.gradients[word] & slots_within(word % slot_words, start, stop))
    return np.int64(inputs), np.int64(gradients)


@jit
def _draw(inputs, gradients, length, complete):
    return call_task(draw, (inputs, gradients, length, complete))
