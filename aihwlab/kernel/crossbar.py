"""The crossbar itself: the product of conductances and voltages, and what the wires and cells do to it."""

from collections.abc import Callable
from types import ModuleType

import numpy as np

from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.random import Purpose
from aihwlab.parameters.enums import WeightNoiseType
from aihwlab.parameters.io import IOParameters

Multiply = Callable[[Array, Array], Array]
"""A library's product of a matrix [out, in] and the vectors of an array [batch, in, positions]."""


def product(weights: Array, voltage: Array) -> Array:
    """Multiply a matrix [out, in] with the vectors of an array [batch, in, positions]."""
    if voltage.shape[2] == 1:
        return (voltage[:, :, 0] @ weights.T)[:, :, None]
    return weights @ voltage


def crossbar(weights: Array, voltage: Array, io: IOParameters, lines: Lines, noise: Noise,
             multiply: Multiply = product) -> Array:
    """Return the output currents of one analog pass.

    `z = W v`, changed in this order by the voltage drop on the wires, by voltage offsets and series resistance, and by the
    noise of the weights.

    Args:
        weights: conductances, [out, in].
        voltage: inputs after the DAC, [batch, in, positions].
        io, lines, noise: as for `aihwlab.kernel.converters.adc`.
        multiply: the library's product, a function of matrix and vectors.

    Returns:
        Currents, [batch, out, positions].
    """
    xp = array_namespace(weights, voltage)
    current = multiply(weights, voltage)
    if io.ir_drop > 0:
        current = current - wire_drop(weights, voltage, io, multiply, xp)
    if lines.offset is not None:
        current = offset_and_series_resistance(current, voltage, io, lines, xp)
    if io.w_noise > 0 and io.w_noise_type is not WeightNoiseType.NONE:
        if io.w_noise_type is WeightNoiseType.ADDITIVE_CONSTANT:
            power = (voltage * voltage).sum(axis=1, keepdims=True)
        else:
            power = multiply(xp.abs(weights), voltage * voltage)
        current = current + np.float32(io.w_noise) * xp.sqrt(power) * noise.normals(Purpose.WEIGHT_NOISE, current.shape, xp)
    return current


def wire_drop(weights: Array, voltage: Array, io: IOParameters, multiply: Multiply, xp: ModuleType) -> Array:
    """Return the current lost to the resistance of the wires.

    With `n` inputs, `a_i = n / ir_drop_g_ratio sum_j |W_ij v_j|` and `k = a (a (0.05 a - 0.2) + 0.5)`:

        ir_drop k_i sum_j W_ij v_j (1 - (1 - j/n)^2)

    The first input is the farthest from the converter (M. Rasch et al., Nat. Commun. 14, 5282, 2023,
    doi:10.1038/s41467-023-40770-4).
    """
    count = weights.shape[-1]
    load = multiply(xp.abs(weights), xp.abs(voltage)) * np.float32(count / io.ir_drop_g_ratio)
    strength = load * (load * (np.float32(0.05) * load - np.float32(0.2)) + np.float32(0.5))
    distance = 1 - (1 - xp.arange(count, dtype=np.float32) / count) ** 2
    return np.float32(io.ir_drop) * strength * multiply(weights * distance, voltage)


def offset_and_series_resistance(current: Array, voltage: Array, io: IOParameters, lines: Lines, xp: ModuleType) -> Array:
    """Return the currents behind amplifiers with a voltage offset `o_i` and a series resistance `r`.

    With a reference column of weight `w_min = v_offset_w_min`, `q = -w_min sum_j v_j`, `p = z + q`:

        z <- (1 - o) p / (1 + r |p|) - (1 + o) q / (1 + r |q|)
    """
    offset = lines.offset[:, None]
    resistance = np.float32(max(io.r_series, 0))
    reference = -np.float32(io.v_offset_w_min) * voltage.sum(axis=1, keepdims=True)
    total = current + reference
    return ((1 - offset) * total / (1 + resistance * xp.abs(total))
            - (1 + offset) * reference / (1 + resistance * xp.abs(reference)))
