"""What several tests of the kernel share: devices, arrays of them, and pulses."""

import numpy as np
import pytest

from aihwlab.kernel.backend import numba_compiles
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.devices.pulse import apply_pulses
from aihwlab.kernel.random import Purpose, Stream, event_normals
from aihwlab.parameters.enums import PulseType
from aihwlab.simulator.configs import devices
from aihwlab.simulator.presets import devices as presets
from tests.compare import parameters_from

BACKENDS = ['reference', 'compiled']
needs_numba = pytest.mark.skipif(not numba_compiles(), reason='Numba may not compile')
PULSED = [devices.ConstantStepDevice, devices.LinearStepDevice, devices.SoftBoundsDevice, devices.SoftBoundsReferenceDevice,
          devices.ExpStepDevice, devices.PowStepDevice, devices.PowStepReferenceDevice, devices.PiecewiseStepDevice]
WITH_PMAX = [*PULSED, devices.SoftBoundsPmaxDevice]
NO_SPREAD = {name: 0.0 for name in ('dw_min_dtod', 'dw_min_std', 'w_max_dtod', 'w_min_dtod', 'up_down_dtod', 'gamma_up_dtod',
                                    'gamma_down_dtod', 'pow_gamma_dtod')}
PULSED_TYPES = [PulseType.STOCHASTIC_COMPRESSED, PulseType.STOCHASTIC, PulseType.MEAN_COUNT, PulseType.DETERMINISTIC_IMPLICIT]
CLASSES = [value for module in (devices, presets) for value in vars(module).values() if isinstance(value, type)]


# -- parameters


def device_of(case):
    """Return the parameters of the device that a case of the reference describes."""
    return parameters_from(case['config'], CLASSES)


def equal_devices(device_class, **settings):
    """Return parameters of equal devices without noise."""
    parameters = device_class()
    for name, value in {**NO_SPREAD, **settings}.items():
        if hasattr(parameters, name):
            setattr(parameters, name, value)
    return parameters


def ideal_steps(**settings):
    """Return devices with equal steps, without noise and practically without bounds."""
    return devices.ConstantStepDevice(**{**dict(dw_min=0.001, dw_min_dtod=0.0, dw_min_std=0.0, up_down_dtod=0.0, w_max=100.0,
                                               w_min=-100.0, w_max_dtod=0.0, w_min_dtod=0.0), **settings})


def wide(**settings):
    """Return devices whose bounds are far away and equal."""
    return devices.ConstantStepDevice(**{**dict(w_max=1.0, w_min=-1.0, w_max_dtod=0.0, w_min_dtod=0.0), **settings})


# -- arrays


def build(parameters, shape=(1, 1), seed=1):
    """Return an array of devices."""
    parameters.validate()
    return build_device_array(parameters.resolved(), shape, Stream(seed, 0))


def array_at(weight, parameters, shape=(200, 100)):
    """Return an array of devices, or of ideal memory, with all weights set to one value."""
    array = build_cells(parameters, shape, Stream(1, 0)).array
    array.set_weights(np.full(shape, weight, dtype=np.float32), Stream(1, 1))
    return array


def pulses(array, up, count, operation=2, first=0):
    """Give every device `count` pulses in one direction."""
    everywhere = np.arange(array.visible.size)
    for slot in range(first, first + count):
        noise, write_noise = event_normals(Stream(7, operation), Purpose.DEVICE_STEP, everywhere, slot)
        apply_pulses(array, everywhere, np.full(array.visible.size, up), noise, write_noise)


# -- numbers

STREAM = Stream(seed=0x9E3779B97F4A7C15, operation=41)
FAMILY = [STREAM, *(STREAM.child(part) for part in (0, 1, 254)), STREAM.child(0).child(0), STREAM.child(0).child(1),
          STREAM.child(1).child(0), STREAM.child(0).child(0).child(0)]
TABLE_WEIGHTS = np.array([[-0.6 + 0.15 * j for j in range(9)], [0.3 * np.cos(j) for j in range(9)]], dtype=np.float32)
"""The weights in the tables of the reference that say what clipping, modification and remapping do."""
TABLE_WEIGHTS[0, 8] = 0.6


def numbers(seed, shape):
    """Return normal numbers, a tenth of them zero."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * (rng.random(shape) > 0.1)).astype(np.float32)


def columns(vectors):
    """Put vectors in rows, [vectors, lines], as the kernel takes them, [batch, lines, 1]."""
    return np.asarray(vectors, dtype=np.float32)[:, :, None]
