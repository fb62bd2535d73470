"""Encoders of transformers that call their layers, where torch's take a shortcut past them.

In evaluation, without gradients, torch computes an encoder layer in one call, from the weights of its layers; and an encoder
leaves out padding for that call. Analog layers have no weights to hand over, so the shortcut must stay closed.
"""

from typing import Any

from torch.nn import Module, TransformerEncoder, TransformerEncoderLayer

from aihwlab.nn.modules.container import AnalogContainerBase, same_state
from aihwlab.simulator.parameters.base import RPUConfigBase


class WithoutShortcut(AnalogContainerBase):
    """Mix-in of torch's encoders; an object holds the same parameters and modules as the digital one that it is made of."""

    digital_class: Any

    @classmethod
    def from_digital(cls, module: Module, rpu_config: RPUConfigBase | None = None,
                     tile_module_class: type[Module] | None = None) -> 'WithoutShortcut':
        """Return an encoder with the modules of torch's."""
        return same_state(cls, module)

    def to_digital(self) -> Module:
        """Return torch's encoder with the same modules."""
        return same_state(self.digital_class, self)


class AnalogTransformerEncoderLayer(WithoutShortcut, TransformerEncoderLayer):
    """`torch.nn.TransformerEncoderLayer` with layers that can be analog."""

    digital_class = TransformerEncoderLayer
    activation_relu_or_gelu = property(lambda layer: 0, doc='Read by the shortcut alone, which knows ReLU (1) and GELU (2).')


class AnalogTransformerEncoder(WithoutShortcut, TransformerEncoder):
    """`torch.nn.TransformerEncoder` with layers that can be analog."""

    digital_class = TransformerEncoder
    use_nested_tensor = property(lambda encoder: False, doc='Whether padding is left out for the shortcut.')
