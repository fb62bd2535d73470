"""An array of weights that can be read, written, and age: what ideal memories and arrays of devices have in common."""

from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from aihwlab.kernel.devices.construction import Draws, draw_ageing
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import Device


@dataclass
class DriftState:
    """What drift has to remember.

    Attributes:
        clock: time that the devices have been told to drift, in units of `drift.t_0`.
        start, origin, last: since when, from which weight and to which weight each device has drifted, [out, in], or None
            before the first drift.
    """

    clock: float = 0.0
    start: Any = None
    origin: Any = None
    last: Any = None


@dataclass
class WeightArray:
    """Weights without bounds, as an ideal memory holds them. All arrays are float32.

    Attributes:
        parameters: parameters of the devices.
        visible: the weights `w` that products see, [out, in].
        persistent: what updates change, [out, in]. Here it is the same array as `visible`.
        hidden: what is fixed in each device, by name, [out, in].
        drift: what drift has to remember.
    """

    parameters: Any
    visible: Array
    persistent: Array
    hidden: dict[str, Array]
    drift: DriftState = field(default_factory=DriftState)

    def clip(self) -> None:
        """Limit the weights by the bounds of the devices: there are none."""

    def derive_visible(self, stream: Stream | None = None) -> None:
        """Derive the weights that products see from the persistent ones: they are the same."""

    def set_weights(self, weights: Array, stream: Stream) -> None:
        """Set the weights of all devices, each limited by the bounds of its device.

        For devices with a reference the bounds limit `v = w + r`, as they do for pulses; so weights that were read can be
        set again. Devices with write noise get noise on top unless `apply_write_noise_on_set` is False.

        Args:
            weights: [out, in].
            stream: random numbers of this operation.

        Raises:
            ValueError: for a wrong shape, or NaN or infinite weights. Nothing is changed.
        """
        check_weights(weights, self.visible)
        self.persistent[...] = self.from_visible(weights.astype(np.float32, copy=False))
        self.clip()
        self.derive_visible(stream if self.parameters.apply_write_noise_on_set else None)

    def from_visible(self, weights: Array) -> Array:
        """Return the persistent weights for which products would see these weights."""
        return weights

    def checked_hidden(self, hidden: dict[str, Array]) -> dict[str, Array]:
        """Return all hidden parameters of the array, with those given in place of the present ones.

        Raises:
            ValueError: for an array of the wrong shape or with NaN.
        """
        xp = array_namespace(self.visible)
        checked = {name: xp.ascontiguousarray(value, dtype=np.float32) for name, value in hidden.items()}
        for name, value in checked.items():
            if value.shape != self.visible.shape:
                raise ValueError(f'{name} has the shape {value.shape}: must be {self.visible.shape}')
            if xp.isnan(value).any():
                raise ValueError(f'{name} contains NaN: must be numbers')
        return {**self.hidden, **checked}

    def set_hidden(self, hidden: dict[str, Array]) -> None:
        """Set hidden parameters; names that are left out keep their values.

        Args:
            hidden: arrays [out, in] by name.

        Raises:
            ValueError: for an array of the wrong shape or with NaN. Nothing is changed.
        """
        self.hidden = self.checked_hidden(hidden)

    def map(self, function: Any) -> Any:
        """Return an array whose arrays are those of this one after a function, for example on a GPU."""
        changed = {declared.name: mapped(getattr(self, declared.name), function) for declared in fields(self)
                   if declared.init}
        if self.persistent is self.visible:
            changed['persistent'] = changed['visible']
        return replace(self, **changed)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = self.map(lambda array: array.copy())
        copied.parameters = deepcopy(self.parameters, memo)
        return copied


def check_weights(weights: Array, present: Array) -> None:
    """Raise a ValueError for weights that cannot take the place of present ones: of another shape, or not finite."""
    if weights.shape != present.shape:
        raise ValueError(f'weights of shape {weights.shape}: must be {present.shape}')
    if not array_namespace(weights, present).isfinite(weights).all():
        raise ValueError('weights contain NaN or infinite values: must be numbers')


def mapped(value: Any, function: Any) -> Any:
    """Return a value with each array that it is, or holds in a tuple, dictionary or state, after a function."""
    if isinstance(value, DriftState):
        return DriftState(**mapped(vars(value), function))
    if isinstance(value, dict):
        return {name: mapped(item, function) for name, item in value.items()}
    if isinstance(value, tuple):
        return type(value)(*(mapped(item, function) for item in value))
    return function(value) if getattr(value, 'ndim', 0) else value


def build_weight_array(parameters: Device, shape: tuple[int, int], stream: Stream, xp: Any = np) -> WeightArray:
    """Make an array of ideal memory with all weights at zero.

    Args:
        parameters: parameters of the memory.
        shape: number of outputs and inputs, (out, in).
        stream: random numbers of the construction of the tile.
        xp: `numpy` or `cupy`.
    """
    visible = xp.zeros(shape, dtype=np.float32)
    return WeightArray(parameters, visible, visible, draw_ageing(parameters, Draws(parameters, shape, stream, xp)))
