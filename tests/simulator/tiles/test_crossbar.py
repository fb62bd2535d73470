"""Tiles with a crossbar: updates whatever the scales, hidden parameters, ageing, and what is refused."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.kernel.counts import Counts
from aihwlab.nn import AnalogLinear
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig, UnitCellRPUConfig
from aihwlab.simulator.configs.compounds import TransferCompound, UnitCell, VectorUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice, PiecewiseStepDevice, SoftBoundsDevice
from aihwlab.simulator.parameters import DriftParameter, IOParameters, MappingParameter, PulseType, UpdateParameters
from aihwlab.simulator.presets import ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile
from tests.networks import small_network, wide_config

AGEING = SingleRPUConfig(
    device=ConstantStepDevice(diffusion=0.01, lifetime=100.0, drift=DriftParameter(nu=0.1), reset_std=0.0))


def test_the_configuration_of_a_layer_is_its_own():
    config = ReRamSBPreset()
    layer = AnalogLinear(2, 2, rpu_config=config)
    config.forward.out_noise = 5.0
    assert layer.analog_module.rpu_config.forward.out_noise == ReRamSBPreset().forward.out_noise


def test_seeds_come_from_the_generator_of_torch():
    torch.manual_seed(5)
    seeds = [AnalogTile(2, 3, SingleRPUConfig()).seed for _ in range(2)]
    torch.manual_seed(5)
    assert AnalogTile(2, 3, SingleRPUConfig()).seed == seeds[0] != seeds[1]


# -- the update


@pytest.mark.parametrize('compensation', [False, True])
@pytest.mark.parametrize('omega', [0.0, 0.6])
def test_the_update_moves_logical_weights_by_the_gradient_whatever_the_scales(omega, compensation):
    mapping = MappingParameter(weight_scaling_omega=omega, weight_scaling_columnwise=True,
                               weight_scaling_lr_compensation=compensation)
    config = wide_config(device=IdealDevice(), mapping=mapping)
    torch.manual_seed(2)
    weight = 2 * torch.randn(4, 6)
    layer = AnalogLinear(6, 4, bias=False, rpu_config=config)
    layer.set_weights(weight)
    x, target = torch.randn(5, 6), torch.randn(5, 4)
    digital = weight.clone().requires_grad_()
    (nn.functional.linear(x, digital) - target).square().sum().backward()
    (layer(x) - target).square().sum().backward()
    AnalogSGD(layer.parameters(), lr=0.01).step()
    torch.testing.assert_close(layer.get_weights()[0], weight - 0.01 * digital.grad, rtol=1e-4, atol=1e-4)


def test_an_update_of_logical_inputs_and_gradients_needs_no_layer():
    """With mapping scales and an analog bias, whose input is always 1."""
    mapping = MappingParameter(digital_bias=False, weight_scaling_omega=0.6, weight_scaling_columnwise=True)
    tile = AnalogTile(4, 6, wide_config(device=IdealDevice(), mapping=mapping), bias=True)
    weight, bias, x, d = torch.randn(4, 6), torch.randn(4), torch.randn(5, 6), torch.randn(5, 4)
    tile.set_weights(weight, bias)
    tile.set_learning_rate(0.01)
    tile.update(x, d)
    after = tile.get_weights()
    torch.testing.assert_close(after[0], weight - 0.01 * d.T @ x, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(after[1], bias - 0.01 * d.sum(dim=0), rtol=1e-4, atol=1e-4)


# -- what happens to the cells besides


def test_hidden_parameters_can_be_read_and_written():
    tile = next(small_network(ReRamSBPreset()).analog_tiles())
    hidden = tile.get_hidden_parameters()
    assert {'max_bound', 'min_bound', 'dwmin_up', 'persistent_weights'} <= set(hidden)
    hidden['max_bound'][:] = 0.125
    tile.set_hidden_parameters(hidden)
    assert (tile.get_hidden_parameters()['max_bound'] == 0.125).all()
    with pytest.raises(TileError, match='max_bound'):
        tile.set_hidden_parameters({'max_bound': hidden['max_bound']})


def test_hidden_parameters_are_copies():
    tile = AnalogTile(2, 3, SingleRPUConfig())
    tile.get_hidden_parameters()['max_bound'][:] = 7.0
    given = tile.get_hidden_parameters()
    tile.set_hidden_parameters(given)
    given['max_bound'][:] = 7.0
    assert (tile.get_hidden_parameters()['max_bound'] != 7.0).all()


@pytest.mark.parametrize('name', ['diffuse_weights', 'decay_weights', 'drift_weights', 'post_update_step'])
def test_each_way_of_ageing_takes_one_operation_or_two(name):
    tile = AnalogTile(3, 4, AGEING)
    tile.set_weights(torch.full((3, 4), 0.2))
    before, operations = tile.get_weights()[0], tile.kernel_tile.operation
    for _ in range(2):
        getattr(tile, name)(*((10.0,) if name == 'drift_weights' else ()))
    assert (tile.get_weights()[0] != before).any()
    assert tile.kernel_tile.operation - operations == (4 if name == 'post_update_step' else 2)


def test_devices_that_do_not_age_take_no_operation():
    tile = AnalogTile(3, 4, SingleRPUConfig())
    tile.post_update_step()
    assert tile.kernel_tile.operation == 0


def test_some_columns_or_all_are_reset():
    tile = AnalogTile(3, 4, AGEING)
    tile.set_weights(torch.full((3, 4), 0.2))
    tile.reset_columns(3, 2)
    assert (tile.get_weights()[0] != 0).tolist() == [[False, True, True, False]] * 3
    tile.reset()
    assert (tile.get_weights()[0] == 0).all()


def test_hidden_parameters_that_are_set_as_they_were_change_nothing():
    """Products go on seeing the write noise that they saw."""
    tile = next(small_network(ReRamSBPreset()).analog_tiles())
    before = tile.get_weights()[0]
    tile.set_hidden_parameters(tile.get_hidden_parameters())
    assert (tile.get_weights()[0] == before).all()


def test_persistent_weights_that_are_set_are_within_bounds_and_seen():
    tile = AnalogTile(2, 3, ReRamSBPreset())
    hidden = tile.get_hidden_parameters()
    hidden['persistent_weights'][:] = 7.0
    tile.set_hidden_parameters(hidden)
    assert (tile.get_weights()[0] == hidden['max_bound']).all()


@pytest.mark.parametrize('name, value, message', [
    ('max_bound', torch.nan, 'max_bound contains NaN'), ('dwmin_up', torch.inf, 'dwmin_up contains NaN or infinite'),
    ('decay_scales', 1.5, r'decay_scales has values outside of \[0.0, 1.0\]'), ('diffusion_rates', -1.0, 'diffusion_rates'),
    ('min_bound', 7.0, 'min_bound is above max_bound')])
def test_impossible_hidden_parameters_are_refused(name, value, message):
    tile = AnalogTile(2, 3, SingleRPUConfig())
    before = tile.get_hidden_parameters()
    with pytest.raises(ValueError, match=message):
        tile.set_hidden_parameters({**before, name: torch.full((2, 3), value)})
    with pytest.raises(ValueError, match=rf'{name} has the shape \(3, 2\)'):
        tile.set_hidden_parameters({**before, name: torch.zeros(3, 2)})
    assert all((value == before[name]).all() for name, value in tile.get_hidden_parameters().items())


# -- a configuration that is changed while the tile lives


def test_converters_and_their_lines_follow_the_configuration():
    tile, other = AnalogTile(2, 3, SingleRPUConfig()), AnalogTile(2, 3, SingleRPUConfig(forward=IOParameters(out_noise=0.5)))
    tile.kernel_tile.seed = other.kernel_tile.seed
    tile.kernel_tile.build()
    tile.link_context()
    tile.rpu_config.forward.out_noise = 0.5
    x = torch.rand(4, 3)
    assert (tile(x) == other(x)).all()
    tile.rpu_config.forward = IOParameters(is_perfect=True)
    assert (tile(x) == 0).all()


def test_pulse_trains_follow_the_configuration():
    tile = AnalogTile(2, 3, SingleRPUConfig())
    tile.rpu_config.update.desired_bl = 3
    tile.rpu_config.update.update_bl_management = False
    tile.kernel_tile.counts = Counts.with_pulses()
    tile.update(torch.rand(1, 3), torch.rand(1, 2))
    assert tile.kernel_tile.counts.slots == 3


def test_another_configuration_can_be_put_in_its_place():
    tile, config = AnalogTile(2, 3, SingleRPUConfig()), SingleRPUConfig(forward=IOParameters(is_perfect=True))
    tile(torch.rand(1, 3))
    tile.rpu_config = config
    assert (tile(torch.rand(1, 3)) == 0).all() and tile.kernel_tile.parameters is config


@pytest.mark.parametrize('change, message', [
    (lambda config: setattr(config.device, 'dw_min', 0.1), r'device\.dw_min = 0\.1: must stay 0\.001'),
    (lambda config: setattr(config.device, 'w_max', torch.nan), r'SingleRPUConfig\.device\.w_max = nan: must be in'),
    (lambda config: setattr(config.device.drift, 'nu', 0.1), r'device\.drift\.nu = 0\.1: must stay'),
    (lambda config: setattr(config, 'device', IdealDevice()), 'device = IdealDevice: must stay ConstantStepDevice'),
    (lambda config: setattr(config.forward, 'out_noise', -1.0), r'forward\.out_noise = -1\.0: must be in'),
    (lambda config: setattr(config.update, 'pulse_type', PulseType.NONE), r'update\.pulse_type = PulseType\.NONE: must stay'),
    (lambda config: setattr(config.pre_post.input_range, 'enable', True), r'input_range\.enable = True: must stay False'),
    (lambda config: setattr(config.mapping, 'digital_bias', False), 'this tile was made with'),
])
def test_what_cannot_follow_is_refused_until_it_is_taken_back(change, message):
    tile, x = AnalogTile(2, 3, SingleRPUConfig()), torch.rand(1, 3)
    tile(x)
    before, operation = deepcopy(tile.rpu_config), tile.kernel_tile.operation
    change(tile.rpu_config)
    for use in (lambda: tile(x), lambda: tile.set_weights(torch.zeros(2, 3)), tile.get_weights, tile.state_dict):
        with pytest.raises((ConfigError, TileError), match=message):
            use()
    tile.rpu_config = before
    assert tile(x).shape == (1, 2) and tile.kernel_tile.operation == operation + 1


@pytest.mark.parametrize('device, change, message', [
    (VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]),
     lambda device: device.unit_cell_devices.append(ConstantStepDevice()), r'device\.unit_cell_devices = '),
    (VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]),
     lambda device: device.unit_cell_devices.__setitem__(0, SoftBoundsDevice()), r'unit_cell_devices\[0\] = SoftBoundsDevice'),
    (VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]),
     lambda device: device.unit_cell_devices.append('text'), 'must be a list of instances of Device'),
    (VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]),
     lambda device: setattr(device.unit_cell_devices[1], 'dw_min', 0.1), r'unit_cell_devices\[1\]\.dw_min = 0\.1: must stay'),
    (VectorUnitCell(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()], gamma_vec=[1.0, 0.5]),
     lambda device: device.gamma_vec.__setitem__(1, 0.25), r'device\.gamma_vec\[1\] = 0\.25: must stay 0\.5'),
    (TransferCompound(unit_cell_devices=[ConstantStepDevice(), ConstantStepDevice()]),
     lambda device: device.transfer_every_vec.append(3.0), r'device\.transfer_every_vec = '),
    (PiecewiseStepDevice(piecewise_up=[1.0, 2.0], piecewise_down=[1.0, 2.0]),
     lambda device: device.piecewise_up.__setitem__(1, 3.0), r'device\.piecewise_up\[1\] = 3\.0: must stay 2\.0'),
    (PiecewiseStepDevice(piecewise_up=[1.0, 2.0], piecewise_down=[1.0, 2.0]),
     lambda device: device.piecewise_up.append(torch.nan), r'device\.piecewise_up = '),
])
def test_lists_of_devices_that_are_changed_in_place_are_refused_at_once(device, change, message):
    config = UnitCellRPUConfig(device=device) if isinstance(device, UnitCell) else SingleRPUConfig(device=device)
    tile, x, d = AnalogTile(2, 3, config), torch.rand(1, 3), torch.rand(1, 2)
    tile.update(x, d)
    weights, before = tile.get_weights()[0], deepcopy(tile.rpu_config)
    change(tile.rpu_config.device)
    for use in (lambda: tile(x), lambda: tile.update(x, d), tile.get_weights, tile.state_dict):
        with pytest.raises(ConfigError, match=message):
            use()
    tile.rpu_config = before
    assert (tile.get_weights()[0] == weights).all()


def test_a_digital_tile_refuses_other_devices_too():
    tile = FloatingPointTile(2, 3, FloatingPointRPUConfig())
    tile.rpu_config.device.lifetime = 10.0
    with pytest.raises(ConfigError, match=r'device\.lifetime = 10\.0: must stay 0\.0'):
        tile(torch.rand(1, 3))


# -- what is refused


@pytest.mark.parametrize('call, message', [
    (lambda: AnalogLinear(4, 2)(torch.full((1, 4), float('nan'))), 'NaN'),
    (lambda: AnalogLinear(4, 2)(torch.full((1, 4), float('inf'))), 'NaN or infinite'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice(dw_min=-0.1))), 'dw_min = -0.1'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(device=ConstantStepDevice(w_min=0.1))), 'w_min = 0.1'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(update=UpdateParameters(desired_bl=0))), 'desired_bl = 0'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(forward=IOParameters(out_bound=float('nan')))), 'out_bound = nan'),
    (lambda: AnalogTile(0, 3, SingleRPUConfig()), 'out_size = 0'),
    (lambda: AnalogLinear(4, 2).analog_module.set_learning_rate(torch.inf), 'learning_rate = inf'),
    (lambda: AnalogLinear(4, 2, rpu_config=SingleRPUConfig(device=IdealDevice())).analog_module.drift_weights(),
     'IdealDevice does not drift'),
])
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_tile_refuses_an_impossible_configuration():
    with pytest.raises(ConfigError, match=r'SingleRPUConfig\.device\.dw_min = -1\.0'):
        AnalogTile(2, 3, SingleRPUConfig(device=ConstantStepDevice(dw_min=-1.0)))
