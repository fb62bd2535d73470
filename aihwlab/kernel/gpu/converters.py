"""DAC and ADC of `aihwlab.kernel.converters` on a GPU: one thread for the four draws of a cipher block.

So four numbers, which lie 16 apart, are converted by one thread, and those of neighbouring threads lie side by side.
"""

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled.converters import adc_of, clipped, converted, dac_of, is_beyond, scales_of, voltage_of
from aihwlab.kernel.compiled.patches import lines_of, unsigned
from aihwlab.kernel.compiled.random import BLOCKS, CHUNK, address_of
from aihwlab.kernel.gpu.compiling import device, flat, kernel, launch
from aihwlab.kernel.gpu.patches import as_images, first_pixel, first_pixel_of
from aihwlab.kernel.gpu.random import FOUR, blocks_of, four_normals, four_offsets, normals_at, words_at
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.random import Address, Purpose, unit_interval
from aihwlab.parameters.io import IOParameters

ZERO, ONE = np.float32(0), np.float32(1)


class Draws(NamedTuple):
    """Random numbers of a converter, of one kind.

    Attributes:
        used: whether there are any.
        given: whether they were drawn before; otherwise each thread draws its own.
        numbers: those that were.
        address: where the others are.
    """

    used: bool
    given: bool
    numbers: Any
    address: Address


def scales(alpha: Array, beta: float, out_scale: float, silent: bool) -> tuple[Array, Array]:
    """Return by what vectors are multiplied before the DAC and after the ADC; see `aihwlab.kernel.converters.scales`."""
    xp = array_namespace(alpha)
    reduction, factor = xp.empty(alpha.shape, dtype=np.float32), xp.empty(alpha.shape, dtype=np.float32)
    launch(_scales, alpha.size, flat(alpha), np.float32(beta), np.float32(out_scale), silent, reduction.reshape(-1),
           factor.reshape(-1))
    return reduction, factor


@kernel
def _scales(alpha, beta, out_scale, silent, reduction, factor):
    vector = cuda.grid(1)
    if vector < len(alpha):
        reduction[vector], factor[vector] = scales_of(alpha[vector], beta, out_scale, silent)


def dac(x: Array | Patches, reduction: Array, io: IOParameters, noise: Noise) -> Array:
    """Convert inputs to voltages; see `aihwlab.kernel.converters.dac`."""
    image, layout = as_images(x)
    xp = array_namespace(image)
    voltage = xp.empty(x.shape, dtype=np.float32)
    launch(_voltages, blocks_of(voltage.size), image, layout, flat(reduction),
           draws_of(io.inp_noise > 0, noise, Purpose.INPUT_NOISE, x.shape, reduction, xp), np.float32(io.inp_noise),
           draws_of(io.inp_sto_round, noise, Purpose.INPUT_ROUNDING, x.shape, reduction, xp), dac_of(io),
           voltage.reshape(-1))
    return voltage


def adc(current: Array, factor: Array, io: IOParameters, lines: Lines, noise: Noise) -> tuple[Array, Array]:
    """Convert currents to numbers; see `aihwlab.kernel.converters.adc`."""
    xp = array_namespace(current)
    if lines.nonlinearity is not None:
        current = lines.slope * current / (ONE + xp.abs(lines.nonlinearity[:, None] * current))
    y, hit = xp.empty(current.shape, dtype=np.float32), xp.zeros((current.shape[0], current.shape[2]), dtype=np.bool_)
    launch(_outputs, blocks_of(y.size), flat(current), (current.shape[1], current.shape[2]), flat(factor),
           draws_of(io.out_noise > 0, noise, Purpose.OUTPUT_NOISE, y.shape, factor, xp), lines.noise,
           draws_of(io.out_sto_round, noise, Purpose.OUTPUT_ROUNDING, y.shape, factor, xp), adc_of(io),
           (y.reshape(-1), hit.reshape(-1)))
    return y, hit


def draws_of(used: bool, noise: Noise, purpose: Purpose, shape: tuple[int, ...], nothing: Array, xp: ModuleType) -> Draws:
    """Return the random numbers for an array of vectors: drawn before for some of the vectors of a call, not for all.

    `nothing` is an array that takes the place of numbers that are not there.
    """
    given, numbers = used and noise.selection is not None, nothing
    if given and purpose in (Purpose.INPUT_NOISE, Purpose.OUTPUT_NOISE):
        numbers = normals_at(noise.stream, purpose, noise.draws(shape, xp), noise.series, xp)
    elif given:
        words = words_at(noise.stream, purpose, noise.draws(shape, xp), noise.series, xp)
        numbers = unit_interval(words) - np.float32(0.5)
    return Draws(used, given, flat(numbers), address_of(noise.stream, purpose, noise.series))


@device
def drawn(draws, fresh, place):
    """Return the random number of a place: a given one, one drawn for it, or zero."""
    if not draws.used:
        return ZERO
    return draws.numbers[place] if draws.given else fresh


@kernel
def _voltages(image, layout, reduction, noise, noise_std, rounding, converter, voltage):
    """Four voltages; see `aihwlab.kernel.compiled.converters.voltage_of`."""
    block, layout = np.uint64(cuda.grid(1)), unsigned(layout)
    first, positions, lines = block // BLOCKS * CHUNK + block % BLOCKS, layout.down * layout.across, lines_of(layout)
    if first < np.uint64(len(voltage)):
        normals = four_normals(block, noise.address) if noise.used and not noise.given else (ZERO, ZERO, ZERO, ZERO)
        offsets = four_offsets(block, rounding.address) if rounding.used and not rounding.given else (ZERO, ZERO, ZERO, ZERO)
        for part in range(FOUR):
            place = first + part * BLOCKS
            if place < np.uint64(len(voltage)):
                row, position = place // positions, place % positions
                vector = row // lines * positions + position
                value = image[first_pixel_of(vector, layout) + first_pixel(row % lines, layout)]
                voltage[place] = voltage_of(value * reduction[vector], converter,
                                            noise_std * drawn(noise, normals[part], place),
                                            drawn(rounding, offsets[part], place))


@kernel
def _outputs(current, shape, factor, noise, std, rounding, converter, out):
    """Four outputs; see `aihwlab.kernel.compiled.converters.convert_all`. Threads mark vectors with one and the same mark."""
    block, lines, positions = np.uint64(cuda.grid(1)), np.uint64(shape[0]), np.uint64(shape[1])
    y, hit = out
    first = block // BLOCKS * CHUNK + block % BLOCKS
    if first < np.uint64(len(y)):
        normals = four_normals(block, noise.address) if noise.used and not noise.given else (ZERO, ZERO, ZERO, ZERO)
        offsets = four_offsets(block, rounding.address) if rounding.used and not rounding.given else (ZERO, ZERO, ZERO, ZERO)
        for part in range(FOUR):
            place = first + part * BLOCKS
            if place < np.uint64(len(y)):
                row = place // positions
                vector = row // lines * positions + place % positions
                z = converted(current[place], std[row % lines] * drawn(noise, normals[part], place), converter,
                              drawn(rounding, offsets[part], place))
                y[place] = clipped(z, converter.upper) * factor[vector] if z == z else z
                if is_beyond(z, converter):
                    hit[vector] = True
