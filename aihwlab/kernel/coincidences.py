"""Where pulses meet, and what they do there: the two stages of an update behind the pulse trains.

    pulse trains -> coincidences -> device steps
"""

from collections.abc import Iterator

from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.devices.pulse import apply_pulses
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.pulse_trains import Trains
from aihwlab.kernel.random import Purpose, Stream, event_normals


def apply_trains(array: DeviceArray, trains: Trains, stream: Stream) -> int:
    """Give pulse trains to the devices of an array, time slot by time slot, all coincidences of one slot at once.

    In one slot a crosspoint gets one pulse at most, so the order within the slot does not matter. Trains can be given to
    several arrays, each with noise of its own stream.

    Args:
        array: the devices, changed in place.
        trains: pulse trains that `draw_trains` of the same backend has drawn.
        stream: random numbers of the steps.

    Returns:
        The number of coincidences, each of which was a step of a device.
    """
    xp, met = array_namespace(trains.vector), 0
    for slot, crosspoints, up in coincidences(trains):
        noise, write_noise = event_normals(stream, Purpose.DEVICE_STEP, crosspoints, slot, xp)
        apply_pulses(array, crosspoints, up, noise, write_noise)
        met += len(crosspoints)
    return met


def coincidences(trains: Trains) -> Iterator[tuple[int, Array, Array]]:
    """Yield for each time slot in which pulses meet: its number, the crosspoints, and whether each pulse goes up.

    A product `d_i x_j > 0` makes a pulse down.
    """
    xp = array_namespace(trains.vector)
    for slot, vector in enumerate(trains.vector.tolist()):
        crosspoints = xp.flatnonzero(trains.meet(slot))
        if len(crosspoints):
            down = trains.gradient_positive[vector][:, None] == trains.input_positive[vector]
            yield trains.first_slot + slot, crosspoints, ~down.reshape(-1)[crosspoints]
