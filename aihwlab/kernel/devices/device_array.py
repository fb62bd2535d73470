"""All devices of a crossbar: their weights, and what is fixed or hidden in each."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.devices.construction import Draws, draw_ageing, draw_common
from aihwlab.kernel.devices.weight_array import WeightArray, require_finite_array
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals
from aihwlab.parameters.pulsed_device import PulsedDevice

LARGEST_NORMAL = 6.6
"""No normal number is larger (`aihwlab.kernel.random.box_muller`)."""

ROUNDING = 1e-5
"""By how much sums in single precision may differ, relative to 1 or to a larger weight."""


@dataclass
class DeviceArray(WeightArray):
    """Devices that pulses change, one at each crosspoint. All arrays are float32.

    Attributes:
        persistent: what pulses change, `v = w + r` before write noise, [out, in]. It is the same array as `visible` for
            devices without write noise and reference.
        write_noise: standard deviation of the difference of `visible` and `persistent - reference`.
        reference: `r`, [out * in], or None.
        lower, upper: bounds of `persistent`, [out * in].
        up, down: what the law reads of each device for pulses up and down, a named tuple of arrays [out * in] each.
        up_shared, down_shared: what it reads that all devices share, named tuples.
        plan: what compiled code has worked out of all this, and keeps for the next update.
    """

    write_noise: float = 0.0
    reference: Any = None
    lower: Any = None
    upper: Any = None
    up: Any = None
    down: Any = None
    up_shared: Any = None
    down_shared: Any = None
    plan: Any = field(default=None, init=False, repr=False, compare=False)

    @property
    def law(self) -> Law:
        """How far one pulse moves a device."""
        return self.parameters.law

    @property
    def granularity(self) -> float:
        """Weight change of one average pulse at weight zero."""
        return self.law.granularity(self.parameters)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), 'plan': None}

    def clip(self) -> None:
        """Limit the persistent weights by the bounds of the devices."""
        xp, shape = array_namespace(self.persistent), self.persistent.shape
        xp.clip(self.persistent, self.lower.reshape(shape), self.upper.reshape(shape), out=self.persistent)

    def derive_visible(self, stream: Stream | None = None) -> None:
        """Derive the weights that products see: `w = v - r + write_noise xi`; without a stream there is no write noise."""
        if self.persistent is self.visible:
            return
        self.visible[...] = self._without_noise()
        if self.write_noise > 0 and stream is not None:
            xp = array_namespace(self.visible)
            noise = normals(stream, Purpose.WRITE_NOISE, self.visible.size, xp=xp)
            self.visible += np.float32(self.write_noise) * noise.reshape(self.visible.shape)

    def from_visible(self, weights: Array) -> Array:
        """Return the persistent weights for which products would see these weights, `v = w + r`."""
        return weights if self.reference is None else weights + self.reference.reshape(weights.shape)

    def require_in_bounds(self, weights: Array, name: str) -> None:
        """Raise a ValueError for persistent weights [out, in] beyond the bounds of their devices."""
        require_finite_array(weights, self.visible.shape, name)
        flat = weights.reshape(-1)
        if not ((flat >= self.lower) & (flat <= self.upper)).all():
            raise ValueError(f'{name} go beyond the bounds of their devices: must be between min_bound and max_bound')

    def require_possible(self, weights: Array) -> None:
        """Raise a ValueError for weights [out, in] that products cannot see in the present state of the devices."""
        if self.persistent is self.visible:
            self.require_in_bounds(weights, 'weights')
            return
        require_finite_array(weights, self.visible.shape, 'weights')
        expected = self._without_noise()
        room = LARGEST_NORMAL * self.write_noise + ROUNDING * (1 + abs(expected))
        if not (abs(weights - expected) <= room).all():
            raise ValueError('weights differ from persistent_weights, less the reference, by more than the write noise')

    def set_hidden(self, hidden: dict[str, Array], persistent: Array | None = None) -> None:
        """Set hidden parameters and what follows from them; weights beyond new bounds move to them.

        Visible weights keep their write noise where the state of the device stays the same, and lose it elsewhere.

        Args:
            hidden: arrays [out, in] by name; names that are left out keep their values.
            persistent: persistent weights, [out, in], or None to keep them.

        Raises:
            ValueError: for an array of the wrong shape, with NaN or infinite values, or a lower bound above the upper one.
                Nothing is changed.
        """
        hidden = self.checked_hidden(hidden)
        if (hidden['min_bound'] > hidden['max_bound']).any():
            raise ValueError('min_bound is above max_bound for some devices: must not exceed it')
        up, down = (self._flat(planes) for planes in self.law.planes(self.parameters, hidden))
        before = None if self.lower is None else self._without_noise().copy()
        self.hidden, self.up, self.down = hidden, up, down
        self.lower, self.upper = hidden['min_bound'].reshape(-1), hidden['max_bound'].reshape(-1)
        self.reference = hidden['reference'].reshape(-1) if 'reference' in hidden else None
        if persistent is not None:
            self.persistent[...] = persistent
        self.clip()
        if before is not None and self.persistent is not self.visible:
            after = self._without_noise()
            self.visible[...] = array_namespace(after).where(after == before, self.visible, after)

    def _without_noise(self) -> Array:
        """Return the weights that products would see without write noise, `v - r`."""
        if self.reference is None:
            return self.persistent
        return self.persistent - self.reference.reshape(self.persistent.shape)

    def _flat(self, planes: Any) -> Any:
        """Return planes whose arrays have one number for each crosspoint, [out * in]."""
        xp, shape = array_namespace(self.visible), self.visible.shape
        whole = (xp.broadcast_to(xp.asarray(plane, dtype=np.float32), shape) for plane in planes)
        return type(planes)(*(xp.array(plane, order='C').reshape(-1) for plane in whole))


def build_device_array(parameters: PulsedDevice, shape: tuple[int, int], stream: Stream, xp: Any = np) -> DeviceArray:
    """Make the devices of a crossbar, with all weights at zero or the bound next to it.

    Args:
        parameters: parameters of the devices, resolved (`Device.resolved`).
        shape: number of outputs and inputs, (out, in).
        stream: random numbers of the construction of the tile.
        xp: `numpy` or `cupy`.

    Raises:
        ConfigError: for parameters that are possible one by one, but not together.
    """
    law, draw = parameters.law, Draws(parameters, shape, stream, xp)
    hidden = {**draw_common(parameters, draw), **draw_ageing(parameters, draw)}
    hidden.update(law.construct(parameters, hidden, draw))
    for name, values in hidden.items():
        if not xp.isfinite(values).all():
            raise ConfigError(f'{name} of some devices is too large for float32: parameters of {type(parameters).__name__} '
                              'are too large, or too far apart')
    write_noise = parameters.write_noise_std * parameters.dw_min
    visible = xp.zeros(shape, dtype=np.float32)
    has_two_weights = write_noise > 0 or 'reference' in hidden
    array = DeviceArray(parameters, visible, xp.zeros_like(visible) if has_two_weights else visible, {},
                        write_noise=write_noise)
    array.set_hidden(hidden)
    array.persistent[...] = array.from_visible(visible)
    array.clip()
    array.derive_visible()
    array.up_shared, array.down_shared = (_in_single_precision(shared, xp) for shared in law.shared(parameters))
    return array


def _in_single_precision(shared: Any, xp: Any) -> Any:
    """Return a named tuple of float32 numbers, and of arrays in place of lists."""
    return type(shared)(*(xp.asarray(value, dtype=np.float32) if np.ndim(value) else np.float32(value) for value in shared))
