"""The pulsed update (`aihwlab.kernel.pulsed_update`), compiled: its three steps in one call, with the same random numbers."""

import numpy as np

from aihwlab.kernel.compiled.coincidences import apply_trains, give_pulses
from aihwlab.kernel.compiled.compiling import jit_for_laws
from aihwlab.kernel.compiled.patches import as_images
from aihwlab.kernel.compiled.pulse import Devices, flat_devices
from aihwlab.kernel.compiled.pulse_plan import plan_of_vectors, plan_pulses, without_management
from aihwlab.kernel.compiled.pulse_trains import Side, StochasticTrains, draw, draw_trains, lines_of
from aihwlab.kernel.compiled.random import address_of
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.pulse_trains import STOCHASTIC, probability_step
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.update import UpdateParameters

NOT_YET = np.empty(0, dtype=np.float32)


def pulsed_update(array: DeviceArray, x: Array | Patches, d: Array, largest: tuple[Array, Array], learning_rate: float,
                  update: UpdateParameters, stream: Stream) -> None:
    """Change the weights of a device array by pulses; see `aihwlab.kernel.pulsed_update.pulsed_update`."""
    resolution = probability_step(update.res)
    if update.pulse_type not in STOCHASTIC or (resolution[0] > 0 and update.sto_round):
        plan = plan_pulses(*largest, learning_rate, array.granularity, update)
        apply_trains(array, draw_trains(x, d, plan, update, stream, complete=False), stream)
        return
    share(len(largest[0]) * sum(array.visible.shape))
    _update(*flat_devices(array, stream),
            Side(*as_images(x), NOT_YET, resolution, address_of(stream, Purpose.INPUT_PULSES)),
            Side(*as_images(d), NOT_YET, resolution, address_of(stream, Purpose.GRADIENT_PULSES)),
            largest, without_management(learning_rate, array.granularity, update))


@jit_for_laws()
def _update(up, down, up_shared, down_shared, state, address, inputs, gradients, largest, plain):
    length, input_factor, gradient_factor = plan_of_vectors(largest[0], largest[1], plain)
    slots = length.sum()
    if slots == 0:
        return
    inputs = Side(inputs.image, inputs.layout, input_factor, inputs.resolution, inputs.address)
    gradients = Side(gradients.image, gradients.layout, gradient_factor, gradients.resolution, gradients.address)
    sent_inputs, sent_gradients, live, place = draw(inputs, gradients, length, False)
    trains = StochasticTrains(sent_inputs, sent_gradients, live, place, length, 0, slots, lines_of(inputs.layout),
                              lines_of(gradients.layout))
    give_pulses(trains, Devices(up, down, up_shared, down_shared, state, address))
