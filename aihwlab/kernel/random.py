"""Random numbers as a pure function of what they belong to.

Every number is the output of the block cipher Philox4x32-10 for a 128-bit counter and a 64-bit key
(J. Salmon et al., SC 2011, doi:10.1145/2063384.2063405). The key is the seed of a tile, the counter says which
draw it is:

    (index of the draw, operation of the tile, purpose of the draw, slot)

so a result depends neither on the order of the computation nor on the number of threads, and a checkpoint restores a
stream by two integers. Normal numbers come from the Box-Muller transform, written with additions, multiplications and
square roots only: the same bits in NumPy, in compiled code and on any processor.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

CHUNK = 64
"""Draws are laid out in chunks of 64: draw `r` of a chunk is word `r // 16` of the chunk's cipher block `r % 16`, so that
one vector instruction works on 16 neighbouring draws."""

BLOCKS = CHUNK // 4


class Purpose(IntEnum):
    """What a draw is for; a different purpose is a different, independent stream."""

    CONSTRUCTION = 1
    LINES = 2
    INITIAL_WEIGHT = 3
    WRITE_NOISE = 4
    DIFFUSION = 5
    RESET = 6
    DRIFT = 7
    MODIFIER = 8
    TEST_INPUT = 9
    INPUT_ROUNDING = 16
    INPUT_NOISE = 17
    WEIGHT_NOISE = 18
    OUTPUT_NOISE = 19
    OUTPUT_ROUNDING = 20
    INPUT_PULSES = 32
    GRADIENT_PULSES = 33
    INPUT_PULSE_ROUNDING = 34
    GRADIENT_PULSE_ROUNDING = 35
    DEVICE_STEP = 36


class Stream(NamedTuple):
    """The random numbers of one operation of one tile: the tile's 64-bit seed and the number of the operation."""

    seed: int
    operation: int


def philox(index, operation, purpose, slot, seed, xp=np):
    """Encrypt counters with Philox4x32-10.

    Args:
        index, operation, purpose, slot: the four 32-bit counter words, integers or arrays that broadcast.
        seed: the 64-bit key.

    Returns:
        Four uint32 arrays of the broadcast shape.
    """
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    c0, c1, c2, c3 = (xp.asarray(word, dtype=np.uint64) for word in (index, operation, purpose, slot))
    key0, key1 = seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF
    for _ in range(10):
        product0 = np.uint64(0xD2511F53) * c0
        product1 = np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = ((product1 >> half) ^ c1 ^ np.uint64(key0), product1 & low,
                          (product0 >> half) ^ c3 ^ np.uint64(key1), product0 & low)
        key0, key1 = key0 + 0x9E3779B9 & 0xFFFFFFFF, key1 + 0xBB67AE85 & 0xFFFFFFFF
    return tuple(word.astype(np.uint32) for word in xp.broadcast_arrays(c0, c1, c2, c3))


def box_muller(u, v, xp=np):
    """Turn two arrays of uniform uint32 words into two arrays of standard normal float32 numbers.

    `r = sqrt(-2 ln u)`, `z0 = r sin(2 pi v)`, `z1 = r cos(2 pi v)` (G. Box and M. Muller, 1958,
    doi:10.1214/aoms/1177706645). Logarithm and sine are polynomials in float32, accurate to a few units in the last
    place; the largest possible |z| is 6.66.
    """
    radius = xp.sqrt(np.float32(-2) * _log_unit(u, xp))
    quadrant = v >> np.uint32(30)
    angle = (v << np.uint32(2)).view(np.int32).astype(np.float32) * QUARTER_TURN
    square = angle * angle
    sine = angle * (np.float32(1) + square * (SINE[0] + square * (SINE[1] + square * SINE[2])))
    cosine = np.float32(1) + square * (COSINE[0] + square * (COSINE[1] + square * (COSINE[2] + square * COSINE[3])))
    swap = (quadrant & np.uint32(1)) != 0
    first, second = xp.where(swap, cosine, sine), xp.where(swap, sine, cosine)
    first = xp.where((quadrant & np.uint32(2)) != 0, -first, first)
    second = xp.where((quadrant + np.uint32(1) & np.uint32(2)) != 0, -second, second)
    return radius * first, radius * second


# Minimax coefficients of ln(1 + x), sin and cos on the reduced intervals (S. Moshier, Cephes library, single precision).
LOG = tuple(np.float32(c) for c in (7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
                                    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1))
SINE = tuple(np.float32(c) for c in (-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4))
COSINE = tuple(np.float32(c) for c in (-0.5, 4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5))
LN2 = np.float32(0.69314718056)
SQRT2 = np.float32(1.41421356)
QUARTER_TURN = np.float32(2.0 ** -32 * np.pi / 2)


def _log_unit(words, xp):
    """Natural logarithm of `(words + 1/2) / 2**32`, never above zero: `ln(m 2**e) = ln(1 + x) + e ln 2`."""
    bits = (words | np.uint32(1)).astype(np.float32).view(np.uint32)
    exponent = ((bits >> np.uint32(23)).astype(np.int32) - np.int32(159)).astype(np.float32)
    mantissa = (bits & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)).view(np.float32)
    large = mantissa > SQRT2
    mantissa = xp.where(large, mantissa * np.float32(0.5), mantissa)
    exponent = xp.where(large, exponent + np.float32(1), exponent)
    x = mantissa - np.float32(1)
    square = x * x
    polynomial = xp.full_like(x, LOG[0])
    for coefficient in LOG[1:]:
        polynomial = polynomial * x + coefficient
    return xp.minimum(x * square * polynomial - np.float32(0.5) * square + x + exponent * LN2, np.float32(0))


def words(stream, purpose, count, slot=0, xp=np):
    """Return `count` uniform uint32 words, numbered 0 to `count - 1`."""
    chunks = -(-count // CHUNK)
    index = xp.arange(chunks * BLOCKS, dtype=np.uint64)
    four = philox(index, stream.operation, purpose, slot, stream.seed, xp)
    return _interleave(four, chunks, xp)[:count]


def uniforms(stream, purpose, count, slot=0, xp=np):
    """Return `count` float32 numbers, uniform on the 2**24 steps of [0, 1)."""
    return unit_interval(words(stream, purpose, count, slot, xp))


def normals(stream, purpose, count, slot=0, xp=np):
    """Return `count` standard normal float32 numbers, numbered 0 to `count - 1`."""
    chunks = -(-count // CHUNK)
    index = xp.arange(chunks * BLOCKS, dtype=np.uint64)
    four = philox(index, stream.operation, purpose, slot, stream.seed, xp)
    pairs = box_muller(four[0], four[1], xp) + box_muller(four[2], four[3], xp)
    return _interleave(pairs, chunks, xp)[:count]


def words_at(stream, purpose, draws, slot=0, xp=np):
    """Return the uint32 words that `words` numbers `draws`: the same words, for an arbitrary selection."""
    return _pick(_blocks_at(stream, purpose, draws, slot, xp), draws, xp)


def normals_at(stream, purpose, draws, slot=0, xp=np):
    """Return the normal numbers that `normals` numbers `draws`: the same numbers, for an arbitrary selection."""
    four = _blocks_at(stream, purpose, draws, slot, xp)
    return _pick(box_muller(four[0], four[1], xp) + box_muller(four[2], four[3], xp), draws, xp)


def event_normals(stream, purpose, place, slot, xp=np):
    """Return two normal numbers for each event, an event being known by its place (crosspoint) and slot (time)."""
    four = philox(place, stream.operation, purpose, slot, stream.seed, xp)
    return box_muller(four[0], four[1], xp)


def unit_interval(word):
    """Map uint32 words to float32 numbers on the 2**24 steps of [0, 1)."""
    return (word >> np.uint32(8)).astype(np.float32) * np.float32(2.0 ** -24)


def _interleave(four, chunks, xp):
    """Put the four outputs of each cipher block in the order of the draws."""
    return xp.stack([word.reshape(chunks, BLOCKS) for word in four], axis=1).reshape(-1)


def _blocks_at(stream, purpose, draws, slot, xp):
    """Encrypt the counters of the blocks that hold the given draws."""
    index = draws // CHUNK * BLOCKS + draws % BLOCKS
    return philox(index, stream.operation, purpose, slot, stream.seed, xp)


def _pick(four, draws, xp):
    """From the four outputs of each draw's block, take the one that is the draw."""
    return xp.choose(draws % CHUNK // BLOCKS, list(four))
