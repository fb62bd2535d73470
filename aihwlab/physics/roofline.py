"""The roofline: whether a product waits for arithmetic or for memory."""

from dataclasses import dataclass, replace

import numpy as np

from aihwlab.physics.arguments import count, fraction, positive


@dataclass(frozen=True)
class Machine:
    """A machine with a peak of arithmetic and a bandwidth of memory.

        attainable = min(peak, bandwidth intensity)

    Source: S. Williams, A. Waterman, D. Patterson, Communications of the ACM 52(4), 65, 2009,
    doi:10.1145/1498765.1498785.

    Example:
        >>> machine = Machine(peak=100e12, bandwidth=1e12)
        >>> machine.ridge                        # 100 operations for each byte
        >>> machine.attainable(2.0)              # 2e12 operations a second: 2 % of the peak

    Attributes:
        peak: operations per second.
        bandwidth: bytes per second between processor and memory.

    Raises:
        ValueError: for numbers that are not positive.
    """

    peak: float
    bandwidth: float

    def __post_init__(self):
        positive('peak', self.peak)
        positive('bandwidth', self.bandwidth)

    @property
    def ridge(self):
        """The intensity from which on arithmetic is the limit, operations per byte."""
        return self.peak / self.bandwidth

    def attainable(self, intensity):
        """Return the operations per second that a program of some intensity can reach; arrays are welcome."""
        return np.minimum(self.peak, self.bandwidth * np.asarray(intensity, dtype=float))

    def time(self, operations, moved):
        """Return how long some operations with some bytes take at least, s: both go on at the same time."""
        return max(operations / self.peak, moved / self.bandwidth)

    def scaled(self, peak=1.0, bandwidth=1.0):
        """Return a machine with other factors of peak and bandwidth."""
        return replace(self, peak=self.peak * peak, bandwidth=self.bandwidth * bandwidth)


def operations(outputs, inputs, batch=1):
    """Return the operations of `Y = W X`, `2 outputs inputs batch`."""
    return 2 * count('outputs', outputs) * count('inputs', inputs) * count('batch', batch)


def bytes_moved(outputs, inputs, batch=1, width=1, resident=0.0):
    """Return the bytes that `Y = W X` moves between processor and memory when each number is moved once.

        bytes = width ((1 - resident) outputs inputs + inputs batch + outputs batch)

    Args:
        outputs, inputs, batch: size of the product.
        width: of a number, bytes.
        resident: fraction of the weights that stay with the processor.

    Raises:
        ValueError: for sizes that are no counts, a width that is not positive, and a fraction outside of [0, 1].
    """
    outputs, inputs, batch = count('outputs', outputs), count('inputs', inputs), count('batch', batch)
    weights = (1 - fraction('resident', resident)) * outputs * inputs
    return positive('width', width) * (weights + (inputs + outputs) * batch)


def intensity(outputs, inputs, batch=1, width=1, resident=0.0):
    """Return the arithmetic intensity of `Y = W X`, operations per byte; `2 batch / width` for a large matrix.

    See `bytes_moved`.
    """
    return operations(outputs, inputs, batch) / bytes_moved(outputs, inputs, batch, width, resident)
