"""Parameters of the digital processing in front of a crossbar and behind it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.enums import BoundManagementType, NoiseManagementType
from aihwlab.parameters.io import IOParameters
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.parameters.quantization import BaseQuantConfig


@dataclass
class InputRangeParameter(Parameters):
    """A fixed or trained range r of the inputs: `y = r tile(clip(x, -r, r) / r)`."""

    enable: bool = parameter(False, always_show=True)
    """Use an input range."""

    learn_input_range: bool = True
    """Train the range with the weights; otherwise it stays."""

    init_value: float = parameter(3.0, '(0, inf)')
    """Range at the start, in units of the inputs."""

    init_from_data: int = parameter(100, '[0, inf)')
    """Number of first training batches that set the range from their standard deviation."""

    init_std_alpha: float = parameter(3.0, '(0, inf)')
    """Range over the standard deviation of these batches."""

    decay: float = parameter(0.001, '[0, inf)')
    """Rate at which the range shrinks while few inputs are clipped, per step and learning rate."""

    input_min_percentage: float = parameter(0.95, '[0, 1]')
    """Fraction of inputs that must be inside the range for it to shrink."""

    manage_output_clipping: bool = False
    """Widen the range also if outputs saturate; needs forward parameters without noise and bound management."""

    output_min_percentage: float = parameter(0.95, '[0, 1]')
    """Fraction of outputs that must not saturate; below, the range widens."""

    gradient_scale: float = parameter(1.0, '[0, inf)')
    """Factor on the gradient of the range; used if the gradient is relative."""

    gradient_relative: bool = True
    """Multiply the gradient by the present range, so that a step is relative to it."""

    calibration_info: str | None = None
    """Which calibration after training has set the range, if one has."""

    def supports_manage_output_clipping(self, rpu_config: RPUConfigBase) -> bool:
        """Return whether saturated outputs of a configuration mean anything: no management rescales its products."""
        forward = getattr(rpu_config, 'forward', None)
        return (isinstance(forward, IOParameters) and not forward.is_perfect
                and forward.noise_management == NoiseManagementType.NONE
                and forward.bound_management == BoundManagementType.NONE)


@dataclass
class PrePostProcessingParameter(Parameters):
    """Digital processing around a crossbar."""

    input_range: InputRangeParameter = field(default_factory=InputRangeParameter)
    """Range of the inputs."""


@dataclass
class PeripheryQuantizationParameter(BaseQuantConfig):
    """How the digital numbers behind a crossbar are rounded: mapping scales, learned output scales, bias."""

    learn_quant_params: bool = False
    """Train the ranges with the weights, after some products; otherwise they follow the numbers."""

    init_learning_after: int = parameter(100, '[1, inf)')
    """Number of first products in training for which ranges follow the numbers, before they are trained.

    Most layers compute one product for each batch; the recurrent weights of a network compute one for each time step.
    """


@dataclass
class PrePostProcessingParameterQuant(PrePostProcessingParameter):
    """Digital processing around a crossbar, some of it in low precision."""

    periph_quant: PeripheryQuantizationParameter = field(default_factory=PeripheryQuantizationParameter)
    """How scales and bias are rounded."""


@dataclass
class PrePostProcessingRPU(RPUConfigBase):
    """A configuration with digital processing around the crossbar."""

    pre_post: PrePostProcessingParameter = field(default_factory=PrePostProcessingParameter)
    """The digital processing."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._problems()
        input_range = self.pre_post.input_range
        if (input_range.enable and input_range.manage_output_clipping
                and not input_range.supports_manage_output_clipping(self)):
            yield ('pre_post.input_range.manage_output_clipping',
                   'False, unless forward is not perfect and has neither noise nor bound management')
