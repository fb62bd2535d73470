"""Digital buffers (`aihwlab.kernel.buffers`), compiled: read by read, in one call for all of a batch."""

import numpy as np

from aihwlab.kernel.buffers import Threshold
from aihwlab.kernel.compiled.compiling import jit
from aihwlab.kernel.namespace import Array

ZERO, ONE = np.float32(0), np.float32(1)


def collect(buffer: Array, reads: Array, slices: Array, columns: bool, threshold: Threshold) -> Array:
    """Add reads to a buffer, and take whole steps from it; see `aihwlab.kernel.buffers.collect`."""
    steps = np.empty_like(reads)
    _collect(buffer.reshape(-1), reads, slices, *spacing(buffer, columns), threshold, steps)
    return steps


def subtract_reference(mean: Array, past: Array, reads: Array, slices: Array, columns: bool, switched: Array, switches: Array,
                       rate: np.float32) -> Array:
    """Return reads minus the reference of their slice; see `aihwlab.kernel.buffers.subtract_reference`."""
    differences = np.empty_like(reads)
    _subtract_reference(mean.reshape(-1), past.reshape(-1), reads, slices, *spacing(mean, columns), switched, switches, rate,
                        differences)
    return differences


def spacing(matrix: Array, columns: bool) -> tuple[int, int]:
    """Return how far apart slices lie in a flat matrix, and how far the devices of one."""
    in_size = matrix.shape[1]
    return (1, in_size) if columns else (in_size, 1)


@jit
def _collect(buffer, reads, slices, from_slice, from_line, threshold, steps):
    for read in range(len(reads)):
        for line in range(reads.shape[1]):
            place = slices[read] * from_slice + line * from_line
            content = buffer[place] + reads[read, line]
            made = min(max(np.trunc(content / threshold.size), -threshold.longest), threshold.longest)
            if not threshold.forgets:
                content -= (ONE - threshold.kept) * made * threshold.size
            elif made != ZERO:
                content *= threshold.kept
            buffer[place] = min(max(content, -threshold.cap), threshold.cap)
            steps[read, line] = made


@jit
def _subtract_reference(mean, past, reads, slices, from_slice, from_line, switched, switches, rate, differences):
    for read in range(len(reads)):
        chosen = slices[read]
        for line in range(reads.shape[1]):
            place = chosen * from_slice + line * from_line
            if switched[chosen]:
                past[place] = mean[place]
            mean[place] = (ONE - rate) * mean[place] + rate * reads[read, line]
            differences[read, line] = reads[read, line] - past[place]
        switched[chosen] = switches[read]
