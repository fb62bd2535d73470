"""Patches of images (`aihwlab.kernel.patches`) on a GPU, read straight from the images by the layouts of compiled code."""

import numpy as np
from numba import cuda

from aihwlab.kernel.compiled import patches as compiled
from aihwlab.kernel.compiled.bits import float_bits
from aihwlab.kernel.compiled.patches import MAGNITUDE, Layout, gather, layout_of, lines_of, unsigned
from aihwlab.kernel.gpu.compiling import device, flat, kernel, launch
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.patches import Geometry, Patches

__all__ = ['abs_max', 'as_images', 'first_pixel', 'first_pixel_of', 'gather', 'scatter']

LINES_PER_THREAD = np.uint64(16)
ZERO = np.float32(0)

first_pixel = device(compiled.first_pixel)


def as_images(x: Array | Patches) -> tuple[Array, Layout]:
    """Return vectors [batch, lines, positions] or patches as a flat array of images and their layout."""
    return flat(x.image if isinstance(x, Patches) else x), layout_of(x)


@device
def first_pixel_of(vector, layout):
    """Return where the first element of a vector lies in the images."""
    positions = layout.down * layout.across
    b, position = vector // positions, vector % positions
    row, column = position // layout.across, position % layout.across
    return (b * layout.channels * layout.height + row * layout.row_stride) * layout.width + column * layout.column_stride


def abs_max(x: Array | Patches) -> Array:
    """Return the largest magnitude of each vector; see `aihwlab.kernel.converters.abs_max`.

    Magnitudes are compared as integers, which have the same order, and in which NaN is above all numbers.
    """
    image, layout = as_images(x)
    vectors, segments = x.shape[0] * x.shape[2], -(-x.shape[1] // int(LINES_PER_THREAD))
    out = array_namespace(image).zeros(vectors, dtype=np.int32)
    launch(_abs_max, vectors * segments, image, layout, out)
    return out.view(np.float32).reshape(x.shape[0], x.shape[2])


@kernel
def _abs_max(image, layout, out):
    """The lines of a vector in segments; neighbouring threads take neighbouring vectors."""
    thread, vectors, layout = np.uint64(cuda.grid(1)), np.uint64(len(out)), unsigned(layout)
    vector, start = thread % vectors, thread // vectors * LINES_PER_THREAD
    lines = lines_of(layout)
    if start < lines:
        corner, largest = first_pixel_of(vector, layout), np.int32(0)
        for line in range(start, min(start + LINES_PER_THREAD, lines)):
            largest = max(largest, np.int32(float_bits(image[corner + first_pixel(line, layout)]) & MAGNITUDE))
        cuda.atomic.max(out, vector, largest)


def scatter(vectors: Array, shape: tuple[int, ...], geometry: Geometry) -> Array:
    """Add vectors up where their patches lie, in the order of the reference; see `aihwlab.kernel.patches.scatter`."""
    image = array_namespace(vectors).empty(shape, dtype=np.float32)
    launch(_scatter, image.size, flat(vectors), layout_of(Patches(image, geometry)), image.reshape(-1))
    return image


@kernel
def _scatter(vectors, layout, image):
    """One pixel: the sum of its elements in all windows that it lies in."""
    pixel, layout = np.uint64(cuda.grid(1)), unsigned(layout)
    if pixel < np.uint64(len(image)):
        channel, within = pixel // (layout.height * layout.width), pixel % (layout.height * layout.width)
        y, x, total = within // layout.width, within % layout.width, ZERO
        for window_row in range(layout.window_height):
            for window_column in range(layout.window_width):
                top, left = window_row * layout.row_dilation, window_column * layout.column_dilation
                if y >= top and x >= left:
                    row, column = (y - top) // layout.row_stride, (x - left) // layout.column_stride
                    if (row < layout.down and column < layout.across and row * layout.row_stride == y - top
                            and column * layout.column_stride == x - left):
                        line = (channel * layout.window_height + window_row) * layout.window_width + window_column
                        total += vectors[(line * layout.down + row) * layout.across + column]
        image[pixel] = total
