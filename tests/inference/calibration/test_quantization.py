"""Ranges of quantizers from data: what they see decides them, they stay, and errors change nothing."""

import pytest
import torch
from torch.nn import Linear, ReLU, Sequential

from aihwlab.exceptions import ArgumentError
from aihwlab.inference.calibration import calibrate_quantization_ranges
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantLinear
from aihwlab.parameters.enums import RangeEstimators
from aihwlab.simulator.digital_low_precision.quantizer import Qstates
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig, QuantizationConfig, WeightQuantConfig

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
    with pytest.raises(ArgumentError, match=message):
        calibrate_quantization_ranges(model, loader)
    quantizer = model[0].output_quantizer
    assert quantizer.high.item() == pytest.approx(300) and quantizer.state is Qstates.estimate_ranges_train and model.training


def test_a_network_without_quantizers_is_refused():
    with pytest.raises(ArgumentError, match='must have quantizers of activations, Linear has none'):
        calibrate_quantization_ranges(Linear(2, 2), BATCHES)
    with pytest.raises(ValueError, match='max_num_batches = 0'):
        calibrate_quantization_ranges(network(), BATCHES, 0)
