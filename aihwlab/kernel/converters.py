"""The converters at the edges of a crossbar: DAC on the input lines, ADC on the output lines.

Arrays have the shape [batch, lines, positions]: one vector per batch element and position (the output positions of a
convolution; a linear layer has one).
"""

import math

import numpy as np

from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, normals, normals_at, unit_interval, words, words_at


def step_width(resolution, bound):
    """Return the width of one converter step: `2 bound resolution`.

    A resolution above 1 is a number of steps and means its inverse. Zero (no quantisation) for a resolution or bound that
    is not positive, or an infinite bound.
    """
    if resolution <= 0 or bound <= 0 or not math.isfinite(bound):
        return 0.0
    fraction = 1 / resolution if resolution > 1 else resolution
    return fraction * 2 * bound


def abs_max(x):
    """Return the largest magnitude of each vector of [batch, lines, positions]: [batch, positions]."""
    xp = array_namespace(x)
    return xp.abs(x).max(axis=1)


def are_finite(magnitudes):
    """Return whether no element of an array of magnitudes is NaN or infinite."""
    return magnitudes.size == 0 or bool(magnitudes.max() < np.inf)


def scales(alpha, beta, out_scale, silent):
    """Return by what vectors are multiplied before the DAC and after the ADC: `1 / (alpha beta)`, `alpha beta out_scale`.

    Args:
        alpha: scale of the noise management, [batch, positions]; a vector of zeros has 0, and 1 takes its place.
        beta: reduction of the bound management.
        out_scale: scale of the outputs.
        silent: whether the outputs of a vector of zeros are zero.

    Returns:
        Two arrays [batch, positions].
    """
    xp = array_namespace(alpha)
    scale = xp.where(alpha > 0, alpha, np.float32(1)) * np.float32(beta)
    factor = scale * np.float32(out_scale)
    return np.float32(1) / scale, xp.where(alpha > 0, factor, np.float32(0)) if silent else factor


def dac(x, reduction, io, stream, slot=0, vectors=None):
    """Convert inputs to voltages: scale, quantise, clip, add noise, weaken the negative ones.

        v = clip(q(reduction x), +-inp_bound) + inp_noise xi,     v <- (1 - inp_asymmetry) v  where v < 0

    Args:
        x: inputs, [batch, in, positions].
        reduction: factor of each vector, [batch, positions].
        io: the input/output parameters of the pass.
        stream: random numbers of this operation.
        slot: number of the analog pass within the operation; every pass draws new noise.
        vectors: which vectors of the whole call `x` holds (see `addresses`), None for all of them.

    Returns:
        Voltages, [batch, in, positions], float32.
    """
    xp = array_namespace(x)
    voltage = x * reduction[:, None, :]
    voltage = quantise(voltage, step_width(io.inp_res, io.inp_bound), io.inp_sto_round,
                       stream, Purpose.INPUT_ROUNDING, slot, vectors, xp)
    if 0 < io.inp_bound < np.inf:
        voltage = xp.clip(voltage, -np.float32(io.inp_bound), np.float32(io.inp_bound))
    if io.inp_noise > 0:
        voltage = voltage + np.float32(io.inp_noise) * draw_normals(stream, Purpose.INPUT_NOISE, voltage.shape, slot,
                                                                    vectors, xp)
    if io.inp_asymmetry != 0:
        voltage = xp.where(voltage < 0, voltage * np.float32(1 - io.inp_asymmetry), voltage)
    return voltage


def adc(current, factor, io, lines, stream, slot=0, vectors=None):
    """Convert output currents to numbers: non-linearity, asymmetry, noise, quantisation, bound, rescaling.

        z <- F z / (1 + |n z|),   z <- (1 - out_asymmetry) z  where z < 0
        y = factor clip(q(z + out_noise xi), +-out_bound)

    Args:
        current: analog outputs, [batch, out, positions].
        factor: digital factor of each vector, which undoes the scaling of the input, [batch, positions].
        lines: the fixed imperfections of the output lines (`aihwlab.kernel.lines.Lines`).
        io, stream, slot, vectors: as for `dac`.

    Returns:
        The outputs, [batch, out, positions], and for each vector whether it hit the bound, [batch, positions].
    """
    xp = array_namespace(current)
    if lines.nonlinearity is not None:
        current = lines.slope * current / (np.float32(1) + xp.abs(lines.nonlinearity[:, None] * current))
    if io.out_asymmetry > 0:
        current = xp.where(current < 0, current * np.float32(1 - io.out_asymmetry), current)
    if io.out_noise > 0:
        noise = draw_normals(stream, Purpose.OUTPUT_NOISE, current.shape, slot, vectors, xp)
        current = current + lines.noise[:, None] * noise
    current = quantise(current, step_width(io.out_res, io.out_bound), io.out_sto_round,
                       stream, Purpose.OUTPUT_ROUNDING, slot, vectors, xp)
    bound = np.float32(io.out_bound if io.out_bound > 0 else np.inf)
    hit = current > bound
    if io.bm_test_negative_bound:
        hit = hit | (current < -bound)
    return xp.clip(current, -bound, bound) * factor[:, None, :], hit.any(axis=1)


def quantise(value, width, stochastic, stream, purpose, slot, vectors, xp):
    """Round to multiples of `width`, half to even, or up or down at random: `q(v) = rint(v / width) width`."""
    if width == 0:
        return value
    steps = value * np.float32(1 / width)
    if stochastic:
        steps = steps + (draw_uniforms(stream, purpose, value.shape, slot, vectors, xp) - np.float32(0.5))
    return xp.rint(steps) * np.float32(width)


def draw_normals(stream, purpose, shape, slot, vectors, xp):
    """Return normal numbers for an array [batch, lines, positions] that holds all vectors of a call, or some of them."""
    if vectors is None:
        return normals(stream, purpose, math.prod(shape), slot, xp).reshape(shape)
    return normals_at(stream, purpose, addresses(shape, vectors, xp), slot, xp)


def draw_uniforms(stream, purpose, shape, slot, vectors, xp):
    """Return numbers in [0, 1) for an array [batch, lines, positions]; see `draw_normals`."""
    if vectors is None:
        return unit_interval(words(stream, purpose, math.prod(shape), slot, xp)).reshape(shape)
    return unit_interval(words_at(stream, purpose, addresses(shape, vectors, xp), slot, xp))


def addresses(shape, vectors, xp):
    """Return the numbers that the draws of selected vectors have in the array of the whole call.

    A selection has the shape [selected, lines, 1]. `vectors` is a pair: the numbers `batch index * positions + position`
    of the selected vectors, and the number of positions of the whole call. So a vector keeps its noise, whatever else is
    selected with it.
    """
    numbers, positions = vectors
    lines = shape[1]
    first = numbers // positions * (lines * positions) + numbers % positions
    return first[:, None, None] + xp.arange(lines, dtype=np.int64)[None, :, None] * positions
