"""Soft bounds for a weight that is counted from a reference device: `step (1 - v / bound) (1 + s xi)`, `v = w + r`.

With additive noise: `step (1 - v / bound + s xi)`.

Source: T. Gokmen and W. Haensch, Front. Neurosci. 14, 103, 2020, doi:10.3389/fnins.2020.00103.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from aihwlab.kernel.laws.arithmetic import inverse
from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.laws.linear_step import LinearStepPlanes, shared, step
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.parameters.base import parameter
from aihwlab.parameters.pulsed_device import PulsedDevice


def construct(parameters: Any, hidden: Mapping[str, Array], draw: Callable[..., Array]) -> dict[str, Array]:
    """Return bounds divided by the spread of the slopes, the reference, and the weight after a reset.

    The symmetry point is where steps up and down are equal, `(step_up - step_down) / (step_up / max_bound - step_down /
    min_bound)`.
    """
    upper, lower = hidden['max_bound'], hidden['min_bound']
    xp = array_namespace(upper)
    regular = (upper > 0) & (lower < 0)
    upper = xp.where(regular, upper / abs(1 + parameters.slope_up_dtod * draw('slope_up')), upper)
    lower = xp.where(regular, lower / abs(1 + parameters.slope_down_dtod * draw('slope_down')), lower)
    reference = parameters.reference_mean + parameters.reference_std * draw('reference')
    result = {'max_bound': upper, 'min_bound': lower, 'reference': xp.zeros_like(upper) + reference}
    if parameters.subtract_symmetry_point:
        up, down = hidden['dwmin_up'], hidden['dwmin_down']
        point = (up - down) * inverse(up * inverse(upper, up) - down * inverse(lower, up), up)
        result['reference'] = result['reference'] + point
        result['reset_bias'] = hidden['reset_bias'] + point
    return result


def planes(parameters: Any, hidden: Mapping[str, Array]) -> tuple[LinearStepPlanes, LinearStepPlanes]:
    """Return steps and slopes, up and down; without room on one side of zero, steps to that side are constant."""
    up, down = hidden['dwmin_up'], hidden['dwmin_down']
    xp = array_namespace(up)
    upper = xp.maximum(hidden['max_bound'], np.float32(0))
    lower = xp.minimum(hidden['min_bound'], np.float32(0))
    return LinearStepPlanes(up, -up * inverse(upper, up)), LinearStepPlanes(down, -down * inverse(lower, down))


LAW = Law(step, planes, shared, construct)


@dataclass
class SoftBoundsReferenceDevice(PulsedDevice):
    """A soft-bounds device whose weight is counted from a reference device `r`, `v = w + r`.

        v += step_up (1 - v / max_bound + s xi)
        v -= step_down (1 - v / min_bound + s xi)

    With `mult_noise` the noise multiplies the step as for `SoftBoundsDevice`.

    Source: T. Gokmen and W. Haensch, 2020, doi:10.3389/fnins.2020.00103.
    """

    law: ClassVar[Law] = LAW

    mult_noise: bool = False
    """Noise is relative to the present step; otherwise to the step at weight zero."""

    write_noise_std: float = parameter(0.0, '[0, inf)')
    """Noise between the weight that pulses have reached and the one that products see, in units of `dw_min`."""

    apply_write_noise_on_set: bool = True
    """Add write noise also when weights are set."""

    slope_up_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of the slope of steps up from device to device, relative to it."""

    slope_down_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of the slope of steps down from device to device, relative to it."""

    reference_mean: float = 0.0
    """Mean of the reference, in units of the weight."""

    reference_std: float = parameter(0.0, '[0, inf)')
    """Spread of the reference from device to device, in units of the weight."""

    subtract_symmetry_point: bool = False
    """Move each reference by the weight where steps up and down of the device are equal."""
