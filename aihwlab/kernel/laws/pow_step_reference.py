"""Power-law steps for a weight that is counted from a reference device, `v = w + r`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from aihwlab.kernel.laws import pow_step
from aihwlab.kernel.laws.law import Law, Shared
from aihwlab.kernel.laws.pow_step import PowStepPlanes, granularity, planes, power_problems, step
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.parameters.base import parameter
from aihwlab.parameters.pulsed_device import PulsedDevice

MOST_STEPS = 10_000


def construct(parameters: Any, hidden: Mapping[str, Array], draw: Callable[..., Array]) -> dict[str, Array]:
    """Return the exponents, the reference, and the weight after a reset."""
    result = pow_step.construct(parameters, hidden, draw)
    xp = array_namespace(hidden['max_bound'])
    reference = parameters.reference_mean + parameters.reference_std * draw('reference')
    result['reference'] = xp.zeros_like(hidden['max_bound']) + reference
    if parameters.subtract_symmetry_point:
        point = symmetry_point(parameters, {**hidden, **result})
        result['reference'] = result['reference'] + point
        result['reset_bias'] = hidden['reset_bias'] + point
    return result


def symmetry_point(parameters: Any, hidden: Mapping[str, Array]) -> Array:
    """Return the weight where steps up and down are equal, found by pairs of pulses without noise that start at zero.

    A device whose bounds do not include zero is taken to have it at zero. Each device gets `n_estimation_steps` pairs,
    or ten for each state, at most 10,000.
    """
    upper, lower = hidden['max_bound'].reshape(-1), hidden['min_bound'].reshape(-1)
    xp = array_namespace(upper)
    up, down = (PowStepPlanes(*(plane.reshape(-1) for plane in direction)) for direction in planes(parameters, hidden))
    smallest = xp.minimum(abs(up.size), abs(down.size))
    pairs = xp.minimum(xp.rint(10 * (upper - lower) / xp.maximum(smallest, np.float32(1e-30))), MOST_STEPS)
    if parameters.n_estimation_steps > 0:
        pairs = xp.full_like(upper, parameters.n_estimation_steps)
    regular = (upper > 0) & (lower < 0) & (smallest > 0)
    point, quiet = xp.zeros_like(upper), Shared(np.float32(0))
    for pair in range(int(pairs.max())):
        change = step(point, 0, up, quiet) - step(point, 0, down, quiet)
        change = xp.where(regular & (pair < pairs), change, np.float32(0))
        if not change.any():
            break
        point = point + change
    return point.reshape(hidden['max_bound'].shape)


LAW = Law(step, planes, construct=construct, granularity=granularity)


@dataclass
class PowStepReferenceDevice(PulsedDevice):
    """A power-step device whose weight is counted from a reference device r: `PowStepDevice` holds for `v = w + r`."""

    law: ClassVar[Law] = LAW

    pow_gamma: float = parameter(1.0, '[0, inf)')
    """Mean of both exponents."""

    pow_gamma_dtod: float = parameter(0.1, '[0, inf)')
    """Spread of both exponents from device to device, relative to `pow_gamma`."""

    pow_up_down: float = 0.0
    """Difference of the exponents, relative to `pow_gamma`: positive makes `gamma_down` less, negative `gamma_up`."""

    pow_up_down_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of this difference from device to device, relative to `pow_gamma`."""

    subtract_symmetry_point: bool = False
    """Move each reference by the weight where steps up and down of the device are equal."""

    n_estimation_steps: int = parameter(-1, '(-inf, 1000000]')
    """Number of pairs of pulses that find this weight; 0 or less takes ten for each state of the device."""

    reference_mean: float = 0.0
    """Mean of the reference, in units of the weight."""

    reference_std: float = parameter(0.0, '[0, inf)')
    """Spread of the reference from device to device, in units of the weight."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from power_problems(self)
