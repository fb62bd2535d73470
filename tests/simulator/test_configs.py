"""Devices and configurations: defaults of the reference, derived values, compatible parameters, and imports."""

import subprocess
import sys
from copy import deepcopy
from dataclasses import fields
from importlib import import_module
from math import exp

import pytest

from aihwlab.exceptions import ConfigError, UnknownParameterError
from aihwlab.simulator import configs, parameters
from aihwlab.simulator.configs import (
    BoundManagementType,
    ConstantStepDevice,
    DriftParameter,
    ExpStepDevice,
    FloatingPointDevice,
    FloatingPointRPUConfig,
    IdealDevice,
    InputRangeParameter,
    IOParameters,
    LinearStepDevice,
    MappingParameter,
    NoiseManagementType,
    PiecewiseStepDevice,
    PowStepDevice,
    PowStepReferenceDevice,
    PulsedDevice,
    RPUDataType,
    RuntimeParameter,
    SingleRPUConfig,
    SoftBoundsDevice,
    SoftBoundsPmaxDevice,
    SoftBoundsReferenceDevice,
    UpdateParameters,
)
from aihwlab.simulator.parameters import MappableRPU, RPUConfigBase
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile, TileModuleArray
from tests.simulator.reference_defaults import REFERENCE, assert_defaults, find, make, names_in

LAWS = {
    ConstantStepDevice: 'constant_step', LinearStepDevice: 'linear_step', SoftBoundsDevice: 'soft_bounds',
    SoftBoundsPmaxDevice: 'soft_bounds', SoftBoundsReferenceDevice: 'soft_bounds_reference', ExpStepDevice: 'exp_step',
    PowStepDevice: 'pow_step', PowStepReferenceDevice: 'pow_step_reference', PiecewiseStepDevice: 'piecewise_step',
}
PULSED = list(LAWS)
DEVICES = [*LAWS, IdealDevice, FloatingPointDevice]
CONFIGS = [FloatingPointRPUConfig, SingleRPUConfig]


@pytest.mark.parametrize('name', names_in('configs'))
def test_fields_and_defaults(name):
    assert_defaults(name)
    assert getattr(configs, name) is find(name)


@pytest.mark.parametrize('name', names_in('configs'))
def test_defaults_are_possible(name):
    make(name).validate()


# -- devices


@pytest.mark.parametrize('device', LAWS)
def test_each_device_has_its_law(device):
    assert device.law is import_module(f'aihwlab.kernel.laws.{LAWS[device]}').LAW
    assert 'law' not in [field.name for field in fields(device)]


@pytest.mark.parametrize('device', DEVICES)
def test_decay_and_diffusion_are_off_by_default(device):
    assert not device().requires_decay() and not device().requires_diffusion()
    assert device(lifetime=100.0).requires_decay() and device(diffusion=0.1).requires_diffusion()


@pytest.mark.parametrize('device', [cls for cls in DEVICES if cls is not SoftBoundsPmaxDevice])
def test_devices_are_their_own_description(device):
    given = device()
    assert given.resolved() is given


def test_soft_bounds_by_pulse_number_have_the_values_of_the_reference():
    resolved = SoftBoundsPmaxDevice().resolved()
    resolved.validate()
    assert type(resolved) is SoftBoundsDevice
    for name, expected in REFERENCE['derived']['SoftBoundsPmaxDevice'].items():
        assert getattr(resolved, name) == pytest.approx(expected, rel=2e-7)  # single precision


@pytest.mark.parametrize('p_max, alpha, range_max', [(1000, 0.0005, 1.0), (100, 0.02, 0.3), (10, 1.0, 2.0)])
def test_soft_bounds_by_pulse_number_reach_the_range(p_max, alpha, range_max):
    device = SoftBoundsPmaxDevice(p_max=p_max, alpha=alpha, range_min=0.0, range_max=range_max).resolved()
    after = device.w_max * (1 - exp(-p_max * device.dw_min / device.w_max))
    assert after == pytest.approx(range_max)


def test_soft_bounds_by_pulse_number_are_constant_steps_for_small_alpha():
    """What many small steps lead to in the limit: equal ones."""
    device = SoftBoundsPmaxDevice(p_max=100, alpha=1e-20, range_min=0.0, range_max=1.0).resolved()
    assert device.dw_min == pytest.approx(0.01)


def test_soft_bounds_by_pulse_number_keep_the_other_parameters():
    device = SoftBoundsPmaxDevice(dw_min_dtod=0.1, write_noise_std=2.0, drift=DriftParameter(nu=0.1)).resolved()
    assert (device.dw_min_dtod, device.write_noise_std, device.drift.nu) == (0.1, 2.0, 0.1)


@pytest.mark.parametrize('device', PULSED)
@pytest.mark.parametrize('field, value, allowed', [
    ('construction_seed', -1, r'in \[0, inf\)'), ('corrupt_devices_prob', 1.1, r'in \[0, 1\]'),
    ('corrupt_devices_range', -0.1, r'in \[0, inf\)'), ('diffusion', -0.1, r'in \[0, inf\)'),
    ('lifetime', -1.0, r'in \[0, inf\)'), ('lifetime', 0.5, '0 for no decay, or above 1'),
    ('lifetime', 1.0, '0 for no decay, or above 1'), ('count_pulses', True, 'False: a device does not count its own pulses'),
])
def test_impossible_values_of_all_pulsed_devices(device, field, value, allowed):
    with pytest.raises(ConfigError, match=rf'{device.__name__}\.{field} = {value}: must be {allowed}'):
        device(**{field: value}).validate()


@pytest.mark.parametrize('device', [cls for cls in PULSED if cls is not SoftBoundsPmaxDevice])
@pytest.mark.parametrize('values, field, allowed', [
    ({'dw_min': 0.0}, 'dw_min', r'in \(0, inf\)'), ({'dw_min': -0.001}, 'dw_min', r'in \(0, inf\)'),
    ({'w_max': -0.1}, 'w_max', r'in \[0, inf\)'), ({'w_min': 0.1}, 'w_min', r'in \(-inf, 0\]'),
    ({'w_max': 0.0, 'w_min': 0.0}, 'w_max', r'above w_min = 0\.0'),
    ({'drift': DriftParameter(nu=0.1, t_0=0.0)}, r'drift\.t_0', r'in \(0, inf\)'),
])
def test_impossible_steps_and_bounds(device, values, field, allowed):
    with pytest.raises(ConfigError, match=rf'{device.__name__}\.{field} = .*: must be {allowed}'):
        device(**values).validate()


@pytest.mark.parametrize('device, field, allowed', [
    (LinearStepDevice(gamma_up=-0.1), 'gamma_up', '0 or above, unless allow_increasing is True'),
    (LinearStepDevice(gamma_down=-0.1), 'gamma_down', '0 or above, unless allow_increasing is True'),
    (LinearStepDevice(reverse_up=True, mult_noise=False), 'reverse_up', 'False, unless mult_noise is True'),
    (SoftBoundsDevice(reverse_down=True, mult_noise=False), 'reverse_down', 'False, unless mult_noise is True'),
    (SoftBoundsPmaxDevice(w_max=1.0), 'w_max', 'None: it follows from'),
    (SoftBoundsPmaxDevice(p_max=0), 'p_max', r'in \[1, inf\)'),
    (SoftBoundsPmaxDevice(alpha=0.0), 'alpha', r'in \(0, inf\)'),
    (SoftBoundsPmaxDevice(range_min=0.1), 'range_min', r'in \(-inf, 0\]'),
    (SoftBoundsPmaxDevice(range_min=0.0, range_max=0.0), 'range_max', r'above range_min = 0\.0'),
    (SoftBoundsPmaxDevice(reverse_up=True, mult_noise=False), 'reverse_up', 'False, unless mult_noise is True'),
    (PowStepDevice(pow_gamma=-1.0), 'pow_gamma', r'in \[0, inf\)'),
    (PowStepDevice(pow_gamma=1e4), 'pow_gamma', 'so small that a pulse in the middle'),
    (PowStepReferenceDevice(pow_gamma=1e4), 'pow_gamma', 'so small that a pulse in the middle'),
    (PiecewiseStepDevice(piecewise_up=[], piecewise_down=[]), 'piecewise_up', 'a list of at least one node'),
    (PiecewiseStepDevice(piecewise_up=[1, 2]), 'piecewise_down', 'a list of 2 nodes'),
    (PiecewiseStepDevice(piecewise_up=[1, 0], piecewise_down=[1, 1]), 'piecewise_up', 'positive at the middle node'),
    (PiecewiseStepDevice(piecewise_up=[float('nan')]), 'piecewise_up', r'in \(-inf, inf\)'),
    (FloatingPointDevice(lifetime=0.5), 'lifetime', '0 for no decay, or above 1'),
    (IdealDevice(reset_std=-0.1), 'reset_std', r'in \[0, inf\)'),
])
def test_impossible_values_of_one_device(device, field, allowed):
    with pytest.raises(ConfigError, match=rf'(?s){type(device).__name__}\.{field} = .*: must be {allowed}'):
        device.validate()


def test_increasing_and_reversed_steps_are_possible():
    LinearStepDevice(gamma_up=-0.1, allow_increasing=True).validate()
    SoftBoundsDevice(reverse_up=True, reverse_down=True).validate()
    ConstantStepDevice(w_min=0.0, w_max=2.0).validate()


# -- configurations


@pytest.mark.parametrize('inputs, outputs, limits, cut', [
    (10, 5, (512, 512), False), (512, 512, (512, 512), False), (513, 5, (512, 512), True), (5, 513, (512, 512), True),
    (5000, 5000, (0, 0), False), (5000, 5, (0, 512), False), (5000, 513, (0, 512), True), (10, 5000, (512, 0), False),
])
def test_matrices_are_cut_at_the_limits(inputs, outputs, limits, cut):
    mapping = MappingParameter(max_input_size=limits[0], max_output_size=limits[1])
    for config in (SingleRPUConfig(mapping=mapping), FloatingPointRPUConfig(mapping=mapping)):
        chosen = config.get_default_tile_module_class(outputs, inputs)
        assert chosen is (TileModuleArray if cut else config.tile_class)


def test_matrices_are_not_cut_without_a_class_for_the_parts():
    assert SingleRPUConfig(tile_array_class=None).get_default_tile_module_class(5000, 5000) is AnalogTile
    assert MappableRPU(tile_class=AnalogTile).get_default_tile_module_class(5000, 5000) is AnalogTile
    assert RPUConfigBase(tile_class=AnalogTile).get_default_tile_module_class(5000, 5000) is AnalogTile


def test_states_belong_to_a_tile_class():
    config = SingleRPUConfig()
    assert config.compatible_with('AnalogTile') and not config.compatible_with('FloatingPointTile')
    assert FloatingPointRPUConfig().tile_class is FloatingPointTile


@pytest.mark.parametrize('config', CONFIGS)
def test_attributes_of_your_own_are_kept(config):
    given = config()
    given.drift_compensation, given.noise_model = None, 'mine'
    assert deepcopy(given).noise_model == 'mine'
    given.validate()


@pytest.mark.parametrize('name, meant', [('foward', 'forward'), ('devices', 'device'), ('mappings', 'mapping'),
                                         ('back_ward', 'backward'), ('updates', 'update'), ('tile_clas', 'tile_class')])
def test_misspelt_parts_of_a_configuration_raise(name, meant):
    with pytest.raises(UnknownParameterError, match=f'did you mean {meant!r}?'):
        setattr(SingleRPUConfig(), name, None)


@pytest.mark.parametrize('name, meant', [
    ('dw_min', "'device.dw_min'"), ('out_noise', "'forward.out_noise' or 'backward.out_noise'"),
    ('desired_bl', "'update.desired_bl'"), ('weight_scaling_omega', "'mapping.weight_scaling_omega'")])
def test_parameters_of_a_part_are_not_set_beside_it(name, meant):
    with pytest.raises(UnknownParameterError, match=f'has no parameter {name!r}; did you mean {meant}'):
        setattr(SingleRPUConfig(), name, 1)


@pytest.mark.parametrize('config', CONFIGS)
def test_runtime_does_not_count_for_equality(config):
    assert config(runtime=RuntimeParameter(offload_input=True)) == config()
    assert config(mapping=MappingParameter(digital_bias=False)) != config()


@pytest.mark.parametrize('config', CONFIGS)
@pytest.mark.parametrize('kind', [RPUDataType.DOUBLE, RPUDataType.HALF])
def test_tiles_compute_in_single_precision(config, kind):
    with pytest.raises(ConfigError, match=rf'runtime\.data_type = {kind}: must be RPUDataType\.FLOAT'):
        config(runtime=RuntimeParameter(data_type=kind)).validate()


def test_impossible_values_are_found_in_all_parts():
    for part, parameter, value in (('forward', 'out_noise', -1.0), ('backward', 'inp_noise', -1.0),
                                   ('update', 'desired_bl', 0), ('mapping', 'max_input_size', -1),
                                   ('device', 'dw_min', 0.0)):
        config = SingleRPUConfig()
        setattr(getattr(config, part), parameter, value)
        with pytest.raises(ConfigError, match=rf'SingleRPUConfig\.{part}\.{parameter} = {value}: must be in '):
            config.validate()


def test_a_tile_refuses_an_impossible_configuration():
    with pytest.raises(ConfigError, match=r'SingleRPUConfig\.device\.dw_min = -1\.0'):
        AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice(dw_min=-1.0)))


@pytest.mark.parametrize('part, value', [
    ('forward', UpdateParameters()), ('update', IOParameters()), ('device', IOParameters()),
    ('device', FloatingPointDevice()), ('device', ConstantStepDevice), ('tile_class', 'AnalogTile'), ('mapping', None),
    ('runtime', RPUDataType.FLOAT),
])
def test_parts_have_their_class(part, value):
    with pytest.raises(ConfigError, match=rf'(?s)SingleRPUConfig\.{part} = .*: must be '):
        SingleRPUConfig(**{part: value})


def test_the_base_of_all_devices_is_no_device():
    with pytest.raises(ConfigError, match='must be a device with a law of its own, such as ConstantStepDevice'):
        SingleRPUConfig(device=PulsedDevice()).validate()


def test_output_clipping_needs_unmanaged_products():
    config = SingleRPUConfig()
    config.pre_post.input_range = InputRangeParameter(enable=True, manage_output_clipping=True)
    unmanaged = IOParameters(noise_management=NoiseManagementType.NONE, bound_management=BoundManagementType.NONE)
    noise_managed = IOParameters(bound_management=BoundManagementType.NONE)
    for forward in (IOParameters(), IOParameters(is_perfect=True), noise_managed):
        config.forward = forward
        with pytest.raises(ConfigError, match=r'pre_post\.input_range\.manage_output_clipping = True: must be False'):
            config.validate()
    config.forward = unmanaged
    config.validate()


# -- imports


def test_star_import_gives_everything():
    names = {}
    exec('from aihwlab.simulator.configs import *', names)
    expected = {*REFERENCE['enums'], *names_in('configs'), *names_in('parameters')}
    assert expected <= set(names) and expected <= set(dir(configs))


def test_legacy_module_has_the_parameters():
    from aihwlab.simulator.configs import utils
    assert all(getattr(utils, name) is getattr(parameters, name) for name in parameters.__all__)


def test_unknown_names_are_no_attributes():
    with pytest.raises(AttributeError, match="has no attribute 'DoubleRPUConfig'"):
        configs.DoubleRPUConfig


@pytest.mark.parametrize('first', ['simulator.configs.configs', 'simulator.tiles', 'simulator.presets.configs', 'nn'])
def test_any_module_may_be_imported_first(first):
    subprocess.run([sys.executable, '-c', f'import aihwlab.{first}'], check=True)
