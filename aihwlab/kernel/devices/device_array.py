"""All devices of a tile: their weights, and what is fixed or hidden in each."""

from copy import deepcopy
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import Any

import numpy as np

from aihwlab.kernel.devices.construction import Draws, draw_ageing, draw_common
from aihwlab.kernel.devices.hidden import set_hidden_parameters


@dataclass
class DeviceArray:
    """The devices of a tile. All arrays are float32.

    Attributes:
        parameters: parameters of the devices (`aihwlab.simulator.configs.devices`).
        visible: the weights `w` that products see, [out, in].
        persistent: what pulses change, `v = w + r` before write noise, [out, in]. It is the same array as `visible` for
            devices without write noise and reference.
        hidden: what is fixed in each device, by name, [out, in].
        reference: `r`, [out * in], or None.
        write_noise: standard deviation of the difference of `visible` and `persistent - reference`.
        lower, upper: bounds of `persistent`, [out * in], or None.
        up, down: what the law reads of each device, [planes, out * in], or None without pulses.
        up_shared, down_shared: what it reads that all devices share.
        clock: time that the devices have been told to drift, in units of `drift.t_0`.
        drift_start, drift_origin, drift_last: since when, from which weight and to which weight each device has drifted,
            [out, in], or None before the first drift.
    """

    parameters: Any
    visible: Any
    persistent: Any
    hidden: dict
    write_noise: float = 0.0
    reference: Any = None
    lower: Any = None
    upper: Any = None
    up: Any = None
    down: Any = None
    up_shared: Any = None
    down_shared: Any = None
    clock: float = 0.0
    drift_start: Any = None
    drift_origin: Any = None
    drift_last: Any = None

    @property
    def law(self) -> ModuleType:
        """The module with the law of the step size."""
        return self.parameters.kernel

    @property
    def granularity(self):
        """Weight change of one average pulse at weight zero."""
        return self.law.granularity(self.parameters)

    def map(self, function):
        """Return a device array whose arrays are those of this one after a function."""
        changed = {'hidden': {name: function(value) for name, value in self.hidden.items()}}
        for field in fields(self):
            value = getattr(self, field.name)
            if hasattr(value, 'dtype'):
                changed[field.name] = function(value)
        if self.persistent is self.visible:
            changed['persistent'] = changed['visible']
        return replace(self, **changed)

    def __deepcopy__(self, memo):
        copied = self.map(lambda value: value.copy())
        copied.parameters = deepcopy(self.parameters, memo)
        return copied

    def ageing_state(self):
        """Return what drift has to remember, by name: arrays, numbers or None."""
        return {name: getattr(self, name) for name in ('clock', 'drift_start', 'drift_origin', 'drift_last')}

    def load_ageing_state(self, state):
        """Take over what `ageing_state` returned."""
        for name in self.ageing_state():
            setattr(self, name, state[name])


def build_device_array(parameters, shape, stream, xp=np):
    """Make the devices of a tile, with all weights at zero or the bound next to it.

    Args:
        parameters: parameters of the devices, resolved (`PulsedDevice.resolved`).
        shape: number of outputs and inputs, (out, in).
        stream: random numbers of the construction of the tile.
        xp: `numpy` or `cupy`.
    """
    law = parameters.kernel
    draw = Draws(parameters, shape, stream, xp)
    hidden = draw_ageing(parameters, draw)
    if law.step is not None:
        hidden = {**draw_common(parameters, draw), **hidden}
    hidden.update(law.construct(parameters, hidden, draw))
    write_noise = getattr(parameters, 'write_noise_std', 0.0) * getattr(parameters, 'dw_min', 0.0)
    visible = xp.zeros(shape, dtype=np.float32)
    array = DeviceArray(parameters, visible, visible, {}, write_noise)
    if write_noise > 0 or 'reference' in hidden:
        array.persistent = xp.zeros(shape, dtype=np.float32)
    set_hidden_parameters(array, hidden)
    if law.step is not None:
        array.up_shared, array.down_shared = (xp.asarray(values, dtype=np.float32) for values in law.shared(parameters))
    return array
