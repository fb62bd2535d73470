"""How compiled code draws pulses: those of gradients first, then those of inputs, in live slots only.

A word of 64 bits takes 64 draws; see `aihwlab.kernel.pulse_trains.fire` for what is drawn, and
`aihwlab.kernel.compiled.pulse_trains` for how the words lie.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.bits import allow_wide_vectors, below_64, equal_64, lowest_bit, nearest_integer, signs_64
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import floats, integers, total, words_of_16, words_of_64, zeros
from aihwlab.kernel.compiled.patches import first_pixel, lines_of, unsigned
from aihwlab.kernel.compiled.random import chunk_of_half_words, word_of_draw
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.pulse_trains import BELOW_ONE, DRAWS_PER_WORD
from aihwlab.kernel.random import Address

WORDS_PER_TASK = 32
WORD, BIT, BLANK = np.uint64(DRAWS_PER_WORD), np.uint64(1), np.uint64(0)
ZERO, ONE, TWO31 = np.float32(0), np.float32(1), np.float32(2.0 ** 31)
LOWER_BITS, LOWER_MASK, ABOVE_LOWER = np.int32(15), np.int32(2 ** 15 - 1), np.int32(2 ** 15)


class Side(NamedTuple):
    """The lines of one side of a crossbar: their values, see `aihwlab.kernel.compiled.patches`, by what the values of each
    vector are multiplied to become probabilities, of which step these are multiples (and its inverse; 0 for any), and where
    the draws are."""

    image: Any
    layout: Any
    factor: Any
    resolution: Any
    address: Any


@jit(inline=True)
def slots_within(word, start, stop):
    """Return the bits of a word whose slots lie in a range."""
    bits = ~BLANK
    if word * WORD < start:
        bits &= ~BLANK << (start - word * WORD) if start < (word + BIT) * WORD else BLANK
    if stop < (word + BIT) * WORD:
        bits &= (BIT << (stop - word * WORD)) - BIT if stop > word * WORD else BLANK
    return bits


@jit(task=True)
def draw(inputs, gradients, length, complete):
    """Draw the pulses of both sides in time slots of which each vector has a number.

    Returns:
        `inputs`, `gradients`, `live` and `place` of `StochasticTrains`.
    """
    slots = total(length)
    words = (slots + DRAWS_PER_WORD - 1) // DRAWS_PER_WORD
    out_size, in_size = lines_of(gradients.layout), lines_of(inputs.layout)
    fired = words_of_64(2 * out_size * words)
    for_each_task(_fire_in_slots, (out_size * words + WORDS_PER_TASK - 1) // WORDS_PER_TASK,
                  (gradients, call_task(_slots_of, (gradients, length, words)), fired))
    live, place = call_task(_live_slots, (fired, out_size, words, slots, complete))
    line_words = (in_size + DRAWS_PER_WORD - 1) // DRAWS_PER_WORD
    fired_inputs = words_of_64(2 * len(live) * line_words)
    at_once = _live_slots_per_task(in_size)
    for_each_task(_fire_on_lines, (len(live) + at_once - 1) // at_once,
                  (inputs, call_task(_slots_of, (inputs, length, words)), live, _pixels_of_lines(inputs.layout), fired_inputs))
    return fired_inputs, fired, live, place


class Slots(NamedTuple):
    """Where the patch of each time slot begins in the images, and the factor of its probabilities. The slots that fill up the
    last word have a factor of 0."""

    pixel: Any
    factor: Any


@jit(task=True)
def _slots_of(side, length, words):
    slots = Slots(words_of_64(words * DRAWS_PER_WORD), zeros(words * DRAWS_PER_WORD))
    layout, slot, vector = unsigned(side.layout), BLANK, BLANK
    pixels = layout.channels * layout.height * layout.width
    for b in range(np.uint64(len(length)) // (layout.down * layout.across)):
        for row in range(layout.down):
            pixel = b * pixels + row * layout.row_stride * layout.width
            for column in range(layout.across):
                for _ in range(length[vector]):
                    slots.pixel[slot], slots.factor[slot] = pixel + column * layout.column_stride, side.factor[vector]
                    slot += BIT
                vector += BIT
    for rest in range(slot, np.uint64(len(slots.pixel))):
        slots.pixel[rest] = BLANK
    return slots


@jit(inner=True)
def _pixels_of_lines(layout):
    pixels = words_of_64(lines_of(layout))
    for line in range(len(pixels)):
        pixels[line] = first_pixel(np.uint64(line), unsigned(layout))
    return pixels


@jit(task=True)
def _live_slots(fired, out_size, words, slots, complete):
    """Return the slots in which a gradient line fires, or all, and the number of each among them."""
    live, place = integers(words * DRAWS_PER_WORD), integers(words * DRAWS_PER_WORD)
    count, half = 0, len(fired) // 2
    for word in range(words):
        any_fires = slots_within(np.uint64(word), BLANK, np.uint64(slots)) if complete else BLANK
        for line in range(out_size):
            any_fires |= fired[line * words + word] | fired[half + line * words + word]
        while any_fires != BLANK:
            slot = word * DRAWS_PER_WORD + np.int64(lowest_bit(any_fires))
            any_fires &= any_fires - BIT
            live[count], place[slot] = slot, count
            count += 1
    return live[:count], place


class Pulses(NamedTuple):
    """Pulses that are drawn together: values of lines, their probabilities, the upper 16 bits of these, draws, and for every
    word of 64 draws which chunk it is, and where its lines begin."""

    values: Any
    probability: Any
    upper: Any
    drawn: Any
    chunk: Any
    lines: Any


@jit(inner=True)
def _room_for(words):
    count = words * WORD
    return Pulses(floats(count), floats(count), words_of_16(count), words_of_16(count), words_of_64(words), words_of_64(words))


@jit(task=True)
def _fire_in_slots(task, side, slots, fired):
    """Draw the pulses of gradient lines in up to 2048 slots, which may be some of one line, or those of several."""
    words, layout = np.uint64(len(slots.factor)) // WORD, unsigned(side.layout)
    first = np.uint64(task * WORDS_PER_TASK)
    count = min(np.uint64(WORDS_PER_TASK), np.uint64(len(fired)) // np.uint64(2) - first)
    pulses = _room_for(count)
    for word in range(count):
        place, to = first + word, word * WORD
        shift, slot = first_pixel(place // words, layout), place % words * WORD
        for s in range(WORD):
            pulses.values[to + s] = side.image[slots.pixel[slot + s] + shift]
        for s in range(WORD):
            pulses.probability[to + s] = abs(pulses.values[to + s]) * slots.factor[slot + s]
        pulses.chunk[word], pulses.lines[word] = place, to
    call_task(_fire, (pulses, count * WORD, side, fired, first))


@jit(task=True)
def _fire_on_lines(task, side, slots, live, pixels, fired):
    """Draw the pulses of all input lines in some live slots; those of one vector have the same values and probabilities."""
    in_size = np.uint64(len(pixels))
    words, at_once = (in_size + WORD - BIT) // WORD, np.uint64(_live_slots_per_task(len(pixels)))
    first = np.uint64(task) * at_once
    count = min(at_once, np.uint64(len(live)) - first)
    pulses = _room_for(count * words)
    filled, of_pixel, of_factor = BLANK, ~BLANK, ZERO
    for number in range(count):
        slot = np.uint64(live[first + number])
        pixel, factor = slots.pixel[slot], slots.factor[slot]
        if pixel != of_pixel or factor != of_factor:
            start, of_pixel, of_factor = filled, pixel, factor
            filled += words * WORD
            for line in range(in_size):
                pulses.values[start + line] = side.image[pixel + pixels[line]]
            for line in range(in_size, words * WORD):
                pulses.values[start + line] = ZERO
            for line in range(start, filled):
                pulses.probability[line] = abs(pulses.values[line]) * factor
        for word in range(words):
            place = number * words + word
            pulses.chunk[place], pulses.lines[place] = slot * words + word, start + word * WORD
    call_task(_fire, (pulses, filled, side, fired, first * words))


@jit(inline=True)
def _live_slots_per_task(in_size):
    """Return how many live slots are drawn together: about as many pulses as in a task of gradients, or one slot."""
    return max(WORDS_PER_TASK // ((in_size + DRAWS_PER_WORD - 1) // DRAWS_PER_WORD), 1)


@jit(task=True)
def _fire(pulses, filled, side, fired, place):
    """Draw pulses, 64 to a word; see `aihwlab.kernel.pulse_trains.fire`. The first `filled` lines have values, which words may
    share.

    All draws come before the first comparison: what was just written in small pieces cannot be read at once in a large one.
    """
    allow_wide_vectors()
    width, inverse_width = side.resolution
    for word in range(np.uint64(len(pulses.chunk))):
        chunk_of_half_words(pulses.drawn, word * WORD, pulses.chunk[word], side.address)
    if width > ZERO:
        for i in range(filled):
            pulses.probability[i] = nearest_integer(pulses.probability[i] * inverse_width) * width
    for i in range(filled):
        pulses.upper[i] = np.uint16(np.int32(min(pulses.probability[i], BELOW_ONE) * TWO31) >> LOWER_BITS)
    half = np.uint64(len(fired)) // np.uint64(2)
    for word in range(np.uint64(len(pulses.chunk))):
        first, start = word * WORD, pulses.lines[word]
        fires = below_64(pulses.drawn, first, pulses.upper, start)
        equal = equal_64(pulses.drawn, first, pulses.upper, start)
        if equal != BLANK:
            fires |= _decided_by_lower_bits(equal, pulses, word, side.address)
        below_zero = signs_64(pulses.values, start)
        fired[place + word] = fires & ~below_zero
        fired[half + place + word] = fires & below_zero


@jit(inner=True)
def _decided_by_lower_bits(equal, pulses, word, address):
    """Return which pulses are sent of those of a word whose upper 16 bits are equal to those of their probabilities."""
    fires = BLANK
    while equal != BLANK:
        bit = lowest_bit(equal)
        equal &= equal - BIT
        probability = pulses.probability[pulses.lines[word] + bit]
        lower = np.int32(min(probability, BELOW_ONE) * TWO31) & LOWER_MASK if probability < ONE else ABOVE_LOWER
        drawn = word_of_draw(pulses.chunk[word] * WORD + bit, Address(address.operation, address.purpose, 1, address.key))
        if np.int32(drawn >> np.uint32(17)) < lower:
            fires |= BIT << bit
    return fires
