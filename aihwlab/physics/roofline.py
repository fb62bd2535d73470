"""The roofline: whether a product waits for arithmetic or for memory."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from aihwlab.physics.arguments import count, fraction, positive


@dataclass(frozen=True)
class Machine:
    """A machine, described by its peak of arithmetic and its memory bandwidth.

        attainable = min(peak, bandwidth intensity)

    Source: S. Williams, A. Waterman and D. Patterson, Communications of the ACM 52(4), 65, 2009,
    doi:10.1145/1498765.1498785.

    Example:
        >>> machine = Machine(peak=100e12, bandwidth=1e12)
        >>> machine.ridge                        # 100 operations for each byte
        >>> machine.attainable(2.0)              # 2e12 operations a second: 2 % of the peak

    Attributes:
        peak: operations per second.
        bandwidth: bytes per second between processor and memory.

    Raises:
        ValueError: if a number is not positive and finite.
    """

    peak: float
    bandwidth: float

    def __post_init__(self) -> None:
        positive('peak', self.peak)
        positive('bandwidth', self.bandwidth)

    @property
    def ridge(self) -> float:
        """The intensity at which arithmetic becomes the limit, operations per byte."""
        return self.peak / self.bandwidth

    def attainable(self, intensity: npt.ArrayLike) -> float | np.ndarray:
        """Return the operations per second that a program of a given intensity can reach; arrays are welcome."""
        return np.minimum(self.peak, self.bandwidth * np.asarray(intensity, dtype=float))

    def time(self, operations: float, moved: float) -> float:
        """Return the least time that so many operations and so many moved bytes take, s; both go on at the same time."""
        return max(operations / self.peak, moved / self.bandwidth)

    def scaled(self, peak: float = 1.0, bandwidth: float = 1.0) -> 'Machine':
        """Return a machine with peak and bandwidth multiplied by these factors."""
        return replace(self, peak=self.peak * peak, bandwidth=self.bandwidth * bandwidth)


ROUND_NUMBERS = Machine(peak=100e12, bandwidth=1e12)
"""An accelerator with round numbers, which nobody builds."""


def operations(outputs: int, inputs: int, batch: int = 1) -> int:
    """Return the number of operations in `Y = W X`, `2 outputs inputs batch`."""
    return 2 * count('outputs', outputs) * count('inputs', inputs) * count('batch', batch)


def bytes_moved(outputs: int, inputs: int, batch: int = 1, width: float = 1, resident: float = 0.0) -> float:
    """Return the bytes that `Y = W X` moves between processor and memory if each number is moved once.

        bytes = width ((1 - resident) outputs inputs + inputs batch + outputs batch)

    Args:
        outputs, inputs, batch: size of the product.
        width: width of a number, bytes.
        resident: fraction of the weights that stay with the processor.

    Raises:
        ValueError: if a size is not a whole number of at least 1, the width is not positive and finite, or the fraction is
            not in [0, 1].
    """
    outputs, inputs, batch = count('outputs', outputs), count('inputs', inputs), count('batch', batch)
    weights = (1 - fraction('resident', resident)) * outputs * inputs
    return positive('width', width) * (weights + (inputs + outputs) * batch)


def intensity(outputs: int, inputs: int, batch: int = 1, width: float = 1, resident: float = 0.0) -> float:
    """Return the arithmetic intensity of `Y = W X`, operations per byte; `2 batch / width` for a large matrix.

    See `bytes_moved`.
    """
    return operations(outputs, inputs, batch) / bytes_moved(outputs, inputs, batch, width, resident)
