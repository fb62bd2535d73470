"""Numbers in which aihwlab differs from aihwkit on purpose, each a row of `aihwlab/DIFFERENCES.md`.

Where aihwkit is installed, the same experiment shows that it does differ.
"""

from importlib import import_module
from importlib.util import find_spec

import pytest
import torch

AIHWKIT = pytest.param('aihwkit', marks=[pytest.mark.peer, pytest.mark.skipif(find_spec('aihwkit') is None,
                                                                              reason='aihwkit is not installed')])
PACKAGES = ['aihwlab', AIHWKIT]


@pytest.fixture(params=PACKAGES)
def names(request):
    """The names of a package's configurations, parameters and tiles."""
    torch.manual_seed(1)
    found = {'package': request.param}
    for module in ('inference', 'simulator.configs', 'simulator.parameters', 'simulator.tiles'):
        imported = import_module(f'{request.param}.{module}')
        found.update({name: getattr(imported, name) for name in dir(imported)})
    return found


def is_ours(names):
    return names['package'] == 'aihwlab'


def one_cell(names, weight=1.0, **settings):
    """Return a tile of one ideal cell, whose converters are quiet and take any input."""
    none = names['NoiseManagementType'].NONE
    quiet = {'out_noise': 0.0, 'inp_res': -1.0, 'inp_bound': 100.0, 'noise_management': none}
    config = names['SingleRPUConfig'](device=names['IdealDevice'](), forward=names['IOParameters'](**{**quiet, **settings}))
    tile = names['AnalogTile'](1, 1, config)
    tile.set_weights(torch.full((1, 1), weight))
    return tile


@pytest.mark.parametrize('bound, steps, elsewhere', [(12.0, 510, 11.953), (12.0, 30, 11.2), (3.0, 14, 2.5714)])
def test_the_highest_code_of_the_adc_is_within_its_bound(names, bound, steps, elsewhere):
    tile = one_cell(names, out_bound=bound, out_res=1 / steps)
    expected = bound if is_ours(names) else elsewhere
    assert tile(torch.tensor([[bound * (1 - 0.1 / steps)]])).item() == pytest.approx(expected, rel=1e-4)


def test_worst_case_bound_management_works_without_noise_management(names):
    """A second round with the careful scale is within the bound: 0.6 of the sum of the inputs, as weights up to 0.6 demand."""
    worst_case = names['BoundManagementType'].ITERATIVE_WORST_CASE
    tile = one_cell(names, 0.5, out_bound=1.0, out_res=-1.0, bound_management=worst_case, max_bm_factor=1)
    expected = 10.0 if is_ours(names) else 2.0
    assert tile(torch.tensor([[20.0]])).item() == pytest.approx(expected)


def test_weights_that_were_read_can_be_set_again_on_devices_with_a_reference(names):
    device = names['SoftBoundsReferenceDevice'](reference_mean=0.3, reference_std=0.0, subtract_symmetry_point=False,
                                                w_max=0.5, w_min=-0.5, w_max_dtod=0.0, w_min_dtod=0.0)
    tile = names['AnalogTile'](1, 1, names['SingleRPUConfig'](device=device))
    tile.set_learning_rate(1.0)
    for _ in range(60):
        tile.update(torch.full((1, 1), 1.0), torch.full((1, 1), 1.0))
    before = tile.get_weights()[0]
    assert before < -0.6
    tile.set_weights(before)
    assert tile.get_weights()[0].item() == pytest.approx(before.item() if is_ours(names) else -0.5)


def test_an_exact_update_reaches_devices_with_write_noise(names):
    device = names['SoftBoundsDevice'](write_noise_std=5.0, dw_min_dtod=0.0, w_max_dtod=0.0, w_min_dtod=0.0)
    update = names['UpdateParameters'](pulse_type=names['PulseType'].NONE_WITH_DEVICE)
    tile = names['AnalogTile'](50, 50, names['SingleRPUConfig'](device=device, update=update))
    tile.set_weights(torch.zeros(50, 50))
    tile.set_learning_rate(1.0)
    tile.update(torch.full((1, 50), 0.1), torch.full((1, 50), -1.0))
    weights = tile.get_weights()[0]
    assert weights.std().item() == pytest.approx(0.005, rel=0.1)
    assert weights.mean().item() == pytest.approx(0.1 if is_ours(names) else 0.0, abs=0.001)


def test_the_noise_of_an_array_of_reram_is_that_of_the_chip_relative_to_its_largest_conductance(names):
    """The chip was measured up to 40 uS; the default is 25."""
    noise = names['ReRamWan2022NoiseModel']().apply_programming_noise_to_conductance(torch.full((20_000,), 12.5)).std().item()
    chip = 0.348 + 16.030 / 2 - 43.853 / 4 + 45.393 / 8 - 16.815 / 16
    assert noise / 25 == pytest.approx(chip / (40 if is_ours(names) else 25), rel=4.5 / 200)


@pytest.mark.parametrize('model, argument, settings', [
    ('PCMLikeNoiseModel', 'prog_coeff_g_max_reference', {'prog_coeff': [1.0]}),
    ('HermesNoiseModel', 'prog_coeff_g_max_reference', {'prog_coeff': [1.0]}),
    ('ReRamWan2022NoiseModel', 'coeff_g_max_reference', {})])
def test_the_conductance_that_coefficients_are_for_can_be_told(names, model, argument, settings):
    if is_ours(names):
        target, spreads = torch.full((20_000,), 10.0), []
        for reference in (10.0, 20.0):
            model_of_noise = names[model](**settings, **{argument: reference})
            spreads.append(model_of_noise.apply_programming_noise_to_conductance(target).std().item())
        assert spreads[0] == pytest.approx(2 * spreads[1], rel=4.5 / 100)
    else:
        with pytest.raises(AttributeError):
            names[model](**settings, **{argument: 10.0}).apply_noise(torch.ones(2, 2), 1.0)


def test_weights_can_be_read_as_soon_as_they_are_programmed(names):
    model, weights = names['PCMLikeNoiseModel'](), torch.rand(3, 4) - 0.5
    if is_ours(names):
        assert model.apply_noise(weights, 0.0).sub(weights).abs().max() < 0.3
    else:
        with pytest.raises(Exception):  # noqa: B017 (of whatever kind)
            model.apply_noise(weights, 0.0)


def test_the_default_acceptance_range_has_coefficients(names):
    model = names['ReRamCMONoiseModel']()
    assert model.acceptance_range == 0.2 and 0.2 in model.coeff_dict
    if is_ours(names):
        with pytest.raises(ValueError, match='acceptance_range = 0.02: must be among the keys of coeff_dict'):
            names['ReRamCMONoiseModel'](acceptance_range=0.02)
    else:
        assert names['ReRamCMONoiseModel'](acceptance_range=0.02).acceptance_range == 0.2


def test_one_device_for_each_weight_holds_equal_weights_as_well(names):
    conductances, params = names['SingleDeviceConductanceConverter']().convert_to_conductances(torch.ones(2, 3))
    assert isinstance(conductances, list) == is_ours(names)
    back = names['SingleDeviceConductanceConverter']().convert_back_to_weights(conductances, params)
    assert bool(torch.isfinite(back).all()) == is_ours(names)


def test_no_factor_of_a_pair_may_be_negative(names):
    if is_ours(names):
        with pytest.raises(ValueError, match=r'(?s)f_lst = .*: must be in \(0, inf\)'):
            names['NPairConductanceConverter']([1.0, -0.5])
    else:
        names['NPairConductanceConverter']([1.0, -0.5])


def inference_layer(names, config='InferenceRPUConfig', **settings):
    """Return a layer for inference with exact products, in evaluation mode."""
    linear = import_module(f'{names["package"]}.nn').AnalogLinear
    settings = {'forward': names['IOParameters'](is_perfect=True), **settings}
    return linear(20, 10, bias=False, rpu_config=names[config](**settings)).eval()


def test_weights_set_after_programming_are_those_that_drift(names):
    layer = inference_layer(names)
    layer.drift_analog_weights(1.0)
    layer.set_weights(torch.full((10, 20), 0.5))
    layer.drift_analog_weights(1.0)
    assert (abs(layer.get_weights()[0].mean().item() - 0.5) < 0.05) == is_ours(names)


def test_programming_and_drift_leave_the_trained_weights(names):
    layer = inference_layer(names)
    before = layer.get_weights()[0]
    layer.drift_analog_weights(3.15e7)
    assert torch.equal(layer.train().get_weights()[0], before) == is_ours(names)


def test_drift_is_a_view_in_time(names):
    layer = inference_layer(names)
    layer.drift_analog_weights(60.0)
    first = layer.get_weights()[0]
    layer.drift_analog_weights(3600.0)
    layer.drift_analog_weights(60.0)
    assert torch.equal(layer.get_weights()[0], first) == is_ours(names)


def test_a_drifted_network_can_be_loaded(names):
    layer, other = inference_layer(names), inference_layer(names)
    layer.drift_analog_weights(60.0)
    if is_ours(names):
        other.load_state_dict(layer.state_dict())
        layer.drift_analog_weights(3600.0)
        other.drift_analog_weights(3600.0)
        assert torch.equal(layer.get_weights()[0], other.get_weights()[0])
    else:
        with pytest.raises(RuntimeError):
            other.load_state_dict(layer.state_dict())


def test_weights_of_inference_tiles_count_once(names):
    sizes = [parameter.numel() for parameter in inference_layer(names).parameters()]
    assert sum(sizes) == (200 if is_ours(names) else 400)


def test_optimizers_of_torch_clip_weights_of_inference_tiles_as_well(names):
    clip = names['WeightClipParameter'](type=names['WeightClipType'].FIXED_VALUE, fixed_value=0.01)
    layer = inference_layer(names, clip=clip).train()
    layer(torch.ones(1, 20)).sum().backward()
    torch.optim.SGD(layer.parameters(), lr=0.1).step()
    assert (layer.get_weights()[0].abs().max().item() <= 0.01) == is_ours(names)


def test_the_noise_of_lines_of_a_tile_in_torch_has_the_spread_that_is_asked_for(names):
    forward = names['IOParameters'](out_noise=0.1, out_noise_std=1e-3, inp_res=-1.0, out_res=-1.0)
    layer = inference_layer(names, 'TorchInferenceRPUConfig', forward=forward)
    x = torch.zeros(4000, 20)
    x[:, 0] = 1.0
    spread = layer(x).detach().std(dim=0)
    assert (spread.std().item() < 0.01) == is_ours(names)


def test_calibration_is_by_magnitudes(names):
    calibration = import_module(f'{names["package"]}.inference.calibration')
    layer, x = inference_layer(names), -1 - torch.rand(100, 20)
    kind = calibration.InputRangeCalibrationType.CACHE_QUANTILE
    calibration.calibrate_input_ranges(layer, kind, [((x,), {})], quantile=0.99)
    assert (layer.analog_module.input_range.item() > 1.9) == is_ours(names)


def test_converters_without_a_limit_go_with_noise_management(names):
    io = names['IOParameters'](inp_bound=0.0, inp_res=-1.0, out_noise=0.0, out_res=-1.0)
    layer, x = inference_layer(names, 'TorchInferenceRPUConfig', forward=io), torch.randn(3, 20)
    assert torch.allclose(layer(x), x @ layer.get_weights()[0].T, atol=1e-4)
    if is_ours(names):
        layer = inference_layer(names, forward=io)
        assert torch.allclose(layer(x), x @ layer.get_weights()[0].T, atol=1e-4)


@pytest.mark.parametrize('limit, learns', [(0, False), (5, True)])
def test_arrays_of_quantized_tiles_work(names, limit, learns):
    config = names['QuantizedTorchInferenceRPUConfig']()
    config.mapping.max_input_size, config.pre_post.periph_quant.n_bits = limit, 8
    config.pre_post.periph_quant.learn_quant_params = learns
    linear = import_module(f'{names["package"]}.nn').AnalogLinear
    if is_ours(names):
        assert linear(20, 10, rpu_config=config)(torch.rand(3, 20)).shape == (3, 10)
    else:
        with pytest.raises(AttributeError):
            linear(20, 10, rpu_config=config)(torch.rand(3, 20))


def test_casts_to_floating_point_formats_are_always_there():
    from aihwlab.extension import EXTENSION_COMPILED, FloatPrecisionCast
    assert EXTENSION_COMPILED and FloatPrecisionCast()(torch.tensor([1.001])).item() == 1


def test_a_tile_of_ones_own_has_an_analog_bias_and_convolutions_of_one_dimension(names):
    custom = import_module(f'{names["package"]}.simulator.tiles.custom')
    layers, exact = import_module(f'{names["package"]}.nn'), names['IOParameters'](is_perfect=True)
    biased = custom.CustomRPUConfig(forward=exact, mapping=names['MappingParameter'](digital_bias=False))
    calls = [lambda: layers.AnalogLinear(3, 2, rpu_config=biased)(torch.rand(4, 3)),
             lambda: layers.AnalogConv1d(2, 3, 3, rpu_config=custom.CustomRPUConfig(forward=exact))(torch.rand(4, 2, 7))]
    for call in calls:
        if is_ours(names):
            assert torch.isfinite(call()).all()
        else:
            with pytest.raises(Exception):  # noqa: B017 (of whatever kind)
                call()


def test_all_tiles_compute_in_single_precision(names):
    runtime = import_module(f'{names["package"]}.simulator.parameters.runtime')
    half = runtime.RuntimeParameter(data_type=names['RPUDataType'].HALF)
    config = names['TorchInferenceRPUConfig'](runtime=half)
    if is_ours(names):
        with pytest.raises(ValueError, match='runtime.data_type = RPUDataType.HALF: must be RPUDataType.FLOAT'):
            names['TorchInferenceTile'](2, 3, config)
    else:
        assert names['TorchInferenceTile'](2, 3, config).get_dtype() is torch.float16
