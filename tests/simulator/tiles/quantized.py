"""Tiles in low precision with exact products, for tests."""

import torch

from aihwlab.simulator.configs import QuantizedTorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter

OUT, IN = 3, 5
X = torch.randn(40, IN, generator=torch.Generator().manual_seed(1))
WEIGHT = torch.randn(OUT, IN, generator=torch.Generator().manual_seed(2)) * torch.tensor([[1.0], [0.4], [0.2]])


def config(periphery_bits=0, **settings):
    """Return a configuration with one scale for each output."""
    mapping = MappingParameter(weight_scaling_omega=1.0, weight_scaling_columnwise=True)
    chosen = {'forward': IOParameters(is_perfect=True), 'mapping': mapping, **settings}
    found = QuantizedTorchInferenceRPUConfig(**chosen)
    found.pre_post.periph_quant.n_bits = periphery_bits
    return found


def tile(rpu_config):
    """Return a tile, or an array of tiles, with a bias and some weights."""
    torch.manual_seed(1)
    made = rpu_config.get_default_tile_module_class(OUT, IN)(OUT, IN, rpu_config, bias=True)
    made.set_weights(WEIGHT, torch.zeros(OUT))
    return made
