"""Digital parts in low precision: scales, bias and outputs have few values; ranges may be learned after some products."""

import pytest
import torch
from torch.optim import SGD

from aihwlab.exceptions import TileModuleError
from aihwlab.nn import AnalogRNN, AnalogVanillaRNNCell
from aihwlab.nn.low_precision_modules.quantization_states import fix_ranges
from aihwlab.simulator.configs import QuantizedTorchInferenceRPUConfig
from aihwlab.simulator.digital_low_precision.quantizer import Qstates
from aihwlab.simulator.parameters import IOParameters, MappingParameter, PeripheryQuantizationParameter
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, WeightQuantConfig
from aihwlab.simulator.tiles.quantized_periphery import WarmedUpQuantizer, quantization_of, require_same_quantization
from tests.networks import through_a_file
from tests.simulator.tiles.quantized import OUT, WEIGHT, X, config, tile


def test_scales_and_bias_are_rounded():
    """The product is exact here; so the output is that of rounded scales and a rounded bias."""
    quantized = tile(config(periphery_bits=3))
    bias = torch.tensor([0.9, -0.2, 0.33])
    quantized.set_weights(WEIGHT, bias)
    scales = WEIGHT.abs().amax(dim=1)
    step, bias_step = scales.max() / 3, 0.9 / 3
    expected = (X @ WEIGHT.T) / scales * (scales / step).round() * step + (bias / bias_step).round() * bias_step
    assert torch.allclose(quantized(X), expected, atol=1e-5)
    assert torch.allclose(quantized.get_weights()[0], WEIGHT) and torch.allclose(quantized.get_weights()[1], bias)


def test_learned_output_scales_are_rounded():
    settings = config(periphery_bits=3, mapping=MappingParameter(learn_out_scaling=True, out_scaling_columnwise=True))
    quantized = tile(settings)
    quantized.set_weights(WEIGHT, torch.zeros(OUT))
    quantized.set_learned_out_scales(torch.tensor([1.0, 0.5, 0.1]))
    assert torch.allclose(quantized(X), X @ WEIGHT.T * torch.tensor([1.0, 2 / 3, 0.0]), atol=1e-5)


def test_outputs_have_as_many_values_as_bits_allow():
    quantized = tile(config(act_quant_config=ActivationQuantConfig(3, symmetric=False)))
    assert len(quantized(X).unique()) == 8
    assert len(tile(config())(X).unique()) == X.shape[0] * OUT


def test_without_bits_nothing_is_rounded():
    plain = tile(config())
    assert not plain.periphery_quantizers and quantization_of(plain.rpu_config) == (None, None)
    plain.set_weights(WEIGHT, torch.ones(OUT))
    assert torch.allclose(plain(X), X @ WEIGHT.T + 1, atol=1e-5)


def test_gradients_pass_the_rounding():
    quantized, exact = tile(config(periphery_bits=8, act_quant_config=ActivationQuantConfig(8))), tile(config())
    exact.set_weights(*quantized.get_weights())
    gradients = []
    for each in (quantized, exact):
        x = X.clone().requires_grad_()
        each(x).sum().backward()
        gradients.append((x.grad, each.bias.grad, each.analog_ctx.grad))
    for found, expected in zip(*gradients):
        assert torch.allclose(found, expected, rtol=0.03, atol=0.03)


def test_ranges_are_learned_after_some_products():
    quantizer, bias = WarmedUpQuantizer(WeightQuantConfig(3), products=2), torch.tensor([0.2, 0.5, 1.0], requires_grad=True)
    optimizer = SGD(quantizer.parameters(), lr=0.1)
    for high, left in ((0, 1), (1, 0), (1, 0)):
        optimizer.zero_grad()
        assert quantizer.high.item() == high
        quantizer(bias).sum().backward()
        optimizer.step()
        assert quantizer.products_left.item() == left
    assert quantizer.state is Qstates.learn_ranges and quantizer.high.item() != 1
    loaded = WarmedUpQuantizer(WeightQuantConfig(3), products=2)
    loaded.load_state_dict(quantizer.state_dict())
    assert torch.equal(loaded.eval()(bias), quantizer.eval()(bias)) and loaded.state is Qstates.learn_ranges


def test_a_checkpoint_of_the_first_products_continues_and_then_learns():
    quantizer, bias = WarmedUpQuantizer(WeightQuantConfig(3), products=2), torch.tensor([0.2, 0.5, 1.0])
    quantizer(bias)
    loaded = WarmedUpQuantizer(WeightQuantConfig(3), products=2)
    for _ in range(3):
        loaded(bias)
    loaded.load_state_dict(through_a_file(quantizer.state_dict()))
    for each in (quantizer, loaded):
        assert each.state is Qstates.estimate_ranges and each.products_left == 1
        assert all(end.requires_grad for end in each.parameters())
        each(2 * bias)
        assert each.high.item() == 2 and each(bias).requires_grad and each.state is Qstates.learn_ranges
    fix_ranges(quantizer)
    assert not any(end.requires_grad for end in quantizer.parameters())


def test_a_layer_that_computes_several_times_for_a_batch_counts_each_product():
    settings = QuantizedTorchInferenceRPUConfig()
    settings.pre_post.periph_quant = PeripheryQuantizationParameter(4, learn_quant_params=True, init_learning_after=7)
    layer = AnalogRNN(AnalogVanillaRNNCell, 2, OUT, rpu_config=settings)
    layer(torch.randn(5, 1, 2))
    left = [module.products_left.item() for name, module in layer.named_modules() if name.endswith('quantizers.bias')]
    assert left == [6, 2]  # the input weights take all time steps at once


def test_evaluation_does_not_count():
    quantizer = WarmedUpQuantizer(WeightQuantConfig(3), products=2).eval()
    quantizer(torch.ones(3))
    assert quantizer.products_left.item() == 2


@pytest.mark.parametrize('change, name', [
    ({'act_quant_config': ActivationQuantConfig(4)}, 'act_quant_config'), ({'periphery_bits': 4}, 'pre_post.periph_quant')])
def test_another_quantization_is_refused(change, name):
    before = config(act_quant_config=ActivationQuantConfig(0))
    require_same_quantization(config(), before)
    with pytest.raises(TileModuleError, match=rf'(?s)^{name} = .*: must stay None'):
        require_same_quantization(config(**change), before)
    quantized = tile(before)
    with pytest.raises(TileModuleError, match='the quantizers of a tile are made once'):
        quantized.replace_with(config(**change))
    quantized.replace_with(config(forward=IOParameters(is_perfect=True)))


def test_a_change_in_a_living_tile_is_refused():
    quantized = tile(config())
    quantized.rpu_config.pre_post.periph_quant.n_bits = 5
    with pytest.raises(TileModuleError, match=r'pre_post\.periph_quant = '):
        quantized(X)


def test_settings_that_learn_make_quantizers_that_do():
    settings = QuantizedTorchInferenceRPUConfig()
    settings.pre_post.periph_quant = PeripheryQuantizationParameter(4, learn_quant_params=True, init_learning_after=7)
    quantized = tile(settings)
    assert set(quantized.periphery_quantizers) == {'mapping_scales', 'bias'}
    assert all(each.products_left == 7 for each in quantized.periphery_quantizers.values())
