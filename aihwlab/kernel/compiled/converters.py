"""DAC and ADC of `aihwlab.kernel.converters`, compiled: one pass over the array instead of one for each step."""

import math

import numpy as np
from numba import njit, prange

from aihwlab.kernel.compiled import share
from aihwlab.kernel.compiled.bits import nearest_integer
from aihwlab.kernel.compiled.random import normals, words
from aihwlab.kernel.converters import addresses, step_width
from aihwlab.kernel.random import Purpose, normals_at, unit_interval, words_at

NONE = np.empty(0, dtype=np.float32)
ZERO, ONE = np.float32(0), np.float32(1)


def abs_max(x):
    """Return the largest magnitude of each vector; see `aihwlab.kernel.converters.abs_max`."""
    out = np.empty((x.shape[0], x.shape[2]), dtype=np.float32)
    share(x.size)
    _abs_max(np.ascontiguousarray(x), out)
    return out


def dac(x, scale, io, stream, slot=0, vectors=None):
    """Convert inputs to voltages; see `aihwlab.kernel.converters.dac`."""
    noise = draw_normals(stream, Purpose.INPUT_NOISE, x.shape, slot, vectors) if io.inp_noise > 0 else NONE
    rounding = draw_rounding(stream, Purpose.INPUT_ROUNDING, x.shape, slot, vectors) if io.inp_sto_round else NONE
    voltage = np.empty(x.shape, dtype=np.float32)
    share(x.size)
    _dac(np.ascontiguousarray(x), ONE / scale, noise, rounding, *steps(io.inp_res, io.inp_bound), limit(io.inp_bound),
         np.float32(io.inp_noise), np.float32(1 - io.inp_asymmetry), voltage)
    return voltage


def adc(current, factor, io, lines, stream, slot=0, vectors=None):
    """Convert currents to numbers; see `aihwlab.kernel.converters.adc`."""
    if lines.nonlinearity is not None:
        current = lines.slope * current / (ONE + np.abs(lines.nonlinearity[:, None] * current))
    noise = draw_normals(stream, Purpose.OUTPUT_NOISE, current.shape, slot, vectors) if io.out_noise > 0 else NONE
    rounding = draw_rounding(stream, Purpose.OUTPUT_ROUNDING, current.shape, slot, vectors) if io.out_sto_round else NONE
    y = np.empty(current.shape, dtype=np.float32)
    hit = np.zeros((current.shape[0], current.shape[2]), dtype=np.bool_)
    share(current.size)
    _adc(np.ascontiguousarray(current), factor, noise, rounding, lines.noise, *steps(io.out_res, io.out_bound),
         limit(io.out_bound), bool(io.bm_test_negative_bound), np.float32(1 - max(io.out_asymmetry, 0)), y, hit)
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
    return normals_at(stream, purpose, addresses(shape, vectors, np), slot).reshape(-1)


def draw_rounding(stream, purpose, shape, slot, vectors):
    """Return the flat offsets of a stochastic rounding, uniform in [-1/2, 1/2); see `draw_normals`."""
    if vectors is None:
        drawn = words(stream, purpose, math.prod(shape), slot)
    else:
        drawn = words_at(stream, purpose, addresses(shape, vectors, np), slot).reshape(-1)
    return unit_interval(drawn) - np.float32(0.5)


@njit(parallel=True, cache=True)
def _abs_max(x, out):
    """A vector with a NaN has the maximum NaN, as in NumPy: a comparison alone would overlook it."""
    batch, lines, positions = x.shape
    for b in prange(batch):
        out[b, :] = ZERO
        if positions == 1:
            largest, check = ZERO, ZERO
            for i in range(lines):
                value = abs(x[b, i, 0])
                largest = value if value > largest else largest
                check += value * ZERO
            out[b, 0] = largest + check
        else:
            check = np.zeros(positions, dtype=np.float32)
            for i in range(lines):
                for p in range(positions):
                    value = abs(x[b, i, p])
                    out[b, p] = value if value > out[b, p] else out[b, p]
                    check[p] += value * ZERO
            for p in range(positions):
                out[b, p] += check[p]


@njit(inline='always')
def _round(value, width, inverse, offset):
    return nearest_integer(value * inverse + offset) * width if width > ZERO else value


@njit(parallel=True, cache=True)
def _dac(x, inverse_scale, noise, rounding, width, inverse_width, bound, noise_std, negative, voltage):
    batch, lines, positions = x.shape
    noisy, stochastic = len(noise) > 0, len(rounding) > 0
    for row in prange(batch * lines):
        b, i = row // lines, row % lines
        start = row * positions
        for p in range(positions):
            value = x[b, i, p] * inverse_scale[b, p]
            value = _round(value, width, inverse_width, rounding[start + p] if stochastic else ZERO)
            value = min(max(value, -bound), bound)
            if noisy:
                value += noise_std * noise[start + p]
            voltage[b, i, p] = value * negative if value < ZERO else value


@njit(parallel=True, cache=True)
def _adc(current, factor, noise, rounding, noise_std, width, inverse_width, bound, negative_bound, negative, y, hit):
    batch, lines, positions = current.shape
    noisy, stochastic = len(noise) > 0, len(rounding) > 0
    lower = -bound if negative_bound else np.float32(-np.inf)
    for b in prange(batch):
        for i in range(lines):
            start = (b * lines + i) * positions
            for p in range(positions):
                value = current[b, i, p]
                value = value * negative if value < ZERO else value
                if noisy:
                    value += noise_std[i] * noise[start + p]
                value = _round(value, width, inverse_width, rounding[start + p] if stochastic else ZERO)
                hit[b, p] |= (value > bound) | (value < lower)
                y[b, i, p] = min(max(value, -bound), bound) * factor[b, p]
