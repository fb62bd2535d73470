"""Which implementation of the kernel's stages runs: the NumPy reference, the one compiled by Numba, or the one for a GPU.

The arrays decide: NumPy arrays take the compiled stages if Numba is installed, CuPy arrays those for a GPU. All draw the same
random numbers and agree up to float rounding. Where Numba must not compile (NUMBA_DISABLE_JIT=1, to step through the kernel
with a debugger), the reference runs instead, which is written for both libraries. This is the only place that decides; the
stages have the same names everywhere (`aihwlab.kernel.reference`, `aihwlab.kernel.compiled.stages`,
`aihwlab.kernel.gpu.stages`).
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

BACKENDS = ('reference', 'compiled', 'gpu')


class Engine(NamedTuple):
    """How a tile computes.

    Attributes:
        multiply: the library's product of a matrix [out, in] and vectors [batch, in, positions].
        backend: 'reference', 'compiled' or 'gpu'; None for the fastest that the arrays allow.
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
            ImportError: without Numba if others than 'reference' are asked for, and for CuPy arrays without numba-cuda.
        """
        backend = self.backend
        if backend is not None and backend not in BACKENDS:
            raise ValueError(f"backend = {backend!r}: choose 'reference', 'compiled', 'gpu' or None")
        if backend == 'reference' or backend is None and not numba_compiles():
            return namespace('reference')
        if backend == 'gpu' or not isinstance(array, np.ndarray):
            faster = gpu_stages(is_simulated=isinstance(array, np.ndarray))
        else:
            faster = namespace('compiled.stages')
        return faster if devices is None or faster.can_step(devices) else namespace('reference')


def stages(array: Array, backend: str | None = None, devices: DeviceArray | None = None) -> ModuleType:
    """Return the stages for an array, and for the devices that they shall pulse; see `Engine.stages`."""
    return Engine(backend=backend).stages(array, devices)


@cache
def namespace(name: str) -> ModuleType:
    """Return a module of the kernel; compiled stages are loaded when they are first needed."""
    return import_module(f'aihwlab.kernel.{name}')


@cache
def gpu_stages(is_simulated: bool) -> ModuleType:
    """Return the stages for a GPU: for CuPy arrays, or for NumPy arrays in Numba's simulator.

    Raises:
        ImportError: for CuPy arrays without numba-cuda, and for NumPy arrays without the simulator.
    """
    if is_simulated:
        from numba import config
        if not config.ENABLE_CUDASIM:
            raise ImportError("backend = 'gpu' with NumPy arrays: needs Numba's simulator, NUMBA_ENABLE_CUDASIM=1")
    elif find_spec('numba_cuda') is None:
        raise ImportError('arrays on a GPU need numba-cuda: pip install aihwlab[gpu], or aihwlab[gpu12] for CUDA 12')
    return namespace('gpu.stages')


@cache
def numba_compiles() -> bool:
    """Return whether Numba is there and may compile (there is none, for example, in a browser)."""
    if find_spec('numba') is None:
        return False
    from numba import config
    return not config.DISABLE_JIT
