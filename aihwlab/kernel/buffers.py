"""Digital buffers between two arrays of a cell: reads add up, and whole steps leave.

Everything is a matrix [out, in], of which a read takes one column or row, a slice.
"""

from typing import NamedTuple

import numpy as np

from aihwlab.kernel.looks import by_slices
from aihwlab.kernel.namespace import Array, array_namespace


class Threshold(NamedTuple):
    """When a buffer makes steps, and what it keeps.

    Attributes:
        size: content that makes one step.
        longest: most steps of one read.
        kept: part of the content that stays once a step is made; of the steps themselves if the buffer does not forget.
        forgets: whether the rest of the content goes with the steps; otherwise only the steps do.
        cap: largest content that stays, infinite for none; 0 is no buffer.
    """

    size: np.float32
    longest: np.float32
    kept: np.float32
    forgets: bool
    cap: np.float32


def collect(buffer: Array, reads: Array, slices: Array, columns: bool, threshold: Threshold) -> Array:
    """Add reads to a buffer, one after the other, and take whole steps from it.

        H <- H + read,   n = clip(trunc(H / size), -longest, longest)

    and where `n` is not zero, `H <- kept H`, or `H <- H - (1 - kept) n size` if the buffer does not forget.

    Args:
        buffer: contents, [out, in], changed in place.
        reads: what is added, [reads, lines].
        slices: number of the column, or row, of each read, [reads]; they take turns.
        columns: whether slices are columns.
        threshold: when the buffer makes steps.

    Returns:
        Number of steps, [reads, lines], float32.
    """
    xp, contents, steps = array_namespace(buffer), by_slices(buffer, columns), [reads[:0]]
    for turn in turns(len(reads), len(contents)):
        where = xp.asarray(slices[turn])
        content = contents[where] + reads[turn]
        made = xp.clip(xp.trunc(content / threshold.size), -threshold.longest, threshold.longest)
        if threshold.forgets:
            left = xp.where(made != 0, threshold.kept * content, content)
        else:
            left = content - (1 - threshold.kept) * made * threshold.size
        contents[where] = xp.clip(left, -threshold.cap, threshold.cap)
        steps.append(made)
    return xp.concatenate(steps)


def subtract_reference(mean: Array, past: Array, reads: Array, slices: Array, columns: bool, switched: Array, switches: Array,
                       rate: np.float32) -> Array:
    """Return reads minus the mean of the slice in the last period of its chopper, and go on with the means.

    A read takes the mean `M` of its slice as the reference `P` if the chopper has switched after the read before:

        P <- M if switched,   read - P,   M <- (1 - rate) M + rate read

    Args:
        mean, past: `M` and `P`, [out, in], changed in place.
        reads: [reads, lines].
        slices: number of the column, or row, of each read, [reads]; they take turns.
        columns: whether slices are columns.
        switched: whether the chopper of each slice switched after its last read, [slices], changed in place.
        switches: whether the chopper of the slice switches after each read, [reads].
        rate: weight of a read in the mean.
    """
    xp = array_namespace(reads)
    means, pasts, differences = by_slices(mean, columns), by_slices(past, columns), xp.empty_like(reads)
    for turn in turns(len(reads), len(means)):
        numbers, values = slices[turn], reads[turn]
        where = xp.asarray(numbers)
        pasts[where] = reference = xp.where(xp.asarray(switched[numbers])[:, None], means[where], pasts[where])
        means[where] = (1 - rate) * means[where] + rate * values
        switched[numbers] = switches[turn]
        differences[turn] = values - reference
    return differences


def turns(reads: int, slices: int) -> list[slice]:
    """Return which reads belong to each turn: in one, no slice is read twice."""
    return [slice(first, first + slices) for first in range(0, reads, slices)]
