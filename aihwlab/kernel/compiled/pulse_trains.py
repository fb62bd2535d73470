"""The pulse trains of `aihwlab.kernel.pulse_trains`, compiled: one bit for each line and time slot, 64 to a word.

The trains are drawn line by line, 64 time slots at a time. An update walks through the input lines that fire in one slot,
so their words are turned afterwards: from 64 slots of one line to 64 lines of one slot.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import prange

from aihwlab.kernel.compiled.bits import compare_64, count_bits, nearest_integer, signs_64
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.patches import as_images, first_pixel, unsigned
from aihwlab.kernel.compiled.random import address_of, chunk_of_words
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches, as_rows
from aihwlab.kernel.pulse_plan import PulsePlan
from aihwlab.kernel.pulse_trains import (
    BELOW_ONE,
    SLOTS_PER_WORD,
    STOCHASTIC,
    gradient_probabilities,
    input_probabilities,
    probability_step,
    pulses_of_lines,
)
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.update import UpdateParameters

WORDS_PER_TASK = 16
LINES_PER_WORD = SLOTS_PER_WORD
WORD, BIT, BLANK = np.uint64(64), np.uint64(1), np.uint64(0)
ZERO, ONE, TWO31 = np.float32(0), np.float32(1), np.float32(2.0 ** 31)
NEVER, ALWAYS = np.int32(-1), np.int32(2 ** 31 - 1)
LOW_HALF = np.uint64(0xFFFFFFFF)
NO_ROUNDING = ZERO, ZERO


class StochasticTrains(NamedTuple):
    """Pulses of all lines, in words of 64 bits: first those of lines with a positive value, then of those with a negative one.

    Attributes:
        inputs: [2, slots, words of lines], flat: bits are lines.
        gradients: [2, lines, words of slots], flat: bits are slots.
        length: number of slots of each vector, all slots of the update before the first one of `first_slot`.
        first_slot, last_slot: the slots whose pulses are given, from the first to before the last.
        padded: number of slots in the words.
        in_size, out_size: number of lines.
    """

    inputs: Any
    gradients: Any
    length: Any
    first_slot: int
    last_slot: int
    padded: int
    in_size: int
    out_size: int

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self.last_slot - self.first_slot

    def sent(self) -> tuple[int, int]:
        """Return the number of pulses on all lines of inputs, and on all lines of gradients."""
        return _sent(self)

    def of_vectors(self, first: int, last: int) -> 'StochasticTrains':
        """Return the trains of some vectors; see `aihwlab.kernel.pulse_trains.Trains.of_vectors`."""
        start = self.first_slot + int(self.length[:first].sum())
        length = self.length[first:last]
        return self._replace(length=length, first_slot=start, last_slot=start + int(length.sum()))

    def with_signs(self, input_signs: Array, gradient_signs: Array) -> 'StochasticTrains':
        """Return the same pulses with other signs; see `aihwlab.kernel.pulse_trains.Trains.with_signs`."""
        inputs, gradients = self.inputs.reshape(2, self.padded, -1), self.gradients.reshape(2, self.out_size, -1)
        changed = np.zeros(inputs.shape[2] * LINES_PER_WORD, dtype=np.bool_)
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
        mean_count: whether the type is MEAN_COUNT, otherwise it is DETERMINISTIC_IMPLICIT.
    """

    inputs: Any
    gradients: Any
    input_positive: Any
    gradient_positive: Any
    length: Any
    start: Any
    mean_count: bool

    @property
    def slots(self) -> int:
        """Number of slots."""
        return int(self.length.sum())

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


class Slots(NamedTuple):
    """The time slots of an update, filled up to whole words: the vector of each, and the factor of its probabilities, which
    is 0 in those that fill up."""

    vector: Any
    factor: Any


def draw_trains(x: Array | Patches, d: Array, plan: PulsePlan, update: UpdateParameters,
                stream: Stream) -> StochasticTrains | CountedTrains:
    """Draw the pulse trains of all vectors of an update; see `aihwlab.kernel.pulse_trains.draw_trains`."""
    if update.pulse_type not in STOCHASTIC:
        x, d = as_rows(x), as_rows(d)
        return CountedTrains(input_probabilities(x, plan, update, stream), gradient_probabilities(d, plan, update, stream),
                             x > 0, d > 0, plan.length, np.cumsum(plan.length) - plan.length,
                             update.pulse_type is PulseType.MEAN_COUNT)
    in_size, out_size, slots = x.shape[1], d.shape[1], int(plan.length.sum())
    if slots == 0:
        nothing = np.empty(0, dtype=np.uint64)
        return StochasticTrains(nothing, nothing, plan.length, 0, 0, 0, in_size, out_size)
    input_factor, gradient_factor = plan.input_factor, plan.gradient_factor
    resolution = probability_step(update.res)
    if resolution[0] > 0 and update.sto_round:  # rounded beforehand, with draws numbered vector by vector
        x, input_factor = _rounded(x, input_probabilities, plan, update, stream)
        d, gradient_factor = _rounded(d, gradient_probabilities, plan, update, stream)
        resolution = NO_ROUNDING
    vector, input_factor, gradient_factor = time_slots(plan.length, input_factor, gradient_factor)
    share(len(vector) * (in_size + out_size))
    inputs = fire(*as_images(x), Slots(vector, input_factor), resolution, True, address_of(stream, Purpose.INPUT_PULSES))
    gradients = fire(*as_images(d), Slots(vector, gradient_factor), resolution, False,
                     address_of(stream, Purpose.GRADIENT_PULSES))
    return StochasticTrains(inputs, gradients, plan.length, 0, slots, len(vector), in_size, out_size)


def _rounded(values: Any, probabilities: Any, plan: PulsePlan, update: UpdateParameters,
             stream: Stream) -> tuple[Array, Array]:
    """Return probabilities with the signs of the values, [1, lines, vectors], and factors of 1."""
    rows = as_rows(values)
    signed = np.copysign(probabilities(rows, plan, update, stream), rows)
    return signed.T[None], np.ones(len(rows), dtype=np.float32)


@jit
def _sent(trains):
    """Return the number of input pulses and of gradient pulses in the slots of trains."""
    padded, start, stop = np.uint64(trains.padded), np.uint64(trains.first_slot), np.uint64(trains.last_slot)
    half = np.uint64(len(trains.inputs)) // np.uint64(2)
    line_words = half // padded
    inputs = gradients = BLANK
    for sign in range(2):
        for place in range(start * line_words, stop * line_words):
            inputs += count_bits(trains.inputs[np.uint64(sign) * half + place])
    for word in range(np.uint64(len(trains.gradients))):
        gradients += count_bits(trains.gradients[word] & slots_within(word % (padded // WORD), start, stop))
    return np.int64(inputs), np.int64(gradients)


@jit(inline=True)
def slots_within(word, start, stop):
    """Return the bits of a word whose slots lie in a range."""
    bits = ~BLANK
    if word * WORD < start:
        bits &= ~BLANK << (start - word * WORD) if start < (word + BIT) * WORD else BLANK
    if stop < (word + BIT) * WORD:
        bits &= (BIT << (stop - word * WORD)) - BIT if stop > word * WORD else BLANK
    return bits


@jit
def time_slots(length, input_factor, gradient_factor):
    """Return vector, input factor and gradient factor of each time slot, filled up to whole words with factors of 0."""
    slots = length.sum()
    padded = (slots + SLOTS_PER_WORD - 1) // SLOTS_PER_WORD * SLOTS_PER_WORD
    slot_vector = np.empty(padded, dtype=np.int32)
    of_input, of_gradient = np.zeros(padded, dtype=np.float32), np.zeros(padded, dtype=np.float32)
    slot = 0
    for vector in range(len(length)):
        for _ in range(length[vector]):
            slot_vector[slot] = vector
            of_input[slot], of_gradient[slot] = input_factor[vector], gradient_factor[vector]
            slot += 1
    slot_vector[slots:] = slot_vector[slots - 1]
    return slot_vector, of_input, of_gradient


@jit(parallel=True)
def fire(image, layout, slots, resolution, turned, address):
    """Draw the pulse trains of all lines; see `aihwlab.kernel.pulse_trains.fire`.

    Args:
        image, layout: values of the lines, see `aihwlab.kernel.compiled.patches`; a line fires with the probability
            `|value| factor`.
        slots: the time slots.
        resolution: probabilities are multiples of this width, if it is not zero, and the inverse of it.
        turned: whether words hold 64 lines of one slot.
        address: where the draws are.

    Returns:
        Pulses of lines with a positive and with a negative value, uint64, flat: [2, slots, words of lines] if turned, else
        [2, lines, words of slots].
    """
    line_count = layout.channels * layout.window_height * layout.window_width
    slot_words = len(slots.vector) // SLOTS_PER_WORD
    line_words = (line_count + LINES_PER_WORD - 1) // LINES_PER_WORD
    trains = np.empty(2 * (len(slots.vector) * line_words if turned else line_count * slot_words), dtype=np.uint64)
    blocks = (slot_words + WORDS_PER_TASK - 1) // WORDS_PER_TASK
    for task in prange(blocks * line_words):
        first_line, first_word = task // blocks * LINES_PER_WORD, task % blocks * WORDS_PER_TASK
        block = Block(np.uint64(first_line), np.uint64(min(first_line + LINES_PER_WORD, line_count)),
                      np.uint64(first_word), np.uint64(min(first_word + WORDS_PER_TASK, slot_words)))
        _fire_block(block, image, unsigned(layout), slots, resolution, turned, address, trains)
    return trains


class Block(NamedTuple):
    """Up to 64 lines in up to 1024 slots: first and last line, first and last word of slots."""

    first_line: Any
    last_line: Any
    first_word: Any
    last_word: Any


@jit(inner=True)
def _fire_block(block, image, layout, slots, resolution, turned, address, trains):
    """Draw the pulses of a block."""
    first_line, last_line, first_word, last_word = block
    first_slot = first_word * WORD
    count, slot_words = last_word - first_word, np.uint64(len(slots.vector)) // WORD
    line_count = layout.channels * layout.window_height * layout.window_width
    pixel = _first_pixels(first_slot, count * WORD, slots.vector, layout)
    values = np.empty(count * WORD, dtype=np.float32)
    threshold = np.empty(count * WORD, dtype=np.int32)
    drawn = np.empty(WORD, dtype=np.uint32)
    positive, negative = np.zeros(WORD * count, dtype=np.uint64), np.zeros(WORD * count, dtype=np.uint64)
    for line in range(first_line, last_line):
        shift = first_pixel(line, layout)
        for s in range(count * WORD):
            values[s] = image[pixel[s] + shift]
        _thresholds(threshold, values, slots.factor, first_slot, resolution)
        for word in range(count):
            chunk_of_words(drawn, BLANK, line * slot_words + first_word + word, address)
            fires, below_zero = compare_64(drawn, threshold, word * WORD), signs_64(values, word * WORD)
            place = word * WORD + line - first_line
            positive[place], negative[place] = fires & ~below_zero, fires & below_zero
    half = np.uint64(len(trains)) // np.uint64(2)
    if turned:
        line_words = (line_count + WORD - BIT) // WORD
        for word in range(count):
            start = ((first_word + word) * WORD) * line_words + first_line // WORD
            _turn(positive, word * WORD, trains, start, line_words)
            _turn(negative, word * WORD, trains, half + start, line_words)
    else:
        for line in range(first_line, last_line):
            for word in range(count):
                place, source = line * slot_words + first_word + word, word * WORD + line - first_line
                trains[place], trains[half + place] = positive[source], negative[source]


@jit(inline=True)
def _first_pixels(first_slot, count, slot_vector, layout):
    """Return where the patch of each time slot begins in the images."""
    pixel = np.empty(count, dtype=np.uint64)
    positions = layout.down * layout.across
    for s in range(count):
        vector = np.uint64(slot_vector[first_slot + s])
        b, position = vector // positions, vector % positions
        row, column = position // layout.across, position % layout.across
        pixel[s] = ((b * layout.channels * layout.height + row * layout.row_stride) * layout.width
                    + column * layout.column_stride)
    return pixel


@jit(inline=True)
def _thresholds(threshold, values, factor, first_slot, resolution):
    """See `aihwlab.kernel.pulse_trains.thresholds` and `probabilities`."""
    width, inverse_width = resolution
    for s in range(np.uint64(len(threshold))):
        probability = abs(values[s]) * factor[first_slot + s]
        if width > ZERO:
            probability = nearest_integer(probability * inverse_width) * width
        below = np.int32(min(probability, BELOW_ONE) * TWO31) + NEVER
        threshold[s] = ALWAYS if probability >= ONE else below


@jit(inner=True)
def _turn(words, first, out, start, step):
    """Transpose 64 words of 64 bits, by exchanging ever smaller blocks (H. Warren, Hacker's Delight, 2013, section 7-3)."""
    distance, mask = np.uint64(32), LOW_HALF
    while distance != BLANK:
        k = BLANK
        while k < WORD:
            one, other = first + k, first + k + distance
            moved = ((words[one] >> distance) ^ words[other]) & mask
            words[other] ^= moved
            words[one] ^= moved << distance
            k = (k + distance + BIT) & ~distance
        distance >>= BIT
        mask ^= mask << distance
    for k in range(WORD):
        out[start + k * step] = words[first + k]
