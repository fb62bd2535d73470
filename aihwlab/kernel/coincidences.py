"""Where pulses meet, and what they do there: the two stages of an update behind the pulse trains.

    pulse trains -> coincidences -> device steps
"""

from collections.abc import Iterator

from aihwlab.kernel.counts import Counts
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.devices.pulse import apply_pulses
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.pulse_trains import Trains
from aihwlab.kernel.random import Purpose, Stream, event_normals


def apply_trains(array: DeviceArray, trains: Trains, stream: Stream, counts: Counts | None = None) -> None:
    """Give pulse trains to the devices of an array, time slot by time slot, all coincidences of one slot at once.

    In one slot a crosspoint gets one pulse at most, so the order within the slot does not matter. Trains can be given to
    several arrays, each with noise of its own stream.

    Args:
        array: the devices, changed in place.
        trains: pulse trains that `draw_trains` of the same backend has drawn.
        stream: random numbers of the steps.
        counts: where the pulses are counted, if they are counted at all.
    """
    xp, met = array_namespace(trains.vector), 0
    for slot, crosspoints, up in coincidences(trains):
        noise, write_noise = event_normals(stream, Purpose.DEVICE_STEP, crosspoints, slot, xp)
        apply_pulses(array, crosspoints, up, noise, write_noise)
        met += len(crosspoints)
    if counts is not None and counts.has_pulses:
        count_pulses(counts, len(trains.vector), trains.sent(), met, array.visible.shape)


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


def count_pulses(counts: Counts, slots: int, sent: tuple[int, int], met: int, shape: tuple[int, ...]) -> None:
    """Add the work of pulse trains to the counts, of which those of pulses are in use."""
    (out_size, in_size), (inputs, gradients) = shape, sent
    counts.slots = (counts.slots or 0) + slots
    counts.input_pulses = (counts.input_pulses or 0) + inputs
    counts.gradient_pulses = (counts.gradient_pulses or 0) + gradients
    counts.driven = (counts.driven or 0) + inputs * out_size + gradients * in_size
    counts.coincidences = (counts.coincidences or 0) + met
    counts.steps = (counts.steps or 0) + met
