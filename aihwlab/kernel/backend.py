"""Which implementation of the kernel's stages runs: the NumPy reference, or the one compiled by Numba.

The arrays decide: NumPy arrays take the compiled stages if Numba is installed, CuPy arrays the reference, which is written
for both libraries. Both draw the same random numbers and agree up to float rounding. Where Numba must not compile
(NUMBA_DISABLE_JIT=1, to step through the kernel with a debugger), the reference runs instead. This is the only place that
decides; the stages have the same names everywhere (`aihwlab.kernel.reference`, `aihwlab.kernel.compiled.stages`).
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

import numpy as np

from aihwlab.kernel.counts import Counts
from aihwlab.kernel.crossbar import Multiply, product
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array

BACKENDS = ('reference', 'compiled')


class Engine(NamedTuple):
    """How a tile computes.

    Attributes:
        multiply: the library's product of a matrix [out, in] and vectors [batch, in, positions].
        backend: 'reference' or 'compiled'; None for the fastest that the arrays allow.
        counts: where work is counted, or None.
    """

    multiply: Multiply = product
    backend: str | None = None
    counts: Counts | None = None

    def stages(self, array: Array, devices: DeviceArray | None = None) -> ModuleType:
        """Return the namespace of the stages for an array: `abs_max`, `dac`, `adc`, `scatter`, `draw_trains` and so on.

        Args:
            array: a NumPy or CuPy array.
            devices: the devices, if some are pulsed; a law that cannot be compiled takes the reference, with one notice.

        Raises:
            ValueError: for an unknown backend.
            ImportError: if 'compiled' is asked for and Numba is not installed.
        """
        backend = self.backend
        if backend is not None and backend not in BACKENDS:
            raise ValueError(f"backend = {backend!r}: choose 'reference', 'compiled' or None")
        if backend != 'reference' and isinstance(array, np.ndarray) and (backend == 'compiled' or numba_compiles()):
            compiled = namespace('compiled.stages')
            if devices is None or compiled.can_step(devices):
                return compiled
        return namespace('reference')


def stages(array: Array, backend: str | None = None, devices: DeviceArray | None = None) -> ModuleType:
    """Return the stages for an array, and for the devices that they shall pulse; see `Engine.stages`."""
    return Engine(backend=backend).stages(array, devices)


@cache
def namespace(name: str) -> ModuleType:
    """Return a module of the kernel; compiled stages are loaded when they are first needed."""
    return import_module(f'aihwlab.kernel.{name}')


@cache
def numba_compiles() -> bool:
    """Return whether Numba is there and may compile (there is none, for example, in a browser)."""
    if find_spec('numba') is None:
        return False
    from numba import config
    return not config.DISABLE_JIT
