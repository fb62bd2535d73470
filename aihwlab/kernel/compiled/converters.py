"""DAC and ADC of `aihwlab.kernel.converters`, compiled: one pass over the array instead of one for each step.

The DAC reads patches straight from the images, the ADC draws its noise while it works, 4096 outputs at a time.
"""

import math

import numpy as np
from numba import prange

from aihwlab.kernel.compiled import jit, share
from aihwlab.kernel.compiled.bits import float_bits, nearest_integer
from aihwlab.kernel.compiled.patches import abs_max, as_images, first_pixel, plain_layout, unsigned
from aihwlab.kernel.compiled.random import chunk_of_normals, counter, normals, spaced_normals, words
from aihwlab.kernel.converters import addresses, step_width
from aihwlab.kernel.random import CHUNK, Purpose, unit_interval, words_at

__all__ = ['abs_max', 'adc', 'dac', 'scales']

OUTPUTS_PER_TASK = 4096
CHUNK_LENGTH = np.uint64(CHUNK)
NONE = np.empty(0, dtype=np.float32)
ZERO, ONE = np.float32(0), np.float32(1)
SINGLE, UNCHANGED = np.uint64(1), np.uint32(0)


def scales(alpha, beta, out_scale, silent):
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


def dac(x, reduction, io, stream, slot=0, vectors=None):
    """Convert inputs to voltages; see `aihwlab.kernel.converters.dac`."""
    image, layout = as_images(x)
    reduction = reduction.reshape(-1)
    if layout.height * layout.width == 1:  # vectors without positions: one line of neighbours in memory for each
        lines = layout.channels
        layout, reduction = plain_layout(1, lines), np.repeat(reduction, lines)
    noise = draw_normals(stream, Purpose.INPUT_NOISE, x.shape, slot, vectors) if io.inp_noise > 0 else NONE
    rounding = draw_rounding(stream, Purpose.INPUT_ROUNDING, x.shape, slot, vectors) if io.inp_sto_round else NONE
    voltage = np.empty(x.shape, dtype=np.float32)
    share(voltage.size // 2)
    _dac(image, layout, reduction, noise, rounding, *steps(io.inp_res, io.inp_bound),
         limit(io.inp_bound), np.float32(io.inp_noise), np.float32(1 - io.inp_asymmetry), voltage.reshape(-1))
    return voltage


def adc(current, factor, io, lines, stream, slot=0, vectors=None):
    """Convert currents to numbers; see `aihwlab.kernel.converters.adc`."""
    if lines.nonlinearity is not None:
        current = lines.slope * current / (ONE + np.abs(lines.nonlinearity[:, None] * current))
    noise = NONE
    if io.out_noise > 0 and vectors is not None:
        noise = draw_normals(stream, Purpose.OUTPUT_NOISE, current.shape, slot, vectors)
    rounding = draw_rounding(stream, Purpose.OUTPUT_ROUNDING, current.shape, slot, vectors) if io.out_sto_round else NONE
    y = np.empty(current.shape, dtype=np.float32)
    hit = np.zeros((current.shape[0], current.shape[2]), dtype=np.bool_)
    bound = limit(io.out_bound)
    share(current.size * (2 if io.out_noise > 0 else 1))
    _adc(np.ascontiguousarray(current).reshape(-1), current.shape[1], current.shape[2], factor.reshape(-1), io.out_noise > 0,
         lines.noise, noise, rounding, counter(stream, Purpose.OUTPUT_NOISE, slot), *steps(io.out_res, io.out_bound),
         bound, -bound if io.bm_test_negative_bound else np.float32(-np.inf), np.float32(1 - max(io.out_asymmetry, 0)),
         y.reshape(-1), hit.reshape(-1))
    return y, hit


def steps(resolution, bound):
    """Return the width of a converter step and its inverse, both 0 without quantisation."""
    width = step_width(resolution, bound)
    return np.float32(width), np.float32(1 / width if width > 0 else 0)


def limit(bound):
    """Return the range of a converter; without a bound, infinity."""
    return np.float32(bound if bound > 0 else np.inf)


def draw_normals(stream, purpose, shape, slot, vectors):
    """Return the flat normal numbers of an array that holds all vectors of a call, or some of them."""
    if vectors is None:
        return normals(stream, purpose, math.prod(shape), slot)
    numbers, positions = vectors
    out = np.empty(math.prod(shape), dtype=np.float32)
    share(7 * out.size)
    _normals_of_vectors(out, numbers, positions, *counter(stream, purpose, slot))
    return out


def draw_rounding(stream, purpose, shape, slot, vectors):
    """Return the flat offsets of a stochastic rounding, uniform in [-1/2, 1/2); see `draw_normals`."""
    if vectors is None:
        drawn = words(stream, purpose, math.prod(shape), slot)
    else:
        drawn = words_at(stream, purpose, addresses(shape, vectors, np), slot).reshape(-1)
    return unit_interval(drawn) - np.float32(0.5)


@jit(parallel=True)
def _normals_of_vectors(out, numbers, positions, operation, purpose, slot, seed):
    """The draws of selected vectors; see `aihwlab.kernel.converters.addresses`."""
    lines = len(out) // len(numbers)
    for selected in prange(len(numbers)):
        number = numbers[selected]
        first = np.uint64(number // positions * (lines * positions) + number % positions)
        spaced_normals(out, np.uint64(selected * lines), np.uint64(lines), first, np.uint64(positions),
                       operation, purpose, slot, seed)


@jit(inline=True)
def _round(value, width, inverse_width, offset):
    return nearest_integer(value * inverse_width + offset) * width if width > ZERO else value


@jit(parallel=True)
def _dac(image, layout, reduction, noise, rounding, width, inverse_width, bound, noise_std, negative, voltage):
    lines = layout.channels * layout.kernel_height * layout.kernel_width
    for row in prange(len(reduction) // (layout.rows * layout.columns) * lines):
        _voltages_of_line(np.uint64(row), image, unsigned(layout), reduction, noise, rounding, width, inverse_width,
                          bound, noise_std, negative, voltage)


@jit(inner=True)
def _voltages_of_line(number, image, layout, reduction, noise, rounding, width, inverse_width, bound, noise_std, negative,
                      voltage):
    """One line at all positions of one image; `number` counts the lines of all images."""
    lines = layout.channels * layout.kernel_height * layout.kernel_width
    positions = layout.rows * layout.columns
    b, line = number // lines, number % lines
    first = b * layout.channels * layout.height * layout.width + first_pixel(line, layout)
    noisy, stochastic = len(noise) > 0, len(rounding) > 0
    for row in range(layout.rows):
        source = first + row * layout.row_stride * layout.width
        vector = b * positions + row * layout.columns
        target = number * positions + row * layout.columns
        for column in range(layout.columns):
            i = target + column
            pixel = image[source + column] if layout.column_stride == SINGLE else image[source + column * layout.column_stride]
            value = _round(pixel * reduction[vector + column], width, inverse_width, rounding[i] if stochastic else ZERO)
            value = min(max(value, -bound), bound)
            if noisy:
                value += noise_std * noise[i]
            voltage[i] = value * negative if value < ZERO else value


@jit(parallel=True)
def _adc(current, lines, positions, factor, noisy, noise_std, drawn, rounding, address, width, inverse_width, upper, lower,
         negative, y, hit):
    total = len(current)
    for task in prange((total + OUTPUTS_PER_TASK - 1) // OUTPUTS_PER_TASK):
        first = task * OUTPUTS_PER_TASK
        _convert(np.uint64(first), np.uint64(min(first + OUTPUTS_PER_TASK, total)), current, np.uint64(lines),
                 np.uint64(positions), factor, noisy, noise_std, drawn, rounding, address, width, inverse_width, upper, lower,
                 negative, y, hit)


@jit(inner=True)
def _convert(first, last, current, lines, positions, factor, noisy, noise_std, drawn, rounding, address, width,
             inverse_width, upper, lower, negative, y, hit):
    """Convert the outputs `first` to `last`, counted through the array, and mark the vectors that hit the bound."""
    value = np.zeros(OUTPUTS_PER_TASK + CHUNK, dtype=np.float32)
    if noisy and len(drawn) == 0:
        operation, purpose, slot, seed = address
        for chunk in range((last - first + CHUNK_LENGTH - SINGLE) // CHUNK_LENGTH):
            chunk_of_normals(value, chunk * CHUNK_LENGTH, first // CHUNK_LENGTH + chunk, operation, purpose, slot, seed)
    elif noisy:
        for i in range(last - first):
            value[i] = drawn[first + i]
    stochastic = len(rounding) > 0
    start = first
    while start < last:
        row, shift = start // positions, start - first
        changed = UNCHANGED
        if positions == SINGLE:  # a run of lines of one vector
            vector, line = row // lines, row % lines
            end = min(last, (vector + SINGLE) * lines)
            scale = factor[vector]
            for i in range(end - start):
                z = _converted(current[start + i], noise_std[line + i] * value[shift + i], negative, width, inverse_width,
                               rounding[start + i] if stochastic else ZERO)
                clipped = _clipped(z, upper)
                changed |= float_bits(z) ^ float_bits(clipped)
                value[shift + i] = z
                y[start + i] = clipped * scale
        else:  # a run of positions of one line
            vector = row // lines * positions + start % positions
            end = min(last, (row + SINGLE) * positions)
            std = noise_std[row % lines]
            for i in range(end - start):
                z = _converted(current[start + i], std * value[shift + i], negative, width, inverse_width,
                               rounding[start + i] if stochastic else ZERO)
                clipped = _clipped(z, upper)
                changed |= float_bits(z) ^ float_bits(clipped)
                value[shift + i] = z
                y[start + i] = clipped * factor[vector + i]
        if changed != UNCHANGED:  # rare: look which
            for i in range(end - start):
                if value[shift + i] > upper or value[shift + i] < lower:
                    hit[vector if positions == SINGLE else vector + i] = True
        start = end


@jit(inline=True)
def _converted(z, noise, negative, width, inverse_width, offset):
    return _round((z * negative if z < ZERO else z) + noise, width, inverse_width, offset)


@jit(inline=True)
def _clipped(z, bound):
    below = z if z < bound else bound
    return below if below > -bound else -bound
