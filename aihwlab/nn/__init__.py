"""Analog layers: drop-in replacements of torch's, whose weights live on simulated crossbars."""

from aihwlab.nn.modules.attention import AnalogMultiheadAttention
from aihwlab.nn.modules.container import AnalogSequential, AnalogWrapper
from aihwlab.nn.modules.conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from aihwlab.nn.modules.conv_mapped import AnalogConv1dMapped, AnalogConv2dMapped, AnalogConv3dMapped
from aihwlab.nn.modules.linear import AnalogLinear
from aihwlab.nn.modules.linear_mapped import AnalogLinearMapped
from aihwlab.nn.modules.rnn import (
    AnalogGRUCell,
    AnalogLSTMCell,
    AnalogLSTMCellCombinedWeight,
    AnalogRNN,
    AnalogVanillaRNNCell,
    ConvertedRNN,
)

__all__ = ['AnalogConv1d', 'AnalogConv1dMapped', 'AnalogConv2d', 'AnalogConv2dMapped', 'AnalogConv3d', 'AnalogConv3dMapped',
           'AnalogGRUCell', 'AnalogLSTMCell', 'AnalogLSTMCellCombinedWeight', 'AnalogLinear', 'AnalogLinearMapped',
           'AnalogMultiheadAttention', 'AnalogRNN', 'AnalogSequential', 'AnalogVanillaRNNCell', 'AnalogWrapper',
           'ConvertedRNN']
