"""A module that rounds its input to few bits."""

from typing import Any

import torch
from torch.nn import Module

from aihwlab.simulator.digital_low_precision.quantizer import quantizer_for
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig


class QuantizedInputModule(Module):
    """Any module, whose first argument is rounded before it gets it: `y = module(Q(x), ...)`.

    Args:
        module: the module.
        activation_quant: how to round.

    Raises:
        ConfigError: for an impossible configuration.
    """

    def __init__(self, module: Module, activation_quant: ActivationQuantConfig) -> None:
        super().__init__()
        self.module = module
        self.input_quantizer = quantizer_for(activation_quant)
        parameter = next(module.parameters(), None)
        if parameter is not None:
            self.input_quantizer.to(parameter.device)
        self.training = module.training
        self.input_quantizer.train(module.training)

    def forward(self, x_input: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        """Return the output of the module for a rounded input, and further arguments as they are."""
        return self.module(self.input_quantizer(x_input), *args, **kwargs)
