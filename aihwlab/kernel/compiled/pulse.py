"""The step of a device (`aihwlab.kernel.devices.pulse`), compiled: for one device at a time, in a few machine instructions.

A law is known by the class of its planes, which is part of the type of the devices. So Numba compiles the update for each
law that is used, and no other, and its inner loop has no choice to make.
"""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types
from numba.core.errors import NumbaError
from numba.extending import intrinsic, overload

from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.random import address_of
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.devices.pulse import check_series
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Address, Purpose, Stream

LAWS = 'aihwlab.kernel.laws.'
NO_REFERENCE = np.empty(0, dtype=np.float32)

MOST_CROSSPOINTS = 2 ** 31
"""Their numbers fit into what the word of a pulse has for them; see `aihwlab.kernel.compiled.coincidences.Events`."""

STEPS: dict[type, Callable[..., Any]] = {}
"""The step of each class of planes that compiled functions have met."""


class State(NamedTuple):
    """The weights of a `DeviceArray`, all crosspoints in one flat row, and what limits and offsets them."""

    persistent: Any
    visible: Any
    lower: Any
    upper: Any
    reference: Any
    write_noise: Any


class Devices(NamedTuple):
    """What compiled loops need of a `DeviceArray`, and where the random numbers of its steps are.

    Numba shares loops among threads only if their arguments are tuples without tuples inside: so functions for several
    threads take the parts of this one, and put them together again.
    """

    up: Any
    down: Any
    up_shared: Any
    down_shared: Any
    state: State
    address: Address


def flat_devices(array: DeviceArray, stream: Stream) -> Devices:
    """Return the devices of an array for compiled loops, and where the random numbers of their steps are.

    Raises:
        ValueError: for more than 2^31 crosspoints.
    """
    if array.persistent.size > MOST_CROSSPOINTS:
        raise ValueError(f'an array of {array.persistent.size} crosspoints: compiled updates know at most {MOST_CROSSPOINTS}')
    given: Any = type(array.up)
    planes = planes_class(given, array.law.step)
    state = State(array.persistent.reshape(-1), array.visible.reshape(-1), array.lower, array.upper,
                  NO_REFERENCE if array.reference is None else array.reference, np.float32(array.write_noise))
    up, down = (array.up, array.down) if planes is given else (planes(*array.up), planes(*array.down))
    return Devices(up, down, array.up_shared, array.down_shared, state,
                   address_of(stream, Purpose.DEVICE_STEP))


@cache
def is_of_package(step: Any) -> bool:
    """Return whether a step belongs to a law of this package."""
    return (step.__module__ or '').startswith(LAWS)


@cache
def planes_class(given: Any, step: Callable[..., Any]) -> Any:
    """Return the class of planes by which compiled functions know a step: the law's own class, if no other step has it.

    Outside of this package a step may be written anew under its old name, as learners do, so that it gets a class made
    here. Each class has a name of its own, because Numba links functions by the names of their types.
    """
    is_own = is_of_package(step) and given not in STEPS
    planes = given if is_own else type(f'{given.__name__}{len(STEPS)}', (given,), {'__module__': ''})  # of no package
    STEPS[planes] = step
    return planes


def can_step(array: DeviceArray) -> bool:
    """Return whether the law of the devices can be compiled; if not, say so once."""
    step, given = array.law.step, array.up.__class__
    if is_of_package(step):
        return True
    planes: Any = planes_class(given, step)
    return _compiles(step, planes, numba.typeof(array.up_shared))


@cache
def _compiles(step: Callable[..., Any], planes: Any, shared: types.Type) -> bool:
    device = types.NamedUniTuple(types.float32, len(planes._fields), planes)
    try:
        jit(step, inner=True).compile((types.float32, types.float32, device, shared))
    except NumbaError as error:
        warnings.warn(f'the step of a law in {step.__module__} cannot be compiled, so that its updates take the reference, '
                      f'which is slower: {str(error).splitlines()[0]}', stacklevel=2)
        return False
    return True


@intrinsic
def device_at(typing_context, up, down, is_up, e):
    """Return what a step reads of the device at a crosspoint, in one direction: one number of each plane, under the names of
    the planes.

    The direction chooses addresses, not instructions: processors cannot foresee it, and a wrong guess costs them more than
    the whole step.
    """
    device = types.NamedUniTuple(up.dtype.dtype, up.count, up.instance_class)

    def code(context, builder, signature, arguments):
        upwards, numbers = context.is_true(builder, types.boolean, arguments[2]), []
        for number in range(up.count):
            data = [context.make_array(up.dtype)(context, builder, builder.extract_value(planes, number)).data
                    for planes in arguments[:2]]
            numbers.append(builder.load(builder.gep(builder.select(upwards, *data), [arguments[3]])))
        return context.make_tuple(builder, device, numbers)

    return device(up, down, is_up, e), code


@intrinsic
def either(typing_context, is_first, first, second):
    """Return one of two numbers, or of two tuples, without a jump; see `device_at`."""
    def code(context, builder, signature, arguments):
        chosen = context.is_true(builder, types.boolean, arguments[0])
        value = builder.select(chosen, *arguments[1:])
        context.nrt.incref(builder, first, value)
        return value
    return first(is_first, first, second), code


def step_size(weight: Any, noise: Any, device: Any, shared: Any) -> Any:
    """Return the size of the weight change by one pulse, by the law of the device."""
    return STEPS[type(device)](weight, noise, device, shared)


@overload(step_size, inline='always')
def _step_size(weight, noise, device, shared):
    step, single = jit(STEPS[device.instance_class], embedded=True), np.float32
    return lambda weight, noise, device, shared: single(step(weight, noise, device, shared))


@jit(inline=True)
def after_pulse(devices, weight, e, up, noise):
    """Return the state of a crosspoint after one pulse, from that before it."""
    device, shared = device_at(devices.up, devices.down, up, e), either(up, devices.up_shared, devices.down_shared)
    step = step_size(weight, noise, device, shared)
    weight += either(up, step, -step)
    return min(max(weight, devices.state.lower[e]), devices.state.upper[e])


def pulse_series(array: DeviceArray, pulses_up: int, noise: Array) -> Array:
    """Return the states of all devices during a series of pulses; see `aihwlab.kernel.devices.pulse.pulse_series`."""
    check_series(array, noise)
    states = np.empty((len(noise) + 1, noise.shape[1]), dtype=np.float32)
    states[0] = array.persistent.reshape(-1)
    _pulse_series(*flat_devices(array, Stream(0, 0)), states, pulses_up, noise)
    return states


@jit
def _pulse_series(up, down, up_shared, down_shared, state, address, states, pulses_up, noise):
    devices = Devices(up, down, up_shared, down_shared, state, address)
    for pulse in range(len(noise)):
        for e in range(noise.shape[1]):
            states[pulse + 1, e] = after_pulse(devices, states[pulse, e], e, pulse < pulses_up, noise[pulse, e])
