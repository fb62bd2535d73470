"""Ranges of quantizers from data: what they see decides them, they stay, and errors change nothing."""

import pytest
import torch
from torch.nn import Linear, Module, ModuleList, ReLU, Sequential

from aihwlab.exceptions import ArgumentError
from aihwlab.inference.calibration import calibrate_quantization_ranges
from aihwlab.nn.low_precision_modules.quantization_states import full_precision_acts, quantized
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantLinear
from aihwlab.parameters.enums import RangeEstimators
from aihwlab.simulator.digital_low_precision.quantizer import Qstates
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, QuantizationConfig, WeightQuantConfig
from tests.networks import through_a_file

BATCHES = [(scale * torch.ones(2, 3), torch.zeros(2)) for scale in (1.0, 4.0, 2.0)]


def network():
    config = QuantizationConfig(ActivationQuantConfig(8, range_estimator=RangeEstimators.allminmax), WeightQuantConfig(8))
    model = Sequential(QuantLinear(3, 2, bias=False, qconfig=config), ReLU())
    torch.nn.init.ones_(model[0].weight)
    return model


@pytest.mark.parametrize('most, expected', [(20, 12.0), (1, 3.0)])
def test_data_decide_the_ranges_which_then_stay(most, expected):
    model = network()
    model(torch.full((1, 3), 100.0))
    assert calibrate_quantization_ranges(model, BATCHES, max_num_batches=most) is model
    quantizer = model[0].output_quantizer
    assert quantizer.high.item() == pytest.approx(expected) and quantizer.state is Qstates.fix_ranges and model.training
    model(torch.full((1, 3), 100.0))
    assert quantizer.high.item() == pytest.approx(expected)
    assert model[0].weight_quantizer.state is Qstates.estimate_ranges


@pytest.mark.parametrize('loader, message', [
    ([], 'loader: must give at least one batch'), ([BATCHES[0], 'text'], 'a batch of')])
def test_errors_change_nothing(loader, message):
    model = network()
    model(torch.full((1, 3), 100.0))
    model[0].output_quantizer.is_enabled = False
    with pytest.raises(ArgumentError, match=message):
        calibrate_quantization_ranges(model, loader)
    quantizer = model[0].output_quantizer
    assert quantizer.high.item() == pytest.approx(300) and quantizer.state is Qstates.estimate_ranges_train and model.training
    assert not quantizer.is_enabled


def test_ranges_are_found_while_nothing_is_rounded():
    model = network()
    full_precision_acts(model)
    calibrate_quantization_ranges(model, BATCHES)
    assert not model[0].output_quantizer.is_enabled
    quantized(model)
    assert model(BATCHES[1][0]).max().item() == pytest.approx(12)


class Branches(Module):
    def __init__(self):
        super().__init__()
        self.parts = ModuleList(network() for _ in range(2))

    def forward(self, x, branch=0):
        return self.parts[branch](x)


@pytest.mark.parametrize('state', list(Qstates))
def test_what_the_data_do_not_reach_stays_as_it_was(state):
    model, ones = Branches(), torch.ones(1, 3)
    model(ones, branch=1)
    seen, unseen = (part[0].output_quantizer for part in model.parts)
    unseen.set_state(state)
    calibrate_quantization_ranges(model, BATCHES)
    assert (seen.state, unseen.state) == (Qstates.fix_ranges, state)
    assert (seen.high.item(), unseen.high.item()) == (pytest.approx(12), pytest.approx(3))
    assert model.eval()(ones, branch=1).max().item() == pytest.approx(3)
    fresh = Branches()
    calibrate_quantization_ranges(fresh, BATCHES)
    assert not fresh.parts[1][0].output_quantizer.is_estimated and fresh(ones, branch=1).max().item() == pytest.approx(3)


def test_a_calibrated_network_loads_into_an_equal_one():
    model, other = calibrate_quantization_ranges(network(), BATCHES), network()
    other.load_state_dict(through_a_file(model.state_dict()))
    x = torch.full((1, 3), 100.0)
    assert torch.equal(other(x), model(x)) and other[0].output_quantizer.high.item() == pytest.approx(12)


def test_a_network_without_quantizers_is_refused():
    with pytest.raises(ArgumentError, match='must have quantizers of activations, Linear has none'):
        calibrate_quantization_ranges(Linear(2, 2), BATCHES)
    with pytest.raises(ValueError, match='max_num_batches = 0'):
        calibrate_quantization_ranges(network(), BATCHES, 0)
