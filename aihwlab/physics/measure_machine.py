"""How fast this machine is: the peak of its arithmetic, its memory, and products in between."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from aihwlab.physics.arguments import count, one_of, positive
from aihwlab.physics.roofline import Machine, intensity, operations

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Numbers of vectors that are multiplied by the same matrix."""

CACHED = 1024
"""Rows and columns of a matrix that fits into the caches."""


@dataclass(frozen=True)
class Measurement:
    """What has been measured.

    Attributes:
        machine: the fastest arithmetic and the fastest memory that were seen.
        batch: numbers of vectors multiplied by one matrix, [n].
        intensity: arithmetic intensity of these products, operations per byte, [n].
        performance: speed of these products, operations per second, [n].
        size: number of rows, and of columns, of the matrix.
    """

    machine: Machine
    batch: np.ndarray
    intensity: np.ndarray
    performance: np.ndarray
    size: int


def measure_machine(size: int = 4096, batches: Iterable[int] = BATCHES, number: Literal['float32', 'float64'] = 'float32',
                    repeats: int = 5, seconds: float = 20.0) -> Measurement:
    """Measure products `Y = W X` of a square matrix for several batches, which takes a few seconds.

    Where that would take longer than it may, as in the Python of a browser, the matrix is halved until it does not.

    The peak is that of the fastest product, which may be an extra one of a matrix that fits into the caches. The bandwidth
    is the highest of three: when the matrix is copied, in the scalar product of two arrays of its size, and in the products
    themselves. The matrix should be larger than the caches.

    Args:
        size: number of rows, and of columns, of the matrix; 4096 make 64 MiB in float32.
        batches: numbers of vectors, each at least 1.
        number: 'float32' or 'float64'.
        repeats: how often each product is computed; the fastest time counts.
        seconds: how long the products may take, as estimated from one of a small matrix.

    Returns:
        What has been measured (`Measurement`).

    Raises:
        ValueError: if the size, a batch or the number of repeats is not a whole number of at least 1, if there are no
            batches, if the number format is another one, or if the time is not positive.
    """
    count('size', size)
    count('repeats', repeats)
    positive('seconds', seconds)
    one_of('number', number, ('float32', 'float64'))
    batch = np.array([count('batches', one) for one in batches])
    if not batch.size:
        raise ValueError('batches = () must hold at least one number of vectors')
    generator = np.random.default_rng(1)
    sample = generator.standard_normal((256, 256), dtype=number)
    size = feasible(size, int(batch.sum()), seconds / (repeats + 1), sample)
    matrix = generator.standard_normal((size, size), dtype=number)
    width = matrix.itemsize
    performance = np.array([operations(size, size, one) / fastest(multiplication(matrix, one), repeats)
                            for one in batch])
    cached = matrix[:CACHED, :CACHED].copy()
    square = operations(len(cached), len(cached), len(cached)) / fastest(lambda: cached @ cached, repeats)
    intensities = np.array([intensity(size, size, one, width) for one in batch])
    bandwidth = max(memory_bandwidth(matrix, repeats), (performance / intensities).max())
    machine = Machine(float(max(performance.max(), square)), float(bandwidth))
    return Measurement(machine, batch, intensities, performance, size)


def feasible(size: int, vectors: int, seconds: float, sample: np.ndarray) -> int:
    """Return the size of a matrix, halved until it can be multiplied once by all vectors in some time, and once in the caches.

    How long this takes is estimated from the product of a sample with itself.
    """
    def work(size):
        cached = min(size, CACHED)
        return operations(size, size, vectors) + operations(cached, cached, cached)

    speed = operations(len(sample), len(sample), len(sample)) / fastest(lambda: sample @ sample, 1)
    while size > len(sample) and work(size) > speed * seconds:
        size //= 2
    return size


def multiplication(matrix: np.ndarray, batch: int) -> Callable[[], np.ndarray]:
    """Return a function that multiplies a matrix by a batch of vectors, into memory that has already been allocated."""
    x = np.ones((matrix.shape[1], batch), matrix.dtype) if batch > 1 else np.ones(matrix.shape[1], matrix.dtype)
    y = np.empty((len(matrix), *x.shape[1:]), matrix.dtype)
    return lambda: np.matmul(matrix, x, out=y)


def memory_bandwidth(array: np.ndarray, repeats: int) -> float:
    """Return the bytes per second of copying an array or of reading two, whichever is faster."""
    flat, copy = array.ravel(), array.ravel().copy()
    return 2 * array.nbytes / min(fastest(lambda: np.copyto(copy, flat), repeats),
                                  fastest(lambda: flat @ copy, repeats))


def fastest(function: Callable[[], object], repeats: int) -> float:
    """Return the shortest time that a function took, s; the first call is a warm-up and does not count."""
    function()
    times = []
    for _ in range(count('repeats', repeats)):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return min(times)
