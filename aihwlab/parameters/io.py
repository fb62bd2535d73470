"""Parameters of the analog matrix-vector product: converters, noise and wires."""

from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from typing import Any

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType, WeightNoiseType


def timeless_problems(parameters: Parameters, *names: str) -> Iterator[tuple[str, str]]:
    """Yield what is impossible in parameters of products, of these names, for whoever has no model of pulses in time."""
    for name in names:
        for inside, requirement in IOParameters.pass_problems(getattr(parameters, name)):
            yield f'{name}.{inside}', requirement


@dataclass
class IOParameters(Parameters):
    """The periphery of one analog product, `y = ADC(crossbar(DAC(x)))`.

    Inputs, weights and outputs of the crossbar have no unit: an input of 1 is the largest voltage, a weight of 1 the
    largest conductance of a nominal device, an output of 1 the current that both together give. A converter with the
    resolution `r` and the bound `b` has the step `2 b r`; a resolution above 1 is the number of steps, `1 / r`.

    Source: M. Rasch et al., 2021, arXiv:2104.02184; for IR drop and read noise M. Rasch et al., 2023,
    doi:10.1038/s41467-023-40770-4.
    """

    is_perfect: bool = False
    """Compute the exact product, times `out_scale`; all other parameters have no effect then."""

    mv_type: AnalogMVType = AnalogMVType.ONE_PASS
    """How many analog passes make one product."""

    inp_bound: float = parameter(1.0, '(-inf, inf]')
    """Range of the DAC, from `-inp_bound` to `inp_bound`; 0 or less means no limit. With noise management, 1 or no limit."""

    inp_noise: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the noise on each input line, in units of the input."""

    inp_res: float = 1 / (2 ** 7 - 2)
    """Resolution of the DAC: a fraction of its range or a number of steps; 0 or less means continuous."""

    inp_sto_round: bool = False
    """Round stochastically in the DAC."""

    inp_asymmetry: float = parameter(0.0, '(-inf, 1]')
    """Fraction by which negative inputs come out too small."""

    out_bound: float = parameter(12.0, '(-inf, inf]')
    """Range of the ADC, from `-out_bound` to `out_bound`; 0 or less means no limit."""

    out_noise: float = parameter(0.06, '[0, inf)')
    """Standard deviation of the noise on each output line, in units of the output."""

    out_noise_std: float = parameter(0.0, '[0, inf)')
    """Spread of `out_noise` from one output line to another, relative to it."""

    out_res: float = 1 / (2 ** 9 - 2)
    """Resolution of the ADC: a fraction of its range or a number of steps; 0 or less means continuous."""

    out_sto_round: bool = False
    """Round stochastically in the ADC."""

    out_scale: float = 1.0
    """Factor on the digital result."""

    out_asymmetry: float = parameter(0.0, '[0, 1]')
    """Fraction by which negative outputs come out too small."""

    bound_management: BoundManagementType = BoundManagementType.ITERATIVE
    """What to do if the ADC saturates; the backward pass never does anything."""

    noise_management: NoiseManagementType = NoiseManagementType.ABS_MAX
    """How to scale each input vector into the range of the DAC."""

    w_noise: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the weight noise that each product sees anew, in units of the weight."""

    w_noise_type: WeightNoiseType = WeightNoiseType.NONE
    """How the weight noise depends on the weight."""

    ir_drop: float = parameter(0.0, '[0, inf)')
    """Voltage drop along the wires: 0 is off, 1 is what `ir_drop_g_ratio` gives, other values scale it."""

    ir_drop_g_ratio: float = parameter(1 / 0.35 / 5e-6, '(0, inf)')
    """Conductance of the wire between two cells over the largest conductance of a cell: 0.35 Ohm and 5 uS."""

    out_nonlinearity: float = parameter(0.0, '[0, inf)')
    """Strength of the saturation of the outputs, relative to `out_bound`."""

    out_nonlinearity_std: float = parameter(0.0, '[0, inf)')
    """Spread of `out_nonlinearity` from one output line to another, relative to it."""

    slope_calibration: float = parameter(0.0, '[0, inf)')
    """Output, as a fraction of the range, where the calibrated gain is 1; 0 means no calibration."""

    v_offset_std: float = parameter(0.0, '[0, inf)')
    """Spread of the voltage offset of the output lines, as a fraction of the read voltage."""

    v_offset_w_min: float = -1.0
    """Weight of the reference that voltage offsets also act on; 0 means no reference."""

    r_series: float = parameter(0.0, '[0, inf)')
    """Series resistance of an output line, relative to the resistance of all its cells."""

    w_read_asymmetry_dtod: float = parameter(0.0, '[0, inf)')
    """Spread of the weights between positive and negative read voltage; used if both have passes of their own."""

    max_bm_factor: int = parameter(1000, '[0, inf)')
    """Bound management stops once inputs are reduced by more than this factor."""

    max_bm_res: float = parameter(0.25, '[0, inf)')
    """Bound management stops once inputs are reduced by more than this over the step of the DAC."""

    bm_test_negative_bound: bool = True
    """Whether the negative bound of the ADC counts for bound management."""

    nm_thres: float = parameter(0.0, '[0, inf)')
    """Scale for the noise management CONSTANT, and upper limit of the scale for the others; 0 means none."""

    @property
    def is_exact(self) -> bool:
        """Whether products have neither converters nor noise."""
        return self.is_perfect or self.mv_type is AnalogMVType.IDEAL

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.is_exact:
            return
        yield from self.pass_problems()
        if self.bound_management == BoundManagementType.SHIFT:
            yield 'bound_management', 'NONE, ITERATIVE or ITERATIVE_WORST_CASE: no tile can shift the bounds'
        if self.noise_management != NoiseManagementType.NONE and self.inp_bound > 0 and self.inp_bound != 1:
            yield 'inp_bound', '1, 0 or less, or noise_management must be NONE: it scales inputs to the range from -1 to 1'

    def pass_problems(self) -> Iterator[tuple[str, str]]:
        """Yield `mv_type` and what it must be instead, if inputs are cut into passes that only a model in time knows."""
        if not self.is_exact and self.mv_type in (AnalogMVType.SPLIT_MODE, AnalogMVType.BIT_WISE):
            yield 'mv_type', ('IDEAL, ONE_PASS, POS_NEG_SEPARATE or POS_NEG_SEPARATE_DIGITAL_SUM; SPLIT_MODE and BIT_WISE '
                              'need a TorchInferenceRPUConfigIRDropT')

    def _shown_fields(self) -> list[Field[Any]]:
        if self.is_perfect:
            return [declared for declared in fields(self) if declared.name == 'is_perfect']
        return super()._shown_fields()
