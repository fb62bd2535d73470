"""The first round of an analog product (`aihwlab.kernel.rounds`), compiled: in one call where nothing unusual is asked for.

What differs from the reference, and why:

* Images go one after the other through all that is done to them (`aihwlab.kernel.compiled.image_rounds`), and vectors that
  lie side by side some after the other (`aihwlab.kernel.compiled.row_rounds`).
* What follows from the parameters alone is worked out once (`Plan`), and what follows from shapes while these stay (`Frame`).

Input noise, stochastic rounding, weight noise, voltage drops and several passes go through the single stages. Random numbers
are the same on both ways; the sums of a product may differ in the last bits, as between libraries.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel import rounds
from aihwlab.kernel.compiled.converters import NOTHING, adc_of, dac_of
from aihwlab.kernel.compiled.image_rounds import images
from aihwlab.kernel.compiled.patches import abs_max, layout_of, layout_of_patches, plain_layout
from aihwlab.kernel.compiled.random import plain_address
from aihwlab.kernel.compiled.round_parts import HIT, INFINITE, NOT_FINITE, Frame
from aihwlab.kernel.compiled.row_rounds import rows
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.kernel.rounds import Direction, Extras, Images, Setup, require_finite
from aihwlab.parameters.base import Parameters
from aihwlab.parameters.enums import AnalogMVType, NoiseManagementType, WeightNoiseType


class Plan(NamedTuple):
    """What follows from the parameters and the lines of a direction.

    Attributes:
        changes, noise: by which it is known whether they are still the same.
        is_plain: whether a round can be computed in one call.
        dac, adc: the converters.
        std: noise of the output lines, empty if there is none.
        largest_scale: limit of the scales of the noise management ABS_MAX; None for other types.
        out_scale: factor of all outputs.
    """

    changes: int
    noise: Any
    is_plain: bool
    dac: tuple[Any, ...]
    adc: tuple[Any, ...]
    std: Any
    largest_scale: Any
    out_scale: Any


def plan_of(direction: Direction) -> Plan:
    """Return the plan of a direction, made anew if a parameter has changed."""
    plan: Any = direction.plan
    if plan is None or plan.changes != Parameters.changes or plan.noise is not direction.lines.noise:
        plan = direction.plan = make_plan(direction)
    return plan


def make_plan(direction: Direction) -> Plan:
    """Work out a plan."""
    io, lines = direction.io, direction.lines
    is_plain = (io.mv_type is AnalogMVType.ONE_PASS and io.inp_noise <= 0 and not io.inp_sto_round and not io.out_sto_round
                and io.ir_drop <= 0 and lines.offset is None and lines.nonlinearity is None
                and (io.w_noise <= 0 or io.w_noise_type is WeightNoiseType.NONE))
    limit = np.float32(io.nm_thres) if io.nm_thres > 0 else INFINITE
    return Plan(Parameters.changes, lines.noise, is_plain, tuple(dac_of(io)), tuple(adc_of(io)),
                np.ascontiguousarray(lines.noise) if io.out_noise > 0 else NOTHING,
                limit if io.noise_management is NoiseManagementType.ABS_MAX else None, np.float32(io.out_scale))


def make_frame(x: Array | Patches, image: Array, onto: Images | None) -> Frame:
    """Work out a frame."""
    batch, in_size, positions = x.shape
    is_side_by_side = positions == 1 and image.size == batch * in_size
    return Frame(image.shape, x.geometry if isinstance(x, Patches) else None, onto, x.shape,
                 None if is_side_by_side else tuple(layout_of(x)),
                 tuple(plain_layout(0, 0) if onto is None else layout_of_patches(onto.shape[1:], onto.geometry)))


def first_round(setup: Setup, x: Array | Patches, stream: Stream, extras: Extras) -> tuple[Array, Array | None, Array]:
    """Compute the first round of a product; see `aihwlab.kernel.rounds.first_round`."""
    direction = setup.direction
    plan = plan_of(direction)
    if not plan.is_plain:
        return rounds.first_round(setup, x, stream, extras)
    (image, geometry), (bias, onto, largest), frame = x if isinstance(x, Patches) else (x, None), extras, direction.frame
    if frame is None or frame.image != image.shape or frame.geometry != geometry or frame.onto != onto:
        frame = direction.frame = make_frame(x, image, onto)
    if largest is None:
        largest = np.empty(frame.vectors[::2], dtype=np.float32)
    limit, alpha, scale = plan.largest_scale, None, NOTHING
    if limit is None:
        limit, largest[...] = INFINITE, abs_max(x)
        require_finite(largest)
        alpha = input_scale(x, direction.io, direction.lines, largest=largest)
        scale = np.ascontiguousarray(alpha, dtype=np.float32).reshape(-1)
    source = plan.dac, limit, scale, largest.reshape(-1)
    output = (plan.adc, plan.std, plain_address(stream, Purpose.OUTPUT_NOISE), plan.out_scale,
              NOTHING if bias is None else np.ascontiguousarray(bias))
    compute = rows if frame.layout is None else images
    y, hit, status = compute(setup, np.ascontiguousarray(image).reshape(-1), frame, source, output)
    if status & NOT_FINITE:
        require_finite(largest)
    if alpha is None:
        alpha = largest if limit == INFINITE else np.minimum(largest, limit)
    return y, hit.reshape(frame.vectors[::2]) if status & HIT else None, alpha
