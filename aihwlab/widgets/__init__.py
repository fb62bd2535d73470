"""Explorers: figures that follow sliders, for Jupyter.

`DigitReader` and `TrainingExplorer` need torch, so that they are loaded only when they are asked for.
"""

from importlib import import_module

from aihwlab.widgets.controls import Choice, Slider
from aihwlab.widgets.crossbar_animation import CrossbarAnimation
from aihwlab.widgets.crossbar_circuit import CircuitExplorer
from aihwlab.widgets.device_response import DeviceResponse
from aihwlab.widgets.energy import ProductEnergy
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.line_resistance import LineResistanceExplorer
from aihwlab.widgets.pcm_drift import PCMDriftExplorer
from aihwlab.widgets.pcm_pulse import PCMPulseExplorer
from aihwlab.widgets.pcm_trains import PCMArrayExplorer, PCMTrainExplorer
from aihwlab.widgets.pulse_trains import PulseTrainsExplorer
from aihwlab.widgets.roofline import RooflineExplorer
from aihwlab.widgets.tile import TileExplorer
from aihwlab.widgets.tile_energy import TileEnergy

__all__ = ['Choice', 'CircuitExplorer', 'CrossbarAnimation', 'DeviceResponse', 'DigitReader', 'Explorer',
           'LineResistanceExplorer', 'PCMArrayExplorer', 'PCMDriftExplorer', 'PCMPulseExplorer', 'PCMTrainExplorer',
           'ProductEnergy', 'PulseTrainsExplorer', 'RooflineExplorer', 'Slider', 'TileEnergy', 'TileExplorer',
           'TrainingExplorer']

HOMES = {'DigitReader': 'aihwlab.widgets.digit_reader', 'TrainingExplorer': 'aihwlab.widgets.training'}
"""Where the explorers are that need torch."""


def __getattr__(name: str) -> type:
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
