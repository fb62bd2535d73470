"""What all quantizers of a network do: switched on and off, and with ranges that are estimated, kept or learned."""

import pytest
import torch
from torch.nn import Linear, Sequential

from aihwlab.nn.low_precision_modules import quantization_states as states
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantLinear
from aihwlab.nn.low_precision_modules.quantized_input_module import QuantizedInputModule
from aihwlab.simulator.digital_low_precision.quantizer import Qstates
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, QuantizationConfig, WeightQuantConfig

X = torch.randn(20, 4, generator=torch.Generator().manual_seed(1))
ESTIMATE, TRAIN = Qstates.estimate_ranges, Qstates.estimate_ranges_train
FIX, LEARN = Qstates.fix_ranges, Qstates.learn_ranges


def network():
    torch.manual_seed(1)
    config = QuantizationConfig(ActivationQuantConfig(3), WeightQuantConfig(3))
    return Sequential(QuantizedInputModule(QuantLinear(4, 3, qconfig=config), ActivationQuantConfig(3)), Linear(3, 2))


def found(model):
    quantizers = [*states.quantizers(model, True)], [*states.quantizers(model, False)]
    assert [len(kind) for kind in quantizers] == [1, 2]
    return quantizers


@pytest.mark.parametrize('function, weights, activations', [
    (states.quantized, True, True), (states.full_precision, False, False), (states.quantized_weights, True, False),
    (states.quantized_acts, False, True)])
def test_rounding_is_switched_on_from_nothing(function, weights, activations):
    model = network()
    states.set_quant_state(model, False, False)
    function(model)
    assert [{each.is_enabled for each in kind} for kind in found(model)] == [{weights}, {activations}]


@pytest.mark.parametrize('function, weights, activations', [
    (states.full_precision_weights, False, True), (states.full_precision_acts, True, False)])
def test_rounding_is_switched_off(function, weights, activations):
    model = network()
    function(model)
    assert [{each.is_enabled for each in kind} for kind in found(model)] == [{weights}, {activations}]


def test_full_precision_is_that_of_torch():
    model = network()
    states.full_precision(model)
    layer = model[0].module
    assert torch.equal(model(X), model[1](torch.nn.functional.linear(X, layer.weight, layer.bias)))
    states.quantized(model)
    assert not torch.allclose(model(X), model[1](torch.nn.functional.linear(X, layer.weight, layer.bias)))


@pytest.mark.parametrize('function, weights, activations', [
    (states.learn_ranges, LEARN, LEARN), (states.fix_ranges, FIX, FIX), (states.fix_act_ranges, ESTIMATE, FIX),
    (states.fix_weight_ranges, FIX, TRAIN), (states.estimate_ranges, ESTIMATE, ESTIMATE),
    (states.estimate_act_ranges, ESTIMATE, ESTIMATE), (states.estimate_ranges_train, TRAIN, TRAIN)])
def test_where_ranges_are_from(function, weights, activations):
    model = network()
    function(model)
    assert [{each.state for each in kind} for kind in found(model)] == [{weights}, {activations}]


def test_ranges_of_activations_can_be_forgotten():
    model = network()
    model(X)
    states.reset_act_ranges(model)
    assert [{bool(each.is_estimated) for each in kind} for kind in found(model)] == [{True}, {False}]


def test_learned_ranges_lower_the_loss():
    model = network()
    target = torch.randn(20, 2, generator=torch.Generator().manual_seed(2))
    model(X)
    states.learn_ranges(model)
    ranges = [each.high for kind in found(model) for each in kind]
    optimizer, before = torch.optim.Adam(ranges, lr=0.02), [each.clone() for each in ranges]
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (model(X) - target).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert min(losses) < losses[0] and all(now != was for now, was in zip(ranges, before))
