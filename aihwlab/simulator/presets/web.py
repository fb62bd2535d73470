"""Presets of the composer on the web page of aihwkit, whose networks are trained with noisy weights."""

from dataclasses import dataclass, field

from aihwlab.parameters.enums import WeightClipType, WeightModifierType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.weights import WeightClipParameter, WeightModifierParameter
from aihwlab.simulator.configs.configs import InferenceRPUConfig
from aihwlab.simulator.parameters.mapping import MappingParameter
from aihwlab.simulator.presets.utils import PresetIOParameters

__all__ = [
    'OldWebComposerInferenceRPUConfig', 'OldWebComposerMappingParameter', 'WebComposerIOParameters',
    'WebComposerInferenceRPUConfig', 'WebComposerMappingParameter', 'WebComposerWeightClipParameter',
    'WebComposerWeightModifierParameter',
]


@dataclass
class WebComposerIOParameters(PresetIOParameters):
    """Converters of the training presets."""


@dataclass
class WebComposerWeightModifierParameter(WeightModifierParameter):
    """Training sees weights with additive noise."""

    std_dev: float = 0.1
    type: WeightModifierType = WeightModifierType.ADD_NORMAL


@dataclass
class WebComposerWeightClipParameter(WeightClipParameter):
    """Weights stay within the range of the crossbar."""

    fixed_value: float = 1.0
    type: WeightClipType = WeightClipType.FIXED_VALUE


@dataclass
class WebComposerMappingParameter(MappingParameter):
    """Each output uses the whole range of the crossbar, and one trained scale is shared by all."""

    weight_scaling_omega: float = 1.0
    weight_scaling_columnwise: bool = True
    learn_out_scaling: bool = True


@dataclass
class OldWebComposerMappingParameter(WebComposerMappingParameter):
    """The mapping of older networks: an analog bias, no trained scale, and tiles of any size."""

    digital_bias: bool = False
    learn_out_scaling: bool = False
    max_input_size: int = 0
    max_output_size: int = 0


@dataclass
class WebComposerInferenceRPUConfig(InferenceRPUConfig):
    """A tile for inference as the composer makes it."""

    forward: IOParameters = field(default_factory=WebComposerIOParameters)
    mapping: MappingParameter = field(default_factory=WebComposerMappingParameter)
    clip: WeightClipParameter = field(default_factory=WebComposerWeightClipParameter)
    modifier: WeightModifierParameter = field(default_factory=WebComposerWeightModifierParameter)


@dataclass
class OldWebComposerInferenceRPUConfig(WebComposerInferenceRPUConfig):
    """A tile for inference as an older composer made it."""

    mapping: MappingParameter = field(default_factory=OldWebComposerMappingParameter)
