"""The random numbers of one analog pass: a vector keeps its noise, whatever other vectors are computed with it."""

import math
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Purpose, Stream, normals, normals_at, unit_interval, words, words_at


class Selection(NamedTuple):
    """Which vectors of a call are computed, where not all are: an array of them has the shape [selected, lines, 1].

    Attributes:
        indices: `batch index * positions + position` of each vector, [selected].
        positions: number of positions of the whole call.
    """

    indices: Array
    positions: int


class Noise(NamedTuple):
    """Where the random numbers of one analog pass come from.

    Attributes:
        stream: random numbers of the operation.
        series: number of the pass within the operation; every pass draws anew.
        selection: which vectors the pass computes; None for all of the call.
    """

    stream: Stream
    series: int = 0
    selection: Selection | None = None

    def normals(self, purpose: Purpose, shape: tuple[int, ...], xp: ModuleType = np) -> Array:
        """Return standard normal numbers for an array [batch, lines, positions]."""
        if self.selection is None:
            return normals(self.stream, purpose, math.prod(shape), self.series, xp).reshape(shape)
        return normals_at(self.stream, purpose, self.draws(shape, xp), self.series, xp)

    def uniforms(self, purpose: Purpose, shape: tuple[int, ...], xp: ModuleType = np) -> Array:
        """Return numbers in [0, 1) for an array [batch, lines, positions]."""
        if self.selection is None:
            return unit_interval(words(self.stream, purpose, math.prod(shape), self.series, xp)).reshape(shape)
        return unit_interval(words_at(self.stream, purpose, self.draws(shape, xp), self.series, xp))

    def draws(self, shape: tuple[int, ...], xp: ModuleType = np) -> Any:
        """Return the numbers that the draws of the selected vectors have in the array of the whole call."""
        indices, positions = self.selection or (xp.arange(shape[0]), 1)
        line_count = shape[1]
        first = indices // positions * (line_count * positions) + indices % positions
        return first[:, None, None] + xp.arange(line_count, dtype=np.int64)[None, :, None] * positions
