"""The output lines of a tile: imperfections that are drawn once, when the tile is made, and what the noise management
remembers."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from aihwlab.kernel.namespace import Array
from aihwlab.kernel.random import Purpose, Stream, normals
from aihwlab.parameters.io import IOParameters


@dataclass
class Lines:
    """The output lines of one direction of a tile (forward and backward have their own).

    All but `average` is fixed.

    Attributes:
        noise: standard deviation of the output noise of each line, [out].
        nonlinearity: strength of the saturation of each line, [out], or None.
        slope: factor that calibrates the saturating output.
        offset: voltage offset of each line, [out], or None.
        read_asymmetry: relative difference of each weight as seen by negative inputs, [out, in], or None.
        average: running mean of the largest input, for the noise management AVERAGE_ABS_MAX; negative before the first
            vector. Every product of the direction changes it, one for evaluation as well.
        given: whether the rest was set by hand; otherwise it was drawn.
    """

    noise: Any
    nonlinearity: Any
    slope: np.float32
    offset: Any
    read_asymmetry: Any
    average: float = -1.0
    given: bool = False

    def state(self) -> dict[str, Any] | None:
        """Return what was set by hand; None if the lines can be drawn again."""
        fixed = {name: value for name, value in vars(self).items() if name not in ('average', 'given')}
        return {**fixed, 'slope': float(self.slope)} if self.given else None


def draw_lines(io: IOParameters, shape: tuple[int, int], stream: Stream, backward: bool = False,
               xp: ModuleType = np) -> Lines:
    """Draw the imperfections of the output lines of a tile.

        noise_i = |out_noise (1 + out_noise_std xi)|,   n_i = |out_nonlinearity / B (1 + out_nonlinearity_std xi)|
        offset_i = max(v_offset_std xi, 0)

    with `B` the output bound (1 if unbounded). The offset is a rectified normal number.

    Args:
        io: the input/output parameters of the direction.
        shape: number of output and input lines of the direction, (out, in).
        stream: random numbers of the tile's construction.
        backward: the backward direction draws its own numbers.
    """
    out = shape[0]

    def normal(quantity: int, count: int = out) -> Array:
        return normals(stream, Purpose.LINES, count, series=2 * quantity + int(backward), xp=xp)

    noise = xp.full(out, io.out_noise, dtype=np.float32)
    if io.out_noise_std > 0:
        noise = xp.abs(noise * (1 + np.float32(io.out_noise_std) * normal(0)))
    bound = io.out_bound if 0 < io.out_bound < np.inf else 1.0
    nonlinearity, slope = None, np.float32(1)
    if io.out_nonlinearity > 0 or io.r_series > 0:
        spread = np.float32(max(io.out_nonlinearity_std, 0)) * normal(1)
        nonlinearity = xp.abs(np.float32(io.out_nonlinearity / bound) * (1 + spread))
        if io.slope_calibration > 0:
            saturation = float(nonlinearity.mean()) if io.out_nonlinearity > 0 else 0.0
            slope = np.float32((1 + (saturation + io.r_series) * io.slope_calibration * bound) ** 2)
    offset = read_asymmetry = None
    if io.v_offset_std > 0 or io.r_series > 0:
        offset = xp.maximum(np.float32(io.v_offset_std) * normal(2), np.float32(0))
    if io.w_read_asymmetry_dtod > 0:
        read_asymmetry = np.float32(io.w_read_asymmetry_dtod) * normal(3, shape[0] * shape[1]).reshape(shape)
    return Lines(noise, nonlinearity, slope, offset, read_asymmetry)
