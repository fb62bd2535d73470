"""Steps interpolated linearly between nodes at equal distances from the lower to the upper bound: `step f(w) (1 + s xi)`."""

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


class PiecewiseStepPlanes(NamedTuple):
    """What a step reads of each device: its size, the lower bound, and the number of nodes per weight."""

    size: Any
    lower: Any
    per_weight: Any


class PiecewiseStepShared(NamedTuple):
    """What all devices share: `s`, and the values of f at the nodes."""

    noise: Any
    nodes: Any


def step(weight: Any, noise: Any, device: Any, shared: Any) -> Any:
    """Return the size of the weight change by one pulse (see `aihwlab.kernel.laws.law.Law`).

    The interpolation is a sum of hat functions, `f = sum_k f_k max(0, 1 - |q - k|)` with the position `q` among the nodes.
    """
    last = np.float32(len(shared.nodes) - 1)
    position = np.minimum(np.maximum((weight - device.lower) * device.per_weight, ZERO), last)
    factor = ZERO * position
    for node in range(len(shared.nodes)):
        factor = factor + shared.nodes[node] * np.maximum(ZERO, ONE - np.abs(position - np.float32(node)))
    return device.size * factor * (ONE + shared.noise * noise)


def planes(parameters: Any, hidden: Mapping[str, Array]) -> tuple[PiecewiseStepPlanes, PiecewiseStepPlanes]:
    """Return step sizes, lower bounds and nodes per weight."""
    lower = hidden['min_bound']
    nodes = (len(parameters.piecewise_up) - 1) * inverse(hidden['max_bound'] - lower, lower)
    return PiecewiseStepPlanes(hidden['dwmin_up'], lower, nodes), PiecewiseStepPlanes(hidden['dwmin_down'], lower, nodes)


def shared(parameters: Any) -> tuple[PiecewiseStepShared, PiecewiseStepShared]:
    """Return the noise and the nodes for each direction."""
    return (PiecewiseStepShared(parameters.dw_min_std, parameters.piecewise_up),
            PiecewiseStepShared(parameters.dw_min_std, parameters.piecewise_down))


def granularity(parameters: Any) -> float:
    """Return the mean step up at the middle node."""
    nodes = parameters.piecewise_up
    return parameters.dw_min * nodes[len(nodes) // 2]


LAW = Law(step, planes, shared, granularity=granularity)


@dataclass
class PiecewiseStepDevice(PulsedDevice):
    """Steps are interpolated between nodes at equal distances from the lower to the upper bound.

        w += step_up f_up(w) (1 + s xi),  w -= step_down f_down(w) (1 + s xi)
    """

    law: ClassVar[Law] = LAW

    piecewise_up: list[float] = parameter(factory=lambda: [1])
    """Values of f_up at the nodes."""

    piecewise_down: list[float] = parameter(factory=lambda: [1])
    """Values of f_down at the nodes, as many."""

    write_noise_std: float = parameter(0.0, '[0, inf)')
    """Noise between the weight that pulses have reached and the one that products see, in units of `dw_min`."""

    apply_write_noise_on_set: bool = True
    """Add write noise also when weights are set."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        if not self.piecewise_up:
            yield 'piecewise_up', 'a list of at least one node'
        if len(self.piecewise_down) != len(self.piecewise_up):
            yield 'piecewise_down', f'a list of {len(self.piecewise_up)} nodes, as many as piecewise_up has'
        if not self.piecewise_up[len(self.piecewise_up) // 2] > 0:
            yield 'piecewise_up', 'positive at the middle node, which gives the size of an update'
