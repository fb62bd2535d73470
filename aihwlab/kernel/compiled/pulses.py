"""The pulse trains of `aihwlab.kernel.pulses`, compiled: one bit for each line and time slot, 64 to a word.

The trains are drawn line by line, 64 time slots at a time. An update walks through the input lines that fire in one slot,
so their words are turned afterwards: from 64 slots of one line to 64 lines of one slot.
"""

import numpy as np
from numba import prange

from aihwlab.kernel.compiled import jit
from aihwlab.kernel.compiled.bits import compare_64, nearest_integer, signs_64
from aihwlab.kernel.compiled.patches import first_pixel, unsigned
from aihwlab.kernel.compiled.random import chunk_of_words
from aihwlab.kernel.pulses import BELOW_ONE, SLOTS_PER_WORD, PulsePlan, plain_trains

WORDS_PER_TASK = 16
LINES_PER_WORD = SLOTS_PER_WORD
WORD, BIT, BLANK = np.uint64(64), np.uint64(1), np.uint64(0)
ZERO, ONE, TWO31 = np.float32(0), np.float32(1), np.float32(2.0 ** 31)
NEVER, ALWAYS = np.int32(-1), np.int32(2 ** 31 - 1)
LOW_HALF = np.uint64(0xFFFFFFFF)


def plan_pulses(input_max, gradient_max, learning_rate, granularity, update):
    """Choose length and scale of the pulse trains of each vector; see `aihwlab.kernel.pulses.plan_pulses`."""
    return PulsePlan(*_plan(input_max, gradient_max, *plain_trains(learning_rate, granularity, update),
                            update.update_bl_management, update.update_management or update.update_bl_management,
                            np.float32(update.um_grad_scale)))


@jit
def _plan(input_max, gradient_max, ratio, longest, length, factor, manages_length, manages_balance, gradient_scale):
    lengths, input_factor = np.empty(len(input_max), dtype=np.int64), np.empty(len(input_max), dtype=np.float32)
    gradient_factor = np.empty(len(input_max), dtype=np.float32)
    for vector in range(len(input_max)):
        largest_input, largest_gradient, balance, alive = input_max[vector], gradient_max[vector], ONE, True
        if manages_balance:
            alive = largest_input > ZERO and largest_gradient > ZERO
            largest_input = largest_input if alive else ONE
            largest_gradient = (largest_gradient if alive else ONE) * gradient_scale
            pulses = ratio * largest_input * largest_gradient
            if manages_length:
                length = max(min(np.ceil(pulses), longest), ONE)
                factor = np.sqrt(ratio / length)
            if pulses > longest:
                largest_gradient = largest_gradient * (longest / pulses)
            balance = np.sqrt(largest_input / largest_gradient)
        lengths[vector] = np.int64(length) if alive else 0
        input_factor[vector], gradient_factor[vector] = factor / balance, factor * balance
    return lengths, input_factor, gradient_factor


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
def fire(image, layout, slot_vector, slot_factor, width, inverse_width, turned, operation, purpose, slot, seed):
    """Draw the pulse trains of all lines; see `aihwlab.kernel.pulses.fire`.

    Args:
        image, layout: values of the lines, see `aihwlab.kernel.compiled.patches`; a line fires with the probability
            `|value| factor`.
        slot_vector: vector of each time slot, int32, filled up to a multiple of 64.
        slot_factor: factor of each time slot, 0 in those that fill up.
        width, inverse_width: probabilities are multiples of this width, if it is not zero.
        turned: whether words hold 64 lines of one slot.

    Returns:
        Pulses of lines with a positive and with a negative value, uint64, flat: [2, slots, words of lines] if turned, else
        [2, lines, words of slots].
    """
    lines = layout.channels * layout.kernel_height * layout.kernel_width
    slot_words = len(slot_vector) // SLOTS_PER_WORD
    line_words = (lines + LINES_PER_WORD - 1) // LINES_PER_WORD
    trains = np.empty(2 * (len(slot_vector) * line_words if turned else lines * slot_words), dtype=np.uint64)
    blocks = (slot_words + WORDS_PER_TASK - 1) // WORDS_PER_TASK
    for task in prange(blocks * line_words):
        first_line, first_word = task // blocks * LINES_PER_WORD, task % blocks * WORDS_PER_TASK
        _fire_block(np.uint64(first_line), np.uint64(min(first_line + LINES_PER_WORD, lines)), np.uint64(first_word),
                    np.uint64(min(first_word + WORDS_PER_TASK, slot_words)), image, unsigned(layout), slot_vector,
                    slot_factor, width, inverse_width, turned, trains, operation, purpose, slot, seed)
    return trains


@jit(inner=True)
def _fire_block(first_line, last_line, first_word, last_word, image, layout, slot_vector, slot_factor, width, inverse_width,
                turned, trains, operation, purpose, slot, seed):
    """Draw the pulses of up to 64 lines in up to 1024 slots."""
    first_slot = first_word * WORD
    count, slot_words = last_word - first_word, np.uint64(len(slot_vector)) // WORD
    lines = layout.channels * layout.kernel_height * layout.kernel_width
    pixel = _first_pixels(first_slot, count * WORD, slot_vector, layout)
    values = np.empty(count * WORD, dtype=np.float32)
    threshold = np.empty(count * WORD, dtype=np.int32)
    drawn = np.empty(WORD, dtype=np.uint32)
    positive, negative = np.zeros(WORD * count, dtype=np.uint64), np.zeros(WORD * count, dtype=np.uint64)
    for line in range(first_line, last_line):
        shift = first_pixel(line, layout)
        for s in range(count * WORD):
            values[s] = image[pixel[s] + shift]
        _thresholds(threshold, values, slot_factor, first_slot, width, inverse_width)
        for word in range(count):
            chunk_of_words(drawn, BLANK, line * slot_words + first_word + word, operation, purpose, slot, seed)
            fires, below_zero = compare_64(drawn, threshold, word * WORD), signs_64(values, word * WORD)
            place = word * WORD + line - first_line
            positive[place], negative[place] = fires & ~below_zero, fires & below_zero
    half = np.uint64(len(trains)) // np.uint64(2)
    if turned:
        line_words = (lines + WORD - BIT) // WORD
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
    positions = layout.rows * layout.columns
    for s in range(count):
        vector = np.uint64(slot_vector[first_slot + s])
        b, position = vector // positions, vector % positions
        row, column = position // layout.columns, position % layout.columns
        pixel[s] = ((b * layout.channels * layout.height + row * layout.row_stride) * layout.width
                    + column * layout.column_stride)
    return pixel


@jit(inline=True)
def _thresholds(threshold, values, slot_factor, first_slot, width, inverse_width):
    """See `aihwlab.kernel.pulses.thresholds` and `probabilities`."""
    for s in range(np.uint64(len(threshold))):
        probability = abs(values[s]) * slot_factor[first_slot + s]
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
