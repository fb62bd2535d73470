"""DAC and ADC of `aihwlab.kernel.converters`, compiled: one pass over the array instead of one for each step.

The DAC reads patches straight from the images, the ADC draws its noise while it works, 4096 outputs at a time.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numba import prange

from aihwlab.kernel.compiled.bits import float_bits, nearest_integer
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.patches import abs_max, as_images, first_pixel, plain_layout, unsigned
from aihwlab.kernel.compiled.random import address_of, chunk_of_normals, normals, spaced_normals, words
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.converters import step_width
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.random import CHUNK, Purpose, unit_interval, words_at
from aihwlab.parameters.io import IOParameters

__all__ = ['abs_max', 'adc', 'dac', 'scales']

OUTPUTS_PER_TASK = 4096
CHUNK_LENGTH = np.uint64(CHUNK)
NONE = np.empty(0, dtype=np.float32)
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
    """Noise of the outputs: its standard deviation on each line, empty if there is none, and what `Drawn` holds."""

    std: Any
    drawn: Any
    rounding: Any


class Drawn(NamedTuple):
    """Random numbers of a converter that were drawn before, each array empty if there are none: normal noise, and the
    offsets of stochastic rounding."""

    noise: Any
    rounding: Any


def scales(alpha: Array, beta: float, out_scale: float, silent: bool) -> tuple[Array, Array]:
    """Return by what vectors are multiplied before the DAC and after the ADC; see `aihwlab.kernel.converters.scales`."""
    reduction, factor = np.empty(alpha.shape, dtype=np.float32), np.empty(alpha.shape, dtype=np.float32)
    _scales(np.ascontiguousarray(alpha).reshape(-1), np.float32(beta), np.float32(out_scale), silent,
            reduction.reshape(-1), factor.reshape(-1))
    return reduction, factor


@jit
def _scales(alpha, beta, out_scale, silent, reduction, factor):
    for vector in range(len(alpha)):
        active = alpha[vector] > ZERO
        scale = (alpha[vector] if active else ONE) * beta
        reduction[vector] = ONE / scale
        factor[vector] = scale * out_scale if active or not silent else ZERO


def dac(x: Array | Patches, reduction: Array, io: IOParameters, noise: Noise) -> Array:
    """Convert inputs to voltages; see `aihwlab.kernel.converters.dac`."""
    image, layout = as_images(x)
    reduction = reduction.reshape(-1)
    if layout.height * layout.width == 1:  # vectors without positions: one line of neighbours in memory for each
        line_count = layout.channels
        layout, reduction = plain_layout(1, line_count), np.repeat(reduction, line_count)
    drawn = Drawn(draw_normals(noise, Purpose.INPUT_NOISE, x.shape) if io.inp_noise > 0 else NONE,
                  draw_rounding(noise, Purpose.INPUT_ROUNDING, x.shape) if io.inp_sto_round else NONE)
    converter = converter_of(io.inp_res, io.inp_bound, True, io.inp_asymmetry)
    voltage = np.empty(x.shape, dtype=np.float32)
    share(voltage.size // 2)
    _dac(image, layout, reduction, drawn, np.float32(io.inp_noise), converter, voltage.reshape(-1))
    return voltage


def adc(current: Array, factor: Array, io: IOParameters, lines: Lines, noise: Noise) -> tuple[Array, Array]:
    """Convert currents to numbers; see `aihwlab.kernel.converters.adc`."""
    if lines.nonlinearity is not None:
        current = lines.slope * current / (ONE + np.abs(lines.nonlinearity[:, None] * current))
    is_noisy = io.out_noise > 0
    output_noise = OutputNoise(
        lines.noise if is_noisy else NONE,
        draw_normals(noise, Purpose.OUTPUT_NOISE, current.shape) if is_noisy and noise.selection else NONE,
        draw_rounding(noise, Purpose.OUTPUT_ROUNDING, current.shape) if io.out_sto_round else NONE)
    converter = converter_of(io.out_res, io.out_bound, io.bm_test_negative_bound, max(io.out_asymmetry, 0))
    y = np.empty(current.shape, dtype=np.float32)
    hit = np.zeros((current.shape[0], current.shape[2]), dtype=np.bool_)
    share(current.size * (2 if is_noisy else 1))
    _adc(np.ascontiguousarray(current).reshape(-1), current.shape[2], factor.reshape(-1), output_noise,
         address_of(noise.stream, Purpose.OUTPUT_NOISE, noise.series), converter, y.reshape(-1), hit.reshape(-1))
    return y, hit


@lru_cache(maxsize=256)
def converter_of(resolution: float, bound: float, has_lower: bool, asymmetry: float) -> Converter:
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


@jit(parallel=True)
def _normals_of_vectors(out, indices, positions, address):
    """The draws of selected vectors; see `aihwlab.kernel.noise.Noise.draws`."""
    line_count = len(out) // len(indices)
    for selected in prange(len(indices)):
        index = indices[selected]
        first = np.uint64(index // positions * (line_count * positions) + index % positions)
        spaced_normals(out, np.uint64(selected * line_count), np.uint64(line_count), first, np.uint64(positions), address)


@jit(inline=True)
def _round(value, converter, offset):
    if converter.width > ZERO:
        return nearest_integer(value * converter.inverse_width + offset) * converter.width
    return value


@jit(parallel=True)
def _dac(image, layout, reduction, drawn, noise_std, converter, voltage):
    line_count = layout.channels * layout.window_height * layout.window_width
    for row in prange(len(reduction) // (layout.down * layout.across) * line_count):
        _voltages_of_line(np.uint64(row), image, unsigned(layout), reduction, drawn, noise_std, converter, voltage)


@jit(inner=True)
def _voltages_of_line(number, image, layout, reduction, drawn, noise_std, converter, voltage):
    """One line at all positions of one image; `number` counts the lines of all images."""
    line_count = layout.channels * layout.window_height * layout.window_width
    positions = layout.down * layout.across
    b, line = number // line_count, number % line_count
    first = b * layout.channels * layout.height * layout.width + first_pixel(line, layout)
    noise, rounding = drawn
    noisy, stochastic = len(noise) > 0, len(rounding) > 0
    for row in range(layout.down):
        source = first + row * layout.row_stride * layout.width
        vector = b * positions + row * layout.across
        target = number * positions + row * layout.across
        for column in range(layout.across):
            i = target + column
            pixel = image[source + column] if layout.column_stride == SINGLE else image[source + column * layout.column_stride]
            value = _round(pixel * reduction[vector + column], converter, rounding[i] if stochastic else ZERO)
            value = min(max(value, converter.lower), converter.upper)
            if noisy:
                value += noise_std * noise[i]
            voltage[i] = value * converter.negative if value < ZERO else value


@jit(parallel=True)
def _adc(current, positions, factor, noise, address, converter, y, hit):
    total, line_count = len(current), len(current) // len(factor)
    for task in prange((total + OUTPUTS_PER_TASK - 1) // OUTPUTS_PER_TASK):
        first = task * OUTPUTS_PER_TASK
        run = np.uint64(first), np.uint64(min(first + OUTPUTS_PER_TASK, total))
        value = _noise_of(run, noise, address)
        _convert(run, current, (line_count, positions), factor, noise, value, converter, (y, hit))


@jit(inner=True)
def _noise_of(run, noise, address):
    """Return normal numbers for a run of outputs, and zeros without noise."""
    first, last = run
    value = np.zeros(OUTPUTS_PER_TASK + CHUNK, dtype=np.float32)
    if len(noise.std) > 0 and len(noise.drawn) == 0:
        for chunk in range((last - first + CHUNK_LENGTH - SINGLE) // CHUNK_LENGTH):
            chunk_of_normals(value, chunk * CHUNK_LENGTH, first // CHUNK_LENGTH + chunk, address)
    elif len(noise.std) > 0:
        for i in range(last - first):
            value[i] = noise.drawn[first + i]
    return value


@jit(inner=True)
def _convert(run, current, sizes, factor, noise, value, converter, outputs):
    """Convert a run of outputs, counted through the array, and mark the vectors that hit the bound.

    `value` holds normal numbers and, afterwards, the outputs before the bound.
    """
    first, last = run
    line_count, positions = np.uint64(sizes[0]), np.uint64(sizes[1])
    noise_std, _, rounding = noise
    y, hit = outputs
    noisy, stochastic = len(noise_std) > 0, len(rounding) > 0
    start = first
    while start < last:
        row, shift = start // positions, start - first
        changed = UNCHANGED
        if positions == SINGLE:  # a run of lines of one vector
            vector, line = row // line_count, row % line_count
            end = min(last, (vector + SINGLE) * line_count)
            scale = factor[vector]
            for i in range(end - start):
                z = _converted(current[start + i], (noise_std[line + i] if noisy else ZERO) * value[shift + i], converter,
                               rounding[start + i] if stochastic else ZERO)
                clipped = _clipped(z, converter.upper)
                changed |= float_bits(z) ^ float_bits(clipped)
                value[shift + i] = z
                y[start + i] = clipped * scale
        else:  # a run of positions of one line
            vector = row // line_count * positions + start % positions
            end = min(last, (row + SINGLE) * positions)
            std = noise_std[row % line_count] if noisy else ZERO
            for i in range(end - start):
                z = _converted(current[start + i], std * value[shift + i], converter,
                               rounding[start + i] if stochastic else ZERO)
                clipped = _clipped(z, converter.upper)
                changed |= float_bits(z) ^ float_bits(clipped)
                value[shift + i] = z
                y[start + i] = clipped * factor[vector + i]
        if changed != UNCHANGED:  # rare: look which
            for i in range(end - start):
                if value[shift + i] > converter.upper or value[shift + i] < converter.lower:
                    hit[vector if positions == SINGLE else vector + i] = True
        start = end


@jit(inline=True)
def _converted(z, noise, converter, offset):
    return _round((z * converter.negative if z < ZERO else z) + noise, converter, offset)


@jit(inline=True)
def _clipped(z, bound):
    below = z if z < bound else bound
    return below if below > -bound else -bound
