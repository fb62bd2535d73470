"""Small tiles for tests of whatever may happen to them."""

import torch

from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice, SoftBoundsDevice, SoftBoundsReferenceDevice
from aihwlab.simulator.parameters import DriftParameter, IOParameters, MappingParameter, NoiseManagementType
from aihwlab.simulator.presets import EcRamPreset, ReRamSBPreset
from aihwlab.simulator.tiles.custom import CustomRPUConfig, CustomUpdateParameters

OUT, IN = 3, 4
AGEING = SoftBoundsDevice(diffusion=0.01, lifetime=50.0, drift=DriftParameter(nu=0.1), write_noise_std=2.0)
CONFIGS = [
    ReRamSBPreset(), EcRamPreset(), SingleRPUConfig(device=AGEING), SingleRPUConfig(device=IdealDevice()),
    SingleRPUConfig(device=SoftBoundsReferenceDevice(reference_std=0.1, write_noise_std=1.0),
                    mapping=MappingParameter(weight_scaling_omega=0.4, learn_out_scaling=True, out_scaling_columnwise=True)),
    SingleRPUConfig(forward=IOParameters(noise_management=NoiseManagementType.AVERAGE_ABS_MAX, out_noise_std=0.1),
                    mapping=MappingParameter(digital_bias=False)),
    FloatingPointRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.3)),
    CustomRPUConfig(update=CustomUpdateParameters(gradient_noise=0.1)),
]


def tile_for(config):
    tile_class = config.get_default_tile_module_class(OUT, IN)
    return tile_class(OUT, IN, config, bias=True)


def numbers(seed, *shape, scale=1.0):
    return scale * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def same(first, second):
    """Return whether two answers are the same, bit by bit."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(same, first, second))
    if torch.is_tensor(first) and torch.is_tensor(second):
        return first.shape == second.shape and bool((first == second).all())
    return type(first) is type(second) and first == second
