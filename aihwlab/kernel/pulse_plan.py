"""How each vector of an update becomes pulses: the length of its trains, and how likely a pulse is.

Source: T. Gokmen and Y. Vlasov, Front. Neurosci. 10, 333, 2016, doi:10.3389/fnins.2016.00333; update management
T. Gokmen, M. Onen, W. Haensch, Front. Neurosci. 11, 538, 2017, doi:10.3389/fnins.2017.00538.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.parameters.update import UpdateParameters

MOST_SLOTS = 1_000_000
"""Longest pulse trains, as for `desired_bl`."""


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


def plan_pulses(input_max: Array, gradient_max: Array, learning_rate: float, granularity: float,
                update: UpdateParameters) -> PulsePlan:
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
        update: update parameters.
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


def plain_trains(learning_rate: float, granularity: float, update: UpdateParameters) -> tuple[Any, Any, Any, Any]:
    """Return `lr / g`, `K`, and the length and the factor of all trains without management; see `plan_pulses`.

    Raises:
        ValueError: for a learning rate that asks for more pulses than `desired_bl` may be, if nothing limits them.
    """
    ratio, longest = np.float32(learning_rate / granularity), np.float32(update.desired_bl)
    if update.fixed_bl or update.update_bl_management or granularity * update.desired_bl >= learning_rate:
        return ratio, longest, longest, np.sqrt(ratio / longest)
    if ratio > MOST_SLOTS:
        raise ValueError(f'learning_rate = {learning_rate}: without fixed_bl and update_bl_management it asks for trains of '
                         f'{ratio:.3g} pulses, {MOST_SLOTS:,} are the most')
    return ratio, longest, max(np.ceil(ratio), np.float32(1)), np.float32(1)
