"""The analog matrix-vector product in operations of torch, which differentiates it: DAC, crossbar, ADC."""

from typing import Any, ClassVar

import numpy as np
import torch
from torch.autograd import Function

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.converters import TINY, step_width
from aihwlab.kernel.lines import Lines, draw_lines
from aihwlab.kernel.mvm import reductions
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.noise import Noise, Selection
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType, WeightNoiseType
from aihwlab.parameters.io import IOParameters
from aihwlab.simulator.tiles.arguments import in_single_precision
from aihwlab.simulator.tiles.exchange import as_array, as_tensor

ROUNDING = 1 + 1e-6
"""What the largest input, over its own magnitude, can be in single precision."""


class AnalogMVM:
    """An analog product as `aihwlab.kernel.mvm.analog_mvm` computes it, of rows of vectors, that torch differentiates.

    Its stages are class methods, so that a subclass can put something else in the place of one. Rounding passes gradients on;
    where a converter clips there is none. The scales of noise and bound management count as constants.

    It knows the converters, the noise of inputs and outputs, their asymmetry, noise management, and bound management in one
    pass; what happens on wires and in amplifiers, and noise of the weights, is left to the kernel.

    Attributes:
        parameters: class of the parameters that it needs.
    """

    parameters: ClassVar[type[IOParameters]] = IOParameters

    @classmethod
    @in_single_precision()
    def matmul(cls, weight: torch.Tensor, input_: torch.Tensor, io_pars: IOParameters, trans: bool = False,
               is_test: bool = False, *, lines: Lines | None = None, stream: Stream | None = None,
               **around: Any) -> torch.Tensor:
        """Return the product for inputs [..., in]: [..., out].

        Args:
            weight: weights in the crossbar, [out, in].
            input_: inputs, [..., in].
            io_pars: converters and noise.
            trans: multiply by the transposed weights, without bound management.
            is_test: whether this is no training.
            lines: what is fixed in the output lines; by default there is nothing.
            stream: random numbers; by default a seed is drawn from torch's generator.
            around: what `crossbar` of a subclass has to know besides.

        Raises:
            ConfigError: for parameters that it does not know.
            ValueError: for NaN or infinite inputs.
        """
        weight = weight.T if trans else weight
        x = input_.reshape(-1, input_.shape[-1])
        if io_pars.is_perfect or io_pars.mv_type is AnalogMVType.IDEAL:
            y = x @ weight.T * io_pars.out_scale
        else:
            for name, requirement in cls.unknown_parameters(io_pars):
                raise ConfigError(f'{name} = {getattr(io_pars, name)}: must be {requirement}')
            if stream is None:
                stream = Stream(int(torch.randint(2 ** 63 - 1, (1,), dtype=torch.int64)), 0)
            if lines is None:
                lines = draw_lines(io_pars, tuple(weight.shape), stream, xp=array_namespace(as_array(x)))
            crossbar = cls.crossbar(weight, io_pars, is_test, **around)
            y = cls.in_bounds(crossbar, x, io_pars, lines, stream, manages_bound=not trans)
        return y.reshape(*input_.shape[:-1], len(weight))

    @classmethod
    def crossbar(cls, weight: torch.Tensor, io: Any, is_test: bool) -> Any:
        """Return what the rounds of a product share: here, only the weights, [out, in]."""
        return weight

    @classmethod
    def in_bounds(cls, crossbar: Any, x: torch.Tensor, io: IOParameters, lines: Lines, stream: Stream,
                  manages_bound: bool) -> torch.Tensor:
        """Return the product for vectors [vectors, in], [vectors, out]; those that hit the bound are computed again."""
        if not torch.isfinite(x).all():
            raise ValueError('NaN or infinite values in the input of an analog product: DAC and ADC have no code for them')
        alpha = scale_of(x, io, lines)
        y, hit = cls.analog_round(crossbar, x, alpha, io, lines, Noise(stream))
        if not manages_bound or io.bound_management is BoundManagementType.NONE:
            return y
        chosen = hit.nonzero()[:, 0]
        for number, (beta, kind) in enumerate(reductions(io), start=1):
            if len(chosen) == 0:
                break
            selected = x[chosen]
            scale = alpha[chosen] if kind is None else scale_of(selected, io, lines, kind)
            noise = Noise(stream, 2 * number, Selection(as_array(chosen), 1))
            again, hit = cls.analog_round(crossbar, selected, scale * beta, io, lines, noise)
            y = y.index_copy(0, chosen, again)
            chosen = chosen[hit]
        return y

    @classmethod
    def analog_round(cls, crossbar: Any, x: torch.Tensor, scale: torch.Tensor, io: IOParameters, lines: Lines,
                     noise: Noise) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the outputs of one round, [vectors, out], and which vectors hit the bound, [vectors].

        Args:
            crossbar: what `crossbar` has returned.
            x: inputs, [vectors, in].
            scale: what the inputs are divided by, [vectors, 1]; 0 for a vector of zeros.
            io, lines, noise: as in `aihwlab.kernel.rounds`.
        """
        active = scale >= TINY
        divisor = torch.where(active, scale, torch.ones_like(scale))
        z, hit = cls.passes(crossbar, cls.dac(x * (1 / divisor), io, noise), io, lines, noise)
        is_silent = ~active & torch.tensor(io.inp_noise <= 0, device=x.device)
        factor = torch.where(is_silent, torch.zeros_like(divisor), divisor * io.out_scale)
        return z * factor, hit & active[:, 0]

    @classmethod
    def unknown_parameters(cls, io: IOParameters) -> list[tuple[str, str]]:
        """Return the names of parameters that the product does not know, and what they must be instead."""
        if io.is_perfect or io.mv_type is AnalogMVType.IDEAL:
            return []
        found = [] if io.mv_type is AnalogMVType.ONE_PASS else [('mv_type', 'ONE_PASS or IDEAL in a tile written in torch')]
        if io.w_noise_type is not WeightNoiseType.NONE:
            found.append(('w_noise_type', 'NONE in a tile written in torch'))
        if io.noise_management is NoiseManagementType.AVERAGE_ABS_MAX:
            found.append(('noise_management', 'one without a memory in a tile written in torch'))
        zero = ('ir_drop', 'out_nonlinearity', 'slope_calibration', 'v_offset_std', 'r_series', 'w_read_asymmetry_dtod')
        return found + [(name, '0 in a tile written in torch') for name in zero if getattr(io, name) > 0]

    @classmethod
    def passes(cls, crossbar: Any, voltage: torch.Tensor, io: Any, lines: Lines,
               noise: Noise) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the ADC makes of voltages, [vectors, in], and which vectors hit the bound: here, in one pass."""
        return cls.adc(voltage @ crossbar.T, io, lines, noise)

    @classmethod
    def dac(cls, x: torch.Tensor, io: IOParameters, noise: Noise) -> torch.Tensor:
        """Return voltages for scaled inputs, [vectors, in]; see `aihwlab.kernel.converters.dac`."""
        width = step_width(io.inp_res, io.inp_bound)
        voltage = rounded(x, width, io.inp_sto_round, noise, Purpose.INPUT_ROUNDING)
        if 0 < io.inp_bound < np.inf:
            voltage = limited(voltage, io.inp_bound)
        if io.inp_noise > 0:
            voltage = voltage + io.inp_noise * drawn(noise.normals, Purpose.INPUT_NOISE, voltage)
        return weakened(voltage, io.inp_asymmetry)

    @classmethod
    def adc(cls, current: torch.Tensor, io: IOParameters, lines: Lines, noise: Noise) -> tuple[torch.Tensor, torch.Tensor]:
        """Return numbers for currents, [vectors, out], and which vectors hit the bound; see `kernel.converters.adc`."""
        current = weakened(current, io.out_asymmetry)
        if io.out_noise > 0:
            current = current + as_tensor(lines.noise) * drawn(noise.normals, Purpose.OUTPUT_NOISE, current)
        width, bound = step_width(io.out_res, io.out_bound), io.out_bound if io.out_bound > 0 else np.inf
        z = rounded(current, width, io.out_sto_round, noise, Purpose.OUTPUT_ROUNDING)
        hit = z > bound
        if io.bm_test_negative_bound:
            hit = hit | (z < -bound)
        return limited(z, bound), hit.any(dim=1)


def scale_of(x: torch.Tensor, io: IOParameters, lines: Lines, kind: NoiseManagementType | None = None) -> torch.Tensor:
    """Return the scale of each vector, [vectors, 1]; see `aihwlab.kernel.noise_management.input_scale`."""
    return as_tensor(input_scale(as_array(x)[:, :, None], io, lines, kind))


def rounded(values: torch.Tensor, width: float, stochastic: bool, noise: Noise, purpose: Purpose) -> torch.Tensor:
    """Return values rounded to multiples of a width, half to even, or at random; the gradient passes as if they were not."""
    if width == 0:
        return values
    with torch.no_grad():
        steps = values * float(np.float32(1 / width))
        if stochastic:
            steps = steps + (drawn(noise.uniforms, purpose, values) - 0.5)
        codes = torch.round(steps) * float(np.float32(width))
    result: torch.Tensor = InPlaceOf.apply(values, codes)
    return result


def limited(values: torch.Tensor, bound: float) -> torch.Tensor:
    """Return values within +-bound; the gradient ends where they were beyond it by more than the rounding of a scale."""
    clipped = values.detach().clamp(-bound, bound)
    return torch.where(values.abs() <= bound * ROUNDING, InPlaceOf.apply(values, clipped), clipped)


class InPlaceOf(Function):
    """Other values in place of given ones, to which the gradient passes."""

    @staticmethod
    def forward(ctx: Any, values: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        """Return the other values."""
        return others.view_as(others)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return the gradient as it is."""
        return grad_output, None


def weakened(values: torch.Tensor, asymmetry: float) -> torch.Tensor:
    """Return values of which the negative ones are smaller by a fraction."""
    return values if asymmetry == 0 else torch.where(values < 0, values * (1 - asymmetry), values)


def drawn(draw: Any, purpose: Purpose, like: torch.Tensor) -> torch.Tensor:
    """Return random numbers for values [vectors, lines]: those that the kernel draws for as many vectors."""
    numbers = draw(purpose, (*like.shape, 1), array_namespace(as_array(like)))
    return as_tensor(numbers)[:, :, 0]
