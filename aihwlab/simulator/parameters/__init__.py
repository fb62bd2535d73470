"""Parameters of everything a tile simulates: dataclasses with one documented field for each effect."""

from aihwlab.parameters.drift import DriftParameter, SimpleDriftParameter
from aihwlab.parameters.enums import (
    AnalogContextDataViewMode,
    AnalogMVType,
    BoundManagementType,
    NoiseManagementType,
    PulseType,
    RPUDataType,
    VectorUnitCellUpdatePolicy,
    WeightClipType,
    WeightModifierType,
    WeightNoiseType,
    WeightRemapType,
)
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.io_ir_drop import IOParametersIRDropT
from aihwlab.parameters.update import UpdateParameters
from aihwlab.parameters.weights import WeightClipParameter, WeightModifierParameter, WeightRemapParameter
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.parameters.mapping import MappableRPU, MappingParameter
from aihwlab.simulator.parameters.pre_post import (
    InputRangeParameter,
    PeripheryQuantizationParameter,
    PrePostProcessingParameter,
    PrePostProcessingParameterQuant,
    PrePostProcessingRPU,
)
from aihwlab.simulator.parameters.runtime import RuntimeParameter

__all__ = [
    'AnalogContextDataViewMode',
    'AnalogMVType', 'BoundManagementType', 'DriftParameter', 'IOParameters', 'IOParametersIRDropT', 'InputRangeParameter',
    'MappableRPU',
    'MappingParameter', 'NoiseManagementType', 'PeripheryQuantizationParameter', 'PrePostProcessingParameter',
    'PrePostProcessingParameterQuant', 'PrePostProcessingRPU', 'PulseType',
    'RPUConfigBase', 'RPUDataType', 'RuntimeParameter', 'SimpleDriftParameter', 'UpdateParameters',
    'VectorUnitCellUpdatePolicy', 'WeightClipParameter', 'WeightClipType', 'WeightModifierParameter', 'WeightModifierType',
    'WeightNoiseType', 'WeightRemapParameter', 'WeightRemapType',
]
