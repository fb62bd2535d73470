"""Arrays on a GPU: those of CuPy, or what stands for them where Numba's simulator takes the place of a GPU."""

from functools import cache
from importlib.util import find_spec

import numpy as np

from aihwlab.kernel.backend import Engine, numba_compiles
from tests.kernel.gpu import strict

ENGINES = Engine(backend='reference'), Engine(backend='gpu')


def is_simulated():
    """Return whether Numba's simulator is on, and can be used: unsigned integers of older NumPy become floats in it."""
    if not numba_compiles() or np.lib.NumpyVersion(np.__version__) < '2.0.0':
        return False
    from numba import config
    return bool(config.ENABLE_CUDASIM)


IS_SIMULATED = is_simulated()
if IS_SIMULATED:
    strict.take_the_place_of_cupy()


@cache
def there_is_a_gpu():
    """Return whether there is a GPU, with all that is needed to use it."""
    if not numba_compiles() or find_spec('cupy') is None or find_spec('numba_cuda') is None:
        return False
    import cupy
    return bool(cupy.cuda.is_available())


def library():
    """Return the library of the arrays on the GPU."""
    import cupy
    return cupy


def on_gpu(value):
    """Return a copy of an array on the GPU, also of each in an object with `map`."""
    return value.map(on_gpu) if hasattr(value, 'map') else library().array(value)


def on_cpu(array):
    """Return an array of NumPy."""
    return array.get() if isinstance(array, library().ndarray) else array


def assert_same(first, second):
    """Compare an array of NumPy and one on the GPU bit by bit."""
    second = on_cpu(second)
    assert first.dtype == second.dtype and first.shape == second.shape
    np.testing.assert_array_equal(first, second)
