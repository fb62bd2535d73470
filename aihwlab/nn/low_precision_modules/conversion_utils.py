"""What modules become in low precision, if nothing else is said."""

from copy import deepcopy
from typing import Any

from torch.nn import Conv2d, Embedding, LayerNorm, Linear

from aihwlab.nn.low_precision_modules.module_args import get_module_args
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantConv2d, QuantEmbedding, QuantLayerNorm, QuantLinear
from aihwlab.simulator.parameters.quantization import QuantizationMap, QuantizedModuleConfig

__all__ = ['DEFAULT_CONVERSIONS', 'append_default_conversions', 'get_module_args']

DEFAULT_CONVERSIONS: dict[Any, Any] = {
    Linear: QuantLinear, Conv2d: QuantConv2d, Embedding: QuantEmbedding, LayerNorm: QuantLayerNorm}
"""Classes of torch, each with what it becomes."""


def append_default_conversions(quantization_map: QuantizationMap) -> None:
    """Add the usual classes to a map, with its `default_qconfig` as it is now; those that are in it already stay."""
    for digital, quantized in DEFAULT_CONVERSIONS.items():
        if digital not in quantization_map.module_qconfig_map:
            config = QuantizedModuleConfig(quantized, deepcopy(quantization_map.default_qconfig))
            quantization_map.module_qconfig_map[digital] = config
