"""The analog matrix-vector product: DAC, crossbar, ADC, and the rounds of the bound management around them."""

import numpy as np

from aihwlab.kernel import converters
from aihwlab.kernel.backend import is_compiled
from aihwlab.kernel.converters import are_finite, step_width
from aihwlab.kernel.crossbar import crossbar, product
from aihwlab.kernel.enums import AnalogMVType, BoundManagementType, NoiseManagementType
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Patches, gather, select


def analog_mvm(weights, x, io, lines, stream, multiply=product, backward=False, backend=None, largest=None):
    """Return the analog product of a matrix with every vector of an array.

        y = alpha beta out_scale ADC(crossbar(DAC(x / (alpha beta))))

    `alpha` is the scale of the noise management, `beta` = 1, 2, 4, ... the reduction of the bound management: a vector
    whose outputs hit the bound is computed again with a weaker input. Every vector is treated on its own.

    Args:
        weights: conductances, [out, in], float32.
        x: inputs, [batch, in, positions], float32, or the patches of images (`aihwlab.kernel.patches.Patches`).
        io: input/output parameters (`aihwlab.simulator.parameters.IOParameters`).
        lines: fixed imperfections of the output lines (`aihwlab.kernel.lines.draw_lines`).
        stream: random numbers of this operation.
        multiply: the library's product of matrix and vectors.
        backward: the backward pass has no bound management.
        backend: 'reference' or 'compiled'; by default the fastest that the arrays allow.
        largest: the largest magnitude of each vector, [batch, positions], if it is known already.

    Returns:
        Outputs, [batch, out, positions], float32.

    Raises:
        ValueError: if an input is NaN or infinite.
    """
    data = x.image if isinstance(x, Patches) else x
    xp = array_namespace(weights, data)
    if io.is_perfect or io.mv_type is AnalogMVType.IDEAL:
        result = multiply(weights, gather(x))
        return result if io.out_scale == 1 else result * np.float32(io.out_scale)
    if is_compiled(data, backend):
        from aihwlab.kernel.compiled import converters as stages
    else:
        stages, x = converters, gather(x)
    if largest is None:
        largest = stages.abs_max(x)
    if not are_finite(largest):
        raise ValueError('NaN or infinite values in the input of an analog product: DAC and ADC have no code for them')
    alpha = input_scale(x, io, lines, largest=largest)
    y, hit = analog_pass(weights, x, alpha, 1.0, io, lines, stream, 0, None, multiply, backward, stages)
    if backward or io.bound_management is BoundManagementType.NONE or not hit.any():
        return y
    rounds = reductions(io)
    positions = x.shape[2]
    numbers = xp.nonzero(hit.reshape(-1))[0]
    for number, (beta, kind) in enumerate(rounds, start=1):
        batch, position = numbers // positions, numbers % positions
        selected = select(x, batch, position)
        scale = alpha[batch, position][:, None] if kind is None else input_scale(selected, io, lines, kind)
        again, hit = analog_pass(weights, selected, scale, beta, io, lines, stream, number, (numbers, positions),
                                 multiply, backward, stages)
        y[batch, :, position] = again[:, :, 0]
        numbers = numbers[hit[:, 0]]
        if len(numbers) == 0:
            break
    return y


def reductions(io):
    """Return the further rounds of the bound management: pairs (beta, noise management to use instead or None).

    Rounds go on until `floor(beta) > max_bm_factor`, or, with a quantised input, `beta > max_bm_res / input step`; the test
    comes after the round. ITERATIVE_WORST_CASE starts again from `beta = 1` with ABS_MAX_NP_SUM.
    """
    width = step_width(io.inp_res, io.inp_bound)
    rounds, beta, kind = [], 1.0, None
    if (io.bound_management is BoundManagementType.ITERATIVE_WORST_CASE
            and io.noise_management is not NoiseManagementType.ABS_MAX_NP_SUM):
        kind = NoiseManagementType.ABS_MAX_NP_SUM
        rounds.append((beta, kind))
    while int(beta) <= io.max_bm_factor and not (width > 0 and beta > io.max_bm_res / width):
        beta *= 2
        rounds.append((beta, kind))
    return rounds


def analog_pass(weights, x, alpha, beta, io, lines, stream, number, vectors, multiply, backward, stages):
    """Return the outputs of one round, [batch, out, positions], and which vectors hit the bound, [batch, positions].

    A vector of zeros gives exactly zero: its lines stay off (but forward, input noise makes a current all the same).
    """
    xp = array_namespace(alpha)
    active = alpha > 0
    reduction, factor = stages.scales(alpha, beta, io.out_scale, silent=backward or io.inp_noise <= 0)
    voltage = stages.dac(x, reduction, io, stream, 2 * number, vectors)

    def outputs(matrix, part, slot):
        current = crossbar(matrix, part, io, lines, stream, slot, vectors, multiply)
        return stages.adc(current, factor, io, lines, stream, slot, vectors)

    if io.mv_type is AnalogMVType.ONE_PASS:
        y, hit = outputs(weights, voltage, 2 * number)
        return y, hit & active
    zero = np.float32(0)
    negative = weights if lines.read_asymmetry is None else weights * (1 + lines.read_asymmetry)
    if io.mv_type is AnalogMVType.POS_NEG_SEPARATE_DIGITAL_SUM:
        y, hit = outputs(weights, xp.maximum(voltage, zero), 2 * number)
        y_negative, hit_negative = outputs(negative, xp.minimum(voltage, zero), 2 * number + 1)
        return y + y_negative, (hit | hit_negative) & active
    current = (crossbar(weights, xp.maximum(voltage, zero), io, lines, stream, 2 * number, vectors, multiply)
               + crossbar(negative, xp.minimum(voltage, zero), io, lines, stream, 2 * number + 1, vectors, multiply))
    y, hit = stages.adc(current, factor, io, lines, stream, 2 * number, vectors)
    return y, hit & active
