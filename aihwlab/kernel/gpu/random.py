"""Philox and Box-Muller of `aihwlab.kernel.random` on a GPU: the functions of the processor, one cipher block a thread."""

from types import ModuleType

import numpy as np
from numba import cuda

from aihwlab.kernel import random
from aihwlab.kernel.compiled import random as compiled
from aihwlab.kernel.compiled.random import BLOCKS, CHUNK, address_of
from aihwlab.kernel.gpu.compiling import device, flat, kernel, launch
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Stream

FOUR, BYTE = np.uint64(4), np.uint32(8)
STEP, HALF = np.float32(2.0 ** -24), np.float32(0.5)

philox, box_muller, word_of_draw = map(device, (compiled.philox, compiled.box_muller, compiled.word_of_draw))


@device
def four_normals(block, address):
    """Return the four normal numbers of a cipher block; 16 draws lie between one and the next."""
    a, b, c, d = philox(block, address)
    first, second = box_muller(a, b)
    third, fourth = box_muller(c, d)
    return first, second, third, fourth


@device
def normal_of_draw(draw, address):
    """Return the normal number that `normals` numbers `draw`; see `aihwlab.kernel.random.normals_at`."""
    within = draw % CHUNK
    return four_normals(draw // CHUNK * BLOCKS + within % BLOCKS, address)[within // BLOCKS]


@device
def offset_of(word):
    """Return the offset of a stochastic rounding, uniform in [-1/2, 1/2)."""
    return np.float32(word >> BYTE) * STEP - HALF


@device
def four_offsets(block, address):
    """Return the offsets of stochastic rounding of a cipher block."""
    a, b, c, d = philox(block, address)
    return offset_of(a), offset_of(b), offset_of(c), offset_of(d)


@kernel
def _normals(out, address):
    block = np.uint64(cuda.grid(1))
    first = block // BLOCKS * CHUNK + block % BLOCKS
    if first < np.uint64(len(out)):
        four = four_normals(block, address)
        for part in range(FOUR):
            if first + part * BLOCKS < np.uint64(len(out)):
                out[first + part * BLOCKS] = four[part]


@kernel
def _words(out, address):
    block = np.uint64(cuda.grid(1))
    first = block // BLOCKS * CHUNK + block % BLOCKS
    if first < np.uint64(len(out)):
        four = philox(block, address)
        for part in range(FOUR):
            if first + part * BLOCKS < np.uint64(len(out)):
                out[first + part * BLOCKS] = four[part]


@kernel
def _normals_at(out, draws, address):
    number = np.uint64(cuda.grid(1))
    if number < np.uint64(len(out)):
        out[number] = normal_of_draw(np.uint64(draws[number]), address)


@kernel
def _words_at(out, draws, address):
    number = np.uint64(cuda.grid(1))
    if number < np.uint64(len(out)):
        out[number] = word_of_draw(np.uint64(draws[number]), address)


def normals(stream: Stream, purpose: int, count: int, series: int, xp: ModuleType) -> Array:
    """Return `count` standard normal float32 numbers; see `aihwlab.kernel.random.normals`."""
    out = xp.empty(count, dtype=np.float32)
    launch(_normals, blocks_of(count), out, address_of(stream, purpose, series))
    return out


def words(stream: Stream, purpose: int, count: int, series: int, xp: ModuleType) -> Array:
    """Return `count` uniform uint32 words; see `aihwlab.kernel.random.words`."""
    out = xp.empty(count, dtype=np.uint32)
    launch(_words, blocks_of(count), out, address_of(stream, purpose, series))
    return out


def normals_at(stream: Stream, purpose: int, draws: Array, series: int, xp: ModuleType) -> Array:
    """Return the normal numbers that `normals` numbers `draws`; see `aihwlab.kernel.random.normals_at`."""
    out = xp.empty(draws.shape, dtype=np.float32)
    launch(_normals_at, out.size, out.reshape(-1), flat(draws), address_of(stream, purpose, series))
    return out


def words_at(stream: Stream, purpose: int, draws: Array, series: int, xp: ModuleType) -> Array:
    """Return the uint32 words that `words` numbers `draws`; see `aihwlab.kernel.random.words_at`."""
    out = xp.empty(draws.shape, dtype=np.uint32)
    launch(_words_at, out.size, out.reshape(-1), flat(draws), address_of(stream, purpose, series))
    return out


def blocks_of(count: int) -> int:
    """Return how many cipher blocks hold so many draws."""
    return -(-count // random.CHUNK) * random.BLOCKS
