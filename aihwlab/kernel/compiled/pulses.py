"""The pulse trains of `aihwlab.kernel.pulses`, compiled: one bit for each line and time slot, 64 lines to a word."""

import numpy as np
from numba import njit, prange

from aihwlab.kernel.compiled.random import chunk_of_words
from aihwlab.kernel.pulses import BELOW_ONE

LINES_PER_WORD = 64
SLOTS_PER_TASK = 64
WORD, BLANK = np.uint64(LINES_PER_WORD), np.uint64(0)
ONE, TWO32 = np.float32(1), np.float32(2.0 ** 32)


@njit(parallel=True, cache=True)
def fire(probability, slot_vector, operation, purpose, slot, seed):
    """Draw the pulse trains: uint64, [slots, ceil(lines / 64)]; see `aihwlab.kernel.pulses.fire`.

    64 slots at a time use a whole number of chunks of random words, so that threads share none.
    """
    slots, lines = len(slot_vector), probability.shape[1]
    trains = np.empty((slots, (lines + LINES_PER_WORD - 1) // LINES_PER_WORD), dtype=np.uint64)
    for task in prange((slots + SLOTS_PER_TASK - 1) // SLOTS_PER_TASK):
        first = task * SLOTS_PER_TASK
        last = min(first + SLOTS_PER_TASK, slots)
        drawn = _draw_words(np.uint64(task * lines), np.uint64((last - first) * lines), operation, purpose, slot, seed)
        _fire(first, last, probability, slot_vector, drawn, trains)
    return trains


@njit
def _draw_words(first_chunk, count, operation, purpose, slot, seed):
    """Return `count` random words from the start of a chunk on, and at least 64 more: a comparison takes 64 at a time."""
    chunks = count // WORD + np.uint64(2)
    drawn = np.empty(chunks * WORD, dtype=np.uint32)
    for chunk in range(chunks):
        chunk_of_words(drawn, chunk * WORD, first_chunk + chunk, operation, purpose, slot, seed)
    return drawn


@njit
def _fire(first, last, probability, slot_vector, drawn, trains):
    lines, width = np.uint64(probability.shape[1]), np.uint64(trains.shape[1])
    threshold = np.zeros(width * WORD, dtype=np.uint32)
    certain = np.zeros(width * WORD, dtype=np.bool_)
    vector, start = -1, BLANK
    for s in range(first, last):
        if slot_vector[s] != vector:
            vector = slot_vector[s]
            for j in range(lines):
                chance = probability[vector, j]
                threshold[j] = np.uint32(min(chance, BELOW_ONE) * TWO32)
                certain[j] = chance >= ONE
        for w in range(width):
            bits = BLANK
            for j in range(WORD):
                line = w * WORD + j
                bits |= np.uint64((drawn[start + line] < threshold[line]) | certain[line]) << j
            trains[s, w] = bits
        start += lines
