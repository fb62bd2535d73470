"""Steps that change linearly with the weight: `(slope w + step) (1 + s xi)`.

With additive noise: `slope w + step (1 + s xi)`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from aihwlab.kernel.laws.arithmetic import inverse
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.namespace import Array
from aihwlab.parameters.base import parameter
from aihwlab.parameters.pulsed_device import PulsedDevice

ONE = np.float32(1)


class LinearStepPlanes(NamedTuple):
    """What a step reads of each device: its size at weight zero, and its slope."""

    size: Any
    slope: Any


class LinearStepShared(NamedTuple):
    """The noise `s` of the constant part of a step, and of the part with the slope."""

    noise: Any
    slope_noise: Any


def step(weight: Any, noise: Any, device: Any, shared: Any) -> Any:
    """Return the size of the weight change by one pulse (see `aihwlab.kernel.laws.law.Law`)."""
    return (device.size * (ONE + shared.noise * noise)
            + device.slope * weight * (ONE + shared.slope_noise * noise))


def construct(parameters: Any, hidden: Mapping[str, Array], draw: Callable[..., Array]) -> dict[str, Array]:
    """Return the slopes: `slope_up = -gamma_up step_up / R`, with `R` the bound where the steps vanish for `gamma = 1`."""
    gamma_up = parameters.gamma_up + parameters.gamma_up_dtod * draw('gamma_up')
    gamma_down = parameters.gamma_down + parameters.gamma_down_dtod * draw('gamma_down')
    if not parameters.allow_increasing:
        gamma_up, gamma_down = abs(gamma_up), abs(gamma_down)
    if parameters.mean_bound_reference:
        upper, lower = parameters.w_max, parameters.w_min
    else:
        upper, lower = hidden['max_bound'], hidden['min_bound']
    return slopes(parameters, hidden, gamma_up, gamma_down, upper, lower)


def slopes(parameters: Any, hidden: Mapping[str, Array], gamma_up: Any, gamma_down: Any, upper: Any,
           lower: Any) -> dict[str, Array]:
    """Return the slopes for given exponents of the law and bounds; reversed steps vanish beyond the opposite bound."""
    vanish_up = lower - parameters.reverse_offset if parameters.reverse_up else upper
    vanish_down = upper + parameters.reverse_offset if parameters.reverse_down else lower
    return {'slope_up': -gamma_up * hidden['dwmin_up'] * inverse(vanish_up, hidden['dwmin_up']),
            'slope_down': -gamma_down * hidden['dwmin_down'] * inverse(vanish_down, hidden['dwmin_down'])}


def planes(parameters: Any, hidden: Mapping[str, Array]) -> tuple[LinearStepPlanes, LinearStepPlanes]:
    """Return steps and slopes, up and down."""
    return (LinearStepPlanes(hidden['dwmin_up'], hidden['slope_up']),
            LinearStepPlanes(hidden['dwmin_down'], hidden['slope_down']))


def shared(parameters: Any) -> tuple[LinearStepShared, LinearStepShared]:
    """Return the noise of both parts; additive noise belongs to the constant part only."""
    noise = LinearStepShared(parameters.dw_min_std, parameters.dw_min_std if parameters.mult_noise else 0.0)
    return noise, noise


LAW = Law(step, planes, shared, construct)


@dataclass
class LinearStepDevice(PulsedDevice):
    """Steps shrink linearly towards the bounds.

        w += (step_up + slope_up w) (1 + s xi)              slope_up   = -gamma_up step_up / w_max
        w -= (step_down + slope_down w) (1 + s xi)          slope_down = -gamma_down step_down / w_min

    With `gamma = 1` steps vanish at the bounds, with 0 they are constant.
    """

    law: ClassVar[Law] = LAW

    gamma_up: float = 0.0
    """Slope of steps up."""

    gamma_down: float = 0.0
    """Slope of steps down."""

    gamma_up_dtod: float = parameter(0.05, '[0, inf)')
    """Spread of `gamma_up` from device to device, added to it."""

    gamma_down_dtod: float = parameter(0.05, '[0, inf)')
    """Spread of `gamma_down` from device to device, added to it."""

    allow_increasing: bool = False
    """Keep negative slopes, of steps that grow towards the bound; otherwise their sign is dropped."""

    mean_bound_reference: bool = True
    """Divide by the mean bounds `w_max` and `w_min`; otherwise by the bounds of each device."""

    mult_noise: bool = True
    """Noise is relative to the present step; otherwise to the step at weight zero."""

    write_noise_std: float = parameter(0.0, '[0, inf)')
    """Noise between the weight that pulses have reached and the one that products see, in units of `dw_min`."""

    apply_write_noise_on_set: bool = True
    """Add write noise also when weights are set."""

    reverse_up: bool = False
    """Let steps up shrink towards the lower bound instead."""

    reverse_down: bool = False
    """Let steps down shrink towards the upper bound instead."""

    reverse_offset: float = parameter(0.01, '[0, inf)')
    """How far beyond that bound reversed steps would vanish, in units of the weight."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        for name in ('gamma_up', 'gamma_down'):
            if getattr(self, name) < 0 and not self.allow_increasing:
                yield name, '0 or above, unless allow_increasing is True'
        yield from reverse_problems(self)


def reverse_problems(device: Any) -> Iterator[tuple[str, str]]:
    """Yield what does not go together: only noise that is relative to the step can be reversed."""
    for name in ('reverse_up', 'reverse_down'):
        if getattr(device, name) and not device.mult_noise:
            yield name, 'False, unless mult_noise is True'
