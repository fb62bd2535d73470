"""The vectors of a convolution: patches of images, which stay images until a converter or a pulse train reads them.

Written out as columns, the overlapping patches of an image take as much memory as the kernel has elements, times over.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from aihwlab.kernel.backend import is_compiled
from aihwlab.kernel.namespace import array_namespace


class Geometry(NamedTuple):
    """Where a kernel is put on an image; each field is a pair, vertical and horizontal."""

    kernel: tuple
    stride: tuple
    dilation: tuple

    @lru_cache(maxsize=1024)
    def positions(self, size):
        """Return how many positions the kernel has on an image of a size (height, width), in both directions."""
        return tuple((length - (kernel - 1) * dilation - 1) // stride + 1 for length, kernel, stride, dilation
                     in zip(size, self.kernel, self.stride, self.dilation))


class Patches(NamedTuple):
    """An array of vectors [batch, lines, positions], one for each position of a kernel on an image.

    Attributes:
        image: [batch, channels, height, width], padding included. Line `(c, y, x)` is channel `c` under the kernel element
            `(y, x)`.
        geometry: where the kernel is put.
    """

    image: Any
    geometry: Geometry

    @property
    def shape(self):
        """Shape of the array of vectors: (batch, lines, positions)."""
        batch, channels = self.image.shape[:2]
        rows, columns = self.geometry.positions(self.image.shape[2:])
        return batch, channels * self.geometry.kernel[0] * self.geometry.kernel[1], rows * columns

    @property
    def dtype(self):
        """Type of the numbers."""
        return self.image.dtype


def transform(x, function):
    """Return vectors after a function of their array, or patches after a function of their images."""
    return Patches(function(x.image), x.geometry) if isinstance(x, Patches) else function(x)


def gather(x):
    """Return vectors as a plain array [batch, lines, positions]: patches are written out."""
    return windows(x).reshape(x.shape) if isinstance(x, Patches) else x


def select(x, batch, position):
    """Return some vectors as a plain array [selected, lines, 1].

    Args:
        x: vectors [batch, lines, positions], or patches.
        batch, position: which vectors, [selected] each.
    """
    if not isinstance(x, Patches):
        return x[batch, :, position][:, :, None]
    columns = x.geometry.positions(x.image.shape[2:])[1]
    selected = windows(x)[batch, :, :, :, position // columns, position % columns]
    return selected.reshape(len(batch), -1, 1)


def windows(patches):
    """Return a view of all patches, [batch, channels, kernel height, kernel width, rows, columns]."""
    image, (kernel, stride, dilation) = patches
    xp = array_namespace(image)
    batch, channel, row, column = image.strides
    return xp.lib.stride_tricks.as_strided(
        image, (*image.shape[:2], *kernel, *patches.geometry.positions(image.shape[2:])),
        (batch, channel, row * dilation[0], column * dilation[1], row * stride[0], column * stride[1]))


def scatter(columns, shape, geometry, backend=None):
    """Add vectors up where their patches lie: the adjoint of `gather`.

    Args:
        columns: [batch, lines, positions].
        shape: shape of the image, (batch, channels, height, width).
        geometry: where the kernel is put.
        backend: 'reference' or 'compiled'; by default the fastest that the array allows.
    """
    if is_compiled(columns, backend):
        from aihwlab.kernel.compiled.patches import scatter
        return scatter(columns, shape, geometry)
    xp = array_namespace(columns)
    image = xp.zeros(shape, dtype=columns.dtype)
    (height, width), stride, dilation = geometry
    rows, positions = geometry.positions(shape[2:])
    elements = columns.reshape(shape[0], shape[1], height, width, rows, positions)
    for y in range(height):
        for x in range(width):
            top, left = y * dilation[0], x * dilation[1]
            image[:, :, top:top + (rows - 1) * stride[0] + 1:stride[0],
                  left:left + (positions - 1) * stride[1] + 1:stride[1]] += elements[:, :, y, x]
    return image


def as_rows(x):
    """Lay out vectors [batch, lines, positions] or patches as rows, [batch * positions, lines]."""
    x = gather(x)
    xp = array_namespace(x)
    return xp.ascontiguousarray(x.transpose(0, 2, 1)).reshape(-1, x.shape[1])
