"""The vectors of a convolution: patches of images, which stay images until a converter or a pulse train reads them.

Written out, the overlapping patches of an image take as many times its memory as the window has elements.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from aihwlab.kernel.namespace import Array, array_namespace

Pair = tuple[int, ...]
"""A vertical and a horizontal number."""


class Geometry(NamedTuple):
    """Where the window of a convolution is put on an image; each field is a pair, vertical and horizontal."""

    window: Pair
    stride: Pair
    dilation: Pair

    @lru_cache(maxsize=1024)  # noqa: B019 (a geometry is a few numbers, and equal ones share what is kept)
    def positions(self, size: Pair) -> Pair:
        """Return how many positions the window has on an image of a size (height, width), in both directions."""
        return tuple((length - (window - 1) * dilation - 1) // stride + 1 for length, window, stride, dilation
                     in zip(size, self.window, self.stride, self.dilation))

    @lru_cache(maxsize=1024)  # noqa: B019
    def vectors(self, shape: tuple[int, ...]) -> tuple[int, int, int]:
        """Return the shape of the vectors under the window, (batch, lines, positions), for that of the images."""
        batch, channels, *size = shape
        down, across = self.positions(tuple(size))
        return batch, channels * self.window[0] * self.window[1], down * across


class Patches(NamedTuple):
    """An array of vectors [batch, lines, positions], one for each position of a window on an image.

    Attributes:
        image: [batch, channels, height, width], padding included. Line `(c, y, x)` is channel `c` at the element `(y, x)`
            of the window.
        geometry: where the window is put.
    """

    image: Any
    geometry: Geometry

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the array of vectors: (batch, lines, positions)."""
        return self.geometry.vectors(self.image.shape)

    @property
    def dtype(self) -> Any:
        """Type of the numbers."""
        return self.image.dtype


def transform(x: Any, function: Callable[[Any], Any]) -> Any:
    """Return vectors after a function of their array, or patches after a function of their images."""
    return Patches(function(x.image), x.geometry) if isinstance(x, Patches) else function(x)


def gather(x: Array | Patches) -> Array:
    """Return vectors as a plain array [batch, lines, positions]: patches are written out."""
    return windows(x).reshape(x.shape) if isinstance(x, Patches) else x


def select(x: Array | Patches, batch: Array, position: Array) -> Array:
    """Return some vectors as a plain array [selected, lines, 1].

    Args:
        x: vectors [batch, lines, positions], or patches.
        batch, position: which vectors, [selected] each.
    """
    if not isinstance(x, Patches):
        return x[batch, :, position][:, :, None]
    across = x.geometry.positions(x.image.shape[2:])[1]
    selected = windows(x)[batch, :, :, :, position // across, position % across]
    return selected.reshape(len(batch), -1, 1)


def windows(patches: Patches) -> Array:
    """Return a view of all patches, [batch, channels, window height, window width, positions down, positions across]."""
    image, (window, stride, dilation) = patches
    xp = array_namespace(image)
    batch, channel, row, column = image.strides
    return xp.lib.stride_tricks.as_strided(
        image, (*image.shape[:2], *window, *patches.geometry.positions(image.shape[2:])),
        (batch, channel, row * dilation[0], column * dilation[1], row * stride[0], column * stride[1]))


def scatter(vectors: Array, shape: tuple[int, ...], geometry: Geometry) -> Array:
    """Add vectors up where their patches lie: the adjoint of `gather`.

    Args:
        vectors: [batch, lines, positions].
        shape: shape of the images, (batch, channels, height, width).
        geometry: where the window is put.
    """
    xp = array_namespace(vectors)
    image = xp.zeros(shape, dtype=vectors.dtype)
    (height, width), stride, dilation = geometry
    down, across = geometry.positions(shape[2:])
    elements = vectors.reshape(shape[0], shape[1], height, width, down, across)
    for y in range(height):
        for x in range(width):
            top, left = y * dilation[0], x * dilation[1]
            image[:, :, top:top + (down - 1) * stride[0] + 1:stride[0],
                  left:left + (across - 1) * stride[1] + 1:stride[1]] += elements[:, :, y, x]
    return image


def as_rows(x: Array | Patches) -> Array:
    """Lay out vectors [batch, lines, positions] or patches as rows, [batch * positions, lines]."""
    x = gather(x)
    xp = array_namespace(x)
    return xp.ascontiguousarray(x.transpose(0, 2, 1)).reshape(-1, x.shape[1])
