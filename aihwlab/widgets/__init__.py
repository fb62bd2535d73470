"""Explorers: figures that follow sliders, for Jupyter.

What trains networks needs torch, so it is loaded only when it is asked for.
"""

from importlib import import_module

from aihwlab.widgets.controls import Choice, Slider
from aihwlab.widgets.crossbar_animation import CrossbarAnimation
from aihwlab.widgets.crossbar_circuit import CircuitExplorer
from aihwlab.widgets.device_response import DeviceResponse
from aihwlab.widgets.energy import ProductEnergy
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.line_resistance import LineResistanceExplorer
from aihwlab.widgets.one_weight import OneWeightExplorer
from aihwlab.widgets.pcm_drift import PCMDriftExplorer
from aihwlab.widgets.pcm_pulse import PCMPulseExplorer
from aihwlab.widgets.pcm_trains import PCMArrayExplorer, PCMTrainExplorer
from aihwlab.widgets.pulse_trains import PulseTrainsExplorer
from aihwlab.widgets.roofline import RooflineExplorer
from aihwlab.widgets.symmetry_point import SymmetryPointExplorer
from aihwlab.widgets.tile import TileExplorer
from aihwlab.widgets.tile_energy import TileEnergy
from aihwlab.widgets.tile_training import TileTrainingExplorer
from aihwlab.widgets.two_weights import TwoWeightsExplorer

__all__ = ['Choice', 'CircuitExplorer', 'CrossbarAnimation', 'DeviceResponse', 'DigitReader', 'Explorer',
           'LineResistanceExplorer', 'OneWeightExplorer', 'PCMArrayExplorer', 'PCMDriftExplorer', 'PCMPulseExplorer',
           'PCMTrainExplorer', 'ProductEnergy', 'PulseTrainsExplorer', 'RooflineExplorer', 'Slider',
           'SymmetryPointExplorer', 'TileEnergy', 'TileExplorer', 'TileTrainingExplorer', 'TrainingComparison',
           'TrainingExplorer', 'TwoWeightsExplorer', 'Way']


WITH_TORCH = {'DigitReader': 'digit_reader', 'TrainingComparison': 'training_comparison', 'TrainingExplorer': 'training',
              'Way': 'training_comparison'}
"""Names that are loaded when they are asked for, and their modules."""


def __getattr__(name: str) -> type:
    if name in WITH_TORCH:
        return getattr(import_module(f'aihwlab.widgets.{WITH_TORCH[name]}'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
