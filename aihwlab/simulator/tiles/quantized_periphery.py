"""What is digital behind crossbars, in low precision: scales and bias, and the outputs."""

from typing import Any, ClassVar

import torch
from torch.nn import ModuleDict

from aihwlab.exceptions import TileModuleError
from aihwlab.simulator.digital_low_precision.quantizer import Qstates, Quantizer, quantizer_for
from aihwlab.simulator.parameters.quantization import WeightQuantConfig

PARTS = 'mapping_scales', 'out_scaling_alpha', 'bias'
"""The digital numbers that are rounded."""


class WarmedUpQuantizer(Quantizer):
    """A quantizer whose range follows its numbers for some products in training, and is learned from then on.

    Most layers compute one product for each batch; the recurrent weights of a network compute one for each time step.

    Attributes:
        products_left: number of products in training before the range is learned, a buffer.
    """

    TRAINED_IN: ClassVar[tuple[Qstates, ...]] = (Qstates.estimate_ranges, Qstates.learn_ranges)
    """An optimizer that is made before the range is learned is to have it, too."""

    def __init__(self, config: WeightQuantConfig, products: int) -> None:
        super().__init__(config)
        self.register_buffer('products_left', torch.tensor(products))
        self.set_state(self.state)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a tensor, rounded."""
        if self.state is Qstates.estimate_ranges and self.products_left == 0:
            self.set_state(Qstates.learn_ranges)
        y = super().forward(x)
        if self.training and self.products_left > 0:
            self.products_left -= 1
        return y


class QuantizedPeriphery:
    """Mix-in of tiles, and of arrays of tiles, whose digital parts compute in low precision.

        y = Q_out(Q(learned_scale) * Q(mapping_scale) * crossbar(x) + Q(bias))

    `pre_post.periph_quant` says how scales and bias are rounded (Q), and `act_quant_config` the outputs (Q_out). The factor
    against drift is not rounded, and neither are the products and sums in between.

    Attributes:
        periphery_quantizers: those of scales and bias, by name; empty without quantisation.
        output_quantizer: that of the outputs; a module that does nothing without quantisation.
    """

    periphery_quantizers: ModuleDict
    output_quantizer: Any

    def make_quantizers(self, rpu_config: Any) -> None:
        """Make the quantizers of a configuration."""
        settings = rpu_config.pre_post.periph_quant
        config = WeightQuantConfig(settings.n_bits, settings.symmetric)
        self.periphery_quantizers = ModuleDict() if settings.n_bits <= 0 else ModuleDict({
            name: WarmedUpQuantizer(config, settings.init_learning_after) if settings.learn_quant_params else Quantizer(config)
            for name in PARTS if hasattr(self, name) and (name == 'mapping_scales' or getattr(self, name) is not None)})
        self.output_quantizer = quantizer_for(rpu_config.act_quant_config)

    def in_periphery(self, name: str) -> Any:
        """Return the scales or the bias of this name, rounded."""
        value = getattr(self, name)
        return value if value is None or name not in self.periphery_quantizers else self.periphery_quantizers[name](value)


def quantization_of(rpu_config: Any) -> tuple[Any, Any]:
    """Return how the configuration of a tile rounds scales and bias, and how outputs; None each if it does not."""
    periphery = getattr(rpu_config.pre_post, 'periph_quant', None)
    outputs = getattr(rpu_config, 'act_quant_config', None)
    return (None if periphery is None or periphery.n_bits <= 0 else periphery,
            None if outputs is None or outputs.n_bits <= 0 else outputs)


def require_same_quantization(rpu_config: Any, built_for: Any) -> None:
    """Raise a TileModuleError if a configuration has another quantisation than that with which a tile was made."""
    names = 'pre_post.periph_quant', 'act_quant_config'
    for name, value, was in zip(names, quantization_of(rpu_config), quantization_of(built_for)):
        if value != was:
            raise TileModuleError(f'{name} = {value}: must stay {was}, because the quantizers of a tile are made once; a '
                                  'checkpoint loads with load_rpu_config=False')
