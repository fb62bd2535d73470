"""An array of weights that can be read, written, and age: what ideal memories and arrays of devices have in common."""

from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from aihwlab.kernel.devices.construction import Draws, draw_ageing
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import Device

RANGES = {'decay_scales': (0.0, 1.0), 'diffusion_rates': (0.0, np.inf)}
"""Hidden parameters that have a range, both ends included."""


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

    def require_possible(self, shape: tuple[int, ...]) -> None:
        """Raise a ValueError for a clock that is negative, or arrays that are not finite or of another shape."""
        arrays = {'start': self.start, 'origin': self.origin, 'last': self.last}
        if not (isinstance(self.clock, (int, float)) and 0 <= self.clock < np.inf):
            raise ValueError(f'drift.clock = {self.clock!r}: must be in [0, inf)')
        for name, array in arrays.items():
            if (array is None) != (self.start is None):
                raise ValueError(f'drift.{name} = {array}: must be None before the first drift, or else an array')
            if array is not None:
                require_finite_array(array, shape, f'drift.{name}')
        if self.start is not None and not ((self.start >= 0) & (self.start <= self.clock)).all():
            raise ValueError(f'drift.start is not always in [0, {self.clock}], the time that has passed')


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
            ValueError: for an array of the wrong shape, with NaN or infinite values, or with a rate outside of its range.
        """
        xp = array_namespace(self.visible)
        for name, value in hidden.items():
            require_finite_array(value, self.visible.shape, name)
            if name in RANGES and not ((value >= RANGES[name][0]) & (value <= RANGES[name][1])).all():
                raise ValueError(f'{name} has values outside of {list(RANGES[name])}')
        return {**self.hidden, **{name: xp.ascontiguousarray(value, dtype=np.float32) for name, value in hidden.items()}}

    def set_hidden(self, hidden: dict[str, Array], persistent: Array | None = None) -> None:
        """Set hidden parameters; names that are left out keep their values.

        Args:
            hidden: arrays [out, in] by name.
            persistent: persistent weights, [out, in], or None to keep them; an ideal memory has none of its own.

        Raises:
            ValueError: for an array of the wrong shape, or with NaN or infinite values. Nothing is changed.
        """
        self.hidden = self.checked_hidden(hidden)

    def require_in_bounds(self, weights: Array, name: str) -> None:
        """Raise a ValueError for persistent weights [out, in] beyond the bounds of their devices: there are none."""

    def require_possible(self, weights: Array) -> None:
        """Raise a ValueError for weights [out, in] that products cannot see in the present state of the devices."""
        require_finite_array(weights, self.visible.shape, 'weights')

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


def require_finite_array(value: Any, shape: tuple[int, ...], name: str) -> None:
    """Raise a ValueError, which names it, for what is no array of real numbers of a shape."""
    if getattr(value, 'shape', None) != shape:
        shown = f'has the shape {value.shape}' if hasattr(value, 'shape') else f'= {value!r}'
        raise ValueError(f'{name} {shown}: must be an array of shape {shape}')
    if value.dtype.kind not in 'iuf':
        raise ValueError(f'{name} is of type {value.dtype}: must be real numbers')
    if not array_namespace(value).isfinite(value).all():
        raise ValueError(f'{name} contains NaN or infinite values: must be numbers')


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
