"""The step functions of the device laws, compiled.

The law is part of the type of the devices. So Numba compiles the update for each law that is used, and no other, and its
inner loop has no choice to make.
"""

from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload

from aihwlab.kernel.compiled import jit
from aihwlab.kernel.devices import constant_step, exp_step, linear_step, piecewise_step, pow_step


class Devices(NamedTuple):
    """What the compiled loops need of a `DeviceArray`, all crosspoints in one flat row, and the stream of the steps."""

    persistent: Any
    visible: Any
    up: Any
    down: Any
    up_shared: Any
    down_shared: Any
    lower: Any
    upper: Any
    reference: Any
    write_noise: Any
    operation: Any
    seed: Any


class ConstantStep(Devices):
    """Devices with the law of `constant_step`."""


class LinearStep(Devices):
    """Devices with the law of `linear_step`."""


class ExpStep(Devices):
    """Devices with the law of `exp_step`."""


class PowStep(Devices):
    """Devices with the law of `pow_step`."""


class PiecewiseStep(Devices):
    """Devices with the law of `piecewise_step`."""


STEPS = {ConstantStep: constant_step.step, LinearStep: linear_step.step, ExpStep: exp_step.step, PowStep: pow_step.step,
         PiecewiseStep: piecewise_step.step}
TYPES = {step: devices for devices, step in STEPS.items()}
NO_REFERENCE = np.empty(0, dtype=np.float32)


def flat_devices(array, operation=0, seed=0):
    """Return the devices of a `DeviceArray` for compiled loops, and the stream of their steps."""
    return TYPES[array.law.step](
        array.persistent.reshape(-1), array.visible.reshape(-1), array.up, array.down, array.up_shared, array.down_shared,
        array.lower, array.upper, NO_REFERENCE if array.reference is None else array.reference,
        np.float32(array.write_noise), np.uint64(operation), np.uint64(seed))


def step_size(devices, weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse, by the law of the devices."""
    return STEPS[type(devices)](weight, noise, device, e, shared)


@overload(step_size, inline='always')
def _step_size(devices, weight, noise, device, e, shared):
    step = jit(STEPS[devices.instance_class], inner=True)
    return lambda devices, weight, noise, device, e, shared: step(weight, noise, device, e, shared)
