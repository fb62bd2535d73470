"""Whole networks, from torch, torchvision and of our own: to analog and back, with the same outputs."""

import copy

import pytest
import torch
from torch import nn
from torchvision import models

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.nn.conversion import CONVERSION_MAP, convert_to_analog, convert_to_digital
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.simulator.parameters import MappingParameter
from tests.networks import EXACT
from tests.nn.residual_network import ResidualNetwork


def lenet():
    return nn.Sequential(nn.Conv2d(1, 16, 5), nn.Tanh(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5), nn.Tanh(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(512, 128), nn.Tanh(), nn.Linear(128, 10))


def vgg():
    """Return the features of VGG-11; its fully connected layers hold 120 million weights, here there is one small one."""
    model = models.vgg11_bn(num_classes=1, init_weights=False, dropout=0.0)
    model.avgpool, model.classifier = nn.AdaptiveAvgPool2d(1), nn.Sequential(nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 10))
    return model


def vision_transformer():
    model = models.VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=32,
                                     num_classes=10)
    nn.init.normal_(model.heads.head.weight)  # zeros by default, whose outputs say nothing
    return model


# The network, the shape of its inputs, and how many layers become analog.
NETWORKS = {'LeNet': (lenet, (1, 28, 28), 4), 'VGG-11': (vgg, (3, 32, 32), 10),
            'ResNet-18': (models.resnet18, (3, 32, 32), 21),
            'ResNet-32': (ResidualNetwork, (3, 32, 32), 32), 'vision transformer': (vision_transformer, (3, 32, 32), 14)}


def tiles_for(module):
    """Return how many tiles of at most 512 x 512 the matrices below a digital module need: attention holds three in one."""
    matrices = [layer.weight.flatten(1).shape for layer in module.modules() if isinstance(layer, (nn.Linear, nn.Conv2d))]
    matrices += [layer.out_proj.weight.shape for layer in module.modules() if isinstance(layer, nn.MultiheadAttention)] * 3
    return sum(-(-outputs // 512) * -(-inputs // 512) for outputs, inputs in matrices)


@pytest.mark.parametrize('name', NETWORKS)
def test_networks_become_analog_and_digital_again(name):
    make, shape, layers = NETWORKS[name]
    torch.manual_seed(1)
    digital, x = make().eval(), torch.randn(2, *shape)
    kept = copy.deepcopy(digital.state_dict())
    analog = convert_to_analog(digital, EXACT)
    assert len(list(analog.analog_layers())) == layers and analog.analog_tile_count() == tiles_for(digital)
    with torch.no_grad():
        expected = digital(x)
        assert expected.std() > 0.01
        torch.testing.assert_close(analog(x), expected, rtol=1e-4, atol=1e-4)
    back = convert_to_digital(analog)
    assert [type(module) for module in back.modules()] == [type(module) for module in digital.modules()]
    for key, value in back.state_dict().items():
        assert torch.equal(value, kept[key]), key
    assert torch.equal(back(x), digital(x))


def test_frozen_modules_stay_frozen():
    """A network in training may hold a batch normalisation in evaluation."""
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)).train()
    model[1].eval()
    analog = convert_to_analog(model, EXACT)
    assert [module.training for module in (analog, *analog.children())] == [True, True, False]
    digital = convert_to_digital(analog)
    assert [module.training for module in (digital, *digital.children())] == [True, True, False]
    assert not model[1].training


def with_groups():
    return nn.Sequential(nn.Conv2d(4, 8, 3), nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 4, 1)))


def with_transposed():
    return nn.Sequential(nn.Conv2d(4, 8, 3), nn.Sequential(nn.ConvTranspose2d(8, 4, 2, 2)))


@pytest.mark.parametrize('make, kind, message', [
    (with_groups, nn.Conv2d, r'^1\.0, a Conv2d: groups = 8: an analog convolution has groups = 1; exclude_modules=\[.1\.0.\]'),
    (with_transposed, nn.ConvTranspose2d, r'^1\.0, a ConvTranspose2d: there is no analog layer .*exclude_modules=\[.1\.0.\]')])
def test_convolutions_without_a_place_are_refused_or_stay_digital_when_asked(make, kind, message):
    model, x = make(), torch.randn(2, 4, 8, 8)
    with pytest.raises(ValueError, match=message):
        convert_to_analog(model, EXACT)
    without = {key: value for key, value in CONVERSION_MAP.items() if key is not kind}
    for arguments in ({'exclude_modules': ['1.0']}, {'conversion_map': without},
                      {'conversion_map': {**CONVERSION_MAP, kind: None}},
                      {'specific_rpu_config_fun': lambda name, layer, config: None if name.startswith('1') else config}):
        analog = convert_to_analog(model, EXACT, **arguments)
        assert type(analog[1][0]) is kind
        torch.testing.assert_close(analog(x), model(x))
    assert type(convert_to_analog(model, EXACT, exclude_modules=['1.0'])[0]) is AnalogConv2d


def test_a_mobile_network_with_its_convolutions_of_groups_digital():
    torch.manual_seed(2)
    digital, x = models.mobilenet_v3_small(num_classes=10).eval(), torch.randn(1, 3, 64, 64)
    analog = convert_to_analog(digital, EXACT, specific_rpu_config_fun=lambda name, layer, config: (
        None if getattr(layer, 'groups', 1) > 1 else config))
    kinds = [type(module) for module in analog.modules()]
    assert (kinds.count(AnalogConv2d), kinds.count(AnalogLinear), kinds.count(nn.Conv2d)) == (41, 2, 11)
    with torch.no_grad():
        torch.testing.assert_close(analog(x), digital(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('config, error, message', [
    (FloatingPointRPUConfig(mapping=MappingParameter(digital_bias=False, max_input_size=40)), ConfigError,
     '^3, a Conv2d: .*digital_bias'),
    (EXACT, ValueError, '^4.0, a ConvTranspose2d')])
@pytest.mark.parametrize('inplace', [True, False])
def test_a_conversion_that_fails_changes_nothing(config, error, message, inplace):
    """The last layer is refused, when those before have been made; the network is the same, object for object."""
    model = nn.Sequential(nn.Linear(4, 4), nn.ModuleList([nn.Linear(4, 4)]), nn.Sequential(nn.Linear(4, 4)),
                          nn.Conv2d(8, 4, 3), nn.Sequential(nn.ConvTranspose2d(4, 2, 2)))
    modules, weights = dict(model.named_modules()), copy.deepcopy(model.state_dict())
    with pytest.raises(error, match=message):
        convert_to_analog(model, config, inplace=inplace)
    assert dict(model.named_modules()) == modules
    assert all(torch.equal(value, weights[key]) for key, value in model.state_dict().items())


def test_going_back_fails_as_a_whole(monkeypatch):
    model = convert_to_analog(lenet(), EXACT)
    modules = dict(model.named_modules())

    def fail(layer, realistic=False):
        raise RuntimeError('no')

    monkeypatch.setattr(AnalogLinear, 'to_digital', fail)
    with pytest.raises(RuntimeError, match='no'):
        convert_to_digital(model, inplace=True)
    assert dict(model.named_modules()) == modules


def test_in_place_whoever_holds_the_old_container_sees_the_new_layers():
    model = nn.Sequential(nn.Sequential(nn.Linear(4, 4)))
    inner = model[0]
    analog = convert_to_analog(model, EXACT, inplace=True)
    assert type(analog) is type(analog[0]) is AnalogSequential
    assert model[0] is analog[0] and inner[0] is analog[0][0] and type(inner[0]) is AnalogLinear


def test_a_rule_by_name_passes_through_containers():
    def only_the_last(name, layer, config):
        return config if name == '9' else None

    analog = convert_to_analog(nn.Sequential(*lenet()), EXACT, specific_rpu_config_fun=only_the_last)
    assert [name for name, _ in analog.named_analog_layers()] == ['9']


def test_names_start_with_that_of_the_module(capsys):
    names = []
    convert_to_analog(lenet()[3:8], EXACT, module_name='part', exclude_modules=['part.7'], verbose=True,
                      specific_rpu_config_fun=lambda name, layer, config: names.append(name) or config)
    assert names == ['part', 'part.3']
    assert capsys.readouterr().out.splitlines() == ['part: Sequential -> AnalogSequential', 'part.3: Conv2d -> AnalogConv2d']


def test_errors_of_a_root_have_no_name():
    with pytest.raises(ValueError, match='^the root, a Conv2d: groups = 2: [^;]*$'):
        convert_to_analog(nn.Conv2d(2, 2, 1, groups=2), EXACT)

