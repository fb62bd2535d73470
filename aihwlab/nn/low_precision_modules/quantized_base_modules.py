"""Layers of torch whose weights and outputs are rounded to few bits."""

from typing import Any, TypeVar

import torch
from torch.nn import BatchNorm2d, Conv2d, Embedding, LayerNorm, Linear, Module

from aihwlab.exceptions import ArgumentError
from aihwlab.nn.low_precision_modules.module_args import get_module_args
from aihwlab.simulator.digital_low_precision.quantizer import quantizer_for
from aihwlab.simulator.parameters.quantization import QuantizationConfig

Layer = TypeVar('Layer', bound='QuantizedLayer')


class QuantizedLayer(Module):
    """Mix-in of layers of torch: `y = Q_out(layer(x; Q(weight), bias))`.

    Weights stay as they are, are rounded (Q) for each product, and are trained through the rounding, which gradients pass. A
    bias is not rounded, as accumulators have more bits than what they add up; neither are the running statistics of a batch
    normalization. Inputs are rounded by the layer before, or by a `QuantizedInputModule`. A weight that is computed from other
    parameters, because the layer is pruned or parametrized, is rounded as it is used.

    Source: R. Krishnamoorthi (2018), arXiv:1806.08342.

    Args:
        args, kwargs: those of the layer of torch.
        qconfig: how weights and outputs are rounded; by default not at all.

    Attributes:
        weight_quantizer, output_quantizer: modules that round; without bits, they do nothing.

    Raises:
        ConfigError: for an impossible configuration.
    """

    def __init__(self, *args: Any, qconfig: QuantizationConfig | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        qconfig = QuantizationConfig() if qconfig is None else qconfig
        weight: Any = self._parameters.get('weight')
        ranges = len(weight) if weight is not None and qconfig.weight_quant.per_channel else 1
        self.weight_quantizer = quantizer_for(None if weight is None else qconfig.weight_quant, ranges)
        self.output_quantizer = quantizer_for(qconfig.activation_quant)

    @classmethod
    def from_digital(cls: type[Layer], module: Module, module_qconfig: QuantizationConfig) -> Layer:
        """Return a layer with the very parameters and buffers of one of torch.

        Raises:
            ArgumentError: for a layer with other parameters than those of its class, such as one that is pruned.
        """
        layer = cls(**get_module_args(module), qconfig=module_qconfig)
        found, wanted = sorted(module._parameters), sorted(layer._parameters)
        if found != wanted:
            raise ArgumentError(f'parameters of the layer = {found}: must be {wanted}; if it is pruned or parametrized, make '
                                'the weight a parameter again before, by prune.remove, remove_weight_norm or '
                                'remove_parametrizations of torch.nn.utils')
        layer._parameters.update(module._parameters)
        layer._buffers.update(module._buffers)
        parameter = next(module.parameters(), None)
        if parameter is not None:
            layer.weight_quantizer.to(parameter.device)
            layer.output_quantizer.to(parameter.device)
        return layer.train(module.training)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return the output, rounded."""
        forward: Any = super().forward
        weight = self.weight
        seen = WithWeight(self, None if weight is None else self.weight_quantizer(weight))
        return self.output_quantizer(forward.__func__(seen, *args, **kwargs))


class WithWeight:
    """A layer as its class in torch sees it while it computes: with another weight.

    The layer itself stays as it is meanwhile, so that several threads may use it at once.
    """

    def __init__(self, layer: Module, weight: torch.Tensor | None) -> None:
        self.layer, self.weight = layer, weight

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layer, name)


class QuantLinear(QuantizedLayer, Linear):
    """`torch.nn.Linear` in low precision; see `QuantizedLayer`."""


class QuantConv2d(QuantizedLayer, Conv2d):
    """`torch.nn.Conv2d` in low precision; see `QuantizedLayer`."""


class QuantLayerNorm(QuantizedLayer, LayerNorm):
    """`torch.nn.LayerNorm` in low precision; see `QuantizedLayer`."""


class QuantBatchNorm2d(QuantizedLayer, BatchNorm2d):
    """`torch.nn.BatchNorm2d` in low precision; see `QuantizedLayer`."""


class QuantEmbedding(QuantizedLayer, Embedding):
    """`torch.nn.Embedding` in low precision; see `QuantizedLayer`.

    Raises:
        ArgumentError: for `max_norm`, which would limit the rounded weights, and for `sparse`, whose gradients none rounds.
    """

    def __init__(self, *args: Any, qconfig: QuantizationConfig | None = None, **kwargs: Any) -> None:
        super().__init__(*args, qconfig=qconfig, **kwargs)
        for name, allowed in (('max_norm', None), ('sparse', False)):
            if getattr(self, name) != allowed:
                raise ArgumentError(f'{name} = {getattr(self, name)}: must be {allowed} in low precision')
