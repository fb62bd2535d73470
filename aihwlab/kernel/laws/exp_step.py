"""Steps that depend on the weight exponentially: `D = step max(1 - A exp(gamma z), 0)`, `z = 2 a w / (max - min) + b`.

The noise of a step is `s (|D| + dw_min_std_add + dw_min_std_slope |w|) xi`.

Source: N. Gong et al., Nat. Commun. 9, 2102, 2018, doi:10.1038/s41467-018-04485-1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from aihwlab.kernel.laws.arithmetic import inverse
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.namespace import Array
from aihwlab.parameters.base import parameter
from aihwlab.parameters.pulsed_device import PulsedDevice

ZERO, ONE = np.float32(0), np.float32(1)
LARGEST_EXPONENT = 80


class ExpStepPlanes(NamedTuple):
    """What a step reads of each device: its size, and the slope `2 a / (max_bound - min_bound)` of the argument z."""

    size: Any
    slope: Any


class ExpStepShared(NamedTuple):
    """What all devices share: `s`, and the constants of the law, with a negative `gamma` for pulses down."""

    noise: Any
    factor: Any
    gamma: Any
    offset: Any
    noise_add: Any
    noise_slope: Any


def step(weight: Any, noise: Any, device: Any, shared: Any) -> Any:
    """Return the size of the weight change by one pulse (see `aihwlab.kernel.laws.law.Law`)."""
    z = device.slope * weight + shared.offset
    size = device.size * np.maximum(ONE - shared.factor * np.exp(shared.gamma * z), ZERO)
    return size + shared.noise * (np.abs(size) + shared.noise_add + shared.noise_slope * np.abs(weight)) * noise


def planes(parameters: Any, hidden: Mapping[str, Array]) -> tuple[ExpStepPlanes, ExpStepPlanes]:
    """Return the step sizes and the slope of the argument of the exponential."""
    slope = 2 * parameters.a * inverse(hidden['max_bound'] - hidden['min_bound'], hidden['max_bound'])
    return ExpStepPlanes(hidden['dwmin_up'], slope), ExpStepPlanes(hidden['dwmin_down'], slope)


def shared(parameters: Any) -> tuple[ExpStepShared, ExpStepShared]:
    """Return the constants of the law for each direction."""
    p = parameters
    return (ExpStepShared(p.dw_min_std, p.A_up, p.gamma_up, p.b, p.dw_min_std_add, p.dw_min_std_slope),
            ExpStepShared(p.dw_min_std, p.A_down, -p.gamma_down, p.b, p.dw_min_std_add, p.dw_min_std_slope))


def granularity(parameters: Any) -> float:
    """Return the mean step down at weight zero, `dw_min` if it vanishes.

    Steps up and down may differ a lot. The step down alone sets the number of pulses in aihwkit too, so that the same
    configuration trains alike.
    """
    p = parameters
    factor = max(1 - p.A_down * np.exp(-p.gamma_down * p.b), 0.0)
    down = (1 - max(p.up_down, 0.0)) * p.dw_min * factor
    return down if down > 0 else p.dw_min


LAW = Law(step, planes, shared, granularity=granularity)


@dataclass
class ExpStepDevice(PulsedDevice):
    """Steps depend on the weight exponentially, as in filamentary resistive memory and phase-change memory.

        z = 2 a w / (max_bound - min_bound) + b
        w += step_up max(1 - A_up exp(gamma_up z), 0) (1 + s xi)
        w -= step_down max(1 - A_down exp(-gamma_down z), 0) (1 + s xi)

    If `dw_min_std_add` or `dw_min_std_slope` is set, the noise of a step D is
    `s (|D| + dw_min_std_add + dw_min_std_slope |w|) xi`.

    Source: N. Gong et al., 2018, doi:10.1038/s41467-018-04485-1.
    """

    law: ClassVar[Law] = LAW

    A_up: float = 0.00081
    """Factor of the exponential of steps up."""

    A_down: float = 0.36833
    """Factor of the exponential of steps down."""

    gamma_up: float = 12.44625
    """Exponent of steps up."""

    gamma_down: float = 12.78785
    """Exponent of steps down."""

    a: float = 0.244
    """Slope of the argument z."""

    b: float = 0.2425
    """Argument z at weight zero."""

    dw_min_std_add: float = parameter(0.0, '[0, inf)')
    """Noise that does not depend on the step, in units of the weight, times `dw_min_std`."""

    dw_min_std_slope: float = parameter(0.0, '[0, inf)')
    """Noise proportional to the weight, times `dw_min_std`."""

    write_noise_std: float = parameter(0.0, '[0, inf)')
    """Noise between the weight that pulses have reached and the one that products see, in units of `dw_min`."""

    apply_write_noise_on_set: bool = True
    """Add write noise also when weights are set."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        for name in ('gamma_up', 'gamma_down'):
            if abs(getattr(self, name)) * (2 * abs(self.a) + abs(self.b)) > LARGEST_EXPONENT:
                largest = max((name, 'a', 'b'), key=lambda field: abs(getattr(self, field)))
                yield largest, f'so small that exp({name} z) has room in float32, |{name}| (2 |a| + |b|) <= {LARGEST_EXPONENT}'
