"""The round of a product of images (`aihwlab.kernel.rounds.first_round`), compiled: one image after the other, in one call.

From its largest magnitudes to its outputs, and backward to the image that they are added up to, all numbers of an image stay
in the cache. The product is the kernel's own (`aihwlab.kernel.compiled.products`).
"""

from typing import Any

import numpy as np

from aihwlab.kernel.compiled.bits import allow_wide_vectors, float_bits
from aihwlab.kernel.compiled.compiling import Bound, jit
from aihwlab.kernel.compiled.converters import (
    CHUNK_LENGTH,
    OUTPUTS_PER_TASK,
    SINGLE,
    UNCHANGED,
    Digital,
    clipped,
    converted,
    draw_run,
    is_beyond,
    scales_of,
    voltage_of,
)
from aihwlab.kernel.compiled.memory import floats, integers, zeros
from aihwlab.kernel.compiled.patches import (
    Layout,
    abs_max_of_image,
    first_pixel,
    lines_of,
    scatter_lines,
    unsigned,
)
from aihwlab.kernel.compiled.products import Matrix, as_matrix, multiply_lines, unsigned_matrix
from aihwlab.kernel.compiled.round_parts import (
    HIT,
    NONE,
    ONE,
    ZERO,
    Found,
    Frame,
    Vectors,
    all_of,
    named_input,
    named_output,
    status_of,
)
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.rounds import Setup


def images(setup: Setup, image: Array, frame: Frame, source: Any, output: Any) -> tuple[Array, Array, int]:
    """Compute a round for images, one after the other.

    Returns:
        Outputs; which vectors have hit the bound, [batch * positions]; and the status of all images together.
    """
    (batch, in_size, positions), out_size, onto = frame.vectors, len(setup.weights), frame.onto
    hit = np.zeros(batch * positions, dtype=np.bool_)
    y = (np.empty((batch, out_size, positions), dtype=np.float32) if onto is None
         else np.zeros(onto.shape, dtype=np.float32))
    share(batch * positions * (in_size + 2 * out_size))
    status = IMAGES.call((image, frame.layout), as_matrix(setup.weights), source, output, (y.reshape(-1), frame.target), hit)
    return y, hit, status


@jit
def _images(vectors, matrix, source, output, target, hit):
    vectors, target = Vectors(vectors[0], Layout(*vectors[1])), Vectors(target[0], Layout(*target[1]))
    images = len(hit) // (vectors.layout.down * vectors.layout.across)
    found = Found(hit, integers(images))
    for_each_task(_round_of_image, images,
                  (vectors, Matrix(*matrix), named_input(source), named_output(output), target, found))
    return all_of(found.status)


IMAGES = Bound(_images)


@jit(task=True)
def _round_of_image(number, vectors, matrix, source, output, target, found):
    layout, onto, b = unsigned(vectors.layout), unsigned(target.layout), np.uint64(number)
    positions, matrix = layout.down * layout.across, unsigned_matrix(matrix)
    factor, voltage = call_task(_voltages_of_image, (b, vectors, source, output.out_scale))
    current = floats(matrix.out_size * positions)
    call_task(multiply_lines, (matrix, voltage, current, positions))
    digital, outputs = Digital(factor, output.bias), matrix.out_size * positions
    if onto.channels == NONE:
        y = target.image[b * outputs:(b + SINGLE) * outputs]
        hit = call_task(_numbers_of_image, (b, current, output, digital, y, found.hit))
        found.status[number] = status_of(source.largest, b, positions) | hit
        return
    numbers = floats(outputs)  # in place, loops could not use vector instructions
    hit = call_task(_numbers_of_image, (b, current, output, digital, numbers, found.hit))
    found.status[number] = status_of(source.largest, b, positions) | hit
    elements, pixels = onto.window_height * onto.window_width, onto.height * onto.width
    for channel in range(onto.channels):
        first = (b * onto.channels + channel) * pixels
        call_task(scatter_lines, (numbers, channel * elements * positions, onto, target.image, first))


@jit(task=True)
def _voltages_of_image(b, vectors, source, out_scale):
    """Return the digital factors of all vectors of an image, and their voltages, [in, positions]."""
    allow_wide_vectors()
    image, layout = vectors.image, unsigned(vectors.layout)
    positions, lines = layout.down * layout.across, lines_of(layout)
    if len(source.scale) == 0:
        call_task(abs_max_of_image, (np.int64(b), image, vectors.layout, source.largest))
    reduction, factor = floats(positions), floats(positions)
    for p in range(positions):
        scale = source.scale[b * positions + p] if len(source.scale) else source.largest[b * positions + p]
        reduction[p], factor[p] = scales_of(min(scale, source.largest_scale), ONE, out_scale, True)
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


@jit(task=True)
def _numbers_of_image(b, current, output, digital, y, hit):
    """Convert the currents of an image to numbers `y`, some lines after the other, and mark the vectors that hit the bound."""
    allow_wide_vectors()
    noise, converter, positions = output.noise, output.adc, np.uint64(len(digital.factor))
    outputs, status = np.uint64(len(y)), 0
    lines_at_once = max(np.uint64(OUTPUTS_PER_TASK) // positions, SINGLE)
    drawn = zeros(lines_at_once * positions + np.uint64(2) * CHUNK_LENGTH)
    noisy, biased = len(noise.std) > 0, len(digital.bias) > 0
    for start in range(NONE, outputs, lines_at_once * positions):
        stop, first = min(start + lines_at_once * positions, outputs), b * outputs + start
        shift = draw_run(drawn, first, first + stop - start, noise.address) if noisy else NONE
        for place in range(start, stop, positions):
            line, here, changed = place // positions, shift + place - start, UNCHANGED
            std, bias = noise.std[line] if noisy else ZERO, digital.bias[line] if biased else ZERO
            for p in range(positions):
                z = converted(current[place + p], std * drawn[here + p] if noisy else ZERO, converter, ZERO)
                bounded = clipped(z, converter.upper)
                changed |= float_bits(z) ^ float_bits(bounded)
                drawn[here + p] = z
                y[place + p] = bounded * digital.factor[p] + bias
            if changed != UNCHANGED:  # rare: look which
                for p in range(positions):
                    if drawn[here + p] != drawn[here + p]:
                        y[place + p] = drawn[here + p]
                    # Lines of a vector of zeros are off, whatever the noise.
                    if is_beyond(drawn[here + p], converter) and digital.factor[p] != ZERO:
                        hit[b * positions + p] = True
                        status = HIT
    return status
