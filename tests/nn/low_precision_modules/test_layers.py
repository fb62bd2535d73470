"""Digital layers in low precision: they compute what torch does with rounded weights, and are trained through the rounding."""

from copy import deepcopy

import pytest
import torch
from torch.nn import BatchNorm2d, Conv2d, Embedding, LayerNorm, Linear, functional
from torch.nn.utils import parametrize, prune, weight_norm

from aihwlab.exceptions import ArgumentError
from aihwlab.nn.low_precision_modules.conversion_utils import (
    DEFAULT_CONVERSIONS,
    append_default_conversions,
    get_module_args,
)
from aihwlab.nn.low_precision_modules.quantized_base_modules import (
    QuantBatchNorm2d,
    QuantConv2d,
    QuantEmbedding,
    QuantLayerNorm,
    QuantLinear,
)
from aihwlab.nn.low_precision_modules.quantized_input_module import QuantizedInputModule
from aihwlab.simulator.parameters.quantization import (
    ActivationQuantConfig,
    QuantizationConfig,
    QuantizationMap,
    QuantizedModuleConfig,
    WeightQuantConfig,
)

GENERATOR = torch.Generator().manual_seed(1)
IMAGES, CODES = torch.randn(4, 3, 6, 6, generator=GENERATOR), torch.randint(7, (4, 5), generator=GENERATOR)
CASES = [(QuantLinear, Linear(6, 4), IMAGES), (QuantLinear, Linear(6, 4, bias=False), IMAGES),
         (QuantConv2d, Conv2d(3, 6, 3, stride=2, padding='valid', groups=3, padding_mode='reflect'), IMAGES),
         (QuantLayerNorm, LayerNorm([6, 6], eps=0.1), IMAGES),
         (QuantLayerNorm, LayerNorm(6, elementwise_affine=False), IMAGES),
         (QuantBatchNorm2d, BatchNorm2d(3, momentum=0.3), IMAGES), (QuantBatchNorm2d, BatchNorm2d(3, affine=False), IMAGES),
         (QuantEmbedding, Embedding(7, 3, padding_idx=2), CODES)]


def qconfig(weight_bits=0, bits=0, **settings):
    return QuantizationConfig(ActivationQuantConfig(bits), WeightQuantConfig(weight_bits, **settings))


@pytest.mark.parametrize('cls, digital, x', CASES)
def test_without_bits_a_layer_computes_what_torch_does_with_the_very_parameters(cls, digital, x):
    digital = deepcopy(digital)
    layer = cls.from_digital(digital, qconfig())
    for mode in (True, False):
        assert torch.equal(layer.train(mode)(x), deepcopy(digital).train(mode)(x))
    assert dict(layer.named_parameters()).keys() == dict(digital.named_parameters()).keys()
    assert all(layer.get_parameter(name) is parameter for name, parameter in digital.named_parameters())


def test_the_arguments_of_a_layer_make_another_like_it():
    assert get_module_args(Linear(6, 4, bias=False)) == {'in_features': 6, 'out_features': 4, 'bias': False}
    for _, digital, _ in CASES:
        assert repr(type(digital)(**get_module_args(digital))) == repr(digital)


@pytest.mark.parametrize('per_channel', [True, False])
@pytest.mark.parametrize('cls, digital, x', CASES)
def test_weights_are_rounded(cls, digital, x, per_channel):
    rounded = deepcopy(digital)
    if rounded.weight is not None:
        weight = rounded.weight.data
        highest = weight.flatten(1).abs().amax(dim=1) if per_channel and weight.dim() > 1 else weight.abs().flatten()
        highest = highest if per_channel else highest.max()
        step = (highest / 3).view(-1, *[1] * (weight.dim() - 1)).clamp(min=1e-30)
        rounded.weight.data = (weight / step).round().clamp(-3, 3) * step
    layer = cls.from_digital(deepcopy(digital), qconfig(3, per_channel=per_channel))
    assert torch.allclose(layer(x), rounded(x), atol=1e-6)
    assert layer.weight is None or torch.equal(layer.weight, digital.weight)


@pytest.mark.parametrize('cls, digital, x', CASES)
def test_outputs_are_rounded(cls, digital, x):
    assert len(cls.from_digital(deepcopy(digital), qconfig(0, 2))(x).unique()) <= 3


@pytest.mark.parametrize('cls, digital, x', [case for case in CASES if case[1].weight is not None])
def test_gradients_are_those_of_rounded_weights(cls, digital, x):
    digital = deepcopy(digital)
    layer = cls.from_digital(deepcopy(digital), qconfig(12))
    for each in (digital, layer):
        each(x).square().sum().backward()
    largest = digital.weight.grad.abs().max().item()
    assert torch.allclose(layer.weight.grad, digital.weight.grad, rtol=0.01, atol=0.01 * largest)


def test_a_layer_trains_and_its_mode_follows():
    torch.manual_seed(1)
    layer, optimizer_steps = QuantLinear(6, 2, qconfig=qconfig(4, 6)), 80
    x, target = torch.randn(50, 6), torch.randn(6, 2)
    optimizer, losses = torch.optim.SGD(layer.parameters(), lr=0.1), []
    for _ in range(optimizer_steps):
        optimizer.zero_grad()
        loss = (layer(x) - x @ target).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]
    layer.eval()
    assert not layer.output_quantizer.training and len(layer(3 * x).unique()) <= 63


class Doubled(torch.nn.Module):
    def forward(self, weight):
        return 2 * weight


def pruned(layer):
    prune.l1_unstructured(layer, 'weight', 0.3)


def parametrized(layer):
    parametrize.register_parametrization(layer, 'weight', Doubled())


computed_from_others = pytest.mark.parametrize('change', [pruned, weight_norm, parametrized])
without_warning = pytest.mark.filterwarnings('ignore:.*weight_norm.* is deprecated')


@without_warning
@computed_from_others
def test_a_layer_whose_weight_is_computed_from_others_is_refused(change):
    digital = Linear(6, 4)
    change(digital)
    message = r"^parameters of the layer = \['bias'.*: must be \['bias', 'weight'\]; .*prune\.remove"
    with pytest.raises(ArgumentError, match=message):
        QuantLinear.from_digital(digital, qconfig(3))


@without_warning
@computed_from_others
@pytest.mark.parametrize('cls, digital, x', [case for case in CASES if case[1].weight is not None])
def test_a_weight_that_is_computed_afterwards_is_rounded_too(cls, digital, x, change):
    digital = deepcopy(digital)
    digital.weight.data = torch.randn(digital.weight.shape, generator=torch.Generator().manual_seed(2))
    layer, exact = (cls.from_digital(deepcopy(digital), qconfig(bits)) for bits in (3, 0))
    for each in (layer, exact):
        change(each)
        each.eval()
    assert not torch.allclose(layer(x), exact(x)) and 'weight' not in layer._parameters
    rounded = cls.from_digital(digital, qconfig(3)).eval()
    rounded.weight.data = exact.weight.detach()
    assert torch.equal(layer(x), rounded(x))
    layer(x).square().sum().backward()
    assert all(parameter.grad is not None for name, parameter in layer.named_parameters() if 'quantizer' not in name)


def test_calls_at_once_leave_the_weight_alone(monkeypatch):
    """What others see of a layer while it computes is what they always see."""
    layer, seen, linear = QuantLinear(6, 4, qconfig=qconfig(3)), [], functional.linear
    weight = layer.weight

    def watched(*args):
        seen.append(layer.weight is weight)
        return linear(*args)

    monkeypatch.setattr(functional, 'linear', watched)
    layer(IMAGES)
    assert seen == [True]


@pytest.mark.parametrize('kind', [torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize('cls, digital, x', CASES)
def test_layers_of_other_types_compute_in_them(cls, digital, x, kind):
    exact = cls.from_digital(deepcopy(digital), qconfig(8, 8))
    inside = cls.from_digital(deepcopy(digital).to(kind), qconfig(8, 8))
    afterwards = deepcopy(exact).to(kind)
    expected, given = exact(x), x.to(kind) if x.is_floating_point() else x
    for layer in (inside, afterwards):
        y = layer(given)
        assert y.dtype is kind and torch.allclose(y.float(), expected, atol=0.04 * expected.abs().max().item())


@pytest.mark.parametrize('settings, name', [({'max_norm': 1.0}, 'max_norm'), ({'sparse': True}, 'sparse')])
def test_embeddings_that_cannot_be_rounded_are_refused(settings, name):
    with pytest.raises(ArgumentError, match=f'^{name} = '):
        QuantEmbedding.from_digital(Embedding(4, 2, **settings), qconfig())


def test_inputs_are_rounded_before_any_module():
    module = QuantizedInputModule(Linear(6, 2), ActivationQuantConfig(2))
    seen = []
    module.module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    assert module(IMAGES).shape == (4, 3, 6, 2) and len(seen[0].unique()) == 3
    assert not QuantizedInputModule(Linear(6, 2).eval(), ActivationQuantConfig(2)).input_quantizer.training


def test_usual_classes_are_added_to_a_map_but_not_changed_in_it():
    own = QuantizedModuleConfig(QuantConv2d, qconfig(5))
    quantization_map = QuantizationMap(module_qconfig_map={Conv2d: own})
    quantization_map.default_qconfig.weight_quant.n_bits = 8
    append_default_conversions(quantization_map)
    quantization_map.default_qconfig.weight_quant.n_bits = 4
    added = quantization_map.module_qconfig_map
    assert added.keys() == DEFAULT_CONVERSIONS.keys() and added[Conv2d] is own
    assert added[Linear] == QuantizedModuleConfig(QuantLinear, qconfig(8))
