"""A series of pulses on all devices, compiled: a loop over pulses in which each device is a few machine instructions."""

import numpy as np

from aihwlab.kernel.compiled import jit
from aihwlab.kernel.compiled.device_step import flat_devices, step_size


def pulse_series(array, pulses_up, noise):
    """See `aihwlab.kernel.devices.pulse.pulse_series`."""
    states = np.empty((len(noise) + 1, noise.shape[1]), dtype=np.float32)
    states[0] = array.persistent.reshape(-1)
    _pulse_series(states, pulses_up, noise, flat_devices(array))
    return states


@jit
def _pulse_series(states, pulses_up, noise, devices):
    for pulse in range(len(noise)):
        for e in range(noise.shape[1]):
            weight = states[pulse, e]
            if pulse < pulses_up:
                weight += step_size(devices, weight, noise[pulse, e], devices.up, e, devices.up_shared)
            else:
                weight -= step_size(devices, weight, noise[pulse, e], devices.down, e, devices.down_shared)
            states[pulse + 1, e] = min(max(weight, devices.lower[e]), devices.upper[e])
