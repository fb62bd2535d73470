"""Looking at columns or rows of an array while pulses change it, and reading through converters what was seen."""

from types import ModuleType
from typing import Any

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.looks import by_slices
from aihwlab.kernel.mvm import count_passes
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.random import Stream
from aihwlab.kernel.rounds import Direction, Setup, analog_round
from aihwlab.parameters.enums import AnalogMVType


def one_hot(slices: Array, count: int, xp: ModuleType = np) -> Array:
    """Return vectors with a one at the line of a slice each, [reads, count], float32."""
    return xp.eye(count, dtype=np.float32)[xp.asarray(slices)]


def sees_all(direction: Direction) -> bool:
    """Return whether a read of a slice depends on others, too: on where its line is, or on the noise of lines that are off."""
    return direction.io.ir_drop > 0 or direction.io.inp_noise > 0 or direction.lines.read_asymmetry is not None


def look_at(weights: Array, slices: Array, direction: Direction) -> Array:
    """Return a copy of all that reads of some slices depend on: [reads, lines, 1], or [reads, lines, slices].

    Args:
        weights: what products see of the array, [out, in].
        slices: columns, or rows on the way back, [reads].
        direction: converters and output lines of the reads.
    """
    xp, matrix = array_namespace(weights), by_slices(weights, not direction.backward)
    if sees_all(direction):
        return xp.repeat(matrix.T[None], len(slices), axis=0)
    return matrix[xp.asarray(slices)][:, :, None]


def read_looks(looks: Array, slices: Array, count: int, direction: Direction, stream: Stream, engine: Engine) -> Array:
    """Return what converters make of slices, each of which was copied at a time of its own, [reads, lines].

    The voltage of the line is 1, so that neither noise management nor bound management has anything to do.

    Args:
        looks: what `look_at` has returned of each.
        slices: columns, or rows on the way back, [reads].
        count: number of all slices.
        direction: converters and output lines.
        stream: random numbers of these reads.
        engine: how to compute.
    """
    xp, io, (reads, lines, inputs) = array_namespace(looks), direction.io, looks.shape
    voltage: Any = one_hot(slices, count, xp) if inputs > 1 else xp.ones((reads, 1), dtype=np.float32)
    if engine.counts is not None:
        engine.counts.products += reads
        engine.counts.reads += reads
    if io.is_perfect or io.mv_type is AnalogMVType.IDEAL:
        return (looks @ voltage[:, :, None])[:, :, 0] * np.float32(io.out_scale)
    if engine.counts is not None:
        count_passes(engine.counts, io, (lines, count), reads)
    setup = Setup(looks, direction, engine.stages(looks), xp.matmul)
    values, _ = analog_round(setup, voltage[:, :, None], xp.ones((reads, 1), dtype=np.float32), 1.0, Noise(stream))
    return values[:, :, 0]
