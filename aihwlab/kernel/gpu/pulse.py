"""The step of a device (`aihwlab.kernel.devices.pulse`) on a GPU: the same functions of the laws, translated.

Kernels are made for each law that is used, so that their inner loop has no choice to make.
"""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled.pulse import is_of_package
from aihwlab.kernel.compiled.random import address_of
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.gpu.compiling import as_argument, device, kernel, launch, reader
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream


class State(NamedTuple):
    """The weights of a `DeviceArray`, all crosspoints in one flat row, and what limits and offsets them.

    Attributes:
        persistent, visible, lower, upper: [out * in].
        reference: [out * in]; where there is none, any such array.
        has_reference: whether there is one.
        write_noise: standard deviation of the write noise.
    """

    persistent: Any
    visible: Any
    lower: Any
    upper: Any
    reference: Any
    has_reference: bool
    write_noise: Any


class Devices(NamedTuple):
    """What kernels need of a `DeviceArray`, and where the random numbers of its steps are."""

    up: Any
    down: Any
    up_shared: Any
    down_shared: Any
    state: State
    address: Any


class Plan(NamedTuple):
    """The devices of an array as arguments of kernels, which are made once.

    Attributes:
        changes: no number of changes of parameters, by which the plans of compiled code are known.
        weights, hidden: by which it is known whether they are still the same.
        devices: the devices, but for the address.
    """

    changes: int
    weights: Array
    hidden: Any
    devices: tuple[Any, ...]


def flat_devices(array: DeviceArray, stream: Stream) -> Devices:
    """Return the devices of an array for kernels, and where the random numbers of their steps are."""
    plan: Any = array.plan
    if not isinstance(plan, Plan) or plan.weights is not array.persistent or plan.hidden is not array.hidden:
        has_reference = array.reference is not None
        state = State(array.persistent.reshape(-1), array.visible.reshape(-1), array.lower, array.upper,
                      array.reference if has_reference else array.lower, has_reference, np.float32(array.write_noise))
        devices = as_argument((array.up, array.down, array.up_shared, array.down_shared, state))
        plan = array.plan = Plan(-1, array.persistent, array.hidden, devices)
    return Devices(*plan.devices, address_of(stream, Purpose.DEVICE_STEP))


def of_law(template: Callable[..., Any], array: DeviceArray) -> Any:
    """Return a kernel that calls `after_pulse(devices, weight, e, up, noise)`, for the law of the devices of an array."""
    return _of_law(template, array.law.step, type(array.up))


@cache
def _of_law(template: Callable[..., Any], step: Callable[..., Any], planes: Any) -> Any:
    return kernel(template, after_pulse=device(_after_pulse, step=device(step), at=reader(planes)))


def _after_pulse(devices, weight, e, up, noise):
    """Return the state of a crosspoint after one pulse, from that before it."""
    if up:
        weight += np.float32(step(weight, noise, at(devices.up, e), devices.up_shared))  # noqa: F821 (given by the law)
    else:
        weight -= np.float32(step(weight, noise, at(devices.down, e), devices.down_shared))  # noqa: F821
    return min(max(weight, devices.state.lower[e]), devices.state.upper[e])


def can_step(array: DeviceArray) -> bool:
    """Return whether the law of the devices can be compiled for a GPU; if not, say so once."""
    law = array.law.step, type(array.up)
    if not is_of_package(array.law.step) and law not in TRIED:
        TRIED[law] = _steps(array)
    return TRIED.get(law, True)


TRIED: dict[Any, bool] = {}
"""Whether the laws of others could be compiled: by step and class of planes."""


def _steps(array: DeviceArray) -> bool:
    """Return whether one step of one device, which changes nothing, can be computed."""
    xp = array_namespace(array.persistent)
    try:
        launch(of_law(_first_step, array), 1, flat_devices(array, Stream(0, 0)), xp.empty(1, dtype=np.float32))
    except Exception as error:  # of many kinds: what cannot be read, translated, typed, or found on a GPU
        warnings.warn(f'the step of a law in {array.law.step.__module__} cannot be compiled for a GPU, so that its updates '
                      f'take the reference, which is slower: {str(error).splitlines()[0]}', stacklevel=4)
        return False
    return True


def _first_step(devices, moved):
    e = cuda.grid(1)
    if e < len(moved):
        moved[e] = after_pulse(devices, devices.state.persistent[e], e, True, devices.state.lower[e])  # noqa: F821
