"""Which module becomes what."""

from typing import Any

from torch.nn import (
    GRU,
    LSTM,
    RNN,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Linear,
    Module,
    MultiheadAttention,
    Sequential,
    TransformerEncoder,
    TransformerEncoderLayer,
)

from aihwlab.nn.modules.attention import AnalogMultiheadAttention
from aihwlab.nn.modules.container import AnalogSequential
from aihwlab.nn.modules.conv import AnalogConv1d, AnalogConv2d, AnalogConv3d
from aihwlab.nn.modules.conv_mapped import AnalogConv1dMapped, AnalogConv2dMapped, AnalogConv3dMapped
from aihwlab.nn.modules.linear import AnalogLinear
from aihwlab.nn.modules.linear_mapped import AnalogLinearMapped
from aihwlab.nn.modules.rnn import ConvertedRNN
from aihwlab.nn.modules.transformer import AnalogTransformerEncoder, AnalogTransformerEncoderLayer
from aihwlab.simulator.parameters.base import RPUConfigBase

CONVERSION_MAP: dict[type[Module], Any] = {
    Linear: AnalogLinear, Conv1d: AnalogConv1d, Conv2d: AnalogConv2d, Conv3d: AnalogConv3d,
    Sequential: AnalogSequential, MultiheadAttention: AnalogMultiheadAttention,
    RNN: ConvertedRNN, LSTM: ConvertedRNN, GRU: ConvertedRNN,
}
"""The classes that are converted, each with what it becomes; see `convert_to_analog` for how to change it."""

CONVERSION_MAP_MAPPED: dict[type[Module], Any] = {
    **CONVERSION_MAP, Linear: AnalogLinearMapped, Conv1d: AnalogConv1dMapped, Conv2d: AnalogConv2dMapped,
    Conv3d: AnalogConv3dMapped,
}
"""The same with layers that are always on arrays of tiles, which take whole channels of a convolution."""

ENCODERS: dict[type[Module], Any] = {
    TransformerEncoderLayer: AnalogTransformerEncoderLayer, TransformerEncoder: AnalogTransformerEncoder,
}
"""Classes that would go past analog layers inside them, so that they are converted whatever the map says of the layers."""

WITHOUT_ANALOG_LAYER = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)
"""Classes with weights that have no analog layer: to leave them digital without a word would be a surprise."""


def specific_rpu_config_id(module_name: str, module: Module, rpu_config: RPUConfigBase) -> RPUConfigBase:
    """Return the configuration as it is: the default of `specific_rpu_config_fun`."""
    return rpu_config
