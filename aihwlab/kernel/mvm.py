"""The analog matrix-vector product: a round of DAC, crossbar and ADC, and the further rounds of the bound management."""

from typing import Any

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.converters import step_width
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise, Selection
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Patches, gather, select
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import NO_EXTRAS, Direction, Extras, Form, Setup, analog_round
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType
from aihwlab.parameters.io import IOParameters

FLOAT = np.dtype(np.float32)


def analog_mvm(weights: Array, x: Array | Patches, direction: Direction, stream: Stream, engine: Engine = Engine(),
               extras: Extras = NO_EXTRAS) -> Array:
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
        extras: what is done besides.

    Returns:
        Outputs, [batch, out, positions], float32, or images to which they were added up.

    Raises:
        ValueError: if an input is NaN or infinite, or an output is NaN because a weight is; and for arrays that do not fit.
    """
    io, counts = direction.io, engine.counts
    image, geometry = x if isinstance(x, Patches) else (x, None)
    bias, _, largest = extras
    arrays = (type(image), image.shape, image.dtype, geometry, weights.shape, engine.backend,
              None if bias is None else (bias.shape, bias.dtype),
              None if largest is None else (largest.shape, largest.dtype, largest.flags.c_contiguous))
    form = direction.form
    if form is None or form.arrays != arrays:
        require_fitting(weights, x, extras)
        form = direction.form = Form(arrays, x.shape, engine.stages(image))
    (batch, _, positions), stages = form[1:]
    if counts is not None:
        counts.products += batch * positions
    setup = Setup(weights, direction, stages, engine.multiply)
    if io.is_exact:
        return exact_product(setup, x, extras)
    x = stages.gather(x)
    y, hit, alpha = stages.first_round(setup, x, stream, extras)
    repeated = 0
    if hit is not None and hit.any():
        if not direction.backward and io.bound_management is not BoundManagementType.NONE:
            repeated = repeat_in_bounds(setup, x, alpha, stream, y, hit, extras.bias)
        require_finite_weights(weights, y)
    if counts is not None:
        count_passes(counts, io, weights.shape, batch * positions + repeated)
        counts.repeats += repeated
    return y


def require_fitting(weights: Array, x: Array | Patches, extras: Extras) -> None:
    """Raise a ValueError for arrays that do not belong together: compiled code would read beyond their ends."""
    (out_size, in_size), shape = weights.shape, x.shape
    if len(shape) != 3 or shape[1] != in_size or x.dtype != FLOAT:
        raise ValueError(f'vectors of shape {shape} and type {x.dtype}: must be (batch, {in_size}, positions) of float32')
    for name, given, expected in (('bias', extras.bias, (out_size,)), ('largest', extras.largest, shape[::2])):
        if given is not None and (given.shape != expected or given.dtype != FLOAT):
            raise ValueError(f'{name} of shape {given.shape} and type {given.dtype}: must be {expected} of float32')
    if extras.largest is not None and not extras.largest.flags.c_contiguous:
        raise ValueError('largest: must be contiguous in memory, because it is written to')


def exact_product(setup: Setup, x: Array | Patches, extras: Extras) -> Array:
    """Return the product without converters and noise."""
    y = setup.multiply(setup.weights, gather(x))
    require_finite_weights(setup.weights, y)
    if setup.direction.io.out_scale != 1:
        y = y * np.float32(setup.direction.io.out_scale)
    if extras.largest is not None:
        extras.largest[...] = setup.stages.abs_max(setup.stages.gather(x))
    if extras.bias is not None:
        y = y + extras.bias[:, None]
    return y if extras.onto is None else setup.stages.scatter(y, *extras.onto)


def require_finite_weights(weights: Array, y: Array) -> None:
    """Raise a ValueError if outputs are NaN because weights are NaN or infinite."""
    if y.size == 0 or y.min() >= -np.inf:  # a minimum is NaN if any number is
        return
    xp = array_namespace(weights)
    bad = xp.argwhere(~xp.isfinite(weights)).tolist()
    if bad:
        raise ValueError(f'{len(bad)} of {weights.size} weights in the crossbar are NaN or infinite, the first one at '
                         f'{bad[0]}: write them anew; if training has made them so, with a lower learning rate')


def repeat_in_bounds(setup: Setup, x: Array | Patches, alpha: Array, stream: Stream, y: Array, hit: Array,
                     bias: Array | None) -> int:
    """Compute vectors that hit the bound again, with ever weaker inputs, and put their outputs into `y`.

    Returns:
        How many times a vector was computed again.
    """
    io, lines = setup.direction.io, setup.direction.lines
    xp, positions, repeated = array_namespace(y), x.shape[2], 0
    indices = xp.nonzero(hit.reshape(-1))[0]
    for number, (beta, kind) in enumerate(reductions(io), start=1):
        batch, position = indices // positions, indices % positions
        selected = select(x, batch, position)
        scale = alpha[batch, position][:, None] if kind is None else input_scale(selected, io, lines, kind)
        again, hit = analog_round(setup, selected, scale, beta, Noise(stream, 2 * number, Selection(indices, positions)))
        y[batch, :, position] = again[:, :, 0] if bias is None else again[:, :, 0] + bias
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
