"""The choices that parameters offer."""

from enum import Enum

from aihwlab.kernel.enums import (
    AnalogMVType, BoundManagementType, NoiseManagementType, PulseType, WeightClipType, WeightModifierType,
    WeightNoiseType, WeightRemapType,
)

__all__ = [
    'AnalogMVType', 'BoundManagementType', 'NoiseManagementType', 'PulseType', 'RPUDataType', 'WeightClipType',
    'WeightModifierType', 'WeightNoiseType', 'WeightRemapType',
]


class RPUDataType(Enum):
    """The floating-point format that a tile computes in."""

    FLOAT = 'float'
    DOUBLE = 'double'
    HALF = 'half'

    def as_torch(self):
        """Return the torch data type: float32, float64 or float16."""
        import torch
        return {'float': torch.float32, 'double': torch.float64, 'half': torch.float16}[self.value]
