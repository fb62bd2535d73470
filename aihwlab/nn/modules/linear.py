"""The analog fully connected layer."""

from torch import Tensor
from torch.nn import Linear, Module

from aihwlab.nn.modules.base import AnalogLayer
from aihwlab.simulator.parameters.base import RPUConfigBase
from aihwlab.simulator.tiles.arguments import require_sizes


class AnalogLinear(AnalogLayer, Linear):
    """Fully connected layer on crossbars: `y = W x + b` with analog products and pulsed updates.

    Example:
        >>> layer = AnalogLinear(4, 2, rpu_config=ReRamSBPreset())
        >>> y = layer(torch.rand(8, 4))

    Args:
        in_features, out_features: sizes of the last dimension of input and output.
        bias: whether to add a bias.
        rpu_config: configuration of the tiles; `SingleRPUConfig()` by default.
        tile_module_class: class of the tile or array of tiles, if not the one that the configuration chooses.

    Raises:
        ConfigError: for sizes that are no integers of at least 1.
        MemoryError: for a matrix that the machine has no room for.

    The initial weights are those of `torch.nn.Linear` for the same seed, within the bounds of the devices. `weight` and
    `bias` of the layer are None: use `get_weights` and `set_weights`.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, rpu_config: RPUConfigBase | None = None,
                 tile_module_class: type[Module] | None = None) -> None:
        require_sizes(in_features=in_features, out_features=out_features)
        super().__init__(in_features, out_features, bias)
        self.place_weights(out_features, in_features, rpu_config, tile_module_class)

    def forward(self, x_input: Tensor) -> Tensor:
        """Return the output for inputs of shape [..., in_features]: [..., out_features]."""
        return self.analog_module(x_input)

    @classmethod
    def from_digital(cls, module: Linear, rpu_config: RPUConfigBase | None = None,
                     tile_module_class: type[Module] | None = None) -> 'AnalogLinear':
        """Return an analog layer with the weights of a `torch.nn.Linear`."""
        layer = cls(module.in_features, module.out_features, module.bias is not None, rpu_config, tile_module_class)
        return layer.copy_from(module)

    def to_digital(self, realistic: bool = False) -> Linear:
        """Return a `torch.nn.Linear` with the logical weights, exactly or as noisy products estimate them."""
        return self.copy_to(Linear(self.in_features, self.out_features, self.has_bias()), realistic)

    def extra_repr(self) -> str:
        """Describe the layer."""
        return (f'in_features={self.in_features}, out_features={self.out_features}, bias={self.has_bias()}, '
                f'{self.describe_tiles()}')
