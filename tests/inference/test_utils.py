"""Programming and drift of whole networks."""

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.inference import drift_analog_weights, program_analog_weights
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.presets import IdealizedPreset


@pytest.mark.parametrize('root', [nn.Sequential, AnalogSequential])
def test_all_tiles_are_programmed_by_pulses(root):
    torch.manual_seed(1)
    model = root(AnalogLinear(3, 4, bias=False, rpu_config=IdealizedPreset()), nn.Tanh(),
                 AnalogLinear(4, 2, bias=False, rpu_config=IdealizedPreset())).eval()
    before = [layer.get_weights()[0] for layer in model if isinstance(layer, AnalogLinear)]
    program_analog_weights(model)
    after = [layer.get_weights()[0] for layer in model if isinstance(layer, AnalogLinear)]
    for wanted, found in zip(before, after):
        assert 0 < (wanted - found).abs().mean() < 0.05


@pytest.mark.parametrize('call, error, message', [
    (lambda model: program_analog_weights(model), ModuleError, 'program_analog_weights: .* call model.eval'),
    (lambda model: drift_analog_weights(model), ModuleError, 'drift_analog_weights: .* call model.eval'),
    (lambda model: program_analog_weights(model.eval(), 'noise'), ConfigError, "noise_model = 'noise': must be None"),
    (lambda model: drift_analog_weights(model.eval(), -1.0), ValueError, r't_inference = -1.0: must be in \[0, inf\)')])
def test_what_is_refused_says_why(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.Sequential(AnalogLinear(3, 2)))
