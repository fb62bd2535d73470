"""One pulse on each of many devices, and a series of pulses on all of them."""

import numpy as np

from aihwlab.kernel.backend import is_compiled
from aihwlab.kernel.namespace import array_namespace


def apply_pulses(array, e, up, noise, write_noise):
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


def after_pulse(array, weight, e, up, noise):
    """Return the states of crosspoints after one pulse each, from those before it; arguments as of `apply_pulses`."""
    xp, law = array_namespace(weight), array.law

    def moved(up):
        if up:
            return weight + law.step(weight, noise, array.up, e, array.up_shared)
        return weight - law.step(weight, noise, array.down, e, array.down_shared)

    weight = moved(up) if isinstance(up, bool) else xp.where(up, moved(True), moved(False))
    return xp.minimum(xp.maximum(weight, array.lower[e]), array.upper[e])


def as_seen(array, weight, e, write_noise):
    """Return the weights that products see of states that are not these weights."""
    if array.reference is not None:
        weight = weight - array.reference[e]
    return weight + np.float32(array.write_noise) * write_noise


def pulse_series(array, pulses_up, noise, backend=None):
    """Return the states of all devices before the first pulse of a series and after each, [pulse, crosspoint].

    Args:
        array: the devices, which stay as they are.
        pulses_up: number of pulses up, which come first; all others go down.
        noise: standard normal numbers, float32, [pulse, crosspoint].
        backend: see `aihwlab.kernel.backend.is_compiled`.

    Raises:
        ValueError: for noise that does not have one column for each crosspoint.
    """
    if noise.ndim != 2 or noise.shape[1] != array.persistent.size:
        raise ValueError(f'noise has the shape {noise.shape}: must be [pulses, {array.persistent.size}]')
    if is_compiled(noise, backend):
        from aihwlab.kernel.compiled.pulse_series import pulse_series as compiled_series
        return compiled_series(array, pulses_up, noise)
    every = slice(None)  # numbers of crosspoints would copy all arrays at each pulse
    states = [array.persistent.reshape(-1)]
    for pulse, noise_of_pulse in enumerate(noise):
        states.append(after_pulse(array, states[-1], every, pulse < pulses_up, noise_of_pulse))
    return array_namespace(noise).stack(states)
