"""The tile for inference whose digital parts compute in low precision."""

from typing import Any

import torch

from aihwlab.exceptions import TileModuleError
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.inference_torch import TorchInferenceTile
from aihwlab.simulator.tiles.quantized_periphery import QuantizedPeriphery, require_same_quantization


class QuantizedTorchInferenceTile(QuantizedPeriphery, TorchInferenceTile):
    """A `TorchInferenceTile` whose scales, bias and outputs are rounded to few bits; see `QuantizedPeriphery`.

    Gradients pass the rounding. Inputs are rounded by the converters of the crossbar, or by the layer before.
    """

    def __init__(self, out_size: int, in_size: int, rpu_config: Any, bias: bool = False, in_trans: bool = False,
                 out_trans: bool = False) -> None:
        super().__init__(out_size, in_size, rpu_config, bias, in_trans, out_trans)
        self.make_quantizers(self.rpu_config)

    def is_plain(self) -> bool:
        """Return whether nothing is done to inputs and outputs: never, as outputs may be rounded."""
        return False

    def processed(self, x: Any) -> torch.Tensor:
        """Return the output for vectors [batch, in, positions] or patches, rounded."""
        return self.output_quantizer(super().processed(x))

    def require_fits(self, rpu_config: Any) -> None:
        """Raise a TileModuleError if a configuration has another mapping or quantisation."""
        super().require_fits(rpu_config)
        require_same_quantization(rpu_config, self.built_for)

    def compatible_with(self, rpu_config: RPUConfigBase) -> tuple[bool, str | None]:
        """Return whether the tile can take another configuration, and if not, why."""
        fits, why = super().compatible_with(rpu_config)
        if fits:
            try:
                require_same_quantization(rpu_config, self.rpu_config)
            except TileModuleError as error:
                return False, str(error)
        return fits, why
