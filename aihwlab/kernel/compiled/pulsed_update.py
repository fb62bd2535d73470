"""The pulsed update (`aihwlab.kernel.pulsed_update`), compiled: its three steps in one call, with the same random numbers."""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.compiled.coincidences import apply_trains, give_pulses
from aihwlab.kernel.compiled.compiling import Bound, jit
from aihwlab.kernel.compiled.drawn_pulses import Side, draw
from aihwlab.kernel.compiled.memory import total
from aihwlab.kernel.compiled.patches import Layout, abs_max, as_images, lines_of
from aihwlab.kernel.compiled.pulse import Devices, State, flat_devices
from aihwlab.kernel.compiled.pulse_plan import Plain, plan_of_vectors, plan_pulses, without_management
from aihwlab.kernel.compiled.pulse_trains import StochasticTrains, draw_trains
from aihwlab.kernel.compiled.random import plain_address
from aihwlab.kernel.compiled.tasks import call_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.converters import are_finite
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.pulse_trains import STOCHASTIC, probability_step
from aihwlab.kernel.pulsed_update import Magnitudes, require_finite_vectors
from aihwlab.kernel.random import Address, Purpose, Stream
from aihwlab.parameters.base import Parameters
from aihwlab.parameters.update import UpdateParameters

NO_PURPOSE = 0
INPUT_PULSES, GRADIENT_PULSES, DEVICE_STEP = int(Purpose.INPUT_PULSES), int(Purpose.GRADIENT_PULSES), int(Purpose.DEVICE_STEP)


class Plan(NamedTuple):
    """What follows from the devices, the parameters and the learning rate; parts of named tuples are plain ones, see
    `aihwlab.kernel.compiled.round_parts`.

    Attributes:
        changes, learning_rate, update, weights, hidden: by which it is known whether they are still the same.
        is_plain: whether the update can be computed in one call.
        devices, state: the parts of `Devices`.
        resolution: step of the probabilities and its inverse.
        plain: the plan of trains without management.
        code: the compiled update.
    """

    changes: int
    learning_rate: float
    update: UpdateParameters
    weights: Array
    hidden: Any
    is_plain: bool
    devices: tuple[Any, ...]
    state: tuple[Any, ...]
    resolution: tuple[Any, Any]
    plain: tuple[Any, ...]
    code: Bound


def plan_of(array: DeviceArray, learning_rate: float, update: UpdateParameters) -> Plan:
    """Return the plan of an array's updates, made anew if anything has changed."""
    plan: Any = array.plan
    is_of_devices = (plan is not None and plan.changes == Parameters.changes and plan.weights is array.persistent
                     and plan.hidden is array.hidden)
    if not is_of_devices or plan.learning_rate != learning_rate or plan.update is not update:
        *devices, state, _ = flat_devices(array, Stream(0, 0))
        resolution = probability_step(update.res)
        is_plain = update.pulse_type in STOCHASTIC and not (resolution[0] > 0 and update.sto_round)
        plan = array.plan = Plan(Parameters.changes, learning_rate, update, array.persistent, array.hidden, is_plain,
                                 tuple(devices), tuple(state), resolution,
                                 tuple(without_management(learning_rate, array.granularity, update)),
                                 plan.code if is_of_devices else Bound(_update))
    return plan


def pulsed_update(array: DeviceArray, x: Array | Patches, d: Array, largest: Magnitudes, learning_rate: float,
                  update: UpdateParameters, stream: Stream) -> None:
    """Change the weights of a device array by pulses; see `aihwlab.kernel.pulsed_update.pulsed_update`."""
    plan = plan_of(array, learning_rate, update)
    input_max = abs_max(x) if largest[0] is None else largest[0]
    gradient_max = abs_max(d) if largest[1] is None else largest[1]
    largest = contiguous(input_max), contiguous(gradient_max)
    if not plan.is_plain:
        require_finite_vectors(are_finite(input_max) and are_finite(gradient_max))
        trains = draw_trains(x, d, plan_pulses(*largest, learning_rate, array.granularity, update), update, stream,
                             complete=False)
        apply_trains(array, trains, stream)
        return
    share(2 * input_max.size * sum(array.visible.shape))  # about the draws; steps are as much again
    (image, layout), (gradient, gradient_layout) = as_images(x), as_images(d)
    is_finite = plan.code.call(*plan.devices, plan.state, (image, layout, plan.resolution),
                               (gradient, gradient_layout, plan.resolution), (*largest, plan.plain),
                               plain_address(stream, NO_PURPOSE))
    require_finite_vectors(is_finite)


def contiguous(magnitudes: Array) -> Array:
    """Return magnitudes, [vectors], as compiled code expects them."""
    return np.ascontiguousarray(magnitudes, dtype=np.float32).reshape(-1)


@jit
def _update(up, down, up_shared, down_shared, state, inputs, gradients, plan, address):
    for magnitudes in plan[:2]:
        for magnitude in magnitudes:
            if not magnitude < np.inf:
                return False
    length, input_factor, gradient_factor = call_task(plan_of_vectors, (plan[0], plan[1], Plain(*plan[2])))
    slots = total(length)
    if slots == 0:
        return True
    inputs = _named_side(inputs, input_factor, _address_for(INPUT_PULSES, address))
    gradients = _named_side(gradients, gradient_factor, _address_for(GRADIENT_PULSES, address))
    sent_inputs, sent_gradients, live, place = call_task(draw, (inputs, gradients, length, False))
    trains = StochasticTrains(sent_inputs, sent_gradients, live, place, length, 0, 0, slots, lines_of(inputs.layout),
                              lines_of(gradients.layout))
    give_pulses(trains, Devices(up, down, up_shared, down_shared, State(*state), _address_for(DEVICE_STEP, address)))
    return True


@jit(inline=True)
def _named_side(side, factor, address):
    """Return a side of a plain tuple; see `aihwlab.kernel.compiled.round_parts` for why it is one."""
    image, layout, resolution = side
    return Side(image, Layout(*layout), factor, resolution, address)


@jit(inline=True)
def _address_for(purpose, address):
    """Return the address for a purpose, from the fields of one without."""
    operation, word, series, key = address
    return Address(operation, word | purpose, series, key)
