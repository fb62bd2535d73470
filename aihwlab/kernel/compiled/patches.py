"""Patches of images (`aihwlab.kernel.patches`) for compiled functions, which read them straight from the images.

Vectors that are no patches have the same form: lines are channels, positions are one row of pixels, the window is a
single element.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from aihwlab.kernel.compiled.bits import bits_float, float_bits
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.compiled.memory import words_of_32
from aihwlab.kernel.compiled.tasks import call_task, for_each_task
from aihwlab.kernel.compiled.threads import share
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Geometry, Pair, Patches

ONE = np.uint64(1)
ZERO = np.float32(0)
MAGNITUDE = np.uint32(0x7FFFFFFF)


class Layout(NamedTuple):
    """Sizes of images and of the window on them, in elements; `down` and `across` are its numbers of positions."""

    channels: int
    height: int
    width: int
    window_height: int
    window_width: int
    row_stride: int
    column_stride: int
    row_dilation: int
    column_dilation: int
    down: int
    across: int


def as_images(x: Array | Patches) -> tuple[Array, Layout]:
    """Return vectors [batch, lines, positions] or patches as a flat array of images and their layout."""
    return np.ascontiguousarray(x.image if isinstance(x, Patches) else x).reshape(-1), layout_of(x)


def layout_of(x: Array | Patches) -> Layout:
    """Return the layout of vectors [batch, lines, positions] or patches."""
    return layout_of_patches(x.image.shape[1:], x.geometry) if isinstance(x, Patches) else plain_layout(*x.shape[1:])


@lru_cache(maxsize=1024)
def layout_of_patches(size: Pair, geometry: Geometry) -> Layout:
    """Return the layout of images of a size (channels, height, width) under a window."""
    return Layout(*size, *geometry.window, *geometry.stride, *geometry.dilation, *geometry.positions(size[1:]))


@lru_cache(maxsize=1024)
def plain_layout(line_count: int, positions: int) -> Layout:
    """Return the layout of vectors that are no patches."""
    return Layout(line_count, 1, positions, 1, 1, 1, 1, 1, 1, 1, positions)


@jit(inline=True)
def unsigned(layout):
    """Return the layout in unsigned integers."""
    return Layout(np.uint64(layout.channels), np.uint64(layout.height), np.uint64(layout.width),
                  np.uint64(layout.window_height), np.uint64(layout.window_width), np.uint64(layout.row_stride),
                  np.uint64(layout.column_stride), np.uint64(layout.row_dilation), np.uint64(layout.column_dilation),
                  np.uint64(layout.down), np.uint64(layout.across))


@jit(inline=True)
def lines_of(layout):
    """Return the number of lines of a layout."""
    return layout.channels * layout.window_height * layout.window_width


@jit(inline=True)
def first_pixel(line, layout):
    """Return where the first element of a line lies in an image."""
    elements = layout.window_height * layout.window_width
    channel, element = line // elements, line % elements
    return ((channel * layout.height + element // layout.window_width * layout.row_dilation) * layout.width
            + element % layout.window_width * layout.column_dilation)


def gather(x: Array | Patches) -> Array | Patches:
    """Return vectors or patches as they are: compiled stages need no patches written out."""
    return x


def abs_max(x: Array | Patches) -> Array:
    """Return the largest magnitude of each vector; see `aihwlab.kernel.converters.abs_max`."""
    image, layout = as_images(x)
    out = np.empty((x.shape[0], x.shape[2]), dtype=np.float32)
    share(image.size)
    _abs_max(image, layout, out.reshape(-1))
    return out


@jit
def _abs_max(image, layout, out):
    for_each_task(abs_max_of_image, len(out) // (layout.down * layout.across), (image, layout, out))


@jit(task=True)
def abs_max_of_image(number, image, layout, out):
    """Write the largest magnitudes of the vectors of one image.

    The maximum over channels comes first, then over the rows and the columns of the window. Magnitudes are compared as
    integers, which have the same order, and in which NaN is above all numbers.
    """
    b, layout = np.uint64(number), unsigned(layout)
    pixels = layout.height * layout.width
    first = b * layout.channels * pixels
    if pixels == ONE:
        out[b] = abs_max_of_row(image, first, layout.channels)
        return
    largest = words_of_32(pixels)
    for channel in range(layout.channels):
        source = first + channel * pixels
        for pixel in range(pixels):
            magnitude = float_bits(image[source + pixel]) & MAGNITUDE
            largest[pixel] = max(largest[pixel], magnitude)
    if layout.window_height * layout.window_width * layout.row_stride * layout.column_stride > ONE:
        largest = _max_under_window(largest, layout)
    target = b * layout.down * layout.across
    for position in range(layout.down * layout.across):
        out[target + position] = bits_float(largest[position])


@jit(inline=True)
def abs_max_of_row(image, first, length):
    """Return the largest magnitude of neighbours in memory."""
    largest = np.int32(0)
    for i in range(length):
        largest = max(largest, np.int32(float_bits(image[first + i]) & MAGNITUDE))
    return bits_float(np.uint32(largest))


@jit(inline=True)
def _max_under_window(pixels, layout):
    """Return the maximum under the window at each position: along the columns, then along the rows."""
    wide = words_of_32(layout.height * layout.across)
    for element in range(layout.window_width):
        for row in range(layout.height):
            source, target = row * layout.width + element * layout.column_dilation, row * layout.across
            for column in range(layout.across):
                wide[target + column] = max(wide[target + column], pixels[source + column * layout.column_stride])
    largest = words_of_32(layout.down * layout.across)
    for element in range(layout.window_height):
        for row in range(layout.down):
            source = (row * layout.row_stride + element * layout.row_dilation) * layout.across
            target = row * layout.across
            for column in range(layout.across):
                largest[target + column] = max(largest[target + column], wide[source + column])
    return largest


def scatter(vectors: Array, shape: tuple[int, ...], geometry: Geometry) -> Array:
    """Add vectors up where their patches lie; see `aihwlab.kernel.patches.scatter`."""
    image = np.zeros(shape, dtype=np.float32)
    flat, layout = as_images(Patches(image, geometry))
    share(vectors.size)
    _scatter(vectors.reshape(-1), layout, flat)
    return image


@jit
def _scatter(vectors, layout, image):
    for_each_task(_scatter_to_channel, len(image) // (layout.height * layout.width), (vectors, layout, image))


@jit(task=True)
def _scatter_to_channel(number, vectors, layout, image):
    """Add up the lines of one channel of one image; `number` counts the channels of all images."""
    number, layout = np.uint64(number), unsigned(layout)
    lines = number * layout.window_height * layout.window_width * layout.down * layout.across
    call_task(scatter_lines, (vectors, lines, layout, image, number * layout.height * layout.width))


@jit(task=True)
def scatter_lines(vectors, lines, layout, image, first):
    """Add the lines of one channel, which begin at `vectors[lines]`, to its image, which begins at `image[first]`."""
    elements, positions = layout.window_height * layout.window_width, layout.down * layout.across
    for element in range(elements):
        start = lines + element * positions
        corner = first + first_pixel(element, layout)
        for row in range(layout.down):
            target, source = corner + row * layout.row_stride * layout.width, start + row * layout.across
            if layout.column_stride == ONE:
                for column in range(layout.across):
                    image[target + column] += vectors[source + column]
            else:
                for column in range(layout.across):
                    image[target + column * layout.column_stride] += vectors[source + column]
