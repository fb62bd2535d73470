"""A stand-in for CuPy in Numba's simulator: arrays of NumPy that are as strict as CuPy's, and count who waits for them.

They cannot be mixed with arrays of NumPy; all results are arrays again, of no dimension if need be; and whoever asks for their
numbers waits for the GPU.
"""

import sys
import threading
from types import ModuleType, SimpleNamespace

import numpy as np

from aihwlab.kernel import namespace

CREATE = {'array', 'asarray', 'ascontiguousarray'}
"""Functions that take arrays of NumPy."""

waits = 0


class StrictArray(np.ndarray):
    """An array that stands for one of CuPy. Threads of the simulator read numbers from it, as those of a GPU do."""

    def __array_ufunc__(self, function, method, *inputs, out=None, **settings):
        refuse_numpy((inputs, out))
        if out is None:
            return strict(getattr(function, method)(*plain(inputs), **plain(settings)))
        getattr(function, method)(*plain(inputs), out=plain(out), **plain(settings))
        return out[0]

    def __array_function__(self, function, types, arguments, settings):
        refuse_numpy((arguments, settings))
        return strict(function(*plain(arguments), **plain(settings)))

    def __getitem__(self, index):
        return strict(plain(self)[plain(index)]) if is_host() else plain(self)[index]

    def __setitem__(self, index, value):
        if is_host():
            refuse_numpy(value)
        plain(self)[plain(index)] = plain(value)

    def __bool__(self):
        return bool(self.get())

    def __int__(self):
        return int(self.get())

    def __float__(self):
        return float(self.get())

    __index__ = __int__

    def tolist(self):
        return self.get().tolist()

    def get(self):
        """Wait for the GPU; return an array of NumPy."""
        global waits
        waits += is_host()
        return plain(self).copy()


def is_host():
    """Return whether this is no thread of the simulated GPU."""
    return threading.current_thread() is threading.main_thread()


def refuse_numpy(value):
    if isinstance(value, (tuple, list)):
        for part in value:
            refuse_numpy(part)
    elif isinstance(value, dict):
        refuse_numpy([*value.values()])
    elif isinstance(value, np.ndarray) and not isinstance(value, StrictArray):
        raise TypeError('Unsupported type: an array of NumPy among those of CuPy')


def plain(value):
    """Return arrays, also in tuples, lists and dictionaries, as those of NumPy in the same memory."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(plain, value))
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value.view(np.ndarray) if isinstance(value, StrictArray) else value


def strict(value):
    """Return arrays and numbers, also in tuples and lists, as strict arrays."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(strict, value))
    return np.asarray(value).view(StrictArray) if isinstance(value, (np.ndarray, np.generic)) else value


def wrapped(function, creates=False):
    def call(*arguments, **settings):
        if not creates:
            refuse_numpy((arguments, settings))
        return strict(function(*plain(arguments), **plain(settings)))
    return call


def repeat(values, repeats):
    if not isinstance(repeats, int):
        raise TypeError('CuPy repeats nothing by an array')
    return wrapped(np.repeat)(values, repeats)


class Library(ModuleType):
    """What NumPy has, for strict arrays."""

    def __getattr__(self, name):
        value = getattr(np, name)
        return value if isinstance(value, type) or not callable(value) else wrapped(value, name in CREATE)


library = Library('cupy')
library.ndarray, library.repeat = StrictArray, repeat
library.lib = SimpleNamespace(stride_tricks=SimpleNamespace(as_strided=wrapped(np.lib.stride_tricks.as_strided)))


class OfNumpy(type):
    def __instancecheck__(cls, value):
        return isinstance(value, (np.ndarray, np.generic)) and not isinstance(value, StrictArray)


def take_the_place_of_cupy():
    """Let `array_namespace` know strict arrays as those of CuPy."""
    sys.modules['cupy'] = library
    namespace.NUMPY = (OfNumpy('OfNumpy', (), {}),)
