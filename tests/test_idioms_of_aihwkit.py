"""What users of aihwkit write: small programs, each of which runs here as it does there, with another name in the imports.

Each is a program for aihwkit in which its name is replaced by `{package}`; where aihwkit is installed, it runs there, too.
"""

import warnings
from importlib.util import find_spec
from textwrap import dedent

import pytest
import torch

BEGIN = """
import torch
from {package}.nn import *
from {package}.nn.modules.base import AnalogLayerBase
from {package}.optim import *
from {package}.simulator.configs import *
from {package}.simulator.parameters import *
from {package}.simulator.tiles import *

ideal = SingleRPUConfig(device=IdealDevice(), forward=IOParameters(is_perfect=True), backward=IOParameters(is_perfect=True))
x, d = torch.rand(5, 3), torch.rand(5, 2)

def close(one, two, tolerance=1e-5):
    return torch.allclose(one, two, atol=tolerance)
"""

PROGRAMS = {
    # -- the simulated tile behind a layer: tile.tile

    'print the tile of a layer': """
        layer = AnalogLinear(3, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice()))
        text = str(layer.analog_module.tile)
        assert 'ConstantStep' in text
        for layer in AnalogSequential(layer).analog_layers():
            print(layer.analog_module.tile, layer.analog_module.rpu_config)
        """,
    'weights of the simulated tile': """
        tile = AnalogLinear(3, 2, rpu_config=ideal).analog_module
        tile.tile.set_weights(torch.ones(2, 3))
        weights = tile.tile.get_weights()
        assert torch.is_tensor(weights) and (weights == 1).all()
        assert (tile.tile.get_d_size(), tile.tile.get_x_size()) == (2, 3)
        tile.tile.set_weights_uniform_random(-0.1, 0.1)
        assert tile.tile.get_weights().abs().max() <= 0.1
        """,
    'hidden parameters of the simulated tile': """
        tile = AnalogTile(2, 3, SingleRPUConfig(device=SoftBoundsDevice()))
        names, values = tile.tile.get_hidden_parameter_names(), tile.tile.get_hidden_parameters()
        assert values.shape == (len(names), 2, 3)
        assert (values[names.index('max_bound')] == tile.get_hidden_parameters()['max_bound']).all()
        values[names.index('max_bound')] = 2.0
        tile.tile.set_hidden_parameters(values)
        assert (tile.get_hidden_parameters()['max_bound'] == 2.0).all()
        """,
    'products and updates of the simulated tile know no scales': """
        tile = FloatingPointTile(2, 3, FloatingPointRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.5)))
        tile.set_weights(torch.tensor([[1.0, 2.0, 3.0], [4.0, -8.0, 2.0]]))
        weights = tile.tile.get_weights().clone()
        assert weights.abs().max() == 0.5
        assert close(tile.tile.forward(x), x @ weights.T) and close(tile.tile.forward(x[0]), weights @ x[0])
        assert close(tile.tile.backward(d), d @ weights)
        tile.tile.set_learning_rate(0.1)
        assert abs(tile.get_learning_rate() - 0.1) < 1e-6 and abs(tile.tile.get_learning_rate() - 0.1) < 1e-6
        tile.tile.update(x, d, False)
        assert close(tile.tile.get_weights(), weights - 0.1 * d.T @ x)
        """,
    'products of the simulated tile with an analog bias': """
        config = FloatingPointRPUConfig(mapping=MappingParameter(digital_bias=False))
        tile = FloatingPointTile(2, 3, config, bias=True)
        tile.set_weights(torch.ones(2, 3), torch.tensor([1.0, 2.0]))
        assert tile.tile.get_weights().shape == (2, 4)
        assert close(tile.tile.forward(x, True), x.sum(dim=1)[:, None] + torch.tensor([1.0, 2.0]))
        assert tile.tile.backward(d, True).shape == (5, 3)
        """,

    # -- tiles

    'what a tile says about itself': """
        tile = AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice()))
        assert tile.get_analog_ctx() is tile.analog_ctx
        assert tile.get_data_type() == RPUDataType.FLOAT and tile.get_dtype() is torch.float32
        assert tile.get_runtime() is tile.rpu_config.runtime
        assert isinstance(tile.get_brief_info(), str) and tile.get_brief_info() in repr(tile)
        assert not tile.in_trans and not tile.out_trans and tile.supports_indexed and not tile.supports_ddp
        assert tile.shared_weights is None and tile.input_range is None and not tile.is_indexed()
        assert tile.get_tensor_view(4, 1) == (1, -1, 1, 1) and tile.get_tensor_view(2) == (1, -1)
        """,
    'joint_forward and backward of vectors': """
        tile = FloatingPointTile(2, 3, FloatingPointRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.5)))
        tile.set_weights(torch.tensor([[1.0, 2.0, 3.0], [4.0, -8.0, 2.0]]))
        weight = tile.get_weights()[0]
        assert close(tile.joint_forward(x), x @ weight.T) and close(tile.joint_forward(x, is_test=True), x @ weight.T)
        assert close(tile.backward(d), d @ weight)
        assert tile.joint_forward(torch.rand(4, 5, 3)).shape == (4, 5, 2)
        """,
    'inputs and outputs as columns': """
        tile = FloatingPointTile(2, 3, FloatingPointRPUConfig(), in_trans=True, out_trans=True)
        assert tile.in_trans and tile.out_trans
        weight = tile.get_weights()[0]
        assert close(tile(x.T), weight @ x.T) and close(tile.backward(d.T), weight.T @ d.T)
        tile.set_learning_rate(0.1)
        tile.update(x.T, d.T)
        assert close(tile.get_weights()[0], weight - 0.1 * d.T @ x)
        """,
    'read_weights gives weight and bias': """
        config = FloatingPointRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.5))
        layer = AnalogLinear(3, 2, rpu_config=config)
        layer.set_weights(torch.tensor([[1.0, 2.0, 3.0], [4.0, -8.0, 2.0]]), torch.ones(2))
        weight, bias = layer.analog_module.read_weights()
        scale = layer.analog_module.get_scales()
        assert close(weight, layer.get_weights()[0] / scale) and close(bias, torch.ones(2))
        assert close(layer.analog_module.read_weights(True)[0], layer.get_weights()[0], 1e-4)
        weight, _ = layer.analog_module.read_weights(apply_weight_scaling=True, x_values=None, over_sampling=20)
        assert close(weight, layer.get_weights()[0], 1e-4)
        assert close(layer.get_weights(realistic=True)[0], layer.get_weights()[0], 1e-4)
        """,
    'fixed noise of the output lines': """
        config = SingleRPUConfig(forward=IOParameters(out_noise=0.1, out_noise_std=0.5))
        tile, other = AnalogTile(2, 3, config), AnalogTile(2, 3, config)
        parameters = tile.get_forward_parameters()
        names = 'out_noise_values', 'out_nonlinearity', 'out_nonlinearity_factor', 'v_offset', 'w_asymmetry'
        assert set(parameters) == set(names)
        assert parameters['out_noise_values'].shape == (2,) and parameters['v_offset'].numel() == 0
        other.set_forward_parameters(parameters)
        assert (other.get_forward_parameters()['out_noise_values'] == parameters['out_noise_values']).all()
        assert FloatingPointTile(2, 3, FloatingPointRPUConfig()).get_forward_parameters() == {{}}
        tile.set_backward_parameters(tile.get_backward_parameters())
        """,
    'the index of the device that is updated': """
        tile = AnalogTile(2, 3, SingleRPUConfig())
        tile.set_hidden_update_index(tile.get_hidden_update_index())
        assert tile.get_hidden_update_index() == 0
        """,
    'what else a tile has to remember': """
        tile, other = AnalogTile(2, 3, SingleRPUConfig()), AnalogTile(2, 3, SingleRPUConfig())
        other.load_extra(tile.dump_extra())
        other.load_extra(tile.dump_extra(), strict=True)
        tile.set_verbosity_level(0)
        """,
    'processing of a class of your own before and after the product': """
        class Doubling(FloatingPointTile):
            def pre_forward(self, x_input, dim, is_test=False, ctx=None):
                return super().pre_forward(2 * x_input, dim, is_test, ctx)
            def post_forward(self, x_output, dim, is_test=False, ctx=None):
                return super().post_forward(x_output + 1, dim, is_test, ctx)
        config = FloatingPointRPUConfig(tile_class=Doubling)
        layer = AnalogLinear(3, 2, rpu_config=config)
        weight, bias = layer.get_weights()
        assert close(layer(x), 2 * x @ weight.T + 1 + bias)
        assert close(layer.analog_module.joint_forward(x), 2 * x @ weight.T + 1)
        """,
    'another configuration for a tile': """
        tile = AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice()))
        weight = tile.get_weights()[0]
        quiet = SingleRPUConfig(device=ConstantStepDevice(), forward=IOParameters(out_noise=0.0))
        assert tile.compatible_with(quiet) == (True, None) and not tile.compatible_with(FloatingPointRPUConfig())[0]
        assert tile.to(quiet) is tile and tile.rpu_config.forward.out_noise == 0
        tile.replace_with(quiet)
        assert (tile.get_weights()[0] == weight).all()
        """,
    'ideal and digital tiles have no hidden parameters': """
        for tile in AnalogTile(2, 3, ideal), FloatingPointTile(2, 3, FloatingPointRPUConfig()):
            assert not tile.get_hidden_parameters() and not tile.tile.get_hidden_parameter_names()
            tile.set_hidden_parameters({{}})
        """,
    'names of the parts of a saved tile': """
        from {package}.simulator.tiles.base import AnalogTileStateNames as Names
        layer = AnalogLinear(3, 2, rpu_config=SingleRPUConfig())
        state = layer.state_dict()['analog_module.' + Names.ANALOG_STATE_NAME]
        assert state[Names.CLASS] == 'AnalogTile' and state[Names.LR] > 0
        assert {{Names.VERSION, Names.RPU_CONFIG}} <= set(state)
        assert 'analog_module.' + Names.CONTEXT in layer.state_dict()
        """,

    # -- the input range

    'an input range on a training tile': """
        for config in SingleRPUConfig(device=IdealDevice(), forward=IOParameters(is_perfect=True)), FloatingPointRPUConfig():
            config.pre_post.input_range.enable = True
            config.pre_post.input_range.init_value = 0.5
            layer = AnalogLinear(3, 2, bias=False, rpu_config=config).eval()
            assert layer.analog_module.input_range.item() == 0.5
            assert close(layer(x), x.clamp(-0.5, 0.5) @ layer.get_weights()[0].T)
            layer.analog_module.set_input_range(0.25)
            assert close(layer(x), x.clamp(-0.25, 0.25) @ layer.get_weights()[0].T)
        """,
    'an input range from the first batches': """
        config = FloatingPointRPUConfig()
        config.pre_post.input_range.enable = True
        config.pre_post.input_range.init_from_data = 2
        layer = AnalogLinear(3, 2, rpu_config=config)
        batches = [torch.randn(100, 3) * size for size in (1, 3, 10)]
        for batch in batches:
            layer(batch)
        expected = 3 * (batches[0].std() + batches[1].std()) / 2
        assert close(layer.analog_module.input_range.detach(), expected.reshape(1), 1e-4)
        """,
    'the gradient of an input range': """
        config = FloatingPointRPUConfig()
        input_range = config.pre_post.input_range
        input_range.enable, input_range.init_from_data, input_range.init_value, input_range.decay = True, 0, 2.0, 0.1
        expected = {{0.95: -9.0, 0.1: -8.8}}
        for input_range.input_min_percentage in expected:
            layer = AnalogLinear(3, 2, bias=False, rpu_config=config)
            layer.set_weights(torch.ones(2, 3))
            inputs = torch.tensor([[3.0, 1.0, -4.0], [0.5, -2.0, 2.0]], requires_grad=True)
            layer(inputs).backward(torch.tensor([[1.0, -2.0], [0.5, 3.0]]))
            assert close(inputs.grad, torch.tensor([[-1.0], [3.5]]).expand(2, 3))
            found = layer.analog_module.input_range.grad
            assert close(found, torch.tensor([expected[input_range.input_min_percentage]]))
        """,
    'an input range that is not trained': """
        config = FloatingPointRPUConfig()
        config.pre_post.input_range.enable, config.pre_post.input_range.learn_input_range = True, False
        layer = AnalogLinear(3, 2, rpu_config=config)
        assert 'analog_module.input_range' not in dict(layer.named_parameters())
        assert 'analog_module.input_range' in layer.state_dict()
        """,

    # -- the parameter that shows a tile to an optimizer

    'what is recorded for the update': """
        layer = AnalogLinear(3, 2, rpu_config=ideal)
        layer(x).sum().backward()
        context = layer.analog_module.analog_ctx
        assert [tuple(t.shape) for t in context.analog_input] == [(5, 3)]
        assert [tuple(t.shape) for t in context.analog_grad_output] == [(5, 2)]
        assert (context.analog_input[0] == x).all()
        assert not context.use_torch_update and not context.use_indexed
        """,
    'the column of an analog bias is hidden': """
        config = SingleRPUConfig(mapping=MappingParameter(digital_bias=False))
        layer = AnalogLinear(3, 2, rpu_config=config)
        assert layer.analog_module.analog_ctx.shape == (2, 3) and layer.analog_module.tile.get_weights().shape == (2, 4)
        layer(x).sum().backward()
        assert layer.analog_module.analog_ctx.analog_input[0].shape == (5, 3)
        """,
    'the weights of a context': """
        config = FloatingPointRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.5))
        layer = AnalogLinear(3, 2, rpu_config=config)
        context = layer.analog_module.analog_ctx
        assert context.enable_data_view() is context
        assert context.data_view_mode == AnalogContextDataViewMode.DATA_VIEW
        assert close(context.get_data(), layer.get_weights()[0])
        context.data_view_mode = 'data_view'
        assert context.enable_placeholder() is context
        context.set_indexed(True)
        assert context.use_indexed
        context.reset(layer.analog_module)
        assert not context.has_gradient()
        """,

    # -- configurations

    'a tile from its configuration': """
        tile = SingleRPUConfig().create_tile(2, 3, bias=True)
        assert isinstance(tile, AnalogTile) and (tile.out_size, tile.in_size, tile.use_bias) == (2, 3, True)
        assert SingleRPUConfig().get_default_tile_module_class() is AnalogTile
        assert FloatingPointRPUConfig().get_default_tile_module_class() is FloatingPointTile
        assert SingleRPUConfig().get_default_tile_module_class(600, 3).__name__ == 'TileModuleArray'
        """,
    'a configuration for an algorithm': """
        from {package}.simulator.configs.helpers import build_config
        config = build_config('sgd', SoftBoundsDevice(dw_min=0.01), construction_seed=3)
        assert isinstance(config, SingleRPUConfig) and config.device == SoftBoundsDevice(dw_min=0.01, construction_seed=3)
        mapping = MappingParameter(digital_bias=False)
        config = build_config('SGD', ConstantStepDevice, io_parameters=IOParameters(out_noise=0.0), mapping=mapping)
        assert config.forward.out_noise == config.backward.out_noise == 0 and config.mapping == mapping
        """,
    'all errors': """
        from {package}.exceptions import (
            AihwkitException, AnalogBiasConfigError, ArgumentError, CloudError, ConfigError, CudaError, FusionExportError,
            ModuleError, TileError, TileModuleError, TorchTileConfigError)
        assert issubclass(FusionExportError, CloudError) and issubclass(TileModuleError, AihwkitException)
        """,

    # -- layers and containers

    'a checkpoint with or without its configuration': """
        state = AnalogLinear(3, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice(dw_min=0.01))).state_dict()
        model = AnalogSequential(AnalogLinear(3, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice(dw_min=0.1))))
        state = {{'0.' + name: value for name, value in state.items()}}
        model.load_state_dict(state, load_rpu_config=False)
        assert model[0].analog_module.rpu_config.device.dw_min == 0.1
        model.load_state_dict(state, load_rpu_config=True)
        assert model[0].analog_module.rpu_config.device.dw_min == 0.01
        model.load_state_dict(state, strict=True, load_rpu_config=False, strict_rpu_config_check=False)
        """,
    'a checkpoint whose configuration does not fit': """
        from {package}.exceptions import TileError
        state = AnalogLinear(3, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice())).state_dict()
        for config in SingleRPUConfig(device=SoftBoundsDevice()), FloatingPointRPUConfig():
            layer = AnalogLinear(3, 2, rpu_config=config)
            try:
                layer.load_state_dict(state, load_rpu_config=False)
            except TileError:
                continue
            assert False
        """,
    'another configuration for a model': """
        from {package}.exceptions import TileModuleError
        model = AnalogSequential(AnalogLinear(3, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice())))
        weight = model[0].get_weights()[0]
        bounds = model[0].analog_module.get_hidden_parameters()['max_bound']
        model.replace_rpu_config(SingleRPUConfig(device=ConstantStepDevice(), forward=IOParameters(is_perfect=True)))
        assert model[0].analog_module.rpu_config.forward.is_perfect and (model[0].get_weights()[0] == weight).all()
        assert (model[0].analog_module.get_hidden_parameters()['max_bound'] == bounds).all()
        try:
            model.replace_rpu_config(FloatingPointRPUConfig())
        except TileModuleError:
            model = None
        assert model is None
        """,
    'training on several machines': """
        from {package}.exceptions import ModuleError
        try:
            AnalogLinear(3, 2, rpu_config=SingleRPUConfig()).prepare_for_ddp()
        except ModuleError as error:
            x = None
        assert x is None
        """,
    'programming and drift only in evaluation': """
        from {package}.exceptions import ModuleError
        from {package}.inference import drift_analog_weights, program_analog_weights
        inner = AnalogLinear(3, 2, rpu_config=ideal)
        model = torch.nn.Sequential(inner)
        calls = [inner.program_analog_weights, inner.drift_analog_weights, lambda: drift_analog_weights(model),
                 lambda: program_analog_weights(model, None)]
        for call in calls:
            try:
                call()
            except ModuleError:
                continue
            assert False
        model.eval()
        weight = inner.get_weights()[0]
        drift_analog_weights(model, t_inference=3600.0)
        AnalogSequential(inner).eval().drift_analog_weights(3600.0)
        assert (inner.get_weights()[0] == weight).all()
        """,
    # -- inference

    'train aware of the hardware, then drift': """
        from {package}.inference import PCMLikeNoiseModel, GlobalDriftCompensation
        config = InferenceRPUConfig()
        config.forward.out_res = -1.0
        config.forward.w_noise_type = WeightNoiseType.ADDITIVE_CONSTANT
        config.forward.w_noise = 0.02
        config.noise_model = PCMLikeNoiseModel(g_max=25.0)
        config.drift_compensation = GlobalDriftCompensation()
        config.modifier = WeightModifierParameter(type=WeightModifierType.ADD_NORMAL, std_dev=0.1)
        config.clip.type = WeightClipType.LAYER_GAUSSIAN
        config.clip.sigma = 2.5
        model = AnalogSequential(AnalogLinear(3, 2, rpu_config=config))
        optimizer = AnalogSGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.0005)
        optimizer.regroup_param_groups(model)
        for _ in range(3):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(x), d).backward()
            optimizer.step()
        model.eval()
        for t_inference in 0.0, 1.0, 3600.0, 86400.0:
            model.drift_analog_weights(t_inference)
            assert torch.isfinite(model(x)).all()
        tile = model[0].analog_module
        assert tile.alpha.item() > 1 and tile.programmed_weights.shape == (2, 3)
        assert len(tile.drift_noise_parameters) == 2
        assert model[0].get_weights()[0].shape == (2, 3)
        """,
    'models of noise and compensations of ones own': """
        from {package}.inference import BaseNoiseModel, BaseDriftCompensation, SinglePairConductanceConverter

        class Quiet(BaseNoiseModel):
            def apply_programming_noise_to_conductance(self, g_target):
                return g_target + 0.01 * torch.randn_like(g_target)

            def generate_drift_coefficients(self, g_target):
                return torch.full_like(g_target, 0.1)

            def apply_drift_noise_to_conductance(self, g_prog, drift_noise_param, t_inference):
                return g_prog * (1 + t_inference) ** -drift_noise_param

        class Sum(BaseDriftCompensation):
            def readout(self, out_tensor):
                return out_tensor.abs().sum().clamp(min=1e-4)

            def get_readout_tensor(self, in_size):
                return torch.eye(in_size)

        config = InferenceRPUConfig(noise_model=Quiet(g_converter=SinglePairConductanceConverter()), drift_compensation=Sum(),
                                    forward=IOParameters(is_perfect=True))
        layer = AnalogLinear(3, 2, bias=False, rpu_config=config)
        y = layer.eval()(x)
        layer.drift_analog_weights(1e4)
        assert close(layer.analog_module.alpha, torch.full((1,), 10001.0 ** 0.1), 1e-2) and close(layer(x), y, 1e-2)
        """,
    'ranges of inputs from data': """
        from {package}.inference.calibration import InputRangeCalibrationType, calibrate_input_ranges
        model = AnalogSequential(AnalogLinear(3, 2, rpu_config=InferenceRPUConfig()))
        calibrate_input_ranges(model=model, calibration_type=InputRangeCalibrationType.CACHE_QUANTILE,
                               dataloader=[((x,), {{}})], quantile=1.0)
        for name, tile in model.named_analog_tiles():
            assert close(tile.input_range.data, x.abs().max().reshape(1), 1e-4)
        """,
    'a crossbar of ones own in torch': """
        from dataclasses import dataclass
        from typing import ClassVar, Type
        from {package}.simulator.tiles.torch_tile import TorchSimulatorTile

        class Doubled(TorchSimulatorTile):
            def __init__(self, x_size, d_size, rpu_config, bias=False):
                super().__init__(x_size, d_size, rpu_config, bias)
                self.factor = rpu_config.factor

            def forward(self, x_input, *args, **kwargs):
                return self.factor * super().forward(x_input, *args, **kwargs)

        @dataclass
        class Config(TorchInferenceRPUConfig):
            simulator_tile_class: ClassVar[Type] = Doubled
            factor: float = 2.0

        layer = AnalogLinear(3, 2, bias=False, rpu_config=Config(forward=IOParameters(is_perfect=True)))
        assert close(layer(x), 2 * x @ layer.get_weights()[0].T)
        """,
    'digital layers from analog ones': """
        layer = AnalogLinear(3, 2, rpu_config=ideal)
        assert type(AnalogLinear.to_digital(layer, realistic=True)) is torch.nn.Linear
        assert (AnalogLinear.to_digital(layer).weight == layer.get_weights()[0]).all()
        assert close(AnalogLinear.to_digital(layer, realistic=True).weight, layer.get_weights()[0], 1e-4)
        convolution = AnalogConv2d(1, 2, 3, rpu_config=ideal)
        weight = AnalogConv2d.to_digital(convolution, realistic=True).weight
        assert close(weight.reshape(2, 9), convolution.get_weights()[0], 1e-4)
        assert type(AnalogSequential.to_digital(AnalogSequential(layer))) is torch.nn.Sequential
        """,
    'a convolution with or without indices': """
        images = torch.rand(2, 1, 6, 6)
        for use_indexed in None, False:
            layer = AnalogConv2d(1, 2, 3, rpu_config=ideal, use_indexed=use_indexed)
            digital = AnalogConv2d.to_digital(layer)
            assert close(layer(images), digital(images))
        assert layer.use_indexed is False
        """,
    'a bias for a layer without one': """
        layer = AnalogLinear(3, 2, bias=False, rpu_config=ideal)
        layer.set_weights(torch.ones(2, 3), torch.zeros(2))
        layer.set_weights(torch.ones(2, 3), torch.ones(2))
        weight, bias = layer.get_weights()
        assert (weight == 1).all() and bias is None
        """,
    'analog optimizers are recognised': """
        from {package}.optim.analog_optimizer import AnalogOptimizerMixin
        layer = AnalogLinear(3, 2, rpu_config=ideal)
        optimizer = AnalogOptimizer(torch.optim.RMSprop, layer.parameters(), lr=0.01)
        assert isinstance(optimizer, AnalogOptimizer) and isinstance(optimizer, torch.optim.RMSprop)
        for optimizer in optimizer, AnalogSGD(layer.parameters(), lr=1):
            assert isinstance(optimizer, AnalogOptimizerMixin)
        assert isinstance(AnalogOptimizer, type)
        """,
}

OURS = {
    # -- arrays of tiles answer what tiles answer; in aihwkit they do not

    'an array of tiles': """
        config = SingleRPUConfig(device=IdealDevice(), forward=IOParameters(is_perfect=True),
                                 mapping=MappingParameter(max_input_size=2, max_output_size=2))
        layer = AnalogLinear(5, 3, rpu_config=config)
        array = layer.analog_module
        assert array.device == torch.device('cpu') and not array.is_cuda and array.get_dtype() is torch.float32
        assert array.rpu_config == config and array.get_runtime() == config.runtime
        assert array.get_data_type() == RPUDataType.FLOAT
        assert array.use_bias and array.digital_bias and not array.analog_bias
        assert array.supports_indexed and not array.supports_ddp and not array.in_trans and not array.out_trans
        weight, bias = array.read_weights(apply_weight_scaling=True)
        assert close(weight, layer.get_weights()[0], 1e-4) and close(bias, layer.get_weights()[1])
        assert close(layer.get_weights(realistic=True)[0], layer.get_weights()[0], 1e-4)
        array.set_learning_rate(0.2)
        assert array.get_learning_rate() == 0.2
        weight = layer.get_weights()[0]
        array.update(torch.ones(5), torch.ones(3))
        assert close(layer.get_weights()[0], weight - 0.2)
        assert array.program_weights(max_iter=3) >= 0
        array.remap_weights(0.5)
        assert all(tile.tile.get_weights().abs().max() == 0.5 for tile in layer.analog_tiles())
        array.post_update_step()
        array.decay_weights()
        array.diffuse_weights()
        array.reset()
        assert isinstance(array.get_brief_info(), str) and array.get_hidden_parameters() == {{}}
        """,
    'the crossbars of an array of tiles': """
        mapping = MappingParameter(max_input_size=2, max_output_size=2, weight_scaling_omega=0.5)
        layer = AnalogLinear(5, 3, rpu_config=FloatingPointRPUConfig(mapping=mapping))
        tile, x, d = layer.analog_module.tile, torch.rand(4, 5), torch.rand(4, 3)
        weights = tile.get_weights()
        assert weights.shape == (tile.get_d_size(), tile.get_x_size()) == (3, 5) and weights.abs().max() == 0.5
        assert close(tile.forward(x), x @ weights.T) and close(tile.backward(d), d @ weights)
        assert close(tile.forward(x.T, in_trans=True, out_trans=True), weights @ x.T)
        tile.set_learning_rate(0.1)
        tile.update(x, d)
        assert tile.get_learning_rate() == 0.1 and close(tile.get_weights(), weights - 0.1 * d.T @ x)
        tile.set_weights(weights)
        assert (tile.get_weights() == weights).all() and '3 x 2 tiles' in str(tile)
        tile.set_weights_uniform_random(-0.1, 0.1)
        assert 0 < tile.get_weights().abs().max() <= 0.1
        """,
    'what else tiles of an array have to remember': """
        config = SingleRPUConfig(forward=IOParameters(out_noise=0.1, out_noise_std=0.5),
                                 mapping=MappingParameter(max_input_size=2, max_output_size=2))
        array, other = (AnalogLinear(5, 3, rpu_config=config).analog_module for _ in range(2))
        assert [context.analog_tile for context in array.get_analog_ctx()] == list(array.tiles())
        assert array.get_tensor_view(2) == (1, -1) and not array.is_indexed() and array.shared_weights is None
        array.set_verbosity_level(0)
        array.set_hidden_update_index(array.get_hidden_update_index())
        parameters = array.get_forward_parameters()
        other.set_forward_parameters(parameters)
        assert (other.get_forward_parameters()['2.1.out_noise_values'] == parameters['2.1.out_noise_values']).all()
        other.set_backward_parameters(array.get_backward_parameters())
        other.tile.set_weights(torch.zeros(3, 5))  # within the bounds of any devices
        other.load_extra(array.dump_extra(), strict=True)
        assert other.dump_extra()['1.0.seed'] == array.dump_extra()['1.0.seed']
        """,
    'processing of a class of your own before and after all products of an array': """
        class Doubling(TileModuleArray):
            def pre_forward(self, x_input, dim, is_test=False, ctx=None):
                return 2 * x_input
            def post_forward(self, x_output, dim, is_test=False, ctx=None):
                return x_output + 1
        mapping = MappingParameter(max_input_size=2, max_output_size=2)
        layer = AnalogLinear(5, 3, rpu_config=FloatingPointRPUConfig(mapping=mapping, tile_array_class=Doubling))
        weight, bias = layer.get_weights()
        x = torch.rand(4, 5)
        assert close(layer(x), 2 * x @ weight.T + 1 + bias)
        assert close(layer.analog_module.joint_forward(x), 2 * x @ weight.T + 1)
        """,
    'hidden parameters of an array of tiles': """
        config = SingleRPUConfig(device=SoftBoundsDevice(), mapping=MappingParameter(max_input_size=2, max_output_size=2))
        array = AnalogLinear(5, 3, rpu_config=config).analog_module
        hidden = array.get_hidden_parameters()
        assert hidden['max_bound'].shape == (3, 5)
        array.set_hidden_parameters({{**hidden, 'max_bound': torch.arange(15.0).reshape(3, 5)}})
        assert (array.get_hidden_parameters()['max_bound'] == torch.arange(15.0).reshape(3, 5)).all()
        array.replace_with(config)
        array.reset_columns(4, 2, 1.0)
        """,
    'any analog optimizer is an AnalogOptimizer': """
        assert isinstance(AnalogSGD(AnalogLinear(3, 2, rpu_config=ideal).parameters(), lr=1), AnalogOptimizer)
        """,
}


def run(program, package):
    """Run a program after the common beginning."""
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        exec((BEGIN + dedent(program)).format(package=package), {})


@pytest.mark.parametrize('name', [*PROGRAMS, *OURS])
def test_programs_of_users_run(name):
    run({**PROGRAMS, **OURS}[name], 'aihwlab')


@pytest.mark.peer
@pytest.mark.skipif(find_spec('aihwkit') is None, reason='aihwkit is not installed')
@pytest.mark.parametrize('name', PROGRAMS)
def test_these_programs_are_programs_for_aihwkit(name):
    run(PROGRAMS[name], 'aihwkit')
