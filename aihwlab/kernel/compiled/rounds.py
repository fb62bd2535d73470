"""The first round of an analog product (`aihwlab.kernel.rounds`), compiled: in one call where nothing unusual is asked for.

What differs from the reference, and why:

* One image after the other goes from its largest magnitudes to its outputs, backward to the image they are added up to, while
  all its numbers are in the cache. The product is the kernel's own (`aihwlab.kernel.compiled.products`).
* Vectors without positions go through the library's product, which is made for them, with one call before and one behind.
* What follows from the parameters alone is worked out once (`Plan`).

Input noise, stochastic rounding, weight noise, voltage drops and several passes go through the single stages. Random numbers
are the same on both ways; the sums of a product may differ in the last bits, as between libraries.
"""

from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel import rounds
from aihwlab.kernel.compiled.bits import float_bits
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.converters import (
    CHUNK_LENGTH,
    NOTHING,
    OUTPUTS_PER_TASK,
    SINGLE,
    UNCHANGED,
    Converter,
    Digital,
    OutputNoise,
    adc_of,
    clipped,
    convert_all,
    converted,
    dac_of,
    voltage_of,
)
from aihwlab.kernel.compiled.memory import floats, integers, zeros
from aihwlab.kernel.compiled.patches import (
    Layout,
    abs_max,
    abs_max_of_image,
    abs_max_of_row,
    as_images,
    first_pixel,
    layout_of_patches,
    plain_layout,
    scatter_lines,
    unsigned,
)
from aihwlab.kernel.compiled.products import Matrix, add_product, as_matrix, room_for_currents, unsigned_matrix
from aihwlab.kernel.compiled.random import chunk_of_normals, plain_address
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.converters import TINY
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.noise_management import input_scale
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.random import Address, Purpose, Stream
from aihwlab.kernel.rounds import Direction, Extras, Images, Setup, require_finite
from aihwlab.parameters.base import Parameters
from aihwlab.parameters.enums import AnalogMVType, NoiseManagementType, WeightNoiseType

ZERO, ONE, INFINITE = np.float32(0), np.float32(1), np.float32(np.inf)
NONE = np.uint64(0)
ROWS_PER_TASK = 8
NO_LAYOUT = plain_layout(0, 0)
NOT_FINITE, HIT = 1, 2


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
                lines.noise if io.out_noise > 0 else NOTHING,
                limit if io.noise_management is NoiseManagementType.ABS_MAX else None, np.float32(io.out_scale))


class Input(NamedTuple):
    """What stands before the crossbar: the DAC; the largest scale of a vector or, instead of scales that follow from the
    magnitudes, the scales of all vectors; and where the largest magnitudes are written."""

    dac: Any
    largest_scale: Any
    scale: Any
    largest: Any


class Output(NamedTuple):
    """What stands behind the crossbar: the ADC, its noise, the factor of all outputs, and their bias, empty without one."""

    adc: Any
    noise: Any
    out_scale: Any
    bias: Any


class Vectors(NamedTuple):
    """Vectors, or images of which they are the patches; a layout without channels says that they are no patches."""

    image: Any
    layout: Any


class Found(NamedTuple):
    """What a round finds out: which vectors have hit the bound; and for each image whether one has, or is not finite."""

    hit: Any
    status: Any


# Numba takes a microsecond to recognise a named tuple, and next to nothing for a plain one. So Python hands over plain
# ones, in the order of the fields, and compiled code gives them their names.


def first_round(setup: Setup, x: Array | Patches, stream: Stream, extras: Extras) -> tuple[Array, Array | None, Array]:
    """Compute the first round of a product; see `aihwlab.kernel.rounds.first_round`."""
    plan = plan_of(setup.direction)
    if not plan.is_plain:
        return rounds.first_round(setup, x, stream, extras)
    batch, in_size, positions = shape = x.shape
    largest = np.empty((batch, positions), dtype=np.float32) if extras.largest is None else extras.largest
    limit, scale = plan.largest_scale, NOTHING
    if limit is None:
        limit, largest[...] = INFINITE, abs_max(x)
        require_finite(largest)
        scale = input_scale(x, setup.direction.io, setup.direction.lines, largest=largest)
    source = plan.dac, limit, scale.reshape(-1), largest.reshape(-1)
    output = (plan.adc, plan.std, plain_address(stream, Purpose.OUTPUT_NOISE), plan.out_scale,
              NOTHING if extras.bias is None else extras.bias)
    vectors = x.image if isinstance(x, Patches) else x
    if vectors.size == batch * in_size:
        y, hit, status = rows(setup, vectors, shape, source, output, extras.onto)
    else:
        y, hit, status = images(setup, x, shape, source, output, extras.onto)
    if status & NOT_FINITE:
        require_finite(largest)
    if scale.size == 0:
        scale = largest if limit == INFINITE else np.minimum(largest, limit)
    return y, hit if status & HIT else None, scale


def images(setup: Setup, x: Array | Patches, shape: tuple[int, int, int], source: Any, output: Any,
           onto: Images | None) -> tuple[Array, Array, int]:
    """Compute a round for images, one after the other.

    Returns:
        Outputs, which vectors have hit the bound, and the status of all images together.
    """
    (batch, in_size, positions), out_size = shape, len(setup.weights)
    hit = np.zeros(batch * positions, dtype=np.bool_)
    if onto is None:
        y, layout = np.empty((batch, out_size, positions), dtype=np.float32), NO_LAYOUT
    else:
        y, layout = np.zeros(onto.shape, dtype=np.float32), layout_of_patches(onto.shape[1:], onto.geometry)
    share(batch * positions * (in_size + 2 * out_size))
    image, image_layout = as_images(x)
    status = _images((image, tuple(image_layout)), as_matrix(setup.weights), source, output,
                     (y.reshape(-1), tuple(layout)), hit)
    return y, hit.reshape(batch, positions), status


def rows(setup: Setup, vectors: Array, shape: tuple[int, int, int], source: Any, output: Any,
         onto: Images | None) -> tuple[Array, Array, int]:
    """Compute a round for vectors that lie side by side in memory, all at once; returns as `images`."""
    batch, out_size = shape[0], len(setup.weights)
    voltage, factor = np.empty(shape, dtype=np.float32), np.empty(batch, dtype=np.float32)
    share(voltage.size)
    status = _voltages_of_rows(np.ascontiguousarray(vectors).reshape(-1), source, output[3], voltage.reshape(-1), factor)
    current = setup.multiply(setup.weights, voltage)
    y, hit = np.empty((batch, out_size, 1), dtype=np.float32), np.zeros(batch, dtype=np.bool_)
    share(2 * y.size)
    status |= _outputs_of_rows(np.ascontiguousarray(current).reshape(-1), output, factor, y.reshape(-1), hit)
    return (y if onto is None else setup.stages.scatter(y, *onto)), hit.reshape(batch, 1), status


@jit(inline=True)
def _named_input(source):
    return Input(Converter(*source[0]), source[1], source[2], source[3])


@jit(inline=True)
def _named_output(output):
    converter, std, address, out_scale, bias = output
    return Output(Converter(*converter), OutputNoise(std, bias[:0], bias[:0], Address(*address)), out_scale, bias)


@jit
def _images(vectors, matrix, source, output, target, hit):
    vectors, target = Vectors(vectors[0], Layout(*vectors[1])), Vectors(target[0], Layout(*target[1]))
    images = len(hit) // (vectors.layout.down * vectors.layout.across)
    found = Found(hit, integers(images))
    for_each_task(_round_of_image, images,
                  (vectors, Matrix(*matrix), _named_input(source), _named_output(output), target, found))
    return _all_of(found.status)


@jit(inline=True)
def _all_of(status):
    together = 0
    for one in status:
        together |= one
    return together


@jit(task=True)
def _round_of_image(number, vectors, matrix, source, output, target, found):
    layout, onto, b = unsigned(vectors.layout), unsigned(target.layout), np.uint64(number)
    positions, matrix = layout.down * layout.across, unsigned_matrix(matrix)
    factor, voltage = call_task(_voltages_of_image, (b, vectors, source, output.out_scale))
    current = room_for_currents(matrix, positions)
    call_task(add_product, (matrix, voltage, current, positions))
    digital, outputs = Digital(factor, output.bias), matrix.out_size * positions
    if onto.channels == NONE:
        y = target.image[b * outputs:(b + SINGLE) * outputs]
        hit = call_task(_numbers_of_image, (b, current, output, digital, y, found.hit))
        found.status[number] = _status(source.largest, b, positions) | hit
        return
    numbers = floats(outputs)  # in place, loops could not use vector instructions
    hit = call_task(_numbers_of_image, (b, current, output, digital, numbers, found.hit))
    found.status[number] = _status(source.largest, b, positions) | hit
    elements, pixels = onto.window_height * onto.window_width, onto.height * onto.width
    for channel in range(onto.channels):
        first = (b * onto.channels + channel) * pixels
        call_task(scatter_lines, (numbers, channel * elements * positions, onto, target.image, first))


@jit(inline=True)
def _status(largest, b, positions):
    """Return whether one of the magnitudes of an image is not finite."""
    is_finite = True
    for p in range(b * positions, (b + SINGLE) * positions):
        is_finite &= largest[p] < INFINITE
    return 0 if is_finite else NOT_FINITE


@jit(task=True)
def _voltages_of_image(b, vectors, source, out_scale):
    """Return the digital factors of all vectors of an image, and their voltages, [in, positions]."""
    image, layout = vectors.image, unsigned(vectors.layout)
    positions, lines = layout.down * layout.across, layout.channels * layout.window_height * layout.window_width
    if len(source.scale) == 0:
        call_task(abs_max_of_image, (np.int64(b), image, vectors.layout, source.largest))
    reduction, factor = floats(positions), floats(positions)
    for p in range(positions):
        scale = source.scale[b * positions + p] if len(source.scale) else source.largest[b * positions + p]
        reduction[p], factor[p] = _scales(min(scale, source.largest_scale), out_scale)
    voltage = floats(lines * positions)
    first = b * layout.channels * layout.height * layout.width
    for line in range(lines):
        corner, start = first + first_pixel(line, layout), line * positions
        for row in range(layout.down):
            pixel, place = corner + row * layout.row_stride * layout.width, start + row * layout.across
            if layout.column_stride == SINGLE:
                for column in range(layout.across):
                    voltage[place + column] = image[pixel + column]
            else:
                for column in range(layout.across):
                    voltage[place + column] = image[pixel + column * layout.column_stride]
        for p in range(positions):
            voltage[start + p] = voltage_of(voltage[start + p] * reduction[p], source.dac, ZERO, ZERO)
    return factor, voltage


@jit(inline=True)
def _scales(alpha, out_scale):
    """See `aihwlab.kernel.converters.scales`."""
    active = alpha >= TINY
    return ONE / (alpha if active else ONE), alpha * out_scale if active else ZERO


@jit(task=True)
def _numbers_of_image(b, current, output, digital, y, hit):
    """Convert the currents of an image to numbers `y`, some lines after the other, and mark the vectors that hit the bound."""
    noise, converter, positions = output.noise, output.adc, np.uint64(len(digital.factor))
    outputs, status = np.uint64(len(y)), 0
    lines_at_once = max(np.uint64(OUTPUTS_PER_TASK) // positions, SINGLE)
    drawn = zeros(lines_at_once * positions + np.uint64(2) * CHUNK_LENGTH)
    noisy, biased = len(noise.std) > 0, len(digital.bias) > 0
    for start in range(NONE, outputs, lines_at_once * positions):
        stop, first = min(start + lines_at_once * positions, outputs), b * outputs + start
        chunk, shift = first // CHUNK_LENGTH, first % CHUNK_LENGTH
        if noisy:
            for number in range((shift + stop - start + CHUNK_LENGTH - SINGLE) // CHUNK_LENGTH):
                chunk_of_normals(drawn, number * CHUNK_LENGTH, chunk + number, noise.address)
        for place in range(start, stop, positions):
            line, here, changed = place // positions, shift + place - start, UNCHANGED
            std, bias = noise.std[line] if noisy else ZERO, digital.bias[line] if biased else ZERO
            for p in range(positions):
                z = converted(current[place + p], std * drawn[here + p], converter, ZERO)
                bounded = clipped(z, converter.upper)
                changed |= float_bits(z) ^ float_bits(bounded)
                drawn[here + p] = z
                y[place + p] = bounded * digital.factor[p] + bias
            if changed != UNCHANGED:  # rare: look which
                for p in range(positions):
                    if drawn[here + p] > converter.upper or drawn[here + p] < converter.lower:
                        hit[b * positions + p] = True
                        status = HIT
    return status


@jit
def _voltages_of_rows(image, source, out_scale, voltage, factor):
    tasks = (len(factor) + ROWS_PER_TASK - 1) // ROWS_PER_TASK
    status = integers(tasks)
    for_each_task(_voltages_of_some_rows, tasks, (image, _named_input(source), out_scale, voltage, factor, status))
    return _all_of(status)


@jit(task=True)
def _voltages_of_some_rows(task, image, source, out_scale, voltage, factor, status):
    """Write voltages and digital factors of vectors that lie side by side."""
    length = np.uint64(len(image) // len(factor))
    for number in range(task * ROWS_PER_TASK, min((task + 1) * ROWS_PER_TASK, len(factor))):
        start = np.uint64(number) * length
        if len(source.scale) == 0:
            source.largest[number] = abs_max_of_row(image, start, length)
        scale = source.scale[number] if len(source.scale) else source.largest[number]
        reduction, factor[number] = _scales(min(scale, source.largest_scale), out_scale)
        status[task] |= _status(source.largest, np.uint64(number), SINGLE)
        for i in range(length):
            voltage[start + i] = voltage_of(image[start + i] * reduction, source.dac, ZERO, ZERO)


@jit
def _outputs_of_rows(current, output, factor, y, hit):
    output = _named_output(output)
    convert_all(current, 1, output.adc, output.noise, Digital(factor, output.bias), y, hit)
    return HIT if _any(hit) else 0


@jit(inline=True)
def _any(hit):
    found = False
    for one in hit:
        found |= one
    return found
