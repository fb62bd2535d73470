"""The converters at the edges of a crossbar: DAC on the input lines, ADC on the output lines.

Arrays have the shape [batch, lines, positions]: one vector per batch element and position (the output positions of a
convolution; a linear layer has one).
"""

import math
from functools import lru_cache

import numpy as np

from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.random import Purpose
from aihwlab.parameters.io import IOParameters

TINY = np.finfo(np.float32).tiny
"""Smallest normal number, 1.2e-38. A vector without any as large counts as zero: its inverse would be infinite."""


@lru_cache
def step_width(resolution: float, bound: float) -> float:
    """Return the width of one converter step: `2 bound resolution`.

    A resolution above 1 is a number of steps and means its inverse. Zero (no quantisation) for a resolution or bound that
    is not positive, or an infinite bound. A code at the bound stays within it in single precision, too.
    """
    if resolution <= 0 or bound <= 0 or not math.isfinite(bound):
        return 0.0
    fraction = 1 / resolution if resolution > 1 else resolution
    width = fraction * 2 * bound
    highest = round(bound / width)
    if math.isclose(highest * width, bound) and np.float32(highest) * np.float32(width) > np.float32(bound):
        return float(np.nextafter(np.float32(width), np.float32(0)))
    return width


def abs_max(x: Array) -> Array:
    """Return the largest magnitude of each vector of [batch, lines, positions]: [batch, positions]."""
    xp = array_namespace(x)
    return xp.abs(x).max(axis=1)


def are_finite(magnitudes: Array) -> bool:
    """Return whether no element of an array of magnitudes is NaN or infinite."""
    return magnitudes.size == 0 or bool(magnitudes.max() < np.inf)


def scales(alpha: Array, beta: float, out_scale: float, silent: bool) -> tuple[Array, Array]:
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
    active = alpha >= TINY
    scale = xp.where(active, alpha, np.float32(1)) * np.float32(beta)
    factor = scale * np.float32(out_scale)
    return np.float32(1) / scale, xp.where(active, factor, np.float32(0)) if silent else factor


def dac(x: Array, reduction: Array, io: IOParameters, noise: Noise) -> Array:
    """Convert inputs to voltages: scale, quantise, clip, add noise, weaken the negative ones.

        v = clip(q(reduction x), +-inp_bound) + inp_noise xi,     v <- (1 - inp_asymmetry) v  where v < 0

    Args:
        x: inputs, [batch, in, positions].
        reduction: factor of each vector, [batch, positions].
        io: the input/output parameters of the pass.
        noise: random numbers of the pass.

    Returns:
        Voltages, [batch, in, positions], float32.
    """
    xp = array_namespace(x)
    voltage = x * reduction[:, None, :]
    voltage = quantise(voltage, step_width(io.inp_res, io.inp_bound), io.inp_sto_round, noise, Purpose.INPUT_ROUNDING)
    if 0 < io.inp_bound < np.inf:
        voltage = xp.clip(voltage, -np.float32(io.inp_bound), np.float32(io.inp_bound))
    if io.inp_noise > 0:
        voltage = voltage + np.float32(io.inp_noise) * noise.normals(Purpose.INPUT_NOISE, voltage.shape, xp)
    if io.inp_asymmetry != 0:
        voltage = xp.where(voltage < 0, voltage * np.float32(1 - io.inp_asymmetry), voltage)
    return voltage


def adc(current: Array, factor: Array, io: IOParameters, lines: Lines, noise: Noise) -> tuple[Array, Array]:
    """Convert output currents to numbers: non-linearity, asymmetry, noise, quantisation, bound, rescaling.

        z <- F z / (1 + |n z|),   z <- (1 - out_asymmetry) z  where z < 0
        y = factor clip(q(z + out_noise xi), +-out_bound)

    Args:
        current: analog outputs, [batch, out, positions].
        factor: digital factor of each vector, which undoes the scaling of the input, [batch, positions].
        io: the input/output parameters of the pass.
        lines: the imperfections of the output lines.
        noise: random numbers of the pass.

    Returns:
        The outputs, [batch, out, positions], and for each vector whether it hit the bound, [batch, positions].
    """
    xp = array_namespace(current)
    if lines.nonlinearity is not None:
        current = lines.slope * current / (np.float32(1) + xp.abs(lines.nonlinearity[:, None] * current))
    if io.out_asymmetry > 0:
        current = xp.where(current < 0, current * np.float32(1 - io.out_asymmetry), current)
    if io.out_noise > 0:
        current = current + lines.noise[:, None] * noise.normals(Purpose.OUTPUT_NOISE, current.shape, xp)
    current = quantise(current, step_width(io.out_res, io.out_bound), io.out_sto_round, noise, Purpose.OUTPUT_ROUNDING)
    bound = np.float32(io.out_bound if io.out_bound > 0 else np.inf)
    hit = ~(current <= bound)  # NaN is beyond any bound
    if io.bm_test_negative_bound:
        hit = hit | (current < -bound)
    return xp.clip(current, -bound, bound) * factor[:, None, :], hit.any(axis=1)


def quantise(value: Array, width: float, stochastic: bool, noise: Noise, purpose: Purpose) -> Array:
    """Round to multiples of `width`, half to even, or up or down at random: `q(v) = rint(v / width) width`."""
    if width == 0:
        return value
    xp = array_namespace(value)
    steps = value * np.float32(1 / width)
    if stochastic:
        steps = steps + (noise.uniforms(purpose, value.shape, xp) - np.float32(0.5))
    return xp.rint(steps) * np.float32(width)
