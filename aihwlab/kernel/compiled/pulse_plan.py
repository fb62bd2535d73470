"""The plan of pulse trains (`aihwlab.kernel.pulse_plan`), compiled: one loop over vectors instead of a pass for each step."""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import floats, integers
from aihwlab.kernel.compiled.tasks import call_task
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.pulse_plan import PulsePlan, plain_trains
from aihwlab.parameters.update import UpdateParameters

ONE, ZERO = np.float32(1), np.float32(0)


class Plain(NamedTuple):
    """The plan of all trains without management, and what is managed."""

    ratio: Any
    longest: Any
    length: Any
    factor: Any
    manages_length: bool
    manages_balance: bool
    gradient_scale: Any


def plan_pulses(input_max: Array, gradient_max: Array, learning_rate: float, granularity: float,
                update: UpdateParameters) -> PulsePlan:
    """Choose length and scale of the pulse trains of each vector; see `aihwlab.kernel.pulse_trains.plan_pulses`."""
    return PulsePlan(*_plan(input_max, gradient_max, without_management(learning_rate, granularity, update)))


def without_management(learning_rate: float, granularity: float, update: UpdateParameters) -> Plain:
    """Return the plan of all trains without management, and what is managed."""
    manages_length = update.update_bl_management
    return Plain(*plain_trains(learning_rate, granularity, update), manages_length,
                 manages_length or update.update_management, np.float32(update.um_grad_scale))


@jit
def _plan(input_max, gradient_max, plain):
    return call_task(plan_of_vectors, (input_max, gradient_max, plain))


@jit(inline=True)
def plan_of_vector(largest_input, largest_gradient, plain):
    """Return length, input factor and gradient factor of the trains of one vector."""
    length, factor, balance, alive = plain.length, plain.factor, ONE, True
    if plain.manages_balance:
        alive = largest_input > ZERO and largest_gradient > ZERO
        largest_input = largest_input if alive else ONE
        largest_gradient = (largest_gradient if alive else ONE) * plain.gradient_scale
        pulses = plain.ratio * largest_input * largest_gradient
        if plain.manages_length:
            length = max(min(np.ceil(pulses), plain.longest), ONE)
            factor = np.sqrt(plain.ratio / length)
        if pulses > plain.longest:
            largest_gradient = largest_gradient * (plain.longest / pulses)
        balance = np.sqrt(largest_input / largest_gradient)
    return np.int64(length) if alive else np.int64(0), factor / balance, factor * balance


@jit(task=True)
def plan_of_vectors(input_max, gradient_max, plain):
    """Return length, input factor and gradient factor of the trains of each vector."""
    lengths, input_factor = integers(len(input_max)), floats(len(input_max))
    gradient_factor = floats(len(input_max))
    for vector in range(len(input_max)):
        lengths[vector], input_factor[vector], gradient_factor[vector] = plan_of_vector(
            input_max[vector], gradient_max[vector], plain)
    return lengths, input_factor, gradient_factor
