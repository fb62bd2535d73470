"""Philox and Box-Muller of `aihwlab.kernel.random`, compiled: the same bits, one cipher block in each vector lane."""

from functools import lru_cache
from typing import Any

import numpy as np

from aihwlab.kernel import random
from aihwlab.kernel.compiled.bits import allow_wide_vectors, bits_float, float_bits
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import floats
from aihwlab.kernel.compiled.tasks import for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import COSINE, HALF_TURN, LN2, LOG, SINE, Address, Stream

DRAWS_PER_TASK = 64 * random.CHUNK
CHUNK, BLOCKS, PAIR = np.uint64(random.CHUNK), np.uint64(random.BLOCKS), np.uint64(2 * random.BLOCKS)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLIER0, MULTIPLIER1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL0, WEYL1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
LOG0, LOG1, LOG2, LOG3, LOG4, LOG5, LOG6, LOG7 = LOG
SINE0, SINE1, SINE2, SINE3, SINE4 = SINE
COSINE0, COSINE1, COSINE2, COSINE3, COSINE4 = COSINE
HALF_BLOCKS = np.uint64(random.HALF_BLOCKS)
UPPER = np.uint32(16)
BIT = np.uint64(1)
ZERO, ONE, TWO = np.float32(0), np.float32(1), np.float32(2)
SIDE = np.uint32(1)


@jit(inline=True)
def philox(c0, address):
    """Encrypt one counter, whose words are uint64 below 2**32; see `aihwlab.kernel.random.philox`."""
    c1, c2, c3 = np.uint64(address.operation), np.uint64(address.purpose), np.uint64(address.series)
    key0, key1 = address.key & LOW, address.key >> HALF
    for _ in range(10):
        product0 = MULTIPLIER0 * (c0 & LOW)
        product1 = MULTIPLIER1 * (c2 & LOW)
        c0 = (product1 >> HALF) ^ c1 ^ key0
        c2 = (product0 >> HALF) ^ c3 ^ key1
        c1, c3 = product1 & LOW, product0 & LOW
        key0, key1 = (key0 + WEYL0) & LOW, (key1 + WEYL1) & LOW
    return np.uint32(c0), np.uint32(c1), np.uint32(c2), np.uint32(c3)


@jit(inline=True)
def box_muller(u, v):
    """Turn two uniform words into two normal numbers; see `aihwlab.kernel.random.box_muller`."""
    bits = float_bits(np.float32(np.int32(u >> SIDE | SIDE)))
    exponent = np.float32(np.int32(bits >> np.uint32(23))) - np.float32(158)
    x = bits_float((bits & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)) - ONE
    square = x * x
    fourth = square * square
    low = (LOG0 + LOG1 * x) + (LOG2 + LOG3 * x) * square
    high = (LOG4 + LOG5 * x) + (LOG6 + LOG7 * x) * square
    logarithm = exponent * LN2 + x * (low + high * fourth)
    logarithm = logarithm if logarithm < ZERO else ZERO
    radius = np.sqrt(-TWO * logarithm)
    angle = np.float32(np.int32(v)) * HALF_TURN
    square = angle * angle
    fourth = square * square
    sine = angle * ((SINE0 + square * SINE1) + fourth * ((SINE2 + square * SINE3) + fourth * SINE4))
    cosine = (COSINE0 + square * COSINE1) + fourth * ((COSINE2 + square * COSINE3) + fourth * COSINE4)
    return radius * sine, radius * bits_float(float_bits(cosine) ^ (u << np.uint32(31)))


@jit(inline=True)
def chunk_of_words(out, start, chunk, address):
    """Write the 64 words of one chunk to `out[start:]`; see `chunk_of_normals` for how to call it."""
    for block in range(BLOCKS):
        a, b, c, d = philox(chunk * BLOCKS + block, address)
        first = start + block
        out[first] = a
        out[first + BLOCKS] = b
        out[first + PAIR] = c
        out[first + PAIR + BLOCKS] = d


@jit(inline=True)
def chunk_of_half_words(out, start, chunk, address):
    """Write the 64 words of 16 bits of one chunk (`aihwlab.kernel.random.half_words`) to `out[start:]`; see `chunk_of_normals`
    for how to call it."""
    for block in range(HALF_BLOCKS):
        a, b, c, d = philox(chunk * HALF_BLOCKS + block, address)
        first = start + block
        out[first] = np.uint16(a)
        out[first + HALF_BLOCKS] = np.uint16(a >> UPPER)
        out[first + np.uint64(2) * HALF_BLOCKS] = np.uint16(b)
        out[first + np.uint64(3) * HALF_BLOCKS] = np.uint16(b >> UPPER)
        out[first + np.uint64(4) * HALF_BLOCKS] = np.uint16(c)
        out[first + np.uint64(5) * HALF_BLOCKS] = np.uint16(c >> UPPER)
        out[first + np.uint64(6) * HALF_BLOCKS] = np.uint16(d)
        out[first + np.uint64(7) * HALF_BLOCKS] = np.uint16(d >> UPPER)


@jit(inline=True)
def word_of_draw(draw, address):
    """Return the word that `words` numbers `draw`; see `aihwlab.kernel.random.words_at`."""
    within = draw % CHUNK
    a, b, c, d = philox(draw // CHUNK * BLOCKS + within % BLOCKS, address)
    return (d if within >= PAIR + BLOCKS else c) if within >= PAIR else (b if within >= BLOCKS else a)


@jit(inline=True)
def chunk_of_normals(out, start, chunk, address):
    """Write the 64 normal numbers of one chunk to `out[start:]`.

    The cipher computes with 64 bits, the transform with 32: in loops of their own, each fills the vector registers. A caller
    that writes many chunks and allows wide vectors has the keys of all rounds in registers, once for all chunks.
    """
    for block in range(BLOCKS):
        a, b, c, d = philox(chunk * BLOCKS + block, address)
        first = start + block
        out[first] = bits_float(a)
        out[first + BLOCKS] = bits_float(b)
        out[first + PAIR] = bits_float(c)
        out[first + PAIR + BLOCKS] = bits_float(d)
    for pair in range(2):
        for block in range(BLOCKS):
            first = start + np.uint64(pair) * PAIR + block
            second = first + BLOCKS
            out[first], out[second] = box_muller(float_bits(out[first]), float_bits(out[second]))


@jit(inner=True)
def spaced_normals(out, start, count, first, step, address):
    """Write the normal numbers that `normals` numbers `first`, `first + step` and so on to `out[start:]`, in two loops."""
    partner = floats(count)
    for i in range(count):
        draw = first + i * step
        within = draw % CHUNK
        a, b, c, d = philox(draw // CHUNK * BLOCKS + within % BLOCKS, address)
        out[start + i] = bits_float(c if within >= PAIR else a)
        partner[i] = bits_float(d if within >= PAIR else b)
    for i in range(count):
        one, other = box_muller(float_bits(out[start + i]), float_bits(partner[i]))
        out[start + i] = other if (first + i * step) // BLOCKS & BIT else one


@jit
def fill_normals(out, address):
    """Fill an array whose length is a multiple of 64 with normal numbers."""
    for_each_task(_normals_of_task, (len(out) + DRAWS_PER_TASK - 1) // DRAWS_PER_TASK, (out, address))


@jit(task=True)
def _normals_of_task(task, out, address):
    allow_wide_vectors()
    for start in range(task * DRAWS_PER_TASK, min((task + 1) * DRAWS_PER_TASK, len(out)), random.CHUNK):
        chunk_of_normals(out, np.uint64(start), np.uint64(start) // CHUNK, address)


@jit
def fill_words(out, address):
    """Fill an array whose length is a multiple of 64 with uniform words."""
    for_each_task(_words_of_task, (len(out) + DRAWS_PER_TASK - 1) // DRAWS_PER_TASK, (out, address))


@jit(task=True)
def _words_of_task(task, out, address):
    allow_wide_vectors()
    for start in range(task * DRAWS_PER_TASK, min((task + 1) * DRAWS_PER_TASK, len(out)), random.CHUNK):
        chunk_of_words(out, np.uint64(start), np.uint64(start) // CHUNK, address)


def normals(stream: Stream, purpose: int, count: int, series: int = 0) -> Array:
    """Return `count` standard normal float32 numbers; see `aihwlab.kernel.random.normals`."""
    out = np.empty(-(-count // random.CHUNK) * random.CHUNK, dtype=np.float32)
    share(count)
    fill_normals(out, address_of(stream, purpose, series))
    return out[:count]


def words(stream: Stream, purpose: int, count: int, series: int = 0) -> Array:
    """Return `count` uniform uint32 words; see `aihwlab.kernel.random.words`."""
    out = np.empty(-(-count // random.CHUNK) * random.CHUNK, dtype=np.uint32)
    share(count // 2)
    fill_words(out, address_of(stream, purpose, series))
    return out[:count]


def address_of(stream: Stream, purpose: int, series: Any = 0) -> Address:
    """Return where draws are found, as compiled functions take it: a key of 64 bits does not fit into a signed integer."""
    return Address(*plain_address(stream, purpose, series))


def plain_address(stream: Stream, purpose: int, series: Any = 0) -> tuple[Any, ...]:
    """Return the fields of an address."""
    operation, word, series, key = stream.address(purpose, series)
    return operation, word, series, _as_key(key)


_as_key = lru_cache(maxsize=1024)(np.uint64)
