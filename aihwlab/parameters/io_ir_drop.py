"""Parameters of an analog product whose inputs are pulses in time on bit lines with resistance."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from aihwlab.parameters.base import parameter
from aihwlab.parameters.io import IOParameters


@dataclass
class IOParametersIRDropT(IOParameters):
    """The periphery of an analog product of which each input is a pulse as long as its magnitude, in steps of 1 ns.

    A `TorchInferenceRPUConfigIRDropT` uses all of it when it does not train: see
    `aihwlab.simulator.tiles.analog_mvm_irdrop_t`. Other tiles know no time, and take from it what `IOParameters` has.

    Source: J. Luquin et al., 2025, arXiv:2506.00004.
    """

    ir_drop: float = parameter(1.0, '[0, inf)')
    """Factor on the resistance of the wires; at 0 there is none, nor what the converter's own voltage and its counting add."""

    ir_drop_rs: float = parameter(0.15, '[0, inf)')
    """Resistance of a bit line from one cell to the next, ohm."""

    ir_drop_segments: int = parameter(8, '[1, inf)')
    """Number of segments of a bit line, each of which counts as one node; it divides the number of cells of the line."""

    ir_drop_time_step_resolution_scale: float = parameter(1.0, '(0, inf)')
    """Samples of the current for each step of the pulses; at 1 or more all steps are seen, and `BIT_WISE` always sees all."""

    ir_drop_v_read: float = parameter(0.4005, '(-inf, inf)')
    """Voltage at which the converter holds the bit line, V; cells without a pulse are at 0.4 V on both sides."""

    split_mode_bit_shift: int = parameter(3, '[1, inf)')
    """Bits in the first of the two passes of `SPLIT_MODE`, the less significant one."""

    apply_xdep_pcm_read_noise: bool = False
    """Whether devices fluctuate while they are read, the less, relative to their conductance, the longer it takes."""

    xdep_pcm_read_noise_scale: float = parameter(1.0, '[0, inf)')
    """Factor on these fluctuations."""

    adc_quantization: bool = True
    """Whether the converter counts whole turns of an oscillator, and loses what is left of the charge."""

    adc_frequency: float = parameter(6.24, '(0, inf)')
    """Frequency of the oscillator at a current of 100 uA, GHz."""

    ir_drop_integration_sum: bool = False
    """Whether pulses end at once; otherwise the current falls during one step, which adds half a step to each pulse."""

    def pass_problems(self) -> Iterator[tuple[str, str]]:
        """Yield nothing: who has a model in time knows all passes; others ask `aihwlab.parameters.io.timeless_problems`."""
        yield from ()

    @property
    def levels(self) -> int:
        """Length of the longest pulse, in steps."""
        fraction = 1 / self.inp_res if self.inp_res > 1 else self.inp_res
        return math.ceil(round(0.5 / fraction, 6)) if 0 < fraction < 1 else 0
