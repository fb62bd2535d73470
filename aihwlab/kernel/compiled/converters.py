"""DAC and ADC of `aihwlab.kernel.converters`, compiled: one pass over the array instead of one for each step.

The DAC reads patches straight from the images, the ADC draws its noise while it works, 4096 outputs at a time.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.bits import allow_wide_vectors, float_bits, nearest_integer
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import zeros
from aihwlab.kernel.compiled.patches import as_images, first_pixel, lines_of, plain_layout, unsigned
from aihwlab.kernel.compiled.random import address_of, chunk_of_normals, normals, spaced_normals, words
from aihwlab.kernel.compiled.tasks import for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.converters import TINY, step_width
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.random import CHUNK, Purpose, unit_interval, words_at
from aihwlab.parameters.io import IOParameters

OUTPUTS_PER_TASK = 4096
CHUNK_LENGTH = np.uint64(CHUNK)
NOTHING = np.empty(0, dtype=np.float32)
ZERO, ONE = np.float32(0), np.float32(1)
SINGLE, UNCHANGED = np.uint64(1), np.uint32(0)


class Converter(NamedTuple):
    """A converter: step and inverse step (0 without), bounds, and the factor of negative values."""

    width: Any
    inverse_width: Any
    lower: Any
    upper: Any
    negative: Any


class OutputNoise(NamedTuple):
    """Noise of the outputs: its standard deviation on each line, empty if there is none; numbers that were drawn before, as in
    `Drawn`; and where others are drawn."""

    std: Any
    drawn: Any
    rounding: Any
    address: Any


class Drawn(NamedTuple):
    """Random numbers of a converter that were drawn before, each array empty if there are none: normal noise, and the
    offsets of stochastic rounding."""

    noise: Any
    rounding: Any


class Digital(NamedTuple):
    """What follows the ADC: a factor for each vector, and a bias for each line, empty if there is none."""

    factor: Any
    bias: Any


def scales(alpha: Array, beta: float, out_scale: float, silent: bool) -> tuple[Array, Array]:
    """Return by what vectors are multiplied before the DAC and after the ADC; see `aihwlab.kernel.converters.scales`."""
    reduction, factor = np.empty(alpha.shape, dtype=np.float32), np.empty(alpha.shape, dtype=np.float32)
    _scales(np.ascontiguousarray(alpha).reshape(-1), np.float32(beta), np.float32(out_scale), silent,
            reduction.reshape(-1), factor.reshape(-1))
    return reduction, factor


@jit
def _scales(alpha, beta, out_scale, silent, reduction, factor):
    for vector in range(len(alpha)):
        reduction[vector], factor[vector] = scales_of(alpha[vector], beta, out_scale, silent)


@jit(inline=True)
def scales_of(alpha, beta, out_scale, silent):
    """Return the two scales of one vector; see `scales`."""
    active = alpha >= TINY
    scale = (alpha if active else ONE) * beta
    return ONE / scale, scale * out_scale if active or not silent else ZERO


def dac(x: Array | Patches, reduction: Array, io: IOParameters, noise: Noise) -> Array:
    """Convert inputs to voltages; see `aihwlab.kernel.converters.dac`."""
    image, layout = as_images(x)
    reduction = reduction.reshape(-1)
    if layout.height * layout.width == 1:  # vectors without positions: one line of neighbours in memory for each
        line_count = layout.channels
        layout, reduction = plain_layout(1, line_count), np.repeat(reduction, line_count)
    drawn = Drawn(draw_normals(noise, Purpose.INPUT_NOISE, x.shape) if io.inp_noise > 0 else NOTHING,
                  draw_rounding(noise, Purpose.INPUT_ROUNDING, x.shape) if io.inp_sto_round else NOTHING)
    voltage = np.empty(x.shape, dtype=np.float32)
    share(voltage.size // 2)
    _dac(image, layout, reduction, drawn, np.float32(io.inp_noise), dac_of(io), voltage.reshape(-1))
    return voltage


def adc(current: Array, factor: Array, io: IOParameters, lines: Lines, noise: Noise) -> tuple[Array, Array]:
    """Convert currents to numbers; see `aihwlab.kernel.converters.adc`."""
    if lines.nonlinearity is not None:
        current = lines.slope * current / (ONE + np.abs(lines.nonlinearity[:, None] * current))
    is_noisy = io.out_noise > 0
    output_noise = OutputNoise(
        lines.noise if is_noisy else NOTHING,
        draw_normals(noise, Purpose.OUTPUT_NOISE, current.shape) if is_noisy and noise.selection else NOTHING,
        draw_rounding(noise, Purpose.OUTPUT_ROUNDING, current.shape) if io.out_sto_round else NOTHING,
        address_of(noise.stream, Purpose.OUTPUT_NOISE, noise.series))
    y = np.empty(current.shape, dtype=np.float32)
    hit = np.zeros((current.shape[0], current.shape[2]), dtype=np.bool_)
    share(current.size * (2 if is_noisy else 1))
    convert_all(np.ascontiguousarray(current).reshape(-1), current.shape[2], adc_of(io), output_noise,
                Digital(factor.reshape(-1), NOTHING), y.reshape(-1), hit.reshape(-1))
    return y, hit


def dac_of(io: IOParameters) -> Converter:
    """Return the DAC of a direction."""
    return _converter(io.inp_res, io.inp_bound, True, io.inp_asymmetry)


def adc_of(io: IOParameters) -> Converter:
    """Return the ADC of a direction."""
    return _converter(io.out_res, io.out_bound, io.bm_test_negative_bound, max(io.out_asymmetry, 0))


@lru_cache(maxsize=256)
def _converter(resolution: float, bound: float, has_lower: bool, asymmetry: float) -> Converter:
    """Return a converter of a resolution and a range; without a bound it is infinite."""
    width, upper = step_width(resolution, bound), np.float32(bound if bound > 0 else np.inf)
    return Converter(np.float32(width), np.float32(1 / width if width > 0 else 0),
                     -upper if has_lower else np.float32(-np.inf), upper, np.float32(1 - asymmetry))


def draw_normals(noise: Noise, purpose: Purpose, shape: tuple[int, ...]) -> Array:
    """Return the flat normal numbers of an array that holds all vectors of a call, or some of them."""
    if noise.selection is None:
        return normals(noise.stream, purpose, math.prod(shape), noise.series)
    out = np.empty(math.prod(shape), dtype=np.float32)
    share(7 * out.size)
    _normals_of_vectors(out, *noise.selection, address_of(noise.stream, purpose, noise.series))
    return out


def draw_rounding(noise: Noise, purpose: Purpose, shape: tuple[int, ...]) -> Array:
    """Return the flat offsets of a stochastic rounding, uniform in [-1/2, 1/2); see `draw_normals`."""
    if noise.selection is None:
        drawn = words(noise.stream, purpose, math.prod(shape), noise.series)
    else:
        drawn = words_at(noise.stream, purpose, noise.draws(shape), noise.series).reshape(-1)
    return unit_interval(drawn) - np.float32(0.5)


@jit
def _normals_of_vectors(out, indices, positions, address):
    """The draws of selected vectors; see `aihwlab.kernel.noise.Noise.draws`."""
    for_each_task(_normals_of_vector, len(indices), (out, indices, positions, address))


@jit(task=True)
def _normals_of_vector(selected, out, indices, positions, address):
    line_count, index = len(out) // len(indices), indices[selected]
    first = np.uint64(index // positions * (line_count * positions) + index % positions)
    spaced_normals(out, np.uint64(selected * line_count), np.uint64(line_count), first, np.uint64(positions), address)


@jit(inline=True)
def rounded(value, converter, offset):
    """Return a value as a multiple of a converter's step."""
    if converter.width > ZERO:
        return nearest_integer(value * converter.inverse_width + offset) * converter.width
    return value


@jit(inline=True)
def voltage_of(value, converter, noise, offset):
    """Return what a DAC makes of a scaled input."""
    value = min(max(rounded(value, converter, offset), converter.lower), converter.upper) + noise
    return value * converter.negative if value < ZERO else value


@jit(inline=True)
def converted(z, noise, converter, offset):
    """Return what an ADC makes of a current, before its bound."""
    return rounded((z * converter.negative if z < ZERO else z) + noise, converter, offset)


@jit(inline=True)
def clipped(z, bound):
    """Return a number within `+-bound`; for NaN, which is beyond any bound, that is the bound."""
    below = z if z <= bound else bound
    return -bound if below < -bound else below


@jit(inline=True)
def is_beyond(z, converter):
    """Return whether a number is beyond the bounds that a converter tests; NaN is."""
    return not z <= converter.upper or z < converter.lower


@jit
def _dac(image, layout, reduction, drawn, noise_std, converter, voltage):
    line_count = lines_of(layout)
    for_each_task(_voltages_of_line, len(reduction) // (layout.down * layout.across) * line_count,
                  (image, layout, reduction, drawn, noise_std, converter, voltage))


@jit(task=True)
def _voltages_of_line(number, image, layout, reduction, drawn, noise_std, converter, voltage):
    """One line at all positions of one image; `number` counts the lines of all images."""
    layout, number = unsigned(layout), np.uint64(number)
    line_count = lines_of(layout)
    positions = layout.down * layout.across
    b, line = number // line_count, number % line_count
    first = b * layout.channels * layout.height * layout.width + first_pixel(line, layout)
    noisy, stochastic = len(drawn.noise) > 0, len(drawn.rounding) > 0
    for row in range(layout.down):
        source = first + row * layout.row_stride * layout.width
        vector = b * positions + row * layout.across
        target = number * positions + row * layout.across
        for column in range(layout.across):
            i = target + column
            pixel = image[source + column] if layout.column_stride == SINGLE else image[source + column * layout.column_stride]
            voltage[i] = voltage_of(pixel * reduction[vector + column], converter,
                                    noise_std * drawn.noise[i] if noisy else ZERO, drawn.rounding[i] if stochastic else ZERO)


@jit
def convert_all(current, positions, converter, noise, digital, y, hit):
    """Convert currents [batch, out, positions] to numbers `y`, and mark the vectors that hit the bound."""
    for_each_task(_outputs_of_task, (len(current) + OUTPUTS_PER_TASK - 1) // OUTPUTS_PER_TASK,
                  (current, positions, converter, noise, digital, y, hit))


@jit(task=True)
def _outputs_of_task(task, current, positions, converter, noise, digital, y, hit):
    """Convert a run of outputs, counted through the array, and mark the vectors that hit the bound."""
    first = np.uint64(task * OUTPUTS_PER_TASK)
    last = min(first + np.uint64(OUTPUTS_PER_TASK), np.uint64(len(current)))
    value = _noise_of(first, last, noise)  # and afterwards the outputs before the bound
    positions, line_count = np.uint64(positions), np.uint64(len(current) // len(digital.factor))
    noisy, stochastic, biased = len(noise.std) > 0, len(noise.rounding) > 0, len(digital.bias) > 0
    start = first
    while start < last:
        row, shift = start // positions, start - first
        changed = UNCHANGED
        if positions == SINGLE:  # a run of lines of one vector
            vector, line = row // line_count, row % line_count
            end = min(last, (vector + SINGLE) * line_count)
            scale = digital.factor[vector]
            for i in range(end - start):
                z = converted(current[start + i], (noise.std[line + i] if noisy else ZERO) * value[shift + i], converter,
                              noise.rounding[start + i] if stochastic else ZERO)
                bounded = clipped(z, converter.upper)
                changed |= float_bits(z) ^ float_bits(bounded)
                value[shift + i] = z
                y[start + i] = bounded * scale + (digital.bias[line + i] if biased else ZERO)
        else:  # a run of positions of one line
            vector = row // line_count * positions + start % positions
            end = min(last, (row + SINGLE) * positions)
            std = noise.std[row % line_count] if noisy else ZERO
            bias = digital.bias[row % line_count] if biased else ZERO
            for i in range(end - start):
                z = converted(current[start + i], std * value[shift + i], converter,
                              noise.rounding[start + i] if stochastic else ZERO)
                bounded = clipped(z, converter.upper)
                changed |= float_bits(z) ^ float_bits(bounded)
                value[shift + i] = z
                y[start + i] = bounded * digital.factor[vector + i] + bias
        if changed != UNCHANGED:  # rare: look which
            for i in range(end - start):
                if is_beyond(value[shift + i], converter):
                    hit[vector if positions == SINGLE else vector + i] = True
                    if value[shift + i] != value[shift + i]:
                        y[start + i] = value[shift + i]
        start = end


@jit(inner=True)
def draw_run(drawn, first, last, address):
    """Draw normal numbers for the outputs from `first` to before `last`; return where in `drawn` they begin.

    Chunks are drawn as wholes, so that there is more before and behind: `drawn` needs room for two chunks besides.
    """
    allow_wide_vectors()
    chunk, shift = first // CHUNK_LENGTH, first % CHUNK_LENGTH
    for number in range((shift + last - first + CHUNK_LENGTH - SINGLE) // CHUNK_LENGTH):
        chunk_of_normals(drawn, number * CHUNK_LENGTH, chunk + number, address)
    return shift


@jit(inner=True)
def _noise_of(first, last, noise):
    """Return normal numbers for a run of outputs, and zeros without noise."""
    value = zeros(OUTPUTS_PER_TASK + CHUNK)
    if len(noise.std) > 0 and len(noise.drawn) == 0:
        draw_run(value, first, last, noise.address)
    elif len(noise.std) > 0:
        for i in range(last - first):
            value[i] = noise.drawn[first + i]
    return value
