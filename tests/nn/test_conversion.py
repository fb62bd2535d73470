"""Conversion of digital networks to analog ones and back."""

import copy
import pickle

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ArgumentError, ModuleError
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential, AnalogWrapper
from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.simulator.presets import EcRamPreset


class Residual(nn.Module):
    """A module of a user's own."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6))
        self.output = nn.Linear(6, 2)

    def forward(self, x):
        return self.output(x + self.layers(x))


def test_there_and_back_is_the_same_network():
    model, x = Residual(), torch.randn(3, 6)
    analog = convert_to_analog(model, FloatingPointRPUConfig())
    assert isinstance(analog, AnalogWrapper) and isinstance(analog, Residual)
    assert len(list(analog.analog_layers())) == 3 and isinstance(analog.layers, AnalogSequential)
    torch.testing.assert_close(analog(x), model(x))
    digital = convert_to_digital(analog)
    assert type(digital) is Residual and type(digital.layers) is nn.Sequential and type(digital.output) is nn.Linear
    torch.testing.assert_close(digital(x), model(x))
    assert type(model.output) is nn.Linear


def test_convolutions_and_sequences():
    model, x = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.Flatten(), nn.Linear(32, 2)), torch.randn(3, 1, 4, 4)
    analog = convert_to_analog(model, FloatingPointRPUConfig())
    assert type(analog) is AnalogSequential and type(analog[0]) is AnalogConv2d
    torch.testing.assert_close(analog(x), model(x))
    torch.testing.assert_close(convert_to_digital(analog)(x), model(x))


def test_modules_that_occur_twice_stay_shared():
    torch.manual_seed(1)
    linear, tanh, x = nn.Linear(3, 3), nn.Tanh(), torch.randn(5, 3)
    for model in (nn.Sequential(linear, tanh, nn.Linear(3, 3), tanh), nn.Sequential(linear, tanh, linear)):
        analog = convert_to_analog(model, FloatingPointRPUConfig())
        assert len(analog) == len(model) and type(analog[2]) is AnalogLinear
        assert (analog[0] is analog[2]) == (model[0] is model[2])
        torch.testing.assert_close(analog(x), model(x))
        digital = convert_to_digital(analog)
        assert len(digital) == len(model) and (digital[0] is digital[2]) == (model[0] is model[2])
        torch.testing.assert_close(digital(x), model(x))


def test_some_modules_stay_digital():
    analog = convert_to_analog(Residual(), EcRamPreset(), exclude_modules=['layers.0'])
    assert type(analog.layers[0]) is nn.Linear and type(analog.layers[2]) is AnalogLinear


def test_a_module_with_several_names_stays_digital_by_any_of_them():
    linear = nn.Linear(3, 3)
    for name in ('0', '2'):
        analog = convert_to_analog(nn.Sequential(linear, nn.Tanh(), linear), FloatingPointRPUConfig(), exclude_modules=[name])
        assert type(analog[0]) is nn.Linear and analog[2] is analog[0]


def test_the_name_of_no_module_is_refused():
    model = Residual()
    with pytest.raises(ArgumentError, match=r"there is no module 'layers\.7'; nearest: layers\.[02]"):
        convert_to_analog(model, EcRamPreset(), exclude_modules=['layers.0', 'layers.7'], inplace=True)
    assert type(model.output) is nn.Linear


def test_modules_with_one_parameter_get_weights_of_their_own_with_a_warning():
    model = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 5))
    model[1].weight = model[0].weight
    with pytest.warns(UserWarning, match='^1, a Linear, shares weights with another module'):
        analog = convert_to_analog(model, FloatingPointRPUConfig())
    assert torch.equal(analog[1].get_weights()[0], model[0].weight)


def test_layers_can_have_configurations_of_their_own():
    def configure(name, module, config):
        config.forward.out_noise = 0.5 if name == 'output' else 0.0
        return config

    analog = convert_to_analog(Residual(), EcRamPreset(), specific_rpu_config_fun=configure)
    assert [tile.rpu_config.forward.out_noise for tile in analog.analog_tiles()] == [0.0, 0.0, 0.5]


def test_in_place_conversion_changes_the_module():
    model = Residual()
    convert_to_analog(model, EcRamPreset(), inplace=True)
    assert type(model.output) is AnalogLinear


def test_mode_and_verbose(capsys):
    analog = convert_to_analog(Residual().eval(), EcRamPreset(), verbose=True)
    assert not analog.output.training
    assert 'output: Linear -> AnalogLinear' in capsys.readouterr().out


def test_a_wrapped_network_can_be_copied_and_pickled():
    analog = convert_to_analog(Residual(), FloatingPointRPUConfig())
    x = torch.randn(3, 6)
    for copied in (copy.deepcopy(analog), pickle.loads(pickle.dumps(analog))):
        assert type(copied) is type(analog)
        torch.testing.assert_close(copied(x), analog(x))
        copied.output.set_weights(torch.zeros(2, 6), torch.zeros(2))
        assert (analog(x) != copied(x)).any()


def test_containers_read_and_write_all_weights():
    analog = convert_to_analog(Residual(), FloatingPointRPUConfig())
    weights = analog.get_weights()
    assert list(weights) == ['layers.0.analog_module', 'layers.2.analog_module', 'output.analog_module']
    other = convert_to_analog(Residual(), FloatingPointRPUConfig())
    other.set_weights(weights)
    x = torch.randn(3, 6)
    torch.testing.assert_close(analog(x), other(x))
    with pytest.raises(ModuleError, match='layers.0'):
        other.set_weights({})


@pytest.mark.parametrize('call, message', [
    (lambda: convert_to_analog(Residual(), EcRamPreset(), conversion_map=[nn.Linear]), 'conversion_map'),
    (lambda: convert_to_digital(Residual(), conversion_set=[AnalogLinear]), 'conversion_set'),
    (lambda: convert_to_digital(Residual(), conversion_set={nn.Linear}), 'to_digital')])
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ArgumentError, match=message):
        call()
