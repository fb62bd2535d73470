"""The pulse trains of `aihwlab.kernel.pulse_trains` on a GPU: one bit for each line and time slot, 64 slots to a word.

Gradient lines come first, one thread for each word. Inputs follow, in slots in which a gradient line fires: one thread for
eight lines in the 64 slots of a word, whose draws in a slot are those of one cipher block. So pulses meet where bits of two
words do, and a thread that walks through the words of a row and a column finds them in the order of time.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled.bits import count_bits, lowest_bit, nearest_integer
from aihwlab.kernel.compiled.drawn_pulses import ABOVE_LOWER, LOWER_BITS, LOWER_MASK, TWO31, slots_within
from aihwlab.kernel.compiled.patches import lines_of, unsigned
from aihwlab.kernel.compiled.pulse_trains import NO_ROUNDING, CountedTrains
from aihwlab.kernel.compiled.random import HALF_BLOCKS, address_of, philox, word_of_draw
from aihwlab.kernel.gpu.compiling import device, kernel, launch
from aihwlab.kernel.gpu.patches import as_images, first_pixel, first_pixel_of
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Patches, as_rows
from aihwlab.kernel.pulse_plan import PulsePlan
from aihwlab.kernel.pulse_trains import (
    BELOW_ONE,
    DRAWS_PER_WORD,
    STOCHASTIC,
    gradient_probabilities,
    input_probabilities,
    probability_step,
)
from aihwlab.kernel.random import Address, Purpose, Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters

WORD, BIT, BLANK = np.uint64(DRAWS_PER_WORD), np.uint64(1), np.uint64(0)
EIGHT, HALF_WORD = np.uint64(8), np.uint64(16)
LOW = np.uint64(0xFFFF)
ZERO, ONE = np.float32(0), np.float32(1)
UPPER_SHIFT = np.uint32(17)
LINES_AT_ONCE = 8


class Side(NamedTuple):
    """The lines of one side of a crossbar: their values, as layouts describe them, by what the values of each vector are
    multiplied to become probabilities, of which step these are multiples (and its inverse; 0 for any), and where the draws
    are."""

    image: Any
    layout: Any
    factor: Any
    resolution: Any
    address: Any


class StochasticTrains(NamedTuple):
    """Pulses of all lines, in words of 64 slots: first of lines with a positive value, then of those with a negative one.

    Attributes:
        inputs: [2, words, in], uint64.
        gradients: [2, words, out], uint64.
        vector: the vector that each slot belongs to, int32, [slots of the whole update, filled up to whole words].
        ends: for each vector of the whole update the slot after its last, int64.
        first_vector, last_vector: the vectors whose pulses are given, from the first to before the last.
        first_slot, last_slot: their slots.
    """

    inputs: Any
    gradients: Any
    vector: Any
    ends: Any
    first_vector: int
    last_vector: int
    first_slot: int
    last_slot: int

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self.last_slot - self.first_slot

    @property
    def vectors(self) -> int:
        """Number of vectors."""
        return self.last_vector - self.first_vector

    def sent(self) -> tuple[int, int]:
        """Return the number of pulses that were drawn on all lines of inputs, and on all lines of gradients."""
        sent = array_namespace(self.inputs).zeros(2, dtype=np.int64)
        for side, words in enumerate((self.inputs, self.gradients)):
            launch(_count, words.size, words.reshape(-1), words.shape[1:], (self.first_slot, self.last_slot), sent, side)
        inputs, gradients = sent.tolist()
        return inputs, gradients

    def of_vectors(self, first: int, last: int) -> 'StochasticTrains':
        """Return the trains of some vectors; see `aihwlab.kernel.pulse_trains.Trains.of_vectors`."""
        first, last = self.first_vector + first, self.first_vector + last
        start, stop = (int(self.ends[number - 1]) if number > 0 else 0 for number in (first, last))
        return self._replace(first_vector=first, last_vector=last, first_slot=start, last_slot=stop)

    def only(self, chosen: Array) -> 'StochasticTrains':
        """Return the trains with pulses of some vectors; see `aihwlab.kernel.pulse_trains.Trains.only`."""
        xp = array_namespace(self.vector)
        kept, slots = xp.zeros(len(self.vector), dtype=np.bool_), slice(self.first_slot, self.last_slot)
        kept[slots] = xp.asarray(chosen)[self.vector[slots] - self.first_vector]
        return self._replace(gradients=self.gradients & xp.packbits(kept, bitorder='little').view(np.uint64)[:, None])

    def of_signs(self, input_positive: bool, gradient_positive: bool) -> 'StochasticTrains':
        """Return the trains with pulses of some lines; see `aihwlab.kernel.pulse_trains.Trains.of_signs`."""
        return self._replace(inputs=_of_sign(self.inputs, input_positive),
                             gradients=_of_sign(self.gradients, gradient_positive))

    def with_signs(self, input_signs: Array, gradient_signs: Array) -> 'StochasticTrains':
        """Return the same pulses with other signs; see `aihwlab.kernel.pulse_trains.Trains.with_signs`."""
        xp = array_namespace(self.inputs)
        return self._replace(inputs=xp.where(xp.asarray(input_signs) < 0, self.inputs[::-1], self.inputs),
                             gradients=xp.where(xp.asarray(gradient_signs) < 0, self.gradients[::-1], self.gradients))


def draw_trains(x: Array | Patches, d: Array | Patches, plan: PulsePlan, update: UpdateParameters, stream: Stream,
                complete: bool = True) -> StochasticTrains | CountedTrains:
    """Draw the pulse trains of all vectors of an update; see `aihwlab.kernel.pulse_trains.draw_trains`."""
    if update.pulse_type not in STOCHASTIC:
        xp, x, d = array_namespace(plan.length), as_rows(x), as_rows(d)
        return CountedTrains(input_probabilities(x, plan, update, stream), gradient_probabilities(d, plan, update, stream),
                             x > 0, d > 0, plan.length, xp.cumsum(plan.length) - plan.length, xp.arange(len(x)),
                             update.pulse_type is PulseType.MEAN_COUNT)
    ends = array_namespace(plan.length).cumsum(plan.length)
    return stochastic_trains(x, d, plan, ends, int(ends[-1]) if ends.size else 0, update, stream, complete)


def stochastic_trains(x: Array | Patches, d: Array | Patches, plan: PulsePlan, ends: Array, slots: int,
                      update: UpdateParameters, stream: Stream, complete: bool) -> StochasticTrains:
    """Return trains whose pulses are drawn, for which the number of slots is known; other arguments as of `draw_trains`.

    Args:
        ends: for each vector the slot after its last.
        slots: number of slots of all vectors.
    """
    xp, words = array_namespace(ends), -(-slots // DRAWS_PER_WORD)
    inputs, gradients = sides_of(x, d, plan, update, stream)
    vector = xp.empty(words * DRAWS_PER_WORD, dtype=np.int32)
    launch(_vectors_of_slots, ends.size if slots > 0 else 0, plan.length, ends, vector)
    live = xp.zeros(words, dtype=np.uint64)
    sent_gradients = xp.empty((2, words, d.shape[1]), dtype=np.uint64)
    launch(_fire_in_slots, words * d.shape[1], gradients, vector, slots, sent_gradients.reshape(-1), live)
    if complete:
        live[...] = np.uint64(2 ** 64 - 1)
    sent_inputs, chunks = xp.empty((2, words, x.shape[1]), dtype=np.uint64), -(-x.shape[1] // DRAWS_PER_WORD)
    launch(_fire_on_lines, words * chunks * LINES_AT_ONCE, inputs, vector, slots, live, sent_inputs.reshape(-1))
    return StochasticTrains(sent_inputs, sent_gradients, vector, ends, 0, ends.size, 0, slots)


def sides_of(x: Array | Patches, d: Array | Patches, plan: PulsePlan, update: UpdateParameters,
             stream: Stream) -> tuple[Side, Side]:
    """Return the lines of inputs and those of gradients; with stochastic rounding, their probabilities take their place."""
    input_factor, gradient_factor = plan.input_factor, plan.gradient_factor
    resolution = probability_step(update.res)
    if resolution[0] > 0 and update.sto_round:
        x, input_factor = _rounded(x, input_probabilities, plan, update, stream)
        d, gradient_factor = _rounded(d, gradient_probabilities, plan, update, stream)
        resolution = NO_ROUNDING
    return (Side(*as_images(x), input_factor, resolution, address_of(stream, Purpose.INPUT_PULSES)),
            Side(*as_images(d), gradient_factor, resolution, address_of(stream, Purpose.GRADIENT_PULSES)))


def _rounded(values: Any, probabilities: Any, plan: PulsePlan, update: UpdateParameters,
             stream: Stream) -> tuple[Array, Array]:
    """Return probabilities with the signs of the values, [1, lines, vectors], and factors of 1."""
    rows = as_rows(values)
    xp = array_namespace(rows)
    signed = xp.copysign(probabilities(rows, plan, update, stream), rows)
    return signed.T[None], xp.ones(len(rows), dtype=np.float32)


def _of_sign(words: Array, positive: bool) -> Array:
    """Return the pulses of lines with a positive value alone, or of those with a negative one."""
    kept, sign = array_namespace(words).zeros_like(words), 0 if positive else 1
    kept[sign] = words[sign]
    return kept


@kernel
def _vectors_of_slots(length, ends, vector):
    number = cuda.grid(1)
    if number < len(length):
        for slot in range(ends[number] - length[number], ends[number]):
            vector[slot] = number


@device
def half_word(four, number):
    """Return one of the eight words of 16 bits of a cipher block: lower halves before upper ones."""
    word = np.uint64(four[number // np.uint64(2)])
    return np.int32(word >> (number % np.uint64(2) * HALF_WORD) & LOW)


@device
def probability_of(value, factor, resolution):
    """Return the probability of a pulse."""
    probability = abs(value) * factor
    return nearest_integer(probability * resolution[1]) * resolution[0] if resolution[0] > ZERO else probability


@device
def fires(probability, upper, draw, address):
    """Return whether a pulse is sent; see `aihwlab.kernel.pulse_trains.fire`.

    Args:
        probability: of the pulse.
        upper: the upper 16 bits of its draw.
        draw: number of the draw, by which the lower 15 bits are found.
        address: where draws are.
    """
    number = np.int32(min(probability, BELOW_ONE) * TWO31)
    threshold = number >> LOWER_BITS
    if upper != threshold:
        return upper < threshold
    word = word_of_draw(draw, Address(address.operation, address.purpose, 1, address.key))
    return np.int32(word >> UPPER_SHIFT) < (number & LOWER_MASK if probability < ONE else ABOVE_LOWER)


@kernel
def _fire_in_slots(side, vector, slots, fired, live):
    """Draw the pulses of one gradient line in the 64 slots of a word."""
    thread, layout, words = np.uint64(cuda.grid(1)), unsigned(side.layout), np.uint64(len(live))
    lines = lines_of(layout)
    word, line = thread // lines, thread % lines
    if word < words:
        chunk, shift, positive, negative = line * words + word, first_pixel(line, layout), BLANK, BLANK
        for block in range(HALF_BLOCKS):
            four = philox(chunk * HALF_BLOCKS + block, side.address)
            for part in range(EIGHT):
                bit = block + part * HALF_BLOCKS
                slot = word * WORD + bit
                if slot < np.uint64(slots):
                    number = np.uint64(vector[slot])
                    value = side.image[first_pixel_of(number, layout) + shift]
                    probability = probability_of(value, side.factor[number], side.resolution)
                    if fires(probability, half_word(four, part), chunk * WORD + bit, side.address):
                        if value > ZERO:
                            positive |= BIT << bit
                        else:
                            negative |= BIT << bit
        fired[word * lines + line] = positive
        fired[(words + word) * lines + line] = negative
        if positive | negative != BLANK:
            cuda.atomic.or_(live, word, positive | negative)


@kernel
def _fire_on_lines(side, vector, slots, live, fired):
    """Draw the pulses of up to eight input lines in the live slots of a word."""
    thread, layout, words = np.uint64(cuda.grid(1)), unsigned(side.layout), np.uint64(len(live))
    lines = lines_of(layout)
    chunks = (lines + WORD - BIT) // WORD
    block, chunk, word = thread % HALF_BLOCKS, thread // HALF_BLOCKS % chunks, thread // (HALF_BLOCKS * chunks)
    if word < words:
        positive, negative = cuda.local.array(LINES_AT_ONCE, np.uint64), cuda.local.array(LINES_AT_ONCE, np.uint64)
        shift = cuda.local.array(LINES_AT_ONCE, np.uint64)
        for part in range(EIGHT):
            positive[part] = negative[part] = BLANK
            shift[part] = first_pixel(chunk * WORD + block + part * HALF_BLOCKS, layout)
        firing = live[word] & slots_within(word, BLANK, np.uint64(slots))
        while firing != BLANK:
            bit = lowest_bit(firing)
            firing &= firing - BIT
            slot = word * WORD + bit
            number = np.uint64(vector[slot])
            corner, factor = first_pixel_of(number, layout), side.factor[number]
            four = philox((slot * chunks + chunk) * HALF_BLOCKS + block, side.address)
            for part in range(EIGHT):
                line = chunk * WORD + block + part * HALF_BLOCKS
                if line < lines:
                    value = side.image[corner + shift[part]]
                    probability = probability_of(value, factor, side.resolution)
                    if fires(probability, half_word(four, part), slot * chunks * WORD + line, side.address):
                        if value > ZERO:
                            positive[part] |= BIT << bit
                        else:
                            negative[part] |= BIT << bit
        for part in range(EIGHT):
            line = chunk * WORD + block + part * HALF_BLOCKS
            if line < lines:
                fired[word * lines + line] = positive[part]
                fired[(words + word) * lines + line] = negative[part]


@kernel
def _count(fired, shape, slots, sent, side):
    """Add the number of pulses in some slots of one word."""
    thread = np.uint64(cuda.grid(1))
    if thread < np.uint64(len(fired)):
        word = thread // np.uint64(shape[1]) % np.uint64(shape[0])
        pulses = count_bits(fired[thread] & slots_within(word, np.uint64(slots[0]), np.uint64(slots[1])))
        cuda.atomic.add(sent, side, np.int64(pulses))
