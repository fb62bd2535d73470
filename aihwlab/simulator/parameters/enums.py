"""The choices that parameters offer, where programs for aihwkit look for them."""

from aihwlab.parameters.enums import (
    AnalogContextDataViewMode,
    AnalogMVType,
    BoundManagementType,
    NoiseManagementType,
    PulseType,
    RPUDataType,
    WeightClipType,
    WeightModifierType,
    WeightNoiseType,
    WeightRemapType,
)

__all__ = [
    'AnalogContextDataViewMode',
    'AnalogMVType', 'BoundManagementType', 'NoiseManagementType', 'PulseType', 'RPUDataType', 'WeightClipType',
    'WeightModifierType', 'WeightNoiseType', 'WeightRemapType',
]
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py
