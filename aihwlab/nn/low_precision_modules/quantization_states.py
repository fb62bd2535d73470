"""What all quantizers of a network do from now on: round or not, and where their ranges are from.

Weights here are also the scales and biases of tiles; activations also their outputs, and inputs.
"""

from collections.abc import Iterator

from torch.nn import Module

from aihwlab.simulator.digital_low_precision.quantizer import Qstates, Quantizer

__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py


def quantizers(model: Module, of_weights: bool) -> Iterator[Quantizer]:
    """Yield the quantizers of weights, or else those of activations."""
    return (module for module in model.modules() if isinstance(module, Quantizer) and module.is_of_weights is of_weights)


def enable(model: Module, of_weights: bool, is_enabled: bool) -> None:
    """Say whether weights, or else activations, are rounded."""
    for quantizer in quantizers(model, of_weights):
        quantizer.is_enabled = bool(is_enabled)


def set_quant_state(model: Module, weight_quant: bool, act_quant: bool) -> None:
    """Say whether weights, and whether activations, are rounded."""
    enable(model, of_weights=True, is_enabled=weight_quant)
    enable(model, of_weights=False, is_enabled=act_quant)


def quantized(model: Module) -> None:
    """Round weights and activations."""
    set_quant_state(model, weight_quant=True, act_quant=True)


def full_precision(model: Module) -> None:
    """Round nothing."""
    set_quant_state(model, weight_quant=False, act_quant=False)


def quantized_weights(model: Module) -> None:
    """Round weights; activations go on as they do."""
    enable(model, of_weights=True, is_enabled=True)


def full_precision_weights(model: Module) -> None:
    """Round no weights; activations go on as they do."""
    enable(model, of_weights=True, is_enabled=False)


def quantized_acts(model: Module) -> None:
    """Round activations; weights go on as they do."""
    enable(model, of_weights=False, is_enabled=True)


def full_precision_acts(model: Module) -> None:
    """Round no activations; weights go on as they do."""
    enable(model, of_weights=False, is_enabled=False)


def set_range_state(model: Module, state: Qstates, kinds: tuple[bool, ...] = (True, False)) -> None:
    """Say where ranges are from: those of weights for True, of activations for False."""
    for of_weights in kinds:
        for quantizer in quantizers(model, of_weights):
            quantizer.set_state(state)


def learn_ranges(model: Module) -> None:
    """Let an optimizer train all ranges."""
    set_range_state(model, Qstates.learn_ranges)


def fix_ranges(model: Module) -> None:
    """Keep all ranges."""
    set_range_state(model, Qstates.fix_ranges)


def fix_act_ranges(model: Module) -> None:
    """Keep the ranges of activations."""
    set_range_state(model, Qstates.fix_ranges, (False,))


def fix_weight_ranges(model: Module) -> None:
    """Keep the ranges of weights."""
    set_range_state(model, Qstates.fix_ranges, (True,))


def estimate_ranges(model: Module) -> None:
    """Estimate all ranges from what is rounded."""
    set_range_state(model, Qstates.estimate_ranges)


def estimate_act_ranges(model: Module) -> None:
    """Estimate the ranges of activations from what is rounded."""
    set_range_state(model, Qstates.estimate_ranges, (False,))


def estimate_ranges_train(model: Module) -> None:
    """Estimate all ranges from what is rounded in training mode, and keep them in evaluation mode."""
    set_range_state(model, Qstates.estimate_ranges_train)


def reset_act_ranges(model: Module) -> None:
    """Forget the ranges of activations, which are then estimated anew."""
    for quantizer in quantizers(model, of_weights=False):
        quantizer.reset()
