"""The round of a product of vectors that lie side by side (`aihwlab.kernel.rounds.first_round`), compiled.

A matrix that fits into the cache is multiplied here, some vectors after the other, in one call. A larger one goes through the
library's product, which reads it less often, with one call before and one behind.
"""

from typing import Any

import numpy as np

from aihwlab.kernel.compiled.bits import float_bits
from aihwlab.kernel.compiled.compiling import Bound, jit
from aihwlab.kernel.compiled.converters import (
    CHUNK_LENGTH,
    SINGLE,
    UNCHANGED,
    Digital,
    clipped,
    convert_all,
    converted,
    draw_run,
    is_beyond,
    scales_of,
    voltage_of,
)
from aihwlab.kernel.compiled.memory import floats, integers, zeros
from aihwlab.kernel.compiled.patches import abs_max_of_row
from aihwlab.kernel.compiled.products import Matrix, as_matrix, multiply_rows, unsigned_matrix
from aihwlab.kernel.compiled.round_parts import (
    HIT,
    NONE,
    ONE,
    ZERO,
    Found,
    Frame,
    all_of,
    named_input,
    named_output,
    status_of,
)
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.rounds import Setup

ROWS_PER_TASK = 8
SMALL = 2 ** 18
"""Most numbers of a matrix that is multiplied here, 1 MB: it is read once for every eight vectors."""


def rows(setup: Setup, image: Array, frame: Frame, source: Any, output: Any) -> tuple[Array, Array, int]:
    """Compute a round for vectors that lie side by side in memory.

    Returns:
        Outputs; which vectors have hit the bound, [batch]; and the status of all vectors together.
    """
    (batch, *_), out_size, onto = frame.vectors, len(setup.weights), frame.onto
    y, hit = np.empty((batch, out_size, 1), dtype=np.float32), np.zeros(batch, dtype=np.bool_)
    if setup.weights.size <= SMALL:
        share(setup.weights.size * batch // 32 + 2 * y.size)
        status = ROWS.call(image, as_matrix(setup.weights), source, output, y.reshape(-1), hit)
    else:
        voltage, factor = np.empty(frame.vectors, dtype=np.float32), np.empty(batch, dtype=np.float32)
        share(voltage.size)
        status = _voltages_of_rows(image, source, output[3], voltage.reshape(-1), factor)
        current = setup.multiply(setup.weights, voltage)
        share(2 * y.size)
        status |= _outputs_of_rows(np.ascontiguousarray(current).reshape(-1), output, factor, y.reshape(-1), hit)
    return (y if onto is None else setup.stages.scatter(y, *onto)), hit, status


@jit
def _rows(image, matrix, source, output, y, hit):
    tasks = (len(hit) + ROWS_PER_TASK - 1) // ROWS_PER_TASK
    found = Found(hit, integers(tasks))
    for_each_task(_round_of_rows, tasks, (image, Matrix(*matrix), named_input(source), named_output(output), y, found))
    return all_of(found.status)


ROWS = Bound(_rows)


@jit(task=True)
def _round_of_rows(task, image, matrix, source, output, y, found):
    """Compute a round of up to eight vectors."""
    matrix, first = unsigned_matrix(matrix), np.uint64(task * ROWS_PER_TASK)
    count = min(np.uint64(ROWS_PER_TASK), np.uint64(len(found.hit)) - first)
    voltage, factor = floats(count * matrix.in_size), floats(count)
    status = _voltages(first, image, source, output.out_scale, voltage, factor)
    current = floats((count + np.uint64(3)) * matrix.out_size)
    call_task(multiply_rows, (matrix, voltage, current, count))
    digital = Digital(factor, output.bias)
    found.status[task] = status | call_task(_numbers_of_rows, (first, current, output, digital, y, found.hit))


@jit(inner=True)
def _voltages(first, image, source, out_scale, voltage, factor):
    """Write voltages and digital factors of vectors that lie side by side; return their status."""
    count, status = np.uint64(len(factor)), 0
    length = np.uint64(len(voltage)) // count
    for row in range(count):
        number = first + row
        start = number * length
        if len(source.scale) == 0:
            source.largest[number] = abs_max_of_row(image, start, length)
        scale = source.scale[number] if len(source.scale) else source.largest[number]
        reduction, factor[row] = scales_of(min(scale, source.largest_scale), ONE, out_scale, True)
        status |= status_of(source.largest, number, SINGLE)
        for i in range(length):
            voltage[row * length + i] = voltage_of(image[start + i] * reduction, source.dac, ZERO, ZERO)
    return status


@jit(task=True)
def _numbers_of_rows(first_row, current, output, digital, y, hit):
    """Convert the currents of some vectors to numbers `y`, and mark the vectors that hit the bound."""
    noise, converter, count, status = output.noise, output.adc, np.uint64(len(digital.factor)), 0
    length = np.uint64(len(y)) // np.uint64(len(hit))
    first, total = first_row * length, count * length
    drawn = zeros(total + np.uint64(2) * CHUNK_LENGTH)
    noisy, biased = len(noise.std) > 0, len(digital.bias) > 0
    shift = draw_run(drawn, first, first + total, noise.address) if noisy else NONE
    for row in range(count):
        start, scale, changed = row * length, digital.factor[row], UNCHANGED
        here = shift + start
        for i in range(length):
            z = converted(current[start + i], (noise.std[i] if noisy else ZERO) * drawn[here + i], converter, ZERO)
            bounded = clipped(z, converter.upper)
            changed |= float_bits(z) ^ float_bits(bounded)
            drawn[here + i] = z
            y[first + start + i] = bounded * scale + (digital.bias[i] if biased else ZERO)
        if changed != UNCHANGED:  # rare: look whether it is a bound that counts
            for i in range(length):
                if drawn[here + i] != drawn[here + i]:
                    y[first + start + i] = drawn[here + i]
                if is_beyond(drawn[here + i], converter) and scale != ZERO:
                    hit[first_row + row], status = True, HIT
    return status


@jit
def _voltages_of_rows(image, source, out_scale, voltage, factor):
    tasks = (len(factor) + ROWS_PER_TASK - 1) // ROWS_PER_TASK
    status = integers(tasks)
    for_each_task(_voltages_of_task, tasks, (image, named_input(source), out_scale, voltage, factor, status))
    return all_of(status)


@jit(task=True)
def _voltages_of_task(task, image, source, out_scale, voltage, factor, status):
    first = np.uint64(task * ROWS_PER_TASK)
    last = min(first + np.uint64(ROWS_PER_TASK), np.uint64(len(factor)))
    length = np.uint64(len(image) // len(factor))
    status[task] = _voltages(first, image, source, out_scale, voltage[first * length:last * length], factor[first:last])


@jit
def _outputs_of_rows(current, output, factor, y, hit):
    output, status = named_output(output), 0
    convert_all(current, 1, output.adc, output.noise, Digital(factor, output.bias), y, hit)
    for row in range(len(hit)):
        hit[row] &= factor[row] != ZERO
        status |= HIT if hit[row] else 0
    return status
