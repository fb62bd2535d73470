"""Networks become ones of low precision, by class and by name, with analog layers beside; errors leave them as they were."""

import pytest
import torch
from torch.nn import BatchNorm2d, Conv2d, Flatten, Linear, Module, ReLU, Sequential
from torch.nn.utils import prune

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.nn.low_precision_conversion import convert_to_quantized, quantize_model
from aihwlab.nn.low_precision_modules.conversion_utils import append_default_conversions
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantBatchNorm2d, QuantConv2d, QuantLinear
from aihwlab.nn.low_precision_modules.quantized_input_module import QuantizedInputModule
from aihwlab.simulator.configs import TorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, QuantizationMap, QuantizedModuleConfig

X = torch.randn(3, 1, 6, 6, generator=torch.Generator().manual_seed(1))


class Block(Module):
    def __init__(self):
        super().__init__()
        self.conv = Conv2d(2, 2, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)


def network():
    torch.manual_seed(1)
    return Sequential(Conv2d(1, 2, 3), BatchNorm2d(2), ReLU(), Block(), Flatten(), Linear(32, 3))


def quantization_map(weight_bits=8, bits=8, **settings):
    found = QuantizationMap(**settings)
    found.default_qconfig.weight_quant.n_bits = weight_bits
    found.default_qconfig.activation_quant.n_bits = bits
    append_default_conversions(found)
    return found


def types(model):
    return {name: type(module) for name, module in model.named_modules()}


def test_modules_are_replaced_by_class_in_a_copy():
    digital = network()
    quantized = convert_to_quantized(digital, quantization_map())
    found = types(quantized)
    assert (found['0'], found['1'], found['3.conv'], found['5']) == (QuantConv2d, BatchNorm2d, QuantConv2d, QuantLinear)
    assert type(digital[0]) is Conv2d and torch.equal(digital[0].weight, quantized[0].weight)
    for each in (digital, quantized):
        each.eval()
    assert (quantized(X) - digital(X)).abs().max() < 0.05 * digital(X).abs().max()


def test_one_s_own_classes_and_names_count():
    found = quantization_map(excluded_modules=['3'], instance_qconfig_map={})
    eight = found.default_qconfig
    found.module_qconfig_map[BatchNorm2d] = QuantizedModuleConfig(QuantBatchNorm2d, eight)
    four = quantization_map(weight_bits=4).default_qconfig
    found.instance_qconfig_map['5'] = QuantizedModuleConfig(QuantLinear, four)
    quantized = convert_to_quantized(network(), found)
    assert type(quantized[1]) is QuantBatchNorm2d and type(quantized[3].conv) is Conv2d
    assert quantized[5].weight_quantizer.config.n_bits == 4 and quantized[0].weight_quantizer.config.n_bits == 8


def test_inputs_of_named_modules_are_rounded():
    two = ActivationQuantConfig(2)
    names = {'0': two, '3': two, '3.conv': two}
    quantized = convert_to_quantized(network(), quantization_map(input_activation_qconfig_map=names))
    assert type(quantized[0]) is QuantizedInputModule and type(quantized[0].module) is QuantConv2d
    assert type(quantized[3]) is QuantizedInputModule and type(quantized[3].module) is Block
    assert type(quantized[3].module.conv) is QuantizedInputModule and type(quantized[3].module.conv.module) is QuantConv2d
    assert quantized(X).shape == (3, 3)


def test_a_module_that_occurs_twice_is_replaced_once():
    shared = Linear(4, 4)
    quantized = convert_to_quantized(Sequential(shared, ReLU(), shared), quantization_map(
        input_activation_qconfig_map={'0': ActivationQuantConfig(8)}))
    assert quantized[0] is quantized[2] and type(quantized[0].module) is QuantLinear


def test_the_network_itself_may_be_a_layer():
    assert type(convert_to_quantized(Linear(3, 2), quantization_map())) is QuantLinear


def test_networks_of_half_precision_stay_so():
    x, digital = X.bfloat16(), network().bfloat16().eval()
    quantized = convert_to_quantized(digital, quantization_map(input_activation_qconfig_map={'0': ActivationQuantConfig(8)}))
    y, expected = quantized(x), digital(x)
    assert y.dtype is torch.bfloat16 and (y - expected).abs().max() < 0.06 * expected.abs().max()


def test_quantizing_a_network_itself_changes_it():
    digital = network()
    assert quantize_model(digital, quantization_map()) is digital and type(digital[0]) is QuantConv2d


def test_analog_layers_stay_unless_they_are_named():
    config = TorchInferenceRPUConfig(forward=IOParameters(is_perfect=True))
    analog = convert_to_analog(network(), config, exclude_modules=['5'])
    quantized = convert_to_quantized(analog, quantization_map())
    assert type(quantized[0]) is AnalogConv2d and type(quantized[5]) is QuantLinear
    assert len(list(quantized.analog_tiles())) == 2
    found = quantization_map()
    found.instance_qconfig_map['0'] = QuantizedModuleConfig(QuantConv2d, found.default_qconfig)
    quantized = convert_to_quantized(analog, found)
    assert type(quantized[0]) is QuantConv2d and torch.equal(quantized[0].weight, analog[0].to_digital().weight)
    assert type(analog[0]) is AnalogConv2d
    quantized.eval()
    quantized.drift_analog_weights(10.0)
    assert quantized(X).shape == (3, 3)


@pytest.mark.parametrize('field, key', [('instance_qconfig_map', '7'), ('input_activation_qconfig_map', '3.cnv'),
                                        ('excluded_modules', '9'), ('input_activation_qconfig_map', '')])
def test_names_of_no_module_are_refused(field, key):
    found = quantization_map()
    value = {'instance_qconfig_map': QuantizedModuleConfig(QuantLinear, found.default_qconfig)}
    settings = [key] if field == 'excluded_modules' else {key: value.get(field, ActivationQuantConfig(8))}
    with pytest.raises(ArgumentError, match=f'^{field}: there is no module {key!r}'):
        convert_to_quantized(network(), quantization_map(**{field: settings}))


def refused(cause):
    digital, found = network(), quantization_map()
    before = types(digital)
    cause(found)
    with pytest.raises((ArgumentError, ConfigError, TypeError)) as error:
        quantize_model(digital, found)
    assert types(digital) == before
    return str(error.value)


def test_errors_leave_the_network_as_it_was():
    def with_bits(found):
        found.module_qconfig_map[Linear].module_qconfig.weight_quant.n_bits = 99

    def without_method(found):
        found.module_qconfig_map[ReLU] = QuantizedModuleConfig(ReLU, found.default_qconfig)

    def of_another_kind(found):
        found.instance_qconfig_map['5'] = QuantizedModuleConfig(QuantConv2d, found.default_qconfig)

    def excluded(found):
        found.excluded_modules = ['3']
        found.instance_qconfig_map['3.conv'] = QuantizedModuleConfig(QuantConv2d, found.default_qconfig)

    def inside(found):
        found.instance_qconfig_map['3'] = QuantizedModuleConfig(Whole, found.default_qconfig)
        found.input_activation_qconfig_map['3.conv'] = ActivationQuantConfig(8)

    assert 'n_bits = 99' in refused(with_bits) and 'ReLU: must have a method from_digital' in refused(without_method)
    assert '5, a Linear: ' in refused(of_another_kind) and "excluded_modules=['5']" in refused(of_another_kind)
    assert 'replaced as a whole' in refused(inside) and "'3.conv' is part of a module that stays" in refused(excluded)


class Whole(Flatten):
    @classmethod
    def from_digital(cls, module, module_qconfig):
        return cls()


def test_a_pruned_layer_is_refused_and_the_network_stays_as_it_was():
    digital = network()
    prune.l1_unstructured(digital[5], 'weight', 0.5)
    before = types(digital)
    with pytest.raises(ArgumentError, match='^5, a Linear: parameters of the layer = '):
        quantize_model(digital, quantization_map())
    assert types(digital) == before
    prune.remove(digital[5], 'weight')
    assert (quantize_model(digital, quantization_map())[5].weight == 0).sum() == 48


def test_a_map_that_is_none_is_refused():
    with pytest.raises(ArgumentError, match='quantization_map = {}: must be an instance of QuantizationMap'):
        convert_to_quantized(network(), {})


def test_layers_on_arrays_may_have_rounded_inputs():
    analog = AnalogLinear(4, 2, rpu_config=TorchInferenceRPUConfig())
    quantized = convert_to_quantized(Sequential(analog), quantization_map(
        input_activation_qconfig_map={'0': ActivationQuantConfig(8)}))
    assert type(quantized[0]) is QuantizedInputModule and type(quantized[0].module) is AnalogLinear
