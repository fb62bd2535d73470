"""The first experiments on a device: many pulses up, then many pulses down; and a sequence of pulses as it was measured."""

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.backend import stages
from aihwlab.kernel.devices.device_array import DeviceArray, build_device_array
from aihwlab.kernel.devices.pulse import as_seen
from aihwlab.kernel.random import Purpose, Stream, event_normals
from aihwlab.parameters.pulsed_device import PulsedDevice

GRID = 101
"""Number of weights at which the step size is computed."""

DRAWN = 20_000
"""Noise is drawn for a multiple of so many pulses, counted over all devices; a series takes the first of them. So a learner
who moves the number of pulses seldom needs new noise."""


class StepSize(NamedTuple):
    """Weight change by one pulse of a device without any spread, against its weight; all arrays are [weight].

    Attributes:
        weight: weights from the lower to the upper bound.
        up, down: mean change by a pulse up, positive, and by a pulse down, negative.
        up_noise, down_noise: standard deviation of this change from pulse to pulse.
    """

    weight: np.ndarray
    up: np.ndarray
    down: np.ndarray
    up_noise: np.ndarray
    down_noise: np.ndarray


class PulseResponse(NamedTuple):
    """What pulses do to some devices.

    Attributes:
        weights: weights that products see, before the first pulse and after each, [pulse, device].
        pulses_up: number of pulses up, which come first.
        step: step size of a device without spread.
        write_noise: standard deviation by which the weight fluctuates around the state of the device.
    """

    weights: np.ndarray
    pulses_up: int
    step: StepSize
    write_noise: float


def pulse_response(device: PulsedDevice, pulses_up: int, pulses_down: int, devices: int = 20, seed: int = 1) -> PulseResponse:
    """Give pulses up, then pulses down, to devices of one kind that start at weight zero.

    Args:
        device: parameters of a pulsed device (`aihwlab.simulator.configs.devices`).
        pulses_up, pulses_down: numbers of pulses.
        devices: number of devices, each with bounds and steps of its own.
        seed: seed of the devices and of their noise.

    Returns:
        A `PulseResponse`; weights have no unit.

    Raises:
        ConfigError: for impossible parameters of the device.
        ValueError: for a device that has no pulses, no devices, or a negative number of pulses.
    """
    for name, value, least in (('pulses_up', pulses_up, 0), ('pulses_down', pulses_down, 0), ('devices', devices, 1)):
        if value < least:
            raise ValueError(f'{name} = {value}: must be at least {least}')
    array = array_of(device, devices, seed)
    pulses = pulses_up + pulses_down
    at_once = max(1, DRAWN // devices)
    noise, write_noise = (drawn[:pulses] for drawn in pulse_noise(seed, -(-pulses // at_once) * at_once, devices))
    states = stages(noise, devices=array).pulse_series(array, pulses_up, noise)
    seen = states if array.persistent is array.visible else np.concatenate(
        [array.visible, as_seen(array, states[1:], slice(None), write_noise)])
    return PulseResponse(seen, pulses_up, step_size(device), float(array.write_noise))


def sequence_response(device: PulsedDevice, pulses: np.ndarray, start: float | Sequence[float] = 0.0, devices: int = 1,
                      seed: int = 1) -> np.ndarray:
    """Give a sequence of pulses to devices of one kind that start at a weight each.

    Args:
        device: parameters of a pulsed device.
        pulses: how many pulses are given one after the other, up if positive, down if negative, integers [times].
        start: weight that they are set to before, each within its bounds; one for all, or [devices].
        devices: number of devices, each with bounds and steps of its own.
        seed: seed of the devices and of their noise.

    Returns:
        Weights that products see, at the start and after the pulses of each time, [1 + times, devices].

    Raises:
        ConfigError: for impossible parameters of the device.
        ValueError: for a device that has no pulses, no devices, numbers of pulses that are not whole, or weights to start
            with that are neither one nor as many as the devices.
    """
    if devices < 1:
        raise ValueError(f'devices = {devices}: must be at least 1')
    if np.shape(start) not in ((), (devices,)):
        raise ValueError(f'start = {start}: must be a weight, or one for each of {devices} devices')
    pulses = np.asarray(pulses)
    if pulses.ndim != 1 or not np.isfinite(pulses).all() or (np.rint(pulses) != pulses).any():
        raise ValueError(f'pulses = {pulses}: must be whole numbers, [times]')
    whole = pulses.astype(np.intp)  # what `repeat` counts with, also on a processor of 32 bits
    array = array_of(device, devices, seed)
    array.set_weights(np.full((1, devices), start, dtype=np.float32), Stream(seed, 2))
    up, last = np.repeat(whole > 0, np.abs(whole)), np.cumsum(np.abs(whole))
    noise, write_noise = pulse_noise(seed, len(up), devices)
    seen = weights_in_turn(array, up, noise, write_noise)
    return seen[np.concatenate([[0], last])]


def array_of(device: PulsedDevice, devices: int, seed: int) -> DeviceArray:
    """Return devices of one kind, after a check of their parameters, [1, devices]."""
    device.validate()
    if not isinstance(device, PulsedDevice):
        raise ValueError(f'device = {type(device).__name__}: must be a device that is changed by pulses')
    return build_device_array(device.resolved(), (1, devices), Stream(seed, 0))


def weights_in_turn(array: DeviceArray, up: np.ndarray, noise: np.ndarray, write_noise: np.ndarray) -> np.ndarray:
    """Give pulses to all devices of an array, and return the weights that products see before them and after each.

    Args:
        array: the devices, changed in place.
        up: whether each pulse goes up, [pulses].
        noise, write_noise: standard normal numbers, float32, [pulses, devices].

    Returns:
        Weights, [1 + pulses, devices].
    """
    first = array.visible.reshape(1, -1).copy()
    pulse_series = stages(noise, devices=array).pulse_series
    states, turns = [array.persistent.reshape(1, -1).copy()], np.flatnonzero(np.diff(up)) + 1
    for start, stop in zip([0, *turns], [*turns, len(up)]):
        if stop > start:
            states.append(pulse_series(array, stop - start if up[start] else 0, noise[start:stop])[1:])
            array.persistent[...] = states[-1][-1].reshape(array.persistent.shape)
    followed = np.concatenate(states)
    if array.persistent is array.visible:
        return followed
    seen = np.concatenate([first, as_seen(array, followed[1:], slice(None), write_noise)])
    array.visible[...] = seen[-1].reshape(array.visible.shape)
    return seen


@lru_cache(maxsize=4)
def pulse_noise(seed: int, pulses: int, devices: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two standard normal numbers for each pulse, [pulse, device]; kept for a learner who changes a device."""
    return event_normals(Stream(seed, 1), Purpose.DEVICE_STEP, np.arange(devices), np.arange(pulses)[:, None])


def step_size(device: PulsedDevice) -> StepSize:
    """Return the step size of a device without spread, as a `StepSize`; its bounds are those of the mean device."""
    array = build_device_array(without_spread(device).resolved(), (1, 1), Stream(0, 0))
    weight = np.linspace(array.lower[0], array.upper[0], GRID, dtype=np.float32)
    zero, one = np.zeros(GRID, dtype=np.float32), np.ones(GRID, dtype=np.float32)

    def change(planes: Any, shared: Any) -> tuple[np.ndarray, np.ndarray]:
        mean = array.law.step(weight, zero, planes, shared)
        return mean, np.abs(array.law.step(weight, one, planes, shared) - mean)

    up, up_noise = change(array.up, array.up_shared)
    down, down_noise = change(array.down, array.down_shared)
    reference = 0 if array.reference is None else array.reference[0]
    return StepSize(weight - reference, up, -down, up_noise, down_noise)


def balance(step: StepSize, share: float = 0.5) -> float:
    """Return the weight at which pulses of both directions cancel on average: for equal shares, the symmetry point.

    There `share step_up(w) = (1 - share) step_down(w)`; below it pulses move the weight up on average, above it down.

    Args:
        step: what `step_size` has returned.
        share: of the pulses up among all, 0 to 1.

    Returns:
        The weight, or NaN if no weight between the bounds has this property.

    Raises:
        ValueError: for a share that is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f'share = {share}: must be between 0 and 1')
    drift = share * step.up + (1 - share) * step.down
    return float(np.interp(0, -drift, step.weight)) if drift[0] >= 0 >= drift[-1] and drift[0] > drift[-1] else float('nan')


def without_spread(device: PulsedDevice) -> PulsedDevice:
    """Return the parameters of the device that all devices would be without spread from device to device."""
    spread = [field.name for field in fields(device) if field.name.endswith('_dtod') or field.name == 'reference_std']
    none: dict[str, Any] = dict.fromkeys(spread, 0.0)
    return replace(device, corrupt_devices_prob=0.0, **none)
