"""The plan of pulse trains (`aihwlab.kernel.pulse_plan`) on a GPU, one thread a vector."""

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled.pulse_plan import plan_of_vector, without_management
from aihwlab.kernel.gpu.compiling import flat, kernel, launch
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.pulse_plan import PulsePlan
from aihwlab.parameters.update import UpdateParameters

INFINITE = np.float32(np.inf)


def plan_pulses(input_max: Array, gradient_max: Array, learning_rate: float, granularity: float,
                update: UpdateParameters) -> PulsePlan:
    """Choose length and scale of the pulse trains of each vector; see `aihwlab.kernel.pulse_plan.plan_pulses`."""
    return plan_and_check(input_max, gradient_max, learning_rate, granularity, update)[0]


def plan_and_check(input_max: Array, gradient_max: Array, learning_rate: float, granularity: float,
                   update: UpdateParameters) -> tuple[PulsePlan, Array]:
    """Return the plan of `plan_pulses`, and how many vectors have NaN or infinite values: an array [1], int64.

    The number stays on the GPU, where nobody has to wait for it yet.
    """
    xp, count = array_namespace(input_max), input_max.size
    plan = PulsePlan(xp.empty(count, dtype=np.int64), xp.empty(count, dtype=np.float32), xp.empty(count, dtype=np.float32))
    unfit = xp.zeros(1, dtype=np.int64)
    launch(_plan, count, flat(input_max), flat(gradient_max), without_management(learning_rate, granularity, update), plan,
           unfit)
    return plan, unfit


@kernel
def _plan(input_max, gradient_max, plain, plan, unfit):
    vector = cuda.grid(1)
    if vector < len(input_max):
        largest_input, largest_gradient = input_max[vector], gradient_max[vector]
        if not (largest_input < INFINITE and largest_gradient < INFINITE):
            plan.length[vector] = 0
            cuda.atomic.add(unfit, 0, 1)
            return
        length, input_factor, gradient_factor = plan_of_vector(largest_input, largest_gradient, plain)
        plan.length[vector] = length
        plan.input_factor[vector], plan.gradient_factor[vector] = input_factor, gradient_factor
