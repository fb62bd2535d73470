"""Functions, methods and constructors take the arguments of aihwkit 1.2.0, in its order and with its defaults.

Further arguments come after these, and what it needs may have a default here.

Classes of parameters are compared in `tests/parameters`, `tests/simulator` and `tests/inference/test_defaults.py`.
"""

from importlib import import_module
from inspect import Parameter, signature

import pytest

from aihwlab.simulator.tiles.array import TileModuleArray

CONVOLUTION = ('in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, '
               "padding_mode='zeros', rpu_config=None, tile_module_class=None")
CELL = 'input_size, hidden_size, bias, rpu_config=None, tile_module_class=None'
TILE = 'out_size, in_size, rpu_config, bias=False, in_trans=False, out_trans=False'
LINES = 'bias=False, in_trans=False, out_trans=False'

SIGNATURES = {
    'nn.AnalogLinear': 'in_features, out_features, bias=True, rpu_config=None, tile_module_class=None',
    'nn.AnalogLinearMapped': 'in_features, out_features, bias=True, rpu_config=None, tile_module_class=TileModuleArray',
    'nn.AnalogConv1d': CONVOLUTION,
    'nn.AnalogConv2d': f'{CONVOLUTION}, use_indexed=None',
    'nn.AnalogConv3d': CONVOLUTION,
    'nn.AnalogConv1dMapped': CONVOLUTION,
    'nn.AnalogConv2dMapped': CONVOLUTION,
    'nn.AnalogConv3dMapped': CONVOLUTION,
    'nn.AnalogLinear.from_digital': 'module, rpu_config, tile_module_class=None',
    'nn.AnalogLinear.to_digital': 'module, realistic=False',
    'nn.AnalogConv2d.from_digital': 'module, rpu_config, tile_module_class=None',
    'nn.AnalogConv2d.to_digital': 'module, realistic=False',
    'nn.AnalogWrapper': 'module',
    'nn.AnalogRNN': ('cell, input_size, hidden_size, bias=True, rpu_config=None, tile_module_class=None, xavier=False, '
                     'num_layers=1, bidir=False, dropout=0.0'),
    'nn.AnalogRNN.reset_parameters': 'self, xavier=False',
    'nn.AnalogRNN.init_layers': 'self, weight_init_fn, bias_init_fn=None',
    'nn.AnalogVanillaRNNCell': CELL,
    'nn.AnalogLSTMCell': CELL,
    'nn.AnalogLSTMCellCombinedWeight': CELL,
    'nn.AnalogGRUCell': CELL,
    'nn.AnalogLinear.set_weights': 'self, weight, bias=None',
    'nn.AnalogLinear.drift_analog_weights': 'self, t_inference=0.0',
    'nn.AnalogLinear.program_analog_weights': 'self, noise_model=None',
    'nn.AnalogLinear.remap_analog_weights': 'self, weight_scaling_omega=1.0',
    'nn.AnalogLinear.replace_rpu_config': 'self, rpu_config',
    'nn.AnalogLinear.load_state_dict': 'self, state_dict, strict=True, load_rpu_config=None, strict_rpu_config_check=None',
    'nn.AnalogLinear.unregister_parameter': 'self, name',
    'nn.AnalogLinear.apply_to_analog_layers': 'self, fn',
    'nn.AnalogLinear.apply_to_analog_tiles': 'self, fn',
    'nn.conversion.convert_to_analog': (
        'module, rpu_config, tile_module_class=None, conversion_map=None, specific_rpu_config_fun=None, module_name="", '
        'ensure_analog_root=True, exclude_modules=None, inplace=False, verbose=False'),
    'nn.conversion.convert_to_digital': 'module, conversion_set=None, module_name="", inplace=False',
    'nn.conversion.specific_rpu_config_id': 'module_name, module, rpu_config',
    'optim.AnalogSGD.step': 'self, closure=None',
    'optim.AnalogSGD.set_learning_rate': 'self, learning_rate',
    'simulator.configs.build_config': 'algorithm, device',
    'simulator.tiles.AnalogTile': TILE,
    'simulator.tiles.FloatingPointTile': TILE,
    'simulator.tiles.InferenceTile': TILE.replace('rpu_config', 'rpu_config=None'),
    'simulator.tiles.TorchInferenceTile': TILE.replace('rpu_config', 'rpu_config=None'),
    'simulator.tiles.custom.CustomTile': TILE,
    'simulator.tiles.custom.CustomSimulatorTile': 'x_size, d_size, rpu_config, bias=False',
    'simulator.tiles.custom.CustomSimulatorTile.forward': f'self, x_input, {LINES}, is_test=False, non_blocking=False',
    'simulator.tiles.custom.CustomSimulatorTile.backward': f'self, d_input, {LINES}, non_blocking=False',
    'simulator.tiles.custom.CustomSimulatorTile.update': f'self, x_input, d_input, {LINES}, non_blocking=False',
    'simulator.tiles.torch_tile.TorchSimulatorTile': 'x_size, d_size, rpu_config, bias=False',
    'simulator.tiles.torch_tile.TorchSimulatorTile.forward': f'self, x_input, {LINES}, is_test=False, non_blocking=False',
    'simulator.tiles.base.SimulatorTile.set_weights_uniform_random': 'self, bmin, bmax',
    'simulator.tiles.TileModuleArray': 'out_size, in_size, rpu_config, bias=False',
    'simulator.tiles.AnalogTile.set_weights': (
        'self, weight, bias=None, apply_weight_scaling=True, realistic=False, weight_scaling_omega=None'),
    'simulator.tiles.AnalogTile.get_weights': 'self, apply_weight_scaling=True, realistic=False',
    'simulator.tiles.AnalogTile.read_weights': 'self, apply_weight_scaling=False, x_values=None, over_sampling=10',
    'simulator.tiles.AnalogTile.program_weights': (
        'self, from_reference=True, x_values=None, learning_rate=0.1, max_iter=10000, tolerance=0.01, w_init=0.01'),
    'simulator.tiles.AnalogTile.remap_weights': 'self, weight_scaling_omega=1.0',
    'simulator.tiles.AnalogTile.apply_weight_scaling': 'self, combined, omega=None',
    'simulator.tiles.AnalogTile.reset': 'self, reset_prob=1.0',
    'simulator.tiles.AnalogTile.reset_columns': 'self, start_column_idx=0, num_columns=1, reset_prob=1.0',
    'simulator.tiles.AnalogTile.decay_weights': 'self, alpha=1.0',
    'simulator.tiles.AnalogTile.drift_weights': 'self, delta_t=1.0',
    'simulator.tiles.AnalogTile.joint_forward': 'self, x_input, is_test=False, ctx=None',
    'simulator.tiles.AnalogTile.backward': 'self, d_input, ctx=None',
    'simulator.tiles.AnalogTile.update': 'self, x_input, d_input',
    'simulator.tiles.AnalogTile.get_tensor_view': 'self, ndim, dim=None',
    'simulator.tiles.AnalogTile.load_extra': 'self, extra, strict=False',
    'simulator.tiles.InferenceTile.program_weights': 'self, from_reference=True, noise_model=None',
    'simulator.tiles.InferenceTile.drift_weights': 'self, t_inference=0.0',
    'inference.drift_analog_weights': 'model, t_inference=0.0',
    'inference.program_analog_weights': 'model, noise_model',
    'inference.BaseNoiseModel': 'g_converter=None',
    'inference.BaseNoiseModel.apply_noise': 'self, weights, t_inference',
    'inference.BaseNoiseModel.apply_programming_noise': 'self, weights',
    'inference.BaseNoiseModel.apply_drift_noise': 'self, weights, drift_noise_parameters, t_inference',
    'inference.BaseNoiseModel.apply_programming_noise_to_conductance': 'self, g_target',
    'inference.BaseNoiseModel.generate_drift_coefficients': 'self, g_target',
    'inference.BaseNoiseModel.apply_drift_noise_to_conductance': 'self, g_prog, drift_noise_param, t_inference',
    'inference.BaseConductanceConverter.convert_to_conductances': 'self, weights',
    'inference.BaseConductanceConverter.convert_back_to_weights': 'self, conductances, params',
    'inference.BaseDriftCompensation.init_baseline': 'self, tile',
    'inference.BaseDriftCompensation.get_readout_tensor': 'self, in_size',
    'inference.BaseDriftCompensation.readout': 'self, out_tensor',
    'inference.BaseDriftCompensation.apply': 'self, forward_output, ref_value',
    'inference.calibration.calibrate_input_ranges': (
        'model, calibration_type, dataloader, quantile=0.99995, max_samples=1000, std_alpha=None, force_all_layers=True, '
        'verbose=False'),
    'inference.converter.wpo.WeightProgrammingOptimizer': (
        'weights, f_lst, rpu_config, t_steps, g_converter_baseline, symmetric=True'),
    'inference.converter.wpo.downsample_weight_distribution': 'weights, shape',
    'utils.visualization.compute_pulse_response': 'analog_tile, direction, use_forward=False',
    'utils.visualization.plot_pulse_response': 'analog_tile, direction, use_forward=False',
    'utils.visualization.compute_pulse_statistics': 'w_nodes, w_trace, direction, up_direction, smoothness=0.5',
    'utils.visualization.plot_pulse_statistics': 'w_trace, direction, up_direction, num_nodes=100, smoothness=0.5',
    'utils.visualization.get_tile_for_plotting': 'rpu_config, n_traces, use_cuda=False, noise_free=False, w_init=None',
    'utils.visualization.estimate_n_steps': 'rpu_config',
    'utils.visualization.plot_response_overview': (
        'rpu_config, n_loops=5, n_steps=None, n_traces=5, use_cuda=False, smoothness=0.1'),
    'utils.visualization.plot_device': 'device, w_noise=0.0',
    'utils.visualization.plot_device_compact': (
        'device, w_noise=0.0, n_steps=None, n_traces=3, n_loops=2, w_init=None, use_cuda=False, axes=None'),
    'utils.visualization.plot_device_symmetry': (
        'device, w_noise=0.0, n_pulses=10000, n_traces=3, use_cuda=False, w_init=1.0'),
    'utils.visualization.plot_weight_drift': 'noise_model=None, t_inference_list=None, w_inits=None, n_repeats=25',
    'utils.visualization.plot_programming_error': (
        'config, w_range=(-1.0, 1.0), w_init=None, n_rows=100, realistic_read=False, n_bins=101, use_cuda=False, label=None, '
        'axes=None, t_inference=None'),
    'utils.visualization.plot_model_programming_error': 'analog_model, n_bins=51, apply_weight_scaling=False, axes=None',
    'utils.analog_info.analog_summary': 'model, input_size=None, rpu_config=None',
    'utils.fitting.fit_measurements': (
        'parameters, pulse_data, response_data, device_config, suppress_device_noise=True, max_pulses=1, n_traces=1, '
        "fit_weights=None, method='powell', verbose=False"),
    'utils.export.fusion_export': 'analog_model, g_converter=None, file_name=None',
    'utils.export.fusion_import': 'conductance_data, analog_model, params, state_dict=None, g_converter=None',
    'linalg.AnalogMatrix': 'matrix, rpu_config, realistic=False',
    'linalg.AnalogMatrix.ger': 'self, x, d, alpha=1.0',
}
"""Arguments in aihwkit, without its `*args` and `**kwargs`."""

DIFFERENT = {
    # methods, so that `layer.to_digital()` is enough; as a function of the class, it takes the layer
    'nn.AnalogLinear.to_digital': 'self, realistic=False',
    'nn.AnalogConv2d.to_digital': 'self, realistic=False',
    # the third argument of torch is where it is in torch
    'nn.AnalogLinear.load_state_dict': 'self, state_dict, strict=True, assign=False, load_rpu_config=None, '
                                       'strict_rpu_config_check=None',
    # None stands for this class
    'nn.AnalogLinearMapped': 'in_features, out_features, bias=True, rpu_config=None, tile_module_class=None',
    # configurations know tiles, not the other way round
    'simulator.tiles.InferenceTile': TILE,
    'simulator.tiles.TorchInferenceTile': TILE,
}
"""Arguments that differ on purpose, with the reason above."""


def parameters_of(call):
    """Return names and defaults of the arguments of a function."""
    return {name: parameter.default for name, parameter in signature(call).parameters.items()
            if parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)}


def find(path):
    """Return a function or class by its dotted name in the package."""
    parts = path.split('.')
    count = next((number for number, part in enumerate(parts) if part[0].isupper()), len(parts) - 1)
    found = import_module('.'.join(['aihwlab', *parts[:count]]))
    for part in parts[count:]:
        found = getattr(found, part)
    return found


@pytest.mark.parametrize('path', SIGNATURES)
def test_arguments_have_names_order_and_defaults_of_aihwkit(path):
    arguments = DIFFERENT.get(path, SIGNATURES[path])
    expected = parameters_of(eval(f'lambda {arguments}: None', {'TileModuleArray': TileModuleArray}))
    found = parameters_of(find(path))
    assert list(found)[:len(expected)] == list(expected)
    assert {name: found[name] for name in expected if expected[name] is not Parameter.empty} == {
        name: default for name, default in expected.items() if default is not Parameter.empty}
    assert all(found[name] is not Parameter.empty for name in list(found)[len(expected):]), 'needs more arguments'


def test_what_is_different_differs():
    for path, arguments in DIFFERENT.items():
        assert arguments != SIGNATURES[path]
