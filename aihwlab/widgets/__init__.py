"""Explorers: figures that follow sliders, for Jupyter.

`TrainingExplorer` needs torch, so it is loaded when it is asked for.
"""

from aihwlab.widgets.controls import Choice, Slider
from aihwlab.widgets.device_response import DeviceResponse
from aihwlab.widgets.explorer import Explorer

__all__ = ['Choice', 'DeviceResponse', 'Explorer', 'Slider', 'TrainingExplorer']


def __getattr__(name):
    if name == 'TrainingExplorer':
        from aihwlab.widgets.training import TrainingExplorer
        return TrainingExplorer
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
