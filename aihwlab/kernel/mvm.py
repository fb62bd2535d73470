"""The analog matrix-vector product: DAC, crossbar, ADC, and the rounds of the bound management around them."""

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.converters import are_finite, step_width
from aihwlab.kernel.crossbar import Multiply, crossbar
from aihwlab.kernel.lines import Lines
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise, Selection
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Patches, gather, select
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType
from aihwlab.parameters.io import IOParameters


class Direction(NamedTuple):
    """What stands around a crossbar in one direction.

    Attributes:
        io: converters and noise.
        lines: the output lines.
        backward: whether it is the way back, which has no bound management.
    """

    io: IOParameters
    lines: Lines
    backward: bool = False


class Pass(NamedTuple):
    """What all analog passes of a product share: the crossbar, what stands around it, and how it is computed."""

    weights: Array
    direction: Direction
    stages: ModuleType
    multiply: Multiply


def analog_mvm(weights: Array, x: Array | Patches, direction: Direction, stream: Stream, engine: Engine = Engine(),
               largest: Array | None = None) -> Array:
    """Return the analog product of a matrix with every vector of an array.

        y = alpha beta out_scale ADC(crossbar(DAC(x / (alpha beta))))

    `alpha` is the scale of the noise management, `beta` = 1, 2, 4, ... the reduction of the bound management: a vector
    whose outputs hit the bound is computed again with a weaker input. Every vector is treated on its own.

    Args:
        weights: conductances, [out, in], float32.
        x: inputs, [batch, in, positions], float32, or the patches of images.
        direction: converters and output lines.
        stream: random numbers of this operation.
        engine: how to compute.
        largest: the largest magnitude of each vector, [batch, positions], if it is known already.

    Returns:
        Outputs, [batch, out, positions], float32.

    Raises:
        ValueError: if an input is NaN or infinite.
    """
    io, counts = direction.io, engine.counts
    batch, in_size, positions = x.shape
    if counts is not None:
        counts.products += batch * positions
    if io.is_perfect or io.mv_type is AnalogMVType.IDEAL:
        result = engine.multiply(weights, gather(x))
        return result if io.out_scale == 1 else result * np.float32(io.out_scale)
    stages = engine.stages(x.image if isinstance(x, Patches) else x)
    x = stages.gather(x)
    if largest is None:
        largest = stages.abs_max(x)
    if not are_finite(largest):
        raise ValueError('NaN or infinite values in the input of an analog product: DAC and ADC have no code for them')
    alpha = input_scale(x, io, direction.lines, largest=largest)
    every_pass = Pass(weights, direction, stages, engine.multiply)
    y, hit = analog_pass(every_pass, x, alpha, 1.0, Noise(stream))
    repeated = 0
    if not (direction.backward or io.bound_management is BoundManagementType.NONE) and hit.any():
        repeated = repeat_in_bounds(every_pass, x, alpha, stream, y, hit)
    if counts is not None:
        count_passes(counts, io, weights.shape, batch * positions + repeated)
        counts.repeats += repeated
    return y


def repeat_in_bounds(every_pass: Pass, x: Array | Patches, alpha: Array, stream: Stream, y: Array, hit: Array) -> int:
    """Compute vectors that hit the bound again, with ever weaker inputs, and put their outputs into `y`.

    Returns:
        How many times a vector was computed again.
    """
    io, lines, _ = every_pass.direction
    xp, positions, repeated = array_namespace(y), x.shape[2], 0
    indices = xp.nonzero(hit.reshape(-1))[0]
    for number, (beta, kind) in enumerate(reductions(io), start=1):
        batch, position = indices // positions, indices % positions
        selected = select(x, batch, position)
        scale = alpha[batch, position][:, None] if kind is None else input_scale(selected, io, lines, kind)
        again, hit = analog_pass(every_pass, selected, scale, beta, Noise(stream, 2 * number, Selection(indices, positions)))
        y[batch, :, position] = again[:, :, 0]
        repeated += len(indices)
        indices = indices[hit[:, 0]]
        if len(indices) == 0:
            break
    return repeated


def reductions(io: IOParameters) -> list[tuple[float, NoiseManagementType | None]]:
    """Return the further rounds of the bound management: pairs (beta, noise management to use instead or None).

    Rounds go on until `floor(beta) > max_bm_factor`, or, with a quantised input, `beta > max_bm_res / input step`; the test
    comes after the round. ITERATIVE_WORST_CASE starts again from `beta = 1` with ABS_MAX_NP_SUM.
    """
    width = step_width(io.inp_res, io.inp_bound)
    rounds: list[tuple[float, NoiseManagementType | None]] = []
    beta, kind = 1.0, None
    if (io.bound_management is BoundManagementType.ITERATIVE_WORST_CASE
            and io.noise_management is not NoiseManagementType.ABS_MAX_NP_SUM):
        kind = NoiseManagementType.ABS_MAX_NP_SUM
        rounds.append((beta, kind))
    while int(beta) <= io.max_bm_factor and not (width > 0 and beta > io.max_bm_res / width):
        beta *= 2
        rounds.append((beta, kind))
    return rounds


def analog_pass(every_pass: Pass, x: Array | Patches, alpha: Array, beta: float, noise: Noise) -> tuple[Array, Array]:
    """Return the outputs of one round, [batch, out, positions], and which vectors hit the bound, [batch, positions].

    A vector of zeros gives exactly zero: its lines stay off (but forward, input noise makes a current all the same).
    Positive and negative inputs with passes of their own take two, the second with noise of the next series.
    """
    weights, (io, lines, backward), stages, multiply = every_pass
    xp = array_namespace(alpha)
    active = alpha > 0
    reduction, factor = stages.scales(alpha, beta, io.out_scale, silent=backward or io.inp_noise <= 0)
    voltage = stages.dac(x, reduction, io, noise)
    if io.mv_type is AnalogMVType.ONE_PASS:
        y, hit = stages.adc(crossbar(weights, voltage, io, lines, noise, multiply), factor, io, lines, noise)
        return y, hit & active
    zero, next_noise = np.float32(0), noise._replace(series=noise.series + 1)
    negative = weights if lines.read_asymmetry is None else weights * (1 + lines.read_asymmetry)
    current = crossbar(weights, xp.maximum(voltage, zero), io, lines, noise, multiply)
    negative_current = crossbar(negative, xp.minimum(voltage, zero), io, lines, next_noise, multiply)
    if io.mv_type is AnalogMVType.POS_NEG_SEPARATE:
        y, hit = stages.adc(current + negative_current, factor, io, lines, noise)
        return y, hit & active
    y, hit = stages.adc(current, factor, io, lines, noise)
    y_negative, hit_negative = stages.adc(negative_current, factor, io, lines, next_noise)
    return y + y_negative, (hit | hit_negative) & active


def count_passes(counts: Any, io: IOParameters, shape: tuple[int, ...], vectors: int) -> None:
    """Add the work of some rounds, one for each vector: a crossbar [out, in] is read once or twice, outputs are converted
    as often or, if currents of both signs are added before, once."""
    out_size, in_size = shape
    passes = vectors * (1 if io.mv_type is AnalogMVType.ONE_PASS else 2)
    counts.passes += passes
    counts.multiplications += passes * out_size * in_size
    counts.input_conversions += passes * in_size
    converted = passes if io.mv_type is AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM else vectors
    counts.output_conversions += converted * out_size
