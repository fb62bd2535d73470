"""Recurrent networks: cells, layers that repeat a cell along a sequence, and stacks of layers."""

from aihwlab.nn.modules.rnn.cells import (
    AnalogGRUCell,
    AnalogLSTMCell,
    AnalogLSTMCellCombinedWeight,
    AnalogVanillaRNNCell,
)
from aihwlab.nn.modules.rnn.converted import ConvertedRNN
from aihwlab.nn.modules.rnn.rnn import AnalogRNN

__all__ = ['AnalogGRUCell', 'AnalogLSTMCell', 'AnalogLSTMCellCombinedWeight', 'AnalogRNN', 'AnalogVanillaRNNCell',
           'ConvertedRNN']
