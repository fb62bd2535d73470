"""The tile for inference in low precision, alone and in arrays: trained, programmed, saved, copied."""

from copy import deepcopy

import pytest
import torch

from aihwlab.exceptions import TileModuleError
from aihwlab.nn import AnalogConv2d, AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig, QuantizedTorchInferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.parameters.quantization import ActivationQuantConfig
from aihwlab.simulator.tiles import QuantizedTorchInferenceTile, TorchInferenceTile
from aihwlab.simulator.tiles.array import QuantizedTileModuleArray
from tests.simulator.tiles.quantized import IN, OUT, WEIGHT, X, config, tile

SPLIT = MappingParameter(max_input_size=2, max_output_size=2)
EIGHT = ActivationQuantConfig(8)


def layer(**settings):
    torch.manual_seed(1)
    return AnalogLinear(IN, OUT, rpu_config=config(8, act_quant_config=EIGHT, **settings))


def test_the_configuration_makes_the_tile_and_the_array():
    assert isinstance(layer().analog_module, QuantizedTorchInferenceTile)
    array = layer(mapping=SPLIT).analog_module
    assert isinstance(array, QuantizedTileModuleArray)
    assert all(isinstance(each, QuantizedTorchInferenceTile) for each in array.tiles())


def test_many_bits_come_near_the_tile_without_quantization():
    quantized = tile(config(16, act_quant_config=ActivationQuantConfig(16)))
    exact = TorchInferenceTile(OUT, IN, TorchInferenceRPUConfig(forward=config().forward), bias=True)
    exact.set_weights(*quantized.get_weights())
    assert torch.allclose(quantized(X), exact(X), atol=1e-3)


def test_an_array_rounds_each_tile_and_the_sum():
    array = tile(config(act_quant_config=ActivationQuantConfig(3, symmetric=False), mapping=SPLIT))
    assert len(array(X).unique()) == 8
    parts = [each(part) for part, tiles in zip(X.split(array.in_sizes, dim=1), array.array) for each in tiles]
    assert all(len(part.unique()) <= 8 for part in parts)
    columns = zip(X.split(array.in_sizes, dim=1), array.array)
    summed = sum(torch.cat([each(part) for each in tiles], dim=1) for part, tiles in columns)
    assert (array(X) - summed).abs().max() <= (array(X).max() - array(X).min()) / 7


@pytest.mark.parametrize('mapping', [MappingParameter(), SPLIT])
def test_it_learns(mapping):
    model = layer(mapping=mapping)
    optimizer, losses = AnalogSGD(model.parameters(), lr=0.2), []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (model(X) - X @ WEIGHT.T).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.01 * losses[0]


def test_a_convolution_can_be_on_it():
    conv = AnalogConv2d(2, 3, 3, rpu_config=config(8, act_quant_config=ActivationQuantConfig(4)))
    assert conv(torch.rand(2, 2, 6, 6)).shape == (2, 3, 4, 4)
    assert len(conv(torch.rand(2, 2, 6, 6)).unique()) <= 15


@pytest.mark.parametrize('mapping', [MappingParameter(), SPLIT])
def test_a_checkpoint_and_a_copy_compute_the_same(mapping):
    model, other = layer(mapping=mapping), layer(mapping=mapping)
    model(X)
    model.eval()
    model.drift_analog_weights(100.0)
    other.load_state_dict(model.state_dict())
    for same in (other.eval(), deepcopy(model)):
        assert torch.equal(same(X), model(X))


def test_a_checkpoint_without_quantization_loads_but_not_its_configuration():
    saved = AnalogLinear(IN, OUT, rpu_config=TorchInferenceRPUConfig())
    model = layer(mapping=MappingParameter())
    before = model.get_weights()[0]
    with pytest.raises(TileModuleError, match='load_rpu_config=False'):
        model.load_state_dict(saved.state_dict(), strict=False)
    assert torch.equal(model.get_weights()[0], before)
    model.load_state_dict(saved.state_dict(), strict=False, load_rpu_config=False)
    assert torch.equal(model.get_weights()[0], saved.get_weights()[0])
    assert isinstance(model.analog_module.rpu_config, QuantizedTorchInferenceRPUConfig)


def test_the_same_seed_gives_the_same_outputs():
    def outputs():
        model = AnalogLinear(IN, OUT, rpu_config=QuantizedTorchInferenceRPUConfig(act_quant_config=EIGHT))
        return model(X)

    torch.manual_seed(7)
    first = outputs()
    torch.manual_seed(7)
    assert torch.equal(outputs(), first)


@pytest.mark.parametrize('kind', [InferenceRPUConfig, TorchInferenceRPUConfig, QuantizedTorchInferenceRPUConfig])
def test_inputs_that_the_layer_before_has_rounded_need_no_limit(kind):
    """Noise management scales them into the range of the converters anyway."""
    def outputs(bound):
        torch.manual_seed(1)
        model = AnalogLinear(IN, OUT, rpu_config=kind(forward=IOParameters(inp_bound=bound, inp_res=-1)))
        return model(3 * X)

    assert torch.equal(outputs(0.0), outputs(1.0)) and torch.equal(outputs(-1.0), outputs(1.0))
