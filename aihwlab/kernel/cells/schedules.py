"""When slices of an array are read, which ones, and when choppers switch: pure functions of counters.

A slice is a column or a row of an array. A read is that of one slice; a transfer is one or more reads after a vector of an
update. All counters start at zero when the cells are made.
"""

import math

import numpy as np

from aihwlab.kernel.namespace import Array


def intervals(every: float, count: int, lines: int, reads: int) -> list[float]:
    """Return the time between the transfers of each of several arrays, `every (lines / reads)^k`; the last has none.

    Args:
        every: time between those of the first array.
        count: number of arrays.
        lines: number of devices of a slice.
        reads: number of slices of a transfer.
    """
    return [every * (lines / reads) ** k for k in range(count - 1)] + [0.0]


def period(interval: float, vectors: int, in_batches: bool) -> int:
    """Return a time between transfers as a number of vectors, 0 for no transfer.

    Args:
        interval: the time, in batches or in vectors.
        vectors: number of vectors of a batch.
        in_batches: a time in batches is rounded up to whole vectors, one in vectors to the nearest number of them, at least 1.
    """
    if interval == 0:
        return 0
    return math.ceil(interval * vectors) if in_batches else max(math.floor(interval + 0.5), 1)


def transfers(passed: int, vectors: int, period: int) -> Array:
    """Return after how many vectors of a batch transfers happen: whenever the count of all is a multiple of the period.

    Args:
        passed: number of vectors before the batch.
        vectors: number of vectors of the batch.
        period: number of vectors from one transfer to the next; 0 for no transfer.
    """
    if period == 0:
        return np.arange(0)
    return np.arange(period - passed % period, vectors + 1, period)


def in_turn(passed: int, transfers: int, reads: int, slices: int) -> Array:
    """Return which slices some transfers read if these take turns, [transfers, reads].

    Args:
        passed: number of reads before.
        transfers: number of transfers.
        reads: number of reads of each.
        slices: number of slices.
    """
    return ((passed + np.arange(transfers * reads)) % slices).reshape(transfers, reads)


def from_anywhere(draws: Array, reads: int, slices: int) -> Array:
    """Return which slices some transfers read if each starts at a slice that was drawn, [transfers, reads].

    Args:
        draws: uniform numbers in [0, 1), one for each transfer.
        reads: number of reads of each transfer.
        slices: number of slices.
    """
    first = np.minimum((draws.astype(np.float64) * slices).astype(np.int64), slices - 1)
    return (first[:, None] + np.arange(reads)) % slices


def chopper_period(probability: float) -> int:
    """Return after how many reads of a slice its chopper switches if it does so regularly: `1 / probability`, at least 2."""
    return max(math.ceil(np.float32(1) / np.float32(probability)), 2)


def ends_period(sweeps: Array, period: int) -> Array:
    """Return whether reads are the last of a period of their slice.

    Args:
        sweeps: how often all slices had been read before each read.
        period: number of reads of each slice in a period.
    """
    return sweeps % period == period - 1


def chopper_signs(signs: Array, switches: Array) -> Array:
    """Return the signs of choppers before the first read and after each, [1 + reads, choppers].

    Args:
        signs: +1 or -1 for each chopper, before the first read.
        switches: whether each chopper switches after each read, [reads, choppers].
    """
    switched = np.logical_xor.accumulate(np.concatenate([np.zeros_like(switches[:1], shape=(1, len(signs))), switches]))
    return np.where(switched, -signs, signs)


def signs_in_turn(signs: Array, passed: int, switches: Array) -> tuple[Array, Array]:
    """Return the sign of the chopper of each read, [reads], if slices take turns; and those of all slices after the reads.

    Args:
        signs: +1 or -1 for each slice, before the first read.
        passed: number of reads before.
        switches: whether the chopper of its slice switches after each read, [reads].
    """
    first, slices = passed % len(signs), len(signs)
    last = first + len(switches)
    by_turn = np.zeros((max(-(-last // slices), 1), slices), dtype=bool)
    by_turn.reshape(-1)[first:last] = switches
    switched = np.logical_xor.accumulate(by_turn)
    before = np.where(switched ^ by_turn, -signs, signs).reshape(-1)[first:last]
    return before, np.where(switched[-1], -signs, signs)


def running_average(average: float, values: Array, rate: float) -> Array:
    """Return an average after each of some values, `m <- (1 - rate) m + rate v`, float64; zeros change nothing, and the first
    other value is the first average.

    Args:
        average: the average before, 0 if there was no value yet.
        values: not negative, [values].
        rate: weight of a value.
    """
    from scipy.signal import lfilter  # takes long to import, and few cells need it
    count = values > 0
    counted = values[count].astype(np.float64)
    averages = np.append(average, counted) if average > 0 else np.append(0.0, counted)
    start = 0 if average > 0 else 1
    if len(averages) > start + 1:
        rest, _ = lfilter([rate], [1, rate - 1], averages[start + 1:], zi=[(1 - rate) * averages[start]])
        averages[start + 1:] = rest
    return averages[np.cumsum(count)]
