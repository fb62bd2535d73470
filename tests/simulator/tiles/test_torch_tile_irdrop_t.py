"""Tiles for inference on bit lines with resistance: whole layers, in training and after it, and what is refused."""

import pytest
import torch
from torch.nn import Conv2d, Flatten, Linear, ReLU, Sequential

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogLinear
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.simulator.configs import (
    InferenceRPUConfig,
    IOParametersIRDropT,
    TorchInferenceRPUConfig,
    TorchInferenceRPUConfigIRDropT,
)
from aihwlab.simulator.parameters import AnalogMVType, MappingParameter
from aihwlab.simulator.tiles.torch_tile_irdrop_t import TorchSimulatorTileIRDropT

CALM = dict(out_noise=0.0, out_res=-1.0, out_bound=-1.0, inp_res=1 / 1022, adc_quantization=False, ir_drop_v_read=0.4)


def configured(rows=64, **settings):
    mapping = MappingParameter(max_input_size=rows, weight_scaling_omega=1.0)
    return TorchInferenceRPUConfigIRDropT(forward=IOParametersIRDropT(**{**CALM, **settings}), mapping=mapping)


def network():
    torch.manual_seed(2)
    return Sequential(Conv2d(1, 4, 5, bias=False), ReLU(), Flatten(), Linear(144, 10, bias=False))


def test_wires_matter_after_training_only():
    """The layer of 144 inputs is cut into three crossbars of 64 rows at most."""
    digital, x = network(), torch.rand(20, 1, 10, 10)
    expected = digital(x).detach()
    errors = {}
    for resistance in (0.0, 1.0, 10.0):
        model = convert_to_analog(digital, configured(ir_drop_rs=resistance, ir_drop_segments=64))
        for training in (True, False):
            errors[resistance, training] = ((model.train(training)(x) - expected).norm() / expected.norm()).item()
    assert all(errors[resistance, True] < 0.01 for resistance in (0.0, 1.0, 10.0))
    assert errors[0.0, False] < 0.01 < 3 * errors[1.0, False] < errors[10.0, False] < 1


def test_it_trains_as_a_tile_without_wires_with_the_same_bits():
    def trained(config):
        torch.manual_seed(4)
        layer = AnalogLinear(16, 4, rpu_config=config)
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            layer(torch.randn(8, 16)).square().mean().backward()
            optimizer.step()
        return layer.get_weights()[0]
    with_wires, without = TorchInferenceRPUConfigIRDropT(), TorchInferenceRPUConfig()
    assert (trained(with_wires) == trained(without)).all()


def test_programmed_weights_lose_on_wires_too():
    model = convert_to_analog(network(), configured(ir_drop_rs=20.0)).eval()
    x = torch.rand(20, 1, 10, 10)
    model.program_analog_weights()
    model.drift_analog_weights(3600.0)
    with_wires = model(x)
    for layer in model.analog_layers():
        for tile in layer.analog_tiles():
            tile.rpu_config.forward.ir_drop = 0.0
    assert (model(x) - with_wires).norm() > 0.01 * with_wires.norm()


def test_a_checkpoint_brings_the_same_outputs():
    torch.manual_seed(1)
    first, x = AnalogLinear(16, 4, rpu_config=configured(out_noise=0.05)).eval(), torch.randn(3, 16)
    second = AnalogLinear(16, 4, rpu_config=configured()).eval()
    second.load_state_dict(first.state_dict())
    assert isinstance(second.analog_module.tile, TorchSimulatorTileIRDropT)
    assert (first(x) == second(x)).all()


def test_an_analog_bias_is_one_more_row():
    config = configured(ir_drop_rs=0.0, rows=0, ir_drop_segments=8)
    config.mapping.digital_bias = False
    layer = AnalogLinear(15, 3, rpu_config=config).eval()
    weight, bias = layer.get_weights()
    x = torch.rand(4, 15)
    torch.testing.assert_close(layer(x), x @ weight.T + bias, rtol=0, atol=0.01)


def test_other_tiles_take_the_drop_alone():
    """A configuration for inference takes these parameters, of which its tiles know those that they always know."""
    layer = AnalogLinear(16, 4, rpu_config=InferenceRPUConfig(forward=IOParametersIRDropT(ir_drop_g_ratio=1e3))).eval()
    assert torch.isfinite(layer(torch.randn(3, 16))).all()
    with pytest.raises(ConfigError, match=r'InferenceRPUConfig\.forward\.mv_type = .*: must be .* TorchInferenceRPUConfigIR'):
        AnalogLinear(16, 4, rpu_config=InferenceRPUConfig(forward=IOParametersIRDropT(mv_type=AnalogMVType.SPLIT_MODE)))
    with pytest.raises(ConfigError, match=r'TorchInferenceRPUConfig\.forward\.ir_drop = 1\.0: must be 0'):
        AnalogLinear(16, 4, rpu_config=TorchInferenceRPUConfig(forward=IOParametersIRDropT()))


@pytest.mark.parametrize('config, message', [
    (configured(ir_drop_segments=5), 'ir_drop_segments = 5: must divide the 64 rows'),
    (configured(rows=0), 'ir_drop_segments = 8: must divide the 12 rows'),
    (configured(inp_res=-1.0), r'inp_res = -1\.0: must be positive'),
    (configured(inp_bound=-1.0), r'inp_bound = -1\.0: must be positive and finite'),
    (configured(mv_type=AnalogMVType.POS_NEG_SEPARATE), 'mv_type = .*: must be IDEAL, ONE_PASS, SPLIT_MODE or BIT_WISE')])
def test_what_is_impossible_is_refused_when_a_layer_is_made(config, message):
    with pytest.raises(ConfigError, match=message):
        AnalogLinear(12, 4, rpu_config=config)


def test_segments_that_do_not_fit_leave_a_layer_as_it_was():
    layer, x = AnalogLinear(12, 4, rpu_config=configured()).eval(), torch.rand(2, 12)
    before = layer(x)
    layer.analog_module.rpu_config.forward.ir_drop_segments = 5
    with pytest.raises(ConfigError, match='ir_drop_segments'):
        layer(x)
    layer.analog_module.rpu_config.forward.ir_drop_segments = 8
    assert (layer(x) == before).all()


@pytest.mark.parametrize('settings', [dict(is_perfect=True), dict(mv_type=AnalogMVType.IDEAL), dict(ir_drop=0.0)])
def test_without_wires_there_are_no_segments(settings):
    layer = AnalogLinear(12, 4, rpu_config=configured(rows=0, **settings)).eval()
    weight, bias = layer.get_weights()
    x = torch.rand(3, 12)
    torch.testing.assert_close(layer(x), x @ weight.T + bias, rtol=0, atol=0.01)


def test_a_row_for_an_analog_bias_counts():
    config = TorchInferenceRPUConfigIRDropT(mapping=MappingParameter(digital_bias=False))
    with pytest.raises(ConfigError, match='must divide the 513 rows of the crossbar, .* with an analog bias'):
        AnalogLinear(512, 4, rpu_config=config)


@pytest.mark.parametrize('settings, message', [
    (dict(simulator_tile_class=int), 'simulator_tile_class = .*int.*: must be a class derived from TorchSimulatorTile'),
    (dict(simulator_tile_class=TorchSimulatorTileIRDropT), r'(?s)\.forward = .*: must be an IOParametersIRDropT, which')])
def test_a_crossbar_needs_a_class_and_the_parameters_that_it_reads(settings, message):
    with pytest.raises(ConfigError, match=message):
        AnalogLinear(12, 4, rpu_config=TorchInferenceRPUConfig(**settings))


def test_other_tiles_need_no_steps():
    AnalogLinear(12, 4, rpu_config=InferenceRPUConfig(forward=IOParametersIRDropT(inp_res=-1.0)))
