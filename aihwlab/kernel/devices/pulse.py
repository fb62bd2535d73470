"""The step of a device: one pulse on each of many devices, and a series of pulses on all of them."""

from typing import Any

import numpy as np

from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array, array_namespace

EVERYWHERE = slice(None)
"""All crosspoints; their numbers would copy all arrays at each pulse."""


def apply_pulses(array: DeviceArray, e: Array, up: Any, noise: Array, write_noise: Array) -> None:
    """Give one pulse to each of the crosspoints `e`: the step of its law, then its bounds, then write noise.

    Args:
        array: the devices, changed in place.
        e: crosspoints, all different, as numbers in the flat array [out * in].
        up: whether each pulse goes up, or whether all of them do.
        noise, write_noise: standard normal numbers, float32, one of each for each pulse.
    """
    persistent = array.persistent.reshape(-1)
    persistent[e] = weight = after_pulse(array, persistent[e], e, up, noise)
    if array.persistent is not array.visible:
        array.visible.reshape(-1)[e] = as_seen(array, weight, e, write_noise)


def after_pulse(array: DeviceArray, weight: Array, e: Any, up: Any, noise: Array) -> Array:
    """Return the states of crosspoints after one pulse each, from those before it; arguments as of `apply_pulses`."""
    xp, step = array_namespace(weight), array.law.step
    if isinstance(up, bool):
        moved = moved_up(array, weight, e, noise, step) if up else moved_down(array, weight, e, noise, step)
    else:
        moved = xp.where(up, moved_up(array, weight, e, noise, step), moved_down(array, weight, e, noise, step))
    return xp.minimum(xp.maximum(moved, array.lower[e]), array.upper[e])


def moved_up(array: DeviceArray, weight: Array, e: Any, noise: Array, step: Any) -> Array:
    """Return the states of crosspoints after one pulse up each, without bounds."""
    return weight + step(weight, noise, at(array.up, e), array.up_shared)


def moved_down(array: DeviceArray, weight: Array, e: Any, noise: Array, step: Any) -> Array:
    """Return the states of crosspoints after one pulse down each, without bounds."""
    return weight - step(weight, noise, at(array.down, e), array.down_shared)


def at(planes: Any, e: Any) -> Any:
    """Return what a step reads of the devices at some crosspoints, a named tuple."""
    return type(planes)(*(plane[e] for plane in planes))


def as_seen(array: DeviceArray, weight: Array, e: Any, write_noise: Array) -> Array:
    """Return the weights that products see of states that are not these weights."""
    if array.reference is not None:
        weight = weight - array.reference[e]
    return weight + np.float32(array.write_noise) * write_noise


def check_series(array: DeviceArray, noise: Array) -> None:
    """Raise a ValueError for noise that does not have one column for each crosspoint."""
    if noise.ndim != 2 or noise.shape[1] != array.persistent.size:
        raise ValueError(f'noise has the shape {noise.shape}: must be [pulses, {array.persistent.size}]')


def pulse_series(array: DeviceArray, pulses_up: int, noise: Array) -> Array:
    """Return the states of all devices before the first pulse of a series and after each, [pulse, crosspoint].

    Args:
        array: the devices, which stay as they are.
        pulses_up: number of pulses up, which come first; all others go down.
        noise: standard normal numbers, float32, [pulse, crosspoint].

    Raises:
        ValueError: for noise that does not have one column for each crosspoint.
    """
    check_series(array, noise)
    states = [array.persistent.reshape(-1)]
    for pulse, noise_of_pulse in enumerate(noise):
        states.append(after_pulse(array, states[-1], EVERYWHERE, pulse < pulses_up, noise_of_pulse))
    return array_namespace(noise).stack(states)
