"""Presets for inference: how networks are trained for chips with phase-change memory, and exact tiles."""

from dataclasses import dataclass, field

from aihwlab.parameters.enums import (
    BoundManagementType,
    NoiseManagementType,
    WeightClipType,
    WeightNoiseType,
    WeightRemapType,
)
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.weights import WeightClipParameter, WeightRemapParameter
from aihwlab.simulator.configs.configs import InferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters.mapping import MappingParameter
from aihwlab.simulator.parameters.pre_post import InputRangeParameter, PrePostProcessingParameter
from aihwlab.simulator.presets.utils import PresetIOParameters

__all__ = ['FloatingPointPreset', 'StandardHWATrainingPreset']


def _standard_converters() -> PresetIOParameters:
    return PresetIOParameters(
        inp_res=254.0, out_res=254.0, out_bound=10.0, out_noise=0.04, w_noise=0.0175, w_noise_type=WeightNoiseType.PCM_READ,
        ir_drop=1.0, bound_management=BoundManagementType.NONE, noise_management=NoiseManagementType.CONSTANT, nm_thres=1.0)


@dataclass
class StandardHWATrainingPreset(InferenceRPUConfig):
    """Hardware-aware training for a chip with phase-change memory: converters of 8 bits, noise of all kinds, learned scales.

    What training sees in place of the weights is left to you: `modifier`, for example ADD_NORMAL.

    Source: M. Rasch et al., 2023, doi:10.1038/s41467-023-40770-4.
    """

    pre_post: PrePostProcessingParameter = field(
        default_factory=lambda: PrePostProcessingParameter(InputRangeParameter(enable=True)))
    mapping: MappingParameter = field(default_factory=lambda: MappingParameter(
        weight_scaling_omega=1.0, weight_scaling_columnwise=True, learn_out_scaling=True, out_scaling_columnwise=True,
        max_output_size=0))
    forward: IOParameters = field(default_factory=_standard_converters)
    clip: WeightClipParameter = field(
        default_factory=lambda: WeightClipParameter(type=WeightClipType.FIXED_VALUE, fixed_value=1.0))
    remap: WeightRemapParameter = field(
        default_factory=lambda: WeightRemapParameter(type=WeightRemapType.CHANNELWISE_SYMMETRIC))


@dataclass
class FloatingPointPreset(TorchInferenceRPUConfig):
    """Exact products on tiles of any size, of which only programming and drift are those of a chip."""

    mapping: MappingParameter = field(default_factory=lambda: MappingParameter(max_input_size=0, max_output_size=0))
    forward: IOParameters = field(default_factory=lambda: IOParameters(is_perfect=True))
