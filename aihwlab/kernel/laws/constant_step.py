"""Constant steps: `step (1 + s xi)`, whatever the weight.

Source: T. Gokmen and Y. Vlasov, Front. Neurosci. 10, 333, 2016, doi:10.3389/fnins.2016.00333.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.namespace import Array
from aihwlab.parameters.pulsed_device import PulsedDevice

ONE = np.float32(1)


class ConstantStepPlanes(NamedTuple):
    """What a step reads of each device: the size of its steps without noise."""

    size: Any


def step(weight: Any, noise: Any, device: Any, shared: Any) -> Any:
    """Return the size of the weight change by one pulse (see `aihwlab.kernel.laws.law.Law`)."""
    return device.size * (ONE + shared.noise * noise)


def planes(parameters: Any, hidden: Mapping[str, Array]) -> tuple[ConstantStepPlanes, ConstantStepPlanes]:
    """Return the step sizes up and down."""
    return ConstantStepPlanes(hidden['dwmin_up']), ConstantStepPlanes(hidden['dwmin_down'])


LAW = Law(step, planes)


@dataclass
class ConstantStepDevice(PulsedDevice):
    """Steps do not depend on the weight: `w += step_up (1 + s xi)`, `w -= step_down (1 + s xi)`.

    Source: T. Gokmen and Y. Vlasov, 2016, doi:10.3389/fnins.2016.00333.
    """

    law: ClassVar[Law] = LAW
