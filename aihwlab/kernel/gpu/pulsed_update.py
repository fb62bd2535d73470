"""The pulsed update (`aihwlab.kernel.pulsed_update`) on a GPU: its three steps, which wait for the GPU once.

What is waited for are two numbers: how many time slots there are, which decides how much memory the trains need, and whether
all vectors are finite.
"""

from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.gpu.coincidences import give_pulses
from aihwlab.kernel.gpu.patches import abs_max
from aihwlab.kernel.gpu.pulse_plan import plan_and_check
from aihwlab.kernel.gpu.pulse_trains import draw_trains, stochastic_trains
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.pulse_trains import STOCHASTIC
from aihwlab.kernel.pulsed_update import Magnitudes, require_finite_vectors
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters


def pulsed_update(array: DeviceArray, x: Array | Patches, d: Array, largest: Magnitudes, learning_rate: float,
                  update: UpdateParameters, stream: Stream) -> None:
    """Change the weights of a device array by pulses; see `aihwlab.kernel.pulsed_update.pulsed_update`."""
    input_max, gradient_max = (abs_max(vectors) if known is None else known for vectors, known in zip((x, d), largest))
    if input_max.size == 0:
        return
    plan, unfit = plan_and_check(input_max, gradient_max, learning_rate, array.granularity, update)
    xp = array_namespace(unfit)
    ends = xp.cumsum(plan.length)
    slots, unfit_vectors = xp.concatenate((ends[-1:], unfit)).tolist()
    require_finite_vectors(unfit_vectors == 0)
    if slots == 0:
        return
    if update.pulse_type in STOCHASTIC:
        trains = stochastic_trains(x, d, plan, ends, slots, update, stream, complete=False)
    else:
        trains = draw_trains(x, d, plan, update, stream)
    give_pulses(array, trains, stream)
