"""Steps that vanish at the bounds of each device: `step (1 - w / bound) (1 + s xi)`.

Source: S. Fusi and L. Abbott, Nat. Neurosci. 10, 485, 2007, doi:10.1038/nn1859.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from math import expm1, log10
from typing import Any, ClassVar

from aihwlab.kernel.laws.law import Law
from aihwlab.kernel.laws.linear_step import planes, reverse_problems, shared, slopes, step
from aihwlab.kernel.namespace import Array
from aihwlab.parameters.base import parameter
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.parameters.validation import FINITE, expected_range


def construct(parameters: Any, hidden: Mapping[str, Array], draw: Callable[..., Array]) -> dict[str, Array]:
    """Return the slopes, `slope = -step / bound`."""
    return slopes(parameters, hidden, 1, 1, hidden['max_bound'], hidden['min_bound'])


LAW = Law(step, planes, shared, construct)


@dataclass
class SoftBoundsDevice(PulsedDevice):
    """Steps vanish at the bounds, which are therefore never passed.

        w += step_up (1 - w / max_bound) (1 + s xi)
        w -= step_down (1 - w / min_bound) (1 + s xi)

    Source: S. Fusi and L. Abbott, 2007, doi:10.1038/nn1859; J. Frascaroli et al., 2018, doi:10.1038/s41598-018-25376-x.
    """

    law: ClassVar[Law] = LAW

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
        yield from reverse_problems(self)


@dataclass
class SoftBoundsPmaxDevice(SoftBoundsDevice):
    """A soft-bounds device that is described as a measurement is: `p_max` pulses lead from `range_min` to `range_max`.

        B = (range_max - range_min) / (1 - exp(-p_max alpha))
        w_min = range_min,  w_max = range_min + B,  dw_min = B alpha,  up_down = 1 + 2 range_min / B

    This holds for `range_min = 0`. Otherwise steps up are `B / w_max` times as large, in aihwkit too, whose numbers
    these are: a positive `up_down` makes steps down smaller but leaves those up.
    """

    dw_min: float | None = parameter(None)  # type: ignore[assignment]
    """Follows from the fields below, as `up_down`, `w_max` and `w_min` do."""

    up_down: float | None = parameter(None)  # type: ignore[assignment]
    """Follows from the fields below."""

    w_max: float | None = parameter(None)  # type: ignore[assignment]
    """Follows from the fields below."""

    w_min: float | None = parameter(None)  # type: ignore[assignment]
    """Follows from the fields below."""

    p_max: int = parameter(1000, '[1, inf)')
    """Number of pulses up from `range_min` to `range_max`."""

    alpha: float = parameter(0.0005, '(0, inf)')
    """Fraction of its distance to the upper bound that a weight moves by one pulse up."""

    range_min: float = parameter(-1.0, '(-inf, 0]')
    """Weight before the first pulse, and lower bound."""

    range_max: float = parameter(1.0, '[0, inf)')
    """Weight after `p_max` pulses."""

    def resolved(self) -> SoftBoundsDevice:
        """Return the soft-bounds device with the bounds and the step that follow."""
        given = {declared.name: getattr(self, declared.name) for declared in fields(SoftBoundsDevice)}
        return SoftBoundsDevice(**(given | self._derived()))

    def _derived(self) -> dict[str, float]:
        span = (self.range_max - self.range_min) / -expm1(-self.p_max * self.alpha)
        return {'w_min': self.range_min, 'w_max': self.range_min + span, 'dw_min': span * self.alpha,
                'up_down': 1 + 2 * self.range_min / span if span else 0.0}

    def _problems(self) -> Iterator[tuple[str, str]]:
        for name in ('dw_min', 'up_down', 'w_max', 'w_min'):
            if getattr(self, name) is not None:
                yield name, 'None: it follows from p_max, alpha, range_min and range_max'
        if self.range_max == self.range_min:
            yield 'range_max', f'above range_min = {self.range_min}'
        for name, value in self._derived().items():
            if (words := expected_range(value, FINITE)) is not None:
                given = [field for field in ('alpha', 'range_min', 'range_max') if getattr(self, field) != 0]
                farthest = max(given, key=lambda field: abs(log10(abs(getattr(self, field)))))
                yield farthest, f'such that {name} = {value:g}, which follows, is {words}'
        yield from self.resolved()._problems()
