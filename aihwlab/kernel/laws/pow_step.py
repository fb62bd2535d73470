"""Steps that depend on the distance to the bound by a power law: `step (|bound - w| / (max - min))^gamma (1 + s xi)`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from aihwlab.kernel.laws.arithmetic import halves, inverse
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.namespace import Array
from aihwlab.parameters.base import parameter
from aihwlab.parameters.pulsed_device import PulsedDevice

ZERO, ONE = np.float32(0), np.float32(1)


class PowStepPlanes(NamedTuple):
    """What a step reads of each device: its size, the exponent, the bound, and `1 / (max_bound - min_bound)`, which is
    negative for pulses down."""

    size: Any
    gamma: Any
    bound: Any
    per_range: Any


def step(weight: Any, noise: Any, device: Any, shared: Any) -> Any:
    """Return the size of the weight change by one pulse (see `aihwlab.kernel.laws.law.Law`)."""
    distance = np.maximum((device.bound - weight) * device.per_range, ZERO)
    return device.size * np.power(distance, device.gamma) * (ONE + shared.noise * noise)


def construct(parameters: Any, hidden: Mapping[str, Array], draw: Callable[..., Array]) -> dict[str, Array]:
    """Return the exponents of each device."""
    p = parameters
    gain = 1 + p.pow_gamma_dtod * draw('gamma')
    up, down = halves(p.pow_up_down, gain, p.pow_up_down_dtod * draw('gamma_difference'))
    if p.enforce_consistency:
        up, down = abs(up), abs(down)
    return {'gamma_up': up * p.pow_gamma, 'gamma_down': down * p.pow_gamma}


def planes(parameters: Any, hidden: Mapping[str, Array]) -> tuple[PowStepPlanes, PowStepPlanes]:
    """Return size, exponent, bound and inverse range of each device, up and down; no steps if the range is empty."""
    upper, lower = hidden['max_bound'], hidden['min_bound']
    per_range = inverse(upper - lower, upper)
    moves = per_range != 0
    return (PowStepPlanes(hidden['dwmin_up'] * moves, hidden['gamma_up'], upper, per_range),
            PowStepPlanes(hidden['dwmin_down'] * moves, hidden['gamma_down'], lower, -per_range))


def granularity(parameters: Any) -> float:
    """Return the mean step in the middle of the range, `dw_min / 2^pow_gamma`."""
    return parameters.dw_min * 0.5 ** parameters.pow_gamma


LAW = Law(step, planes, construct=construct, granularity=granularity)


@dataclass
class PowStepDevice(PulsedDevice):
    """Steps depend on the distance to the bound by a power law.

        w += step_up ((max_bound - w) / R)^gamma_up (1 + s xi)              R = max_bound - min_bound
        w -= step_down ((w - min_bound) / R)^gamma_down (1 + s xi)

    Source: S. Fusi and L. Abbott, 2007, doi:10.1038/nn1859; J. Frascaroli et al., 2018, doi:10.1038/s41598-018-25376-x.
    """

    law: ClassVar[Law] = LAW

    pow_gamma: float = parameter(1.0, '[0, inf)')
    """Mean of both exponents."""

    pow_gamma_dtod: float = parameter(0.1, '[0, inf)')
    """Spread of both exponents from device to device, relative to `pow_gamma`."""

    pow_up_down: float = 0.0
    """Difference of the exponents, relative to `pow_gamma`: positive makes `gamma_down` less, negative `gamma_up`."""

    pow_up_down_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of this difference from device to device, relative to `pow_gamma`."""

    write_noise_std: float = parameter(0.0, '[0, inf)')
    """Noise between the weight that pulses have reached and the one that products see, in units of `dw_min`."""

    apply_write_noise_on_set: bool = True
    """Add write noise also when weights are set."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from power_problems(self)


def power_problems(device: Any) -> Iterator[tuple[str, str]]:
    """Yield what does not go together: a pulse in the middle of the range has to move the weight."""
    if not device.dw_min * 0.5 ** device.pow_gamma > 1e-30:
        yield 'pow_gamma', 'so small that a pulse in the middle of the range moves the weight, dw_min 0.5^pow_gamma > 1e-30'
