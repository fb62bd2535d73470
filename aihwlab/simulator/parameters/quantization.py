"""Parameters of digital arithmetic in low precision: how weights and activations are rounded, and in which modules.

A number x of n bits is one of evenly spaced numbers within a range: either symmetric about zero, or from a lowest to a highest
number, of which one is exactly zero.

Source: R. Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference" (2018), arXiv:1806.08342.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.enums import OptMethod, RangeEstimators

N_BITS = '(-inf, 24]'
"""Numbers of bits: none above that of the fractions in single precision; 0 or less means no quantisation."""


@dataclass
class EstimatorParams(Parameters):
    """Base of the parameters of the ways to find a range."""


@dataclass
class CurrentMinMaxEstimatorParams(EstimatorParams):
    """The range of the last tensor."""

    percentile: float | None = parameter(None, '(50, 100]')
    """Percentage of the numbers that are at most the highest one; the same for the lowest one. None means all."""


@dataclass
class RunningMinMaxEstimatorParams(EstimatorParams):
    """A running mean of the ranges of tensors."""

    momentum: float = parameter(0.9, '[0, 1)')
    """Share of the range so far in the next one."""


@dataclass
class MSEEstimatorParams(EstimatorParams):
    """The range that gives the last tensor the smallest mean square error; its ends are scaled together."""

    range_opt_method: OptMethod = OptMethod.golden_section
    """How it is searched."""

    num_candidates: int = parameter(100, '[2, 10000]')
    """Number of ranges that are tried; for the golden section, the most."""

    range_margin: float = parameter(0.5, '[0, inf)')
    """By which fraction the largest range that is tried exceeds that of the numbers."""


@dataclass
class CrossEntropyEstimatorParams(MSEEstimatorParams):
    """The range that keeps the cross entropy small between the classes that outputs stand for, before and after."""


ESTIMATOR_PARAMS: dict[RangeEstimators, type[EstimatorParams]] = {
    RangeEstimators.current_minmax: CurrentMinMaxEstimatorParams, RangeEstimators.allminmax: EstimatorParams,
    RangeEstimators.running_minmax: RunningMinMaxEstimatorParams, RangeEstimators.MSE: MSEEstimatorParams,
    RangeEstimators.cross_entropy: CrossEntropyEstimatorParams,
}
"""Which parameters belong to which way to find a range."""


@dataclass
class BaseQuantConfig(Parameters):
    """How numbers are rounded: evenly, within a range."""

    n_bits: int = parameter(0, N_BITS)
    """Number of bits; 0 or less means no quantisation."""

    symmetric: bool = True
    """A range that is symmetric about zero; otherwise from a lowest to a highest number, zero included."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.symmetric and self.n_bits == 1:
            yield 'n_bits', '2 or more, or 0, if symmetric = True: one bit only has zero'


@dataclass
class ActivationQuantConfig(BaseQuantConfig):
    """How the outputs of a module, or the inputs of one, are rounded: with one range for the whole tensor."""

    range_estimator: RangeEstimators = RangeEstimators.running_minmax
    """How the range is found."""

    range_estimator_params: EstimatorParams | None = None
    """Parameters of that, of the class that belongs to it; None means the defaults."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from _estimator_problems(self)


@dataclass
class WeightQuantConfig(BaseQuantConfig):
    """How the weights of a module are rounded."""

    per_channel: bool = False
    """A range for each output instead of one for all."""

    range_estimator: RangeEstimators = RangeEstimators.current_minmax
    """How the range is found."""

    range_estimator_params: EstimatorParams | None = None
    """Parameters of that, of the class that belongs to it; None means the defaults."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        yield from _estimator_problems(self)
        if self.range_estimator is RangeEstimators.cross_entropy:
            yield 'range_estimator', 'another one: weights stand for no classes'


def _estimator_problems(config: Any) -> Iterator[tuple[str, str]]:
    params, expected = config.range_estimator_params, ESTIMATOR_PARAMS[config.range_estimator]
    if params is not None and type(params) is not expected:
        yield 'range_estimator_params', f'None or of class {expected.__name__}, for {config.range_estimator}'


@dataclass
class QuantizationConfig(Parameters):
    """How a module computes in low precision."""

    activation_quant: ActivationQuantConfig = field(default_factory=ActivationQuantConfig)
    """How its outputs are rounded."""

    weight_quant: WeightQuantConfig = field(default_factory=WeightQuantConfig)
    """How its weights are rounded."""


@dataclass
class QuantizedModuleConfig(Parameters):
    """What a module becomes in low precision."""

    quantized_module: type
    """Class with a method `from_digital(module, module_qconfig)`, such as `QuantLinear`."""

    module_qconfig: QuantizationConfig
    """How it computes."""


@dataclass
class QuantizationMap(Parameters):
    """Which modules of a network become what in low precision; see `aihwlab.nn.low_precision_conversion`."""

    default_qconfig: QuantizationConfig = field(default_factory=QuantizationConfig)
    """How modules compute that `append_default_conversions` adds."""

    module_qconfig_map: dict[type, QuantizedModuleConfig] = field(default_factory=dict)
    """Class of a module -> what it becomes."""

    instance_qconfig_map: dict[str, QuantizedModuleConfig] = field(default_factory=dict)
    """Full name of a module -> what it becomes; it counts before the class."""

    input_activation_qconfig_map: dict[str, ActivationQuantConfig] = field(default_factory=dict)
    """Full name of a module -> how its input is rounded before it gets it."""

    excluded_modules: list[str] = field(default_factory=list)
    """Full names of modules that stay as they are, with all below."""

    def validate(self, path: str | None = None) -> None:
        """Check all parameters, those of the modules included; see `Parameters.validate`."""
        path = path or type(self).__name__
        super().validate(path)
        for name in ('module_qconfig_map', 'instance_qconfig_map', 'input_activation_qconfig_map'):
            for key, config in getattr(self, name).items():
                config.validate(f'{path}.{name}[{getattr(key, "__name__", repr(key))}]')
