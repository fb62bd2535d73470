"""Parameters of the devices, one class for each law of the step size.

In the equations `xi` is a standard normal number, new for each pulse, `s` stands for `dw_min_std`, and `step_up` and
`step_down`, `max_bound` and `min_bound` are those of one device (`PulsedDevice`).
"""

from dataclasses import dataclass, field, fields
from math import expm1
from typing import ClassVar

from aihwlab.kernel.devices import (
    constant_step, exp_step, ideal, linear_step, piecewise_step, pow_step, pow_step_reference, soft_bounds,
    soft_bounds_reference,
)
from aihwlab.simulator.configs.pulsed_device import Device, PulsedDevice
from aihwlab.simulator.parameters.helpers import parameter
from aihwlab.simulator.parameters.inference import SimpleDriftParameter

__all__ = [
    'ConstantStepDevice', 'ExpStepDevice', 'FloatingPointDevice', 'IdealDevice', 'LinearStepDevice',
    'PiecewiseStepDevice', 'PowStepDevice', 'PowStepReferenceDevice', 'PulsedDevice', 'SoftBoundsDevice',
    'SoftBoundsPmaxDevice', 'SoftBoundsReferenceDevice',
]


@dataclass
class FloatingPointDevice(Device):
    """A digital memory: the exact update, `W <- W - lr d x^T`."""

    kernel: ClassVar = ideal

    diffusion: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the random walk of the weight, in units of the weight per training step."""

    lifetime: float = parameter(0.0, '[0, inf)')
    """Time after which a weight has decayed to 1/e, in training steps; 0 means no decay."""

    drift: SimpleDriftParameter = field(default_factory=SimpleDriftParameter)
    """Drift, for which a tile must be told the time that has passed."""


@dataclass
class IdealDevice(Device):
    """A device without bounds that takes the exact update, `W <- W - lr d x^T`, behind imperfect converters."""

    kernel: ClassVar = ideal

    construction_seed: int = parameter(0, '[0, inf)')
    """Accepted as for all devices; an ideal device has nothing to draw."""

    diffusion: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the random walk of the weight, in units of the weight per training step."""

    lifetime: float = parameter(0.0, '[0, inf)')
    """Time after which a weight has decayed to 1/e, in training steps; 0 means no decay."""

    reset_std: float = parameter(0.01, '[0, inf)')
    """Noise of the weight from reset to reset, in units of the weight."""


@dataclass
class ConstantStepDevice(PulsedDevice):
    """Steps do not depend on the weight: `w += step_up (1 + s xi)`, `w -= step_down (1 + s xi)`.

    Source: T. Gokmen and Y. Vlasov, 2016, doi:10.3389/fnins.2016.00333.
    """

    kernel: ClassVar = constant_step


@dataclass
class LinearStepDevice(PulsedDevice):
    """Steps shrink linearly towards the bounds.

        w += (step_up + slope_up w) (1 + s xi)              slope_up   = -gamma_up step_up / w_max
        w -= (step_down + slope_down w) (1 + s xi)          slope_down = -gamma_down step_down / w_min

    With `gamma = 1` steps vanish at the bounds, with 0 they are constant.
    """

    kernel: ClassVar = linear_step

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

    def _problems(self):
        yield from super()._problems()
        for name in ('gamma_up', 'gamma_down'):
            if getattr(self, name) < 0 and not self.allow_increasing:
                yield name, '0 or above, unless allow_increasing is True'
        yield from _reverse_problems(self)


@dataclass
class SoftBoundsDevice(PulsedDevice):
    """Steps vanish at the bounds, which are therefore never passed.

        w += step_up (1 - w / max_bound) (1 + s xi)
        w -= step_down (1 - w / min_bound) (1 + s xi)

    Source: S. Fusi and L. Abbott, 2007, doi:10.1038/nn1859; J. Frascaroli et al., 2018, doi:10.1038/s41598-018-25376-x.
    """

    kernel: ClassVar = soft_bounds

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

    def _problems(self):
        yield from super()._problems()
        yield from _reverse_problems(self)


@dataclass
class SoftBoundsPmaxDevice(SoftBoundsDevice):
    """A soft-bounds device that is described as a measurement is: `p_max` pulses lead from `range_min` to `range_max`.

        B = (range_max - range_min) / (1 - exp(-p_max alpha))
        w_min = range_min,  w_max = range_min + B,  dw_min = B alpha,  up_down = 1 + 2 range_min / B

    This holds for `range_min = 0`. Otherwise steps up are `B / w_max` times as large, in aihwkit too, whose numbers
    these are: a positive `up_down` makes steps down smaller but leaves those up.
    """

    dw_min: float | None = parameter(None)
    """Follows from the fields below, as `up_down`, `w_max` and `w_min` do."""

    up_down: float | None = parameter(None)
    """Follows from the fields below."""

    w_max: float | None = parameter(None)
    """Follows from the fields below."""

    w_min: float | None = parameter(None)
    """Follows from the fields below."""

    p_max: int = parameter(1000, '[1, inf)')
    """Number of pulses up from `range_min` to `range_max`."""

    alpha: float = parameter(0.0005, '(0, inf)')
    """Fraction of its distance to the upper bound that a weight moves by one pulse up."""

    range_min: float = parameter(-1.0, '(-inf, 0]')
    """Weight before the first pulse, and lower bound."""

    range_max: float = parameter(1.0, '[0, inf)')
    """Weight after `p_max` pulses."""

    def resolved(self):
        """Return the soft-bounds device with the bounds and the step that follow."""
        span = (self.range_max - self.range_min) / -expm1(-self.p_max * self.alpha)
        derived = {'w_min': self.range_min, 'w_max': self.range_min + span, 'dw_min': span * self.alpha,
                   'up_down': 1 + 2 * self.range_min / span}
        given = {declared.name: getattr(self, declared.name) for declared in fields(SoftBoundsDevice)}
        return SoftBoundsDevice(**(given | derived))

    def _problems(self):
        for name in ('dw_min', 'up_down', 'w_max', 'w_min'):
            if getattr(self, name) is not None:
                yield name, 'None: it follows from p_max, alpha, range_min and range_max'
        if self.range_max == self.range_min:
            yield 'range_max', f'above range_min = {self.range_min}'
        yield from self.resolved()._problems()


@dataclass
class SoftBoundsReferenceDevice(PulsedDevice):
    """A soft-bounds device whose weight is counted from a reference device `r`, `v = w + r`.

        v += step_up (1 - v / max_bound + s xi)
        v -= step_down (1 - v / min_bound + s xi)

    With `mult_noise` the noise multiplies the step as for `SoftBoundsDevice`.

    Source: T. Gokmen and W. Haensch, 2020, doi:10.3389/fnins.2020.00103.
    """

    kernel: ClassVar = soft_bounds_reference

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

    kernel: ClassVar = exp_step

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


@dataclass
class PowStepDevice(PulsedDevice):
    """Steps depend on the distance to the bound by a power law.

        w += step_up ((max_bound - w) / R)^gamma_up (1 + s xi)              R = max_bound - min_bound
        w -= step_down ((w - min_bound) / R)^gamma_down (1 + s xi)

    Source: S. Fusi and L. Abbott, 2007, doi:10.1038/nn1859; J. Frascaroli et al., 2018, doi:10.1038/s41598-018-25376-x.
    """

    kernel: ClassVar = pow_step

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

    def _problems(self):
        yield from super()._problems()
        yield from _power_problems(self)


@dataclass
class PowStepReferenceDevice(PulsedDevice):
    """A power-step device whose weight is counted from a reference device r: `PowStepDevice` holds for `v = w + r`."""

    kernel: ClassVar = pow_step_reference

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

    n_estimation_steps: int = -1
    """Number of pairs of pulses that find this weight; 0 or less takes ten for each state of the device."""

    reference_mean: float = 0.0
    """Mean of the reference, in units of the weight."""

    reference_std: float = parameter(0.0, '[0, inf)')
    """Spread of the reference from device to device, in units of the weight."""

    def _problems(self):
        yield from super()._problems()
        yield from _power_problems(self)


@dataclass
class PiecewiseStepDevice(PulsedDevice):
    """Steps are interpolated between nodes at equal distances from the lower to the upper bound.

        w += step_up f_up(w) (1 + s xi),  w -= step_down f_down(w) (1 + s xi)
    """

    kernel: ClassVar = piecewise_step

    piecewise_up: list[float] = parameter(factory=lambda: [1])
    """Values of f_up at the nodes."""

    piecewise_down: list[float] = parameter(factory=lambda: [1])
    """Values of f_down at the nodes, as many."""

    write_noise_std: float = parameter(0.0, '[0, inf)')
    """Noise between the weight that pulses have reached and the one that products see, in units of `dw_min`."""

    apply_write_noise_on_set: bool = True
    """Add write noise also when weights are set."""

    def _problems(self):
        yield from super()._problems()
        if not self.piecewise_up:
            yield 'piecewise_up', 'a list of at least one node'
        if len(self.piecewise_down) != len(self.piecewise_up):
            yield 'piecewise_down', f'a list of {len(self.piecewise_up)} nodes, as many as piecewise_up has'
        if not self.piecewise_up[len(self.piecewise_up) // 2] > 0:
            yield 'piecewise_up', 'positive at the middle node, which gives the size of an update'


def _reverse_problems(device):
    for name in ('reverse_up', 'reverse_down'):
        if getattr(device, name) and not device.mult_noise:
            yield name, 'False, unless mult_noise is True'


def _power_problems(device):
    if not device.dw_min * 0.5 ** device.pow_gamma > 1e-30:
        yield 'pow_gamma', 'so small that a pulse in the middle of the range moves the weight, dw_min 0.5^pow_gamma > 1e-30'
