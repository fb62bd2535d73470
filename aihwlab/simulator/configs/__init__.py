"""Configurations, devices and parameters.

The configurations know their tile classes, and those need torch; so they are loaded when they are first used.
"""

from importlib import import_module

from aihwlab.simulator import parameters
from aihwlab.simulator.configs import compounds, devices
from aihwlab.simulator.configs.compounds import *  # noqa: F403
from aihwlab.simulator.configs.devices import *  # noqa: F403
from aihwlab.simulator.parameters import *  # noqa: F403

CONFIGURATIONS = (
    'DigitalRankUpdateRPUConfig', 'FloatingPointRPUConfig', 'IOManagedRPUConfig', 'InferenceRPUConfig',
    'QuantizedTorchInferenceRPUConfig', 'SingleRPUConfig', 'TorchInferenceRPUConfig', 'TorchInferenceRPUConfigIRDropT',
    'UnitCellRPUConfig',
)
FUNCTIONS = ('build_config',)

__all__ = [*parameters.__all__, *devices.__all__, *compounds.__all__, *CONFIGURATIONS, *FUNCTIONS]


def __getattr__(name):
    if name in CONFIGURATIONS:
        return getattr(import_module('aihwlab.simulator.configs.configs'), name)
    if name in FUNCTIONS:
        return getattr(import_module('aihwlab.simulator.configs.helpers'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')


def __dir__():
    return sorted({*globals(), *__all__})
