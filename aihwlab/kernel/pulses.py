"""Pulse trains: how long they are, how likely a pulse is, and when input and gradient lines fire.

Literature: stochastic pulses T. Gokmen and Y. Vlasov, Front. Neurosci. 10, 333, 2016, doi:10.3389/fnins.2016.00333; update
management T. Gokmen, M. Onen, W. Haensch, Front. Neurosci. 11, 538, 2017, doi:10.3389/fnins.2017.00538.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.enums import PulseType
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, uniforms, words

STOCHASTIC = (PulseType.STOCHASTIC_COMPRESSED, PulseType.STOCHASTIC)
DETERMINISTIC = (PulseType.MEAN_COUNT, PulseType.DETERMINISTIC_IMPLICIT)


class PulsePlan(NamedTuple):
    """How each vector of an update becomes pulses; all arrays have one element for each vector.

    Attributes:
        length: number of time slots of the pulse train, int64; 0 for vectors that change nothing.
        input_factor: the probability of a pulse on input line `j` is `input_factor |x_j|`.
        gradient_factor: the same for the gradient lines.
    """

    length: Any
    input_factor: Any
    gradient_factor: Any


def plan_pulses(input_max, gradient_max, learning_rate, granularity, update):
    """Choose length and scale of the pulse trains of each vector.

    With `K = desired_bl`, weight granularity `g`, largest input `x_m` and largest gradient `d_m = um_grad_scale max |d_i|`:

    - plain: `BL = K`, both factors `sqrt(lr / (g K))`; without `fixed_bl` and for `lr > g K`, `BL = ceil(lr / g)`, factors 1
    - update_bl_management: `BL = min(ceil(k), K)`, `k = lr x_m d_m / g`, both factors `sqrt(lr / (g BL))`
    - update_management (always on with update_bl_management): gradient factor times `sqrt(x_m / d_m)`, input factor times
      `sqrt(d_m / x_m)`; `d_m` is replaced by `d_m K / k` if `k > K`

    so that `g BL E[coincidences] = lr |d_i x_j|` while no probability exceeds 1.

    Args:
        input_max, gradient_max: largest magnitude of each vector, float32 arrays of one shape.
        learning_rate: learning rate of the tile, not negative.
        granularity: weight change of one average pulse at weight zero.
        update: update parameters (`aihwlab.simulator.parameters.UpdateParameters`).
    """
    xp = array_namespace(input_max)
    ratio, longest, length, factor = plain_trains(learning_rate, granularity, update)
    if not (update.update_management or update.update_bl_management):
        factor = xp.full_like(input_max, factor)
        return PulsePlan(xp.full(input_max.shape, length, dtype=np.int64), factor, factor)
    alive = (input_max > 0) & (gradient_max > 0)
    input_max = xp.where(alive, input_max, np.float32(1))
    gradient_max = xp.where(alive, gradient_max, np.float32(1)) * np.float32(update.um_grad_scale)
    pulses = ratio * input_max * gradient_max
    if update.update_bl_management:
        length = xp.maximum(xp.minimum(xp.ceil(pulses), longest), np.float32(1))
        factor = xp.sqrt(ratio / length)
    gradient_max = xp.where(pulses > longest, gradient_max * (longest / pulses), gradient_max)
    balance = xp.sqrt(input_max / gradient_max)
    return PulsePlan((length * alive).astype(np.int64), factor / balance, factor * balance)


def plain_trains(learning_rate, granularity, update):
    """Return `lr / g`, `K`, and the length and the factor of all trains without management; see `plan_pulses`."""
    ratio, longest = np.float32(learning_rate / granularity), np.float32(update.desired_bl)
    if update.fixed_bl or update.update_bl_management or granularity * update.desired_bl >= learning_rate:
        return ratio, longest, longest, np.sqrt(ratio / longest)
    return ratio, longest, max(np.ceil(ratio), np.float32(1)), np.float32(1)


def probabilities(values, factor, resolution, stochastic, stream, purpose):
    """Return the pulse probability of every line: `q(|v| factor)`, rounded to multiples of `resolution` if positive.

    A resolution above 1 is a number of steps and means its inverse, as for the converters.

    Args:
        values: [vectors, lines].
        factor: [vectors].
    """
    xp = array_namespace(values)
    probability = xp.abs(values) * factor[:, None]
    width, inverse_width = probability_step(resolution)
    if width == 0:
        return probability
    steps = probability * inverse_width
    if stochastic:
        draws = uniforms(stream, purpose, values.size, xp=xp).reshape(values.shape)
        steps = steps + (draws - np.float32(0.5))
    return xp.rint(steps) * width


def probability_step(resolution):
    """Return the width of the steps of a probability and its inverse, both 0 without rounding."""
    if resolution <= 0:
        return np.float32(0), np.float32(0)
    width = 1 / resolution if resolution > 1 else resolution
    return np.float32(width), np.float32(1 / width)


def input_probabilities(x, plan, update, stream):
    """Return the pulse probability of every input line of every vector, [vectors, in]."""
    resolution = update.x_res_implicit if update.pulse_type is PulseType.DETERMINISTIC_IMPLICIT else update.res
    return probabilities(x, plan.input_factor, resolution, update.sto_round, stream, Purpose.INPUT_PULSE_ROUNDING)


def gradient_probabilities(d, plan, update, stream):
    """Return the pulse probability of every gradient line of every vector, [vectors, out]."""
    resolution = update.d_res_implicit if update.pulse_type is PulseType.DETERMINISTIC_IMPLICIT else update.res
    return probabilities(d, plan.gradient_factor, resolution, update.sto_round, stream, Purpose.GRADIENT_PULSE_ROUNDING)


def fire(probability, slot_vector, stream, purpose):
    """Draw the pulse trains: in which time slots each line fires, bool, [slots, lines].

    A line fires where its uniform number of 31 bits is below its probability. The draws are numbered line by line, each
    line with a whole number of 64 slots.

    Args:
        probability: [vectors, lines].
        slot_vector: the vector that each time slot belongs to, [slots].
    """
    xp = array_namespace(probability)
    slots, lines = len(slot_vector), probability.shape[1]
    padded = -(-slots // SLOTS_PER_WORD) * SLOTS_PER_WORD
    drawn = words(stream, purpose, lines * padded, xp=xp).reshape(lines, padded)[:, :slots].T >> np.uint32(1)
    return drawn.astype(np.int32) <= thresholds(probability, xp)[slot_vector]


def thresholds(probability, xp=np):
    """Return the largest number of 31 bits that makes a line fire, int32; -1 for a probability of zero."""
    below = (xp.minimum(probability, BELOW_ONE) * np.float32(2.0 ** 31)).astype(np.int32) - np.int32(1)
    return xp.where(probability >= 1, np.int32(2 ** 31 - 1), below)


SLOTS_PER_WORD = 64
BELOW_ONE = np.float32(1 - 2.0 ** -24)


def pulse_counts(input_probability, gradient_probability, length, update):
    """Return the number of pulses at every crosspoint for one vector of a deterministic pulse type, int64, [out, in].

    MEAN_COUNT: `rint(n_i n_j / BL)` with the counts `n = min(rint(BL p), BL)` of the lines.
    DETERMINISTIC_IMPLICIT: `rint(BL p_i p_j)`, probabilities limited to 1.
    """
    xp = array_namespace(input_probability)
    length = np.float32(length)
    if update.pulse_type is PulseType.MEAN_COUNT:
        columns = xp.minimum(xp.rint(length * input_probability), length)
        rows = xp.minimum(xp.rint(length * gradient_probability), length)
        return xp.rint(rows[:, None] * columns / length).astype(np.int64)
    columns = xp.minimum(input_probability, np.float32(1))
    rows = xp.minimum(gradient_probability, np.float32(1))
    return xp.rint(length * rows[:, None] * columns).astype(np.int64)
