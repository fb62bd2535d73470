"""Compile all kernels for a GPU of compute capability 9.0, which need not be there, and print how often each fuses a product
and a sum: its law or `-`, its name, the number of fused instructions.

    python tests/kernel/gpu/machine_code.py
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numba import cuda
from numba.cuda import compiler, dispatcher
from numba.cuda.typing.typeof import Purpose, typeof

sys.path.insert(0, str(Path(__file__).parents[3]))

from aihwlab.kernel.converters import abs_max as magnitudes
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.gpu import coincidences, converters, patches, pulse, pulse_plan, pulse_trains, random
from aihwlab.kernel.laws.constant_step import ConstantStepDevice
from aihwlab.kernel.laws.exp_step import ExpStepDevice
from aihwlab.kernel.laws.linear_step import LinearStepDevice
from aihwlab.kernel.laws.piecewise_step import PiecewiseStepDevice
from aihwlab.kernel.laws.pow_step import PowStepDevice
from aihwlab.kernel.lines import draw_lines
from aihwlab.kernel.noise import Noise
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.random import Stream
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.update import UpdateParameters

CAPABILITY = 9, 0
LAWS = ConstantStepDevice, LinearStepDevice, ExpStepDevice, PowStepDevice, PiecewiseStepDevice
STREAM = Stream(1, 5)
X, D = np.ones((2, 5, 3), np.float32), np.full((2, 4, 3), 0.3, np.float32)

seen = set()
law = '-'


def print_fused(kernel, threads, *arguments):
    """Compile a kernel in place of running it."""
    types = tuple(typeof(argument, Purpose.argument) for argument in arguments)
    if (kernel, types) not in seen:
        seen.add((kernel, types))
        code, _ = cuda.compile(kernel.py_func, types, device=False, cc=CAPABILITY, abi='numba')
        print(law, kernel.py_func.__name__, code.count('fma.'))


def compile_all():
    """Go through all stages with arrays of NumPy."""
    global law
    io, noise, lines = IOParameters(), Noise(STREAM), draw_lines(IOParameters(), (4, 5), STREAM)
    random.normals(STREAM, 1, 5, 0, np)
    random.words(STREAM, 1, 5, 0, np)
    random.normals_at(STREAM, 1, np.arange(3), 0, np)
    random.words_at(STREAM, 1, np.arange(3), 0, np)
    image = np.ones((2, 1, 4, 5), np.float32)
    patches.abs_max(Patches(image, Geometry((2, 2), (1, 1), (1, 1))))
    patches.scatter(np.ones((2, 4, 12), np.float32), image.shape, Geometry((2, 2), (1, 1), (1, 1)))
    reduction, factor = converters.scales(magnitudes(X), 1.0, 1.0, True)
    converters.dac(X, reduction, io, noise)
    converters.adc(D, factor, io, lines, noise)
    for device in LAWS:
        array = build_device_array(device(), (4, 5), STREAM)
        for pulse_type in (PulseType.STOCHASTIC_COMPRESSED, PulseType.MEAN_COUNT):
            law, update, largest = '-', UpdateParameters(pulse_type=pulse_type), (magnitudes(X).ravel(), magnitudes(D).ravel())
            pulse_plan.plan_pulses(*largest, 0.1, array.granularity, update)
            plan = plan_pulses(*largest, 0.1, array.granularity, update)
            trains = pulse_trains.draw_trains(X, D, plan, update, STREAM)
            trains.sent()
            law = device.__name__
            coincidences.apply_trains(array, trains, STREAM)


if __name__ == '__main__':
    dispatcher.get_current_device = compiler.get_current_device = lambda: SimpleNamespace(compute_capability=CAPABILITY)
    pulse.as_argument = lambda value: value
    for module in (coincidences, converters, patches, pulse_plan, pulse_trains, random):
        module.launch = print_fused
    compile_all()
