"""How cells read one of their own arrays: line by line, through a DAC and an ADC."""

from typing import Any

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.mvm import analog_mvm
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Direction
from aihwlab.parameters.io import IOParameters


class Reader:
    """Converters and output lines with which cells read columns of an array, or, on the way back, its rows.

    Args:
        io: converters and noise.
        shape: number of outputs and inputs of the array, (out, in).
        stream: random numbers of the construction of the reader.
        backward: read rows, in the backward direction.
        xp: `numpy` or `cupy`.
    """

    def __init__(self, io: IOParameters, shape: tuple[int, int], stream: Stream, backward: bool = False,
                 xp: Any = np) -> None:
        lines = draw_lines(io, shape[::-1] if backward else shape, stream, backward, xp)
        self.direction = Direction(io, lines, backward)

    def read(self, weights: Array, numbers: Any, stream: Stream, engine: Engine) -> Array:
        """Return what is read of some columns, or rows, of an array.

        Args:
            weights: weights of the array, [out, in].
            numbers: which columns or rows, [reads].
            stream: random numbers of the reads.
            engine: how to compute.

        Returns:
            [reads, out], or [reads, in] for rows.
        """
        matrix = weights.T if self.direction.backward else weights
        one_hot = array_namespace(weights).eye(matrix.shape[1], dtype=np.float32)[numbers]
        return analog_mvm(matrix, one_hot[:, :, None], self.direction, stream, engine)[:, :, 0]

    def map(self, function: Any) -> 'Reader':
        """Return a reader whose arrays are those of this one after a function."""
        mapped = object.__new__(Reader)
        mapped.direction = Direction(self.direction.io, self.direction.lines.map(function), self.direction.backward)
        return mapped
