"""Presets of the web composer: the values of the reference, and networks that can be built."""

import pytest
import torch

from aihwlab.nn import AnalogLinear
from aihwlab.parameters.enums import WeightClipType, WeightModifierType
from aihwlab.simulator.presets import web

EXPECTED = {
    'WebComposerIOParameters': dict(out_bound=20.0, out_noise=0.1),
    'WebComposerWeightModifierParameter': dict(std_dev=0.1, type=WeightModifierType.ADD_NORMAL),
    'WebComposerWeightClipParameter': dict(fixed_value=1.0, type=WeightClipType.FIXED_VALUE),
    'WebComposerMappingParameter': dict(weight_scaling_omega=1.0, weight_scaling_columnwise=True, learn_out_scaling=True,
                                        digital_bias=True, max_input_size=512),
    'OldWebComposerMappingParameter': dict(weight_scaling_omega=1.0, weight_scaling_columnwise=True, learn_out_scaling=False,
                                           digital_bias=False, max_input_size=0, max_output_size=0)}


@pytest.mark.parametrize('name', EXPECTED)
def test_values(name):
    parameters = getattr(web, name)()
    assert {field: getattr(parameters, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize('name', ['WebComposerInferenceRPUConfig', 'OldWebComposerInferenceRPUConfig'])
def test_layers_can_be_built_and_programmed(name):
    layer = AnalogLinear(6, 3, rpu_config=getattr(web, name)()).eval()
    layer.drift_analog_weights(3600.0)
    assert torch.isfinite(layer(torch.randn(2, 6))).all()
    assert type(layer.analog_module.rpu_config.mapping).__name__ == name.replace('InferenceRPUConfig', 'MappingParameter')
