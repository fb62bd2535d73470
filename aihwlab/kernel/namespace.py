"""The array library that an array belongs to decides where a function runs: NumPy on the CPU, CuPy on the GPU."""

import sys
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
"""An array of NumPy, or one of CuPy, which answers alike."""

NUMPY = (np.ndarray, np.generic)


def array_namespace(*arrays: Any) -> ModuleType:
    """Return `numpy` or `cupy`, whichever library the arrays belong to.

    CuPy is never imported here: an array of its own shows that it is already in use.

    Raises:
        TypeError: for an array of another library, or a mixture of both.
    """
    others = [array for array in arrays if not isinstance(array, NUMPY)]
    if not others:
        return np
    cupy: Any = sys.modules.get('cupy')
    for array in others:
        if cupy is None or not isinstance(array, cupy.ndarray):
            raise TypeError(f'expected a NumPy or CuPy array, got {type(array).__module__}.{type(array).__qualname__}')
    if len(others) < len(arrays):
        raise TypeError('NumPy and CuPy arrays cannot be mixed in one call: move them all to the CPU or to the GPU first')
    return cupy
