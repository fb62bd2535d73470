"""The three steps of a pulsed update, one after the other: a plan for each vector, pulse trains, and what they do to devices."""

from aihwlab.kernel.coincidences import apply_trains
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.pulse_trains import draw_trains
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters


def pulsed_update(array: DeviceArray, x: Array | Patches, d: Array, largest: tuple[Array, Array], learning_rate: float,
                  update: UpdateParameters, stream: Stream) -> None:
    """Change the weights of a device array by the pulses of a batch of vectors.

    Args:
        array: the devices, changed in place.
        x, d: inputs and gradients, as for `aihwlab.kernel.update.update_weights`.
        largest: their largest magnitudes, [vectors] each.
        learning_rate: positive.
        update: update parameters, with a pulse type that has pulses.
        stream: random numbers of this operation.
    """
    plan = plan_pulses(*largest, learning_rate, array.granularity, update)
    apply_trains(array, draw_trains(x, d, plan, update, stream, complete=False), stream)
