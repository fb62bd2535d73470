"""Random numbers as a pure function of what they belong to.

Every number is the output of the block cipher Philox4x32-10 for a 128-bit counter and a 64-bit key
(J. Salmon et al., SC 2011, doi:10.1145/2063384.2063405). The key is the seed of a tile, the counter says which
draw it is:

    (index of the draw, operation of the tile, purpose and child, series)

so a result depends neither on the order of the computation nor on the number of threads, and a checkpoint restores a
stream by two integers. A purpose may need many series of draws: one for each analog pass of a product, for each quantity
that is drawn for a device, for each time slot of an update.

Normal numbers come from the Box-Muller transform, written with additions, multiplications and
square roots only: the same bits in NumPy, in compiled code and on any processor.
"""

from collections.abc import Sequence
from enum import IntEnum
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.namespace import Array

CHUNK = 64
"""Draws are laid out in chunks of 64: draw `r` of a chunk is word `r // 16` of the chunk's cipher block `r % 16`, so that
one vector instruction works on 16 neighbouring draws."""

BLOCKS, HALF_BLOCKS = CHUNK // 4, CHUNK // 8


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
    SELECTION = 10
    PROGRAMMING = 11
    DRIFT_EXPONENT = 12
    READ_NOISE = 13
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


class Address(NamedTuple):
    """Where draws are found: the key of the cipher, and three of the four words of its counter; the fourth is the index."""

    operation: Any
    purpose: Any
    series: Any
    key: Any


PURPOSE_BITS = 8
"""Bits of the purpose in its word of the counter; above them is the path of the child."""

MOST_CHILDREN = 2 ** PURPOSE_BITS - 1
GOLDEN = 0x9E3779B97F4A7C15
OCCASION = 0xD1342543DE82EF95


class Stream(NamedTuple):
    """The random numbers of one operation of one tile.

    Attributes:
        seed: 64-bit seed of the tile.
        operation: number of the operation of the tile.
        path: which child of the tile's stream it is, 0 for the stream itself; see `child`.
    """

    seed: int
    operation: int
    path: int = 0

    def child(self, part: int) -> 'Stream':
        """Return the stream of one of several parts that draw independently, such as the arrays of a compound cell.

        A child has counters of its own: none of its words is one of its parent's, of its siblings' or of another
        generation's. Children may have children, three generations deep.

        Args:
            part: number of the part, from 0 to 254.

        Raises:
            ValueError: for a part outside of this range, and for a fourth generation.
        """
        if not 0 <= part < MOST_CHILDREN:
            raise ValueError(f'part = {part}: must be in [0, {MOST_CHILDREN - 1}]')
        path = self.path << PURPOSE_BITS | part + 1
        if path >> 32 - PURPOSE_BITS:
            raise ValueError(f'path = {self.path:#x}: a stream this deep has no children, three generations are the most')
        return self._replace(path=path)

    def occasion(self, number: int) -> 'Stream':
        """Return the stream of one of many occasions within an operation, such as the transfers of a compound cell.

        An occasion has a key of its own: there may be as many as are needed, each with as many children as this stream has.

        Args:
            number: number of the occasion, from 0.
        """
        return self._replace(seed=self.seed + (number + 1) * OCCASION & 2 ** 64 - 1)

    def address(self, purpose: int, series: Any = 0) -> Address:
        """Return where the draws for a purpose are found; beyond 2^32 operations the key changes."""
        seed, operation, path = self
        if operation >= 2 ** 32:
            seed, operation = seed + (operation >> 32) * GOLDEN & 2 ** 64 - 1, operation & 2 ** 32 - 1
        return Address(operation, int(purpose) | path << PURPOSE_BITS, series, seed)


def philox(index: Any, address: Address, xp: ModuleType = np) -> tuple[Array, Array, Array, Array]:
    """Encrypt counters with Philox4x32-10.

    Args:
        index: first word of the counter, below 2^32.
        address: the other words and the key; words are integers or arrays that broadcast.

    Returns:
        Four uint32 arrays of the broadcast shape.
    """
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    *others, key = address
    c0, c1, c2, c3 = (xp.asarray(word, dtype=np.uint64) for word in (index, *others))
    key0, key1 = key & 0xFFFFFFFF, key >> 32 & 0xFFFFFFFF
    for _ in range(10):
        product0 = np.uint64(0xD2511F53) * c0
        product1 = np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = ((product1 >> half) ^ c1 ^ np.uint64(key0), product1 & low,
                          (product0 >> half) ^ c3 ^ np.uint64(key1), product0 & low)
        key0, key1 = key0 + 0x9E3779B9 & 0xFFFFFFFF, key1 + 0xBB67AE85 & 0xFFFFFFFF
    return tuple(word.astype(np.uint32) for word in xp.broadcast_arrays(c0, c1, c2, c3))


def box_muller(u: Array, v: Array, xp: ModuleType = np) -> tuple[Array, Array]:
    """Turn two arrays of uniform uint32 words into two arrays of standard normal float32 numbers.

    `r = sqrt(-2 ln u)`, `z0 = r sin(a)`, `z1 = +-r cos(a)` (G. Box and M. Muller, 1958, doi:10.1214/aoms/1177706645), with
    an angle between -pi/2 and pi/2 from `v`: half a turn, and the lowest bit of `u` says on which side. The other 31 bits of
    `u` make the radius. The largest possible |z| is 6.56.
    """
    radius = xp.sqrt(np.float32(-2) * _log_unit(u >> np.uint32(1) | np.uint32(1), xp))
    angle = v.view(np.int32).astype(np.float32) * HALF_TURN
    square = angle * angle
    fourth = square * square
    sine = angle * ((SINE[0] + square * SINE[1]) + fourth * ((SINE[2] + square * SINE[3]) + fourth * SINE[4]))
    cosine = (COSINE[0] + square * COSINE[1]) + fourth * ((COSINE[2] + square * COSINE[3]) + fourth * COSINE[4])
    cosine = (cosine.view(np.uint32) ^ (u << np.uint32(31))).view(np.float32)
    return radius * sine, radius * cosine


# Coefficients of ln(1 + x) / x on [0, 1], of sin(x) / x and of cos(x) on [-pi/2, pi/2], in powers of x or of its square,
# fitted for the smallest possible largest error: 1.6e-7, 4e-9 and 5e-8.
LOG = tuple(np.float32(c) for c in (0.999999836, -0.499976992, 0.33280172, -0.245235775,
                                    0.178254827, -0.108857568, 0.0449441909, -0.00878322302))
SINE = tuple(np.float32(c) for c in (0.999999996, -0.16666658, 0.00833305106, -0.000198090752, 2.60522477e-06))
COSINE = tuple(np.float32(c) for c in (0.999999953, -0.499999053, 0.0416635847, -0.00138537042, 2.315393e-05))
LN2 = np.float32(0.69314718056)
HALF_TURN = np.float32(2.0 ** -31 * np.pi / 2)


def _log_unit(words: Array, xp: ModuleType) -> Array:
    """Natural logarithm of `words / 2**31`, never above zero: `ln(m 2**e) = ln(1 + x) + e ln 2`."""
    bits = words.astype(np.float32).view(np.uint32)
    exponent = (bits >> np.uint32(23)).astype(np.float32) - np.float32(158)
    x = (bits & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)
    square = x * x
    fourth = square * square
    low = (LOG[0] + LOG[1] * x) + (LOG[2] + LOG[3] * x) * square
    high = (LOG[4] + LOG[5] * x) + (LOG[6] + LOG[7] * x) * square
    return xp.minimum(exponent * LN2 + x * (low + high * fourth), np.float32(0))


def words(stream: Stream, purpose: int, count: int, series: int = 0, xp: ModuleType = np) -> Array:
    """Return `count` uniform uint32 words, numbered 0 to `count - 1`."""
    chunks = -(-count // CHUNK)
    four = philox(xp.arange(chunks * BLOCKS, dtype=np.uint64), stream.address(purpose, series), xp)
    return _interleave(four, chunks, xp)[:count]


def half_words(stream: Stream, purpose: int, count: int, series: int = 0, xp: ModuleType = np) -> Array:
    """Return `count` uniform words of 16 bits, uint16: eight from each cipher block, so that 64 draws take 8 blocks.

    Draw `r` of a chunk of 64 is half `r // 8` of its block `r % 8`, lower halves before upper ones.
    """
    chunks = -(-count // CHUNK)
    four = philox(xp.arange(chunks * HALF_BLOCKS, dtype=np.uint64), stream.address(purpose, series), xp)
    halves = [half.astype(np.uint16) for word in four for half in (word & np.uint32(0xFFFF), word >> np.uint32(16))]
    return _interleave(halves, chunks, xp)[:count]


def uniforms(stream: Stream, purpose: int, count: int, series: int = 0, xp: ModuleType = np) -> Array:
    """Return `count` float32 numbers, uniform on the 2**24 steps of [0, 1)."""
    return unit_interval(words(stream, purpose, count, series, xp))


def normals(stream: Stream, purpose: int, count: int, series: int = 0, xp: ModuleType = np) -> Array:
    """Return `count` standard normal float32 numbers, numbered 0 to `count - 1`."""
    chunks = -(-count // CHUNK)
    four = philox(xp.arange(chunks * BLOCKS, dtype=np.uint64), stream.address(purpose, series), xp)
    pairs = box_muller(four[0], four[1], xp) + box_muller(four[2], four[3], xp)
    return _interleave(pairs, chunks, xp)[:count]


def words_at(stream: Stream, purpose: int, draws: Array, series: int = 0, xp: ModuleType = np) -> Array:
    """Return the uint32 words that `words` numbers `draws`: the same words, for an arbitrary selection."""
    return _pick(philox(_block_of(draws), stream.address(purpose, series), xp), draws, xp)


def normals_at(stream: Stream, purpose: int, draws: Array, series: int = 0, xp: ModuleType = np) -> Array:
    """Return the normal numbers that `normals` numbers `draws`: the same numbers, for an arbitrary selection."""
    four = philox(_block_of(draws), stream.address(purpose, series), xp)
    return _pick(box_muller(four[0], four[1], xp) + box_muller(four[2], four[3], xp), draws, xp)


def event_normals(stream: Stream, purpose: int, place: Array, slot: Any, xp: ModuleType = np) -> tuple[Array, Array]:
    """Return two normal numbers for each event, an event being known by its place (crosspoint) and time slot."""
    four = philox(place, stream.address(purpose, slot), xp)
    return box_muller(four[0], four[1], xp)


def unit_interval(word: Array) -> Array:
    """Map uint32 words to float32 numbers on the 2**24 steps of [0, 1)."""
    return (word >> np.uint32(8)).astype(np.float32) * np.float32(2.0 ** -24)


def _interleave(parts: Sequence[Array], chunks: int, xp: ModuleType) -> Array:
    """Put the parts of the outputs of all cipher blocks in the order of the draws."""
    return xp.stack([part.reshape(chunks, CHUNK // len(parts)) for part in parts], axis=1).reshape(-1)


def _block_of(draws: Array) -> Array:
    """Return the index of the cipher block that holds each draw."""
    return draws // CHUNK * BLOCKS + draws % BLOCKS


def _pick(four: tuple[Array, ...], draws: Array, xp: ModuleType) -> Array:
    """From the four outputs of each draw's block, take the one that is the draw."""
    return xp.choose(draws % CHUNK // BLOCKS, list(four))
