"""Presets: devices as they have been measured, and configurations to train with them.

The configurations need torch, so they are loaded when they are first used.
"""

from importlib import import_module

from aihwlab.simulator.presets import compounds, devices, utils
from aihwlab.simulator.presets.compounds import *  # noqa: F403
from aihwlab.simulator.presets.devices import *  # noqa: F403
from aihwlab.simulator.presets.utils import *  # noqa: F403

TRANSFERS = ('AGAD', 'ChoppedTTv2', 'TikiTaka', 'TTv2')
MEASURED = ('Capacitor', 'EcRam', 'EcRamMO', 'Idealized', 'ReRamES', 'ReRamSB')

CONFIGURATIONS = (
    *(f'{device}Preset' for device in (*MEASURED, 'GokmenVlasov', 'PCM')),
    *(f'{device}{count}Preset' for count in (2, 4) for device in MEASURED),
    *(f'{method}{device}Preset' for method in TRANSFERS for device in MEASURED),
    *(f'MixedPrecision{device}Preset' for device in (*MEASURED, 'GokmenVlasov', 'PCM')),
    *(f'Tuned{method}{device}Preset' for method in (*TRANSFERS, 'MixedPrecision') for device in ('ReRamES', 'ReRamSB')),
)
FOR_INFERENCE = ('FloatingPointPreset', 'StandardHWATrainingPreset')

__all__ = [*compounds.__all__, *devices.__all__, *utils.__all__, *CONFIGURATIONS, *FOR_INFERENCE]


def __getattr__(name):
    if name in CONFIGURATIONS:
        return getattr(import_module('aihwlab.simulator.presets.configs'), name)
    if name in FOR_INFERENCE:
        return getattr(import_module('aihwlab.simulator.presets.inference'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')


def __dir__():
    return sorted({*globals(), *__all__})
