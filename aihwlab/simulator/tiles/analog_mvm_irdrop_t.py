"""The analog product of inputs that are pulses in time, on bit lines with resistance.

A weight is a pair of devices on one bit line. During a pulse, which lasts a number of steps of 1 ns, one of them is at 0.6 V
and the other at 0.2 V, according to the sign of the input; before and after, both are at 0.4 V. A converter at the end of the
line holds it at a voltage of its own and counts the charge that arrives. Even lines end at the last row of the crossbar, odd
ones at the first.

All devices stay connected, so that the circuit is the same at each moment, and linear: each device adds a charge of its own to
the result, its current times its time times the part of the current that arrives (`aihwlab.kernel.bit_lines`). No step of time
has to be computed by itself.

Source: J. Luquin et al., 2025, arXiv:2506.00004. Left out: capacitances, the resistance of word lines and drivers, and devices
that do not follow Ohm's law.
"""

from collections.abc import Iterator
from math import inf
from typing import Any, ClassVar, NamedTuple

import torch
from torch.nn.functional import pad

from aihwlab.exceptions import ConfigError
from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.converter.conductance import SinglePairConductanceConverter
from aihwlab.kernel.bit_lines import delivered
from aihwlab.kernel.converters import step_width
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.random import Purpose
from aihwlab.parameters.enums import AnalogMVType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT
from aihwlab.simulator.tiles.analog_mvm import AnalogMVM, InPlaceOf, drawn

REST, SWING = 0.4, 0.2
"""Voltage of a driver without a pulse, and what a pulse adds to it or takes away, V."""

OSCILLATOR_CURRENT = 100.0
"""Current at which the oscillator of a converter has its frequency, uA."""

NOISE_SLOPE = 0.02578764, -0.0146159, 0.00655714, -0.00187352, 0.00021926
NOISE_OFFSET = 0.117763144, -0.0677079241, 0.0307015063, -0.00908576764, 0.00111906167
"""Standard deviation of a conductance G that is read for t ns: slope G + offset, uS, each a polynomial of log10(t),
lowest power first: the values of aihwkit 1.2.0, for the model of Luquin et al., 2025."""


class Pair(NamedTuple):
    """A pair of devices for each weight.

    Attributes:
        factor: significance.
        weights: what it adds to the weights that the converters see, [out, in].
        leak: what the voltage of the converters adds to the output in each step of time, [out], or None without wires.
        conductance: magnitude of the difference of both devices, uS, [out, in], or None if it does not fluctuate.
        parts: which part of the current of each device arrives, [out, in].
    """

    factor: float
    weights: torch.Tensor
    leak: torch.Tensor | None
    conductance: torch.Tensor | None
    parts: torch.Tensor


class Crossbar(NamedTuple):
    """Pairs of devices, and the conductance that a weight of 1 has, uS."""

    pairs: list[Pair]
    scale: float

    @property
    def is_plain(self) -> bool:
        """Whether neither wires nor fluctuations make it more than a matrix."""
        return self.pairs[0].leak is None and self.pairs[0].conductance is None


class Pass(NamedTuple):
    """Pulses that are applied at once.

    Attributes:
        factor: significance.
        lengths: of the pulses, with the sign of the inputs, in steps, [vectors, in].
        window: how long the converters count, in steps.
    """

    factor: int
    lengths: torch.Tensor
    window: int


class AnalogMVMIRDropT(AnalogMVM):
    """An analog product of pulses in time, on bit lines with resistance, that torch differentiates.

        z_i = sum_j part_ij w_ij v_j + leak_i,      q_i = z_i r SWING / step,     counts = floor(|q_i| f / 100 uA)

    with weights w of the scale r uS, inputs v = length x step, and charges q in fC. Gradients pass the counting, and those of
    weights are as if wires had no resistance. While a network is trained, there are no wires, and nothing is lost in counting.
    """

    parameters: ClassVar[type[IOParameters]] = IOParametersIRDropT

    @classmethod
    def unknown_parameters(cls, io: Any) -> list[tuple[str, str]]:
        """Return the names of parameters that the product does not know, and what they must be instead."""
        found = [problem for problem in super().unknown_parameters(io) if problem[0] not in ('mv_type', 'ir_drop')]
        if io.is_exact:
            return found
        if io.mv_type in (AnalogMVType.POS_NEG_SEPARATE, AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM):
            found.append(('mv_type', 'IDEAL, ONE_PASS, SPLIT_MODE or BIT_WISE on wires with resistance'))
        if not 0 < io.inp_bound < inf:
            found.append(('inp_bound', 'positive and finite: a pulse has a longest length'))
        if io.levels == 0:
            found.append(('inp_res', 'positive, and not 1: the length of a pulse is a number of steps'))
        if io.mv_type is AnalogMVType.SPLIT_MODE and 2 ** io.split_mode_bit_shift > io.levels:
            requirement = f'less than the number of bits of the longest pulse, which has {io.levels} steps'
            found.append(('split_mode_bit_shift', requirement))
        return found

    @classmethod
    def crossbar(cls, weight: torch.Tensor, io: IOParametersIRDropT, is_test: bool,
                 g_converter: BaseConductanceConverter | None = None, phys_input_size: int = 0) -> Crossbar:
        """Return the devices of weights, as converters see them.

        Args:
            weight: [out, in].
            io: what there is besides of the weights.
            is_test: whether wires have resistance, and fluctuate as devices do.
            g_converter: conductances of weights; one pair by default.
            phys_input_size: rows of the crossbar, of which the weights take those in the middle; no others by default.

        Raises:
            ConfigError: if the rows cannot be cut into so many segments, or weights are no pairs of devices.
        """
        has_wires = is_test and io.ir_drop > 0
        if not has_wires and not io.apply_xdep_pcm_read_noise:
            return Crossbar([Pair(1.0, weight, None, None, torch.ones(()))], 1.0)
        rows = max(phys_input_size, weight.shape[1])
        if has_wires:
            require_segments(io, rows)
        with torch.no_grad():
            pairs, scale = wired(weight, io, g_converter or SinglePairConductanceConverter(), rows, has_wires)
        if len(pairs) == 1:
            pairs = [pairs[0]._replace(weights=InPlaceOf.apply(weight, pairs[0].weights))]
        else:
            share = sum(pair.factor for pair in pairs)
            pairs = [pair._replace(weights=InPlaceOf.apply(weight / share, pair.weights)) for pair in pairs]
        return Crossbar(pairs, scale)

    @classmethod
    def passes(cls, crossbar: Crossbar, voltage: torch.Tensor, io: IOParametersIRDropT, lines: Lines,
               noise: Noise) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the ADC makes of inputs [vectors, in] in all passes, and which vectors hit the bound in one of them."""
        if crossbar.is_plain and io.mv_type is AnalogMVType.ONE_PASS:
            return super().passes(crossbar.pairs[0].weights, voltage, io, lines, noise)
        total, hit = torch.zeros(()), torch.zeros((), dtype=torch.bool)
        for number, pulses in enumerate(pulse_passes(voltage, io, has_wires=crossbar.pairs[0].leak is not None)):
            own = noise if number == 0 else noise._replace(stream=noise.stream.child(number - 1))
            z, saturated = cls.adc(counted(crossbar, pulses, io, own), io, lines, own)
            total, hit = total + pulses.factor * z, hit | saturated
        return total, hit


def require_segments(io: IOParametersIRDropT, rows: int) -> None:
    """Raise a ConfigError if a bit line with a cell in each row cannot be cut into segments of the same length."""
    if io.ir_drop_segments < 1 or rows % io.ir_drop_segments:
        raise ConfigError(f'forward.ir_drop_segments = {io.ir_drop_segments}: must divide the {rows} rows of the crossbar, '
                          'which are mapping.max_input_size, or as many as inputs with an analog bias, if these are more')


def wired(weight: torch.Tensor, io: IOParametersIRDropT, converter: BaseConductanceConverter, rows: int,
          has_wires: bool) -> tuple[list[Pair], float]:
    """Return the pairs of devices of weights in a crossbar of so many rows, and the conductance of a weight of 1, uS."""
    before = (rows - weight.shape[1]) // 2
    used = slice(before, before + weight.shape[1])
    conductances, params = converter.convert_to_conductances(pad(weight, (before, rows - used.stop)))
    factors, scale = params.get('f_lst', getattr(converter, 'f_lst', [1.0])), params.get('scale_ratio')
    if len(conductances) != 2 * len(factors) or scale is None:
        raise ConfigError(f'noise_model.g_converter = {converter}: must make pairs of devices of the weights, and give their '
                          'scale_ratio, on wires with resistance')
    pairs = []
    for factor, plus, minus in zip(factors, conductances[::2], conductances[1::2]):
        parts, leak = arrival(plus + minus, io) if has_wires else (torch.ones_like(plus), None)
        difference, parts = (plus - minus)[:, used], parts[:, used]
        if leak is not None:
            leak = leak * ((REST - io.ir_drop_v_read) / SWING * step_width(io.inp_res, io.inp_bound) / scale)
        pairs.append(Pair(factor, parts * difference / scale, leak,
                          difference.abs() if io.apply_xdep_pcm_read_noise else None, parts))
    return pairs, scale


def arrival(conductance: torch.Tensor, io: IOParametersIRDropT) -> tuple[torch.Tensor, torch.Tensor]:
    """Return which part of the current of each device arrives, [out, rows], and the conductance at the end, uS, [out].

    Args:
        conductance: sum of both devices of a weight, uS, [out, rows].
        io: resistance and number of the segments.
    """
    segments, rows = io.ir_drop_segments, conductance.shape[1]
    each = rows // segments
    conductance = with_odd_lines_reversed(conductance)
    nodes = conductance.reshape(len(conductance), segments, each).sum(dim=2).unbind(dim=1)
    wire = 1e-6 * io.ir_drop * io.ir_drop_rs * each  # MOhm, because conductances are in uS
    parts, seen = delivered(nodes, [wire] * (segments - 1) + [wire / 2])
    return with_odd_lines_reversed(torch.stack(parts, dim=1).repeat_interleave(each, dim=1)), seen


def with_odd_lines_reversed(values: torch.Tensor) -> torch.Tensor:
    """Return values [out, rows] from the far end of each line to its converter, or in the order of the rows again."""
    values = values.clone()
    values[1::2] = values[1::2].flip(1)
    return values


def pulse_passes(voltage: torch.Tensor, io: IOParametersIRDropT, has_wires: bool) -> Iterator[Pass]:
    """Yield the passes of inputs [vectors, in], the least significant first; the gradient passes by the last one alone.

    Without wires pulses have their exact lengths, whatever the edges and the samples.
    """
    exact = voltage / step_width(io.inp_res, io.inp_bound)
    nearest = exact.detach().round()
    steps = torch.where((exact - nearest).abs() < 1e-3, InPlaceOf.apply(exact, nearest), exact)
    if io.mv_type is AnalogMVType.BIT_WISE:
        bits, base, scale = max(1, io.levels.bit_length()), 2, 1.0
    elif io.mv_type is AnalogMVType.SPLIT_MODE:
        bits, base, scale = 2, 2 ** io.split_mode_bit_shift, io.ir_drop_time_step_resolution_scale
    else:
        bits, base, scale = 1, io.levels + 1, io.ir_drop_time_step_resolution_scale
    rest, highest = steps, io.levels
    for number in range(bits):
        is_last = number == bits - 1
        above = torch.zeros_like(steps) if is_last else (rest.detach() / base).trunc()
        window, lengths = 1 + (highest if is_last else base - 1), (rest - base * above).detach()
        if has_wires:
            lengths = sampled(lengths, window, scale, io.ir_drop_integration_sum)
        yield Pass(base ** number, InPlaceOf.apply(steps / base ** number, lengths) if is_last else lengths, window)
        rest, highest = above, highest // base


def sampled(steps: torch.Tensor, window: int, scale: float, ends_at_once: bool) -> torch.Tensor:
    """Return how long pulses last for a converter that samples the current a number of times in a window, in steps.

    It does not see what is beyond the window. A pulse that does not end at once goes on for half of the time between two
    samples; one that is shorter than that time, for half of its own.
    """
    count = max(1, int(window * min(scale, 1.0)))
    length, each = steps.abs(), window / count
    if count < window:
        length = each * (length / each).round()
    length = length.clamp(max=window)
    if not ends_at_once:
        length = length + length.clamp(max=each) / 2 * (length < window)
    return steps.sign() * length


def counted(crossbar: Crossbar, pulses: Pass, io: IOParametersIRDropT, noise: Noise) -> torch.Tensor:
    """Return what converters have counted in a pass, in units of the output, [vectors, out]."""
    width = step_width(io.inp_res, io.inp_bound)
    voltage, total = pulses.lengths * width, torch.zeros(())
    for number, pair in enumerate(crossbar.pairs):
        z = voltage @ pair.weights.T
        if pair.leak is not None:
            z = z + pulses.window * pair.leak
        if pair.conductance is not None:
            own = noise.normals if number == 0 else noise._replace(stream=noise.stream.occasion(number - 1)).normals
            strength = io.xdep_pcm_read_noise_scale * width / crossbar.scale
            z = z + strength * fluctuation(pair.conductance, pair.parts, pulses) * drawn(own, Purpose.WEIGHT_NOISE, z)
        if pair.leak is not None and io.adc_quantization:
            turns = crossbar.scale * SWING / width * io.adc_frequency / OSCILLATOR_CURRENT
            z = InPlaceOf.apply(z, (z.detach() * turns).trunc() / turns)
        total = total + pair.factor * z
    return total


def fluctuation(conductance: torch.Tensor, parts: torch.Tensor, pulses: Pass) -> torch.Tensor:
    """Return the standard deviation of the sum of conductance times length of all pairs on a line, uS ns, [vectors, out].

        sum_j length_j^2 part_ij^2 (slope(t) |G_ij| + offset(t))^2,     t = mean length of the pulses, at least 1 ns

    Each pair fluctuates by itself, as its difference of conductances does, and anew for each vector.
    """
    with torch.no_grad():
        time = pulses.lengths.abs().mean(dim=1, keepdim=True).clamp(min=1.0).log10()
        slope, offset = (sum(factor * time ** power for power, factor in enumerate(factors))
                         for factors in (NOISE_SLOPE, NOISE_OFFSET))
        sums = [pulses.lengths ** 2 @ (parts ** 2 * conductance ** power).T for power in range(3)]
        variance = slope ** 2 * sums[2] + 2 * slope * offset * sums[1] + offset ** 2 * sums[0]
        return variance.sqrt()
