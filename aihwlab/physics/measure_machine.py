"""How fast the machine is that this runs on: its peak of arithmetic, its memory, and products in between."""

import time
from dataclasses import dataclass

import numpy as np

from aihwlab.physics.arguments import count, one_of
from aihwlab.physics.roofline import Machine, intensity, operations

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Numbers of vectors that are multiplied with the same matrix."""


@dataclass(frozen=True)
class Measurement:
    """What has been measured.

    Attributes:
        machine: the fastest arithmetic and the fastest memory that were seen.
        batch: numbers of vectors, [n].
        intensity: of their products with one matrix, operations per byte, [n].
        performance: operations per second of these products, [n].
    """

    machine: Machine
    batch: np.ndarray
    intensity: np.ndarray
    performance: np.ndarray


def measure_machine(size=4096, batches=BATCHES, number='float32', repeats=5):
    """Measure products `Y = W X` of a square matrix for several batches; a few seconds.

    The peak is that of the fastest product, one of a matrix that fits the caches included. The bandwidth is the fastest
    of copying the matrix, of the scalar product of two arrays of its size, and of the products themselves. The matrix
    should be larger than the caches.

    Args:
        size: rows and columns of the matrix; 4096 make 64 MiB in float32.
        batches: numbers of vectors, each at least 1.
        number: 'float32' or 'float64'.
        repeats: how often each product is computed; the fastest counts.

    Returns:
        What has been measured (`Measurement`).

    Raises:
        ValueError: for sizes, batches and repeats that are no counts, and for another number format.
    """
    count('size', size)
    one_of('number', number, ('float32', 'float64'))
    batch = np.array([count('batches', one) for one in batches])
    if not batch.size:
        raise ValueError('batches = () must hold at least one number of vectors')
    matrix = np.random.default_rng(1).standard_normal((size, size), dtype=number)
    width = matrix.itemsize
    performance = np.array([operations(size, size, one) / fastest(multiplication(matrix, one), repeats)
                            for one in batch])
    cached = matrix[:1024, :1024].copy()
    square = operations(*cached.shape, len(cached)) / fastest(lambda: cached @ cached, repeats)
    intensities = np.array([intensity(size, size, one, width) for one in batch])
    bandwidth = max(memory_bandwidth(matrix, repeats), (performance / intensities).max())
    machine = Machine(float(max(performance.max(), square)), float(bandwidth))
    return Measurement(machine, batch, intensities, performance)


def multiplication(matrix, batch):
    """Return a function that multiplies a matrix with a batch of vectors into memory that is there already."""
    x = np.ones((matrix.shape[1], batch), matrix.dtype) if batch > 1 else np.ones(matrix.shape[1], matrix.dtype)
    y = np.empty((len(matrix), *x.shape[1:]), matrix.dtype)
    return lambda: np.matmul(matrix, x, out=y)


def memory_bandwidth(array, repeats):
    """Return the bytes per second of copying an array, or of reading two, whatever is faster."""
    flat, copy = array.ravel(), array.ravel().copy()
    return 2 * array.nbytes / min(fastest(lambda: np.copyto(copy, flat), repeats),
                                  fastest(lambda: flat @ copy, repeats))


def fastest(function, repeats):
    """Return the shortest time that a function took, s; the first call warms up and does not count."""
    function()
    times = []
    for _ in range(count('repeats', repeats)):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return min(times)
