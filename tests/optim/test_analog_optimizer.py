"""Analog optimizers: digital parameters as torch, tiles by pulses, groups and schedulers as users expect."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from aihwlab.exceptions import ConfigError, TileError
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogAdam, AnalogOptimizer, AnalogSGD
from aihwlab.optim.context import AnalogContext
from aihwlab.simulator.configs import FloatingPointRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice, IdealDevice
from aihwlab.simulator.parameters import AnalogMVType, IOParameters, MappingParameter
from aihwlab.simulator.presets import EcRamPreset, IdealizedPreset
from tests.networks import IMAGES, LABELS, all_weights, analog_sgd, small_network, train


def test_pulses_train_a_network():
    torch.manual_seed(1)
    model = small_network(IdealizedPreset())
    optimizer = analog_sgd(model)
    assert train(model, optimizer, 1) > 0.9 and train(model, optimizer, 150) < 0.3


@pytest.mark.parametrize('make', [lambda parameters: AnalogAdam(parameters, lr=0.01),
                                  lambda parameters: AnalogOptimizer(torch.optim.RMSprop, parameters, lr=0.01)])
def test_other_optimizers_train_digital_parameters_their_way(make):
    torch.manual_seed(1)
    model = AnalogSequential(nn.Linear(4, 4), AnalogLinear(4, 2, rpu_config=IdealizedPreset()))
    optimizer = make(model.parameters())
    digital, analog = model[0].weight.detach().clone(), all_weights(model)
    for _ in range(3):
        optimizer.zero_grad()
        model(torch.ones(2, 4)).square().sum().backward()
        optimizer.step()
    assert (digital != model[0].weight).any() and (analog != all_weights(model)).any()


def test_momentum_and_weight_decay_act_on_digital_parameters_as_in_torch():
    torch.manual_seed(1)
    analog = AnalogSequential(AnalogLinear(3, 3, rpu_config=FloatingPointRPUConfig()), nn.Linear(3, 2))
    digital = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 2))
    digital[0].weight.data, digital[0].bias.data = analog[0].get_weights()
    digital[1].load_state_dict(analog[1].state_dict())
    settings = dict(lr=0.1, momentum=0.9, weight_decay=0.01)
    tiles = [digital[0].weight]
    first = AnalogSGD(analog.parameters(), **settings)
    second = torch.optim.SGD([{'params': [p for p in digital.parameters() if p is not tiles[0]]},
                              {'params': tiles, 'momentum': 0.0, 'weight_decay': 0.0}], **settings)
    x = torch.randn(4, 3)
    for _ in range(5):
        for model, optimizer in ((analog, first), (digital, second)):
            optimizer.zero_grad()
            model(x).square().sum().backward()
            optimizer.step()
    torch.testing.assert_close(analog(x), digital(x), rtol=1e-4, atol=1e-5)


def test_groups_keep_their_own_learning_rates():
    model = small_network(EcRamPreset())
    optimizer = AnalogSGD([{'params': model[0].parameters(), 'lr': 0.1}, {'params': model[4].parameters()}], lr=0.02)
    optimizer.regroup_param_groups(model)
    rates = {group['params'][0].analog_tile.out_size: group['lr'] for group in optimizer.param_groups
             if isinstance(group['params'][0], AnalogContext)}
    assert rates == {4: 0.1, 3: 0.02}
    assert sum(len(group['params']) for group in optimizer.param_groups) == len(list(model.parameters()))


def test_a_learning_rate_is_set_for_all():
    model = small_network(EcRamPreset())
    optimizer = analog_sgd(model, lr=0.1)
    optimizer.set_learning_rate(0.03)
    assert {group['lr'] for group in optimizer.param_groups} == {0.03}
    assert {tile.get_learning_rate() for tile in model.analog_tiles()} == {0.03}


def test_any_optimizer_can_be_copied_with_its_network():
    torch.manual_seed(1)
    model = small_network(EcRamPreset())
    optimizer = AnalogOptimizer(torch.optim.RMSprop, model.parameters(), lr=0.01)
    train(model, optimizer, 2)
    copied_model, copied_optimizer = deepcopy((model, optimizer))
    assert type(copied_optimizer) is type(optimizer)
    assert train(copied_model, copied_optimizer, 2) == train(model, optimizer, 2)
    assert (all_weights(copied_model) == all_weights(model)).all()


def test_regrouping_is_optional():
    runs = []
    for regroup in (False, True):
        torch.manual_seed(1)
        model = small_network(EcRamPreset())
        optimizer = AnalogSGD(model.parameters(), lr=0.05)
        if regroup:
            optimizer.regroup_param_groups(model)
        train(model, optimizer, 3)
        runs.append(all_weights(model))
    assert (runs[0] == runs[1]).all()


def test_a_scheduler_reaches_the_tiles():
    model = small_network(EcRamPreset())
    optimizer = analog_sgd(model, lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    train(model, optimizer, 1)
    scheduler.step()
    train(model, optimizer, 1)
    assert [tile.get_learning_rate() for tile in model.analog_tiles()] == [0.05, 0.05]


def test_a_learning_rate_of_zero_changes_no_weight():
    model = small_network(EcRamPreset())
    before = all_weights(model)
    train(model, analog_sgd(model, lr=0.0), 2)
    assert (before == all_weights(model)).all()


def test_frozen_tiles_stay_as_they_are():
    """aihwkit goes on updating them."""
    model = small_network(EcRamPreset())
    model[0].requires_grad_(False)
    frozen, trained = (model[k].get_weights()[0] for k in (0, 4))
    train(model, analog_sgd(model), 3)
    assert (model[0].get_weights()[0] == frozen).all() and (model[4].get_weights()[0] != trained).any()


def test_gradients_accumulate_until_the_step():
    torch.manual_seed(1)
    config = FloatingPointRPUConfig()
    once, twice = (AnalogLinear(3, 2, rpu_config=config) for _ in range(2))
    twice.set_weights(*once.get_weights())
    x = torch.randn(6, 3)
    once(x).square().sum().backward()
    for part in x.split(2):
        twice(part).square().sum().backward()
    for layer in (once, twice):
        AnalogSGD(layer.parameters(), lr=0.05).step()
    torch.testing.assert_close(once.get_weights()[0], twice.get_weights()[0])


def test_images_of_several_sizes_accumulate_too():
    torch.manual_seed(1)
    analog = AnalogConv2d(2, 3, 3, rpu_config=FloatingPointRPUConfig())
    digital = analog.to_digital()
    for layer, optimizer in (analog, AnalogSGD), (digital, torch.optim.SGD):
        generator = torch.Generator().manual_seed(2)
        for size in (6, 8):
            layer(torch.rand(4, 2, size, size, generator=generator)).square().mean().backward()
        optimizer(layer.parameters(), lr=0.1).step()
    torch.testing.assert_close(analog.get_weights()[0], digital.weight.detach().reshape(3, -1))


@pytest.mark.parametrize('clear', [lambda model, optimizer: model.zero_grad(), lambda model, optimizer: optimizer.zero_grad()])
def test_zero_grad_forgets_what_was_recorded(clear):
    """aihwkit keeps it for the next step."""
    model = small_network(EcRamPreset())
    optimizer = analog_sgd(model)
    before = all_weights(model)
    nn.functional.cross_entropy(model(IMAGES), LABELS).backward()
    clear(model, optimizer)
    optimizer.step()
    assert (before == all_weights(model)).all()


def test_nothing_is_recorded_without_gradients():
    model = small_network(EcRamPreset())
    with torch.no_grad():
        model(IMAGES)
    assert not any(tile.analog_ctx.has_gradient() for tile in model.analog_tiles())


def test_a_closure_is_evaluated():
    model = small_network(EcRamPreset())
    optimizer = analog_sgd(model)

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(IMAGES), LABELS)
        loss.backward()
        return loss

    assert optimizer.step(closure) > 0


def test_devices_age_with_every_step():
    device = ConstantStepDevice(lifetime=10.0)
    model = AnalogLinear(3, 2, rpu_config=SingleRPUConfig(device=device))
    before = model.get_weights()[0]
    AnalogSGD(model.parameters(), lr=0.1).step()
    torch.testing.assert_close(model.get_weights()[0], 0.9 * before)


def test_parameters_can_be_counted_and_normed():
    model = small_network(EcRamPreset())
    assert sum(parameter.numel() for parameter in model.parameters()) == 4 * 9 + 4 + 64 * 3 + 3
    assert all(torch.isfinite(parameter.norm()) for parameter in model.parameters())
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)


def test_a_scheduler_may_be_made_before_the_groups():
    model = small_network(EcRamPreset())
    optimizer = AnalogSGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.5 ** epoch)
    optimizer.regroup_param_groups(model)
    for rate in (0.1, 0.05, 0.025):
        train(model, optimizer, 1)
        assert [tile.get_learning_rate() for tile in model.analog_tiles()] == [rate, rate]
        scheduler.step()


# -- what is done to gradients between the backward pass and the step


def stepped(change=lambda model, optimizer: None, scale=1.0, steps=1, **settings):
    """Return the weights of a network after one backward pass, something done to its gradients, and steps."""
    torch.manual_seed(1)
    model = small_network(EcRamPreset())
    optimizer = analog_sgd(model, **{'lr': 0.05, **settings})
    (scale * nn.functional.cross_entropy(model(IMAGES), LABELS)).backward()
    change(model, optimizer)
    for _ in range(steps):
        optimizer.step()
    return all_weights(model)


needs_scaler = pytest.mark.skipif(not hasattr(torch.amp, 'GradScaler'), reason='this torch scales gradients on a GPU only')


@needs_scaler
def test_scaled_gradients_are_unscaled_for_tiles_too():
    def unscale(model, optimizer):
        scaler = torch.amp.GradScaler('cpu', init_scale=2.0 ** 16)
        scaler.scale(torch.ones(()))
        scaler.unscale_(optimizer)
    assert (stepped(unscale, scale=2.0 ** 16) == stepped()).all()


@needs_scaler
def test_a_scaler_leaves_out_a_step_with_infinite_gradients():
    def overflow(model, optimizer):
        next(model.analog_tiles()).analog_ctx.analog_grad_output[0][0, 0, 0] = torch.inf
        scaler = torch.amp.GradScaler('cpu')
        scaler.scale(torch.ones(()))
        scaler.step(optimizer)
        optimizer.zero_grad()
    assert (stepped(overflow) == stepped(steps=0)).all()


def test_clipped_gradients_are_clipped_for_tiles_too():
    def norm_of(model, largest):
        return torch.nn.utils.clip_grad_norm_(model.parameters(), largest).item()

    norms = []
    stepped(lambda model, _: norms.extend(norm_of(model, largest) for largest in (0.125, 1.0)))
    assert norms[0] > 0.125 and norms[1] == pytest.approx(0.125, rel=1e-4)
    start = stepped(steps=0)
    small, large = (stepped(lambda model, _, most=most: norm_of(model, most)) for most in (0.01, 1e9))
    assert (small - start).norm() < 0.5 * (large - start).norm() and (large == stepped()).all()


def test_a_gradient_that_is_clipped_element_by_element_is_refused_before_anything_changes():
    with pytest.raises(TileError, match='element by element'):
        stepped(lambda model, _: torch.nn.utils.clip_grad_value_(model.parameters(), 1e-3))


def test_maximize_goes_up():
    up, start, down = stepped(maximize=True), stepped(steps=0), stepped()
    assert nn.functional.cosine_similarity(up - start, down - start, dim=0) < -0.5


def test_two_steps_update_twice_as_torch_does():
    start, one, two = (stepped(steps=steps) for steps in (0, 1, 2))
    assert (two - start).norm() > 1.5 * (one - start).norm()


def test_what_was_used_is_forgotten_when_new_gradients_come():
    layer = AnalogLinear(3, 2, rpu_config=FloatingPointRPUConfig())
    optimizer = AnalogSGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        layer(torch.ones(1, 3)).sum().backward()
        optimizer.step()
        assert len(layer.analog_module.analog_ctx.analog_input) == 1


def test_an_input_that_is_filled_anew_before_the_step_changes_nothing():
    def fill(model, optimizer):
        optimizer.zero_grad()
        images = IMAGES.clone()
        nn.functional.cross_entropy(model(images), LABELS).backward()
        images.zero_()

    def again(model, optimizer):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(IMAGES), LABELS).backward()
    assert (stepped(fill) == stepped(again)).all()


@pytest.mark.parametrize('rate', [float('nan'), -1.0, float('inf')])
def test_a_bad_learning_rate_changes_nothing(rate):
    torch.manual_seed(1)
    model = AnalogSequential(nn.Linear(4, 4), AnalogLinear(4, 2, rpu_config=IdealizedPreset()))
    optimizer = analog_sgd(model, lr=0.1)
    model(torch.ones(2, 4)).sum().backward()
    before = deepcopy([parameter.detach() for parameter in model.parameters()])
    with pytest.raises(ValueError, match='learning_rate = '):
        optimizer.set_learning_rate(rate)
    assert {group['lr'] for group in optimizer.param_groups} == {0.1}
    for group in optimizer.param_groups:
        group['lr'] = rate
        with pytest.raises(ValueError, match='learning_rate = '):
            optimizer.step()
        group['lr'] = 0.1
    assert all((parameter == other).all() for parameter, other in zip(model.parameters(), before))
    assert {tile.get_learning_rate() for tile in model.analog_tiles()} == {0.1}


def test_a_closure_may_clip_gradients():
    torch.manual_seed(1)
    model = small_network(EcRamPreset())
    optimizer, norms = analog_sgd(model), []

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(IMAGES), LABELS)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_([tile.analog_ctx for tile in model.analog_tiles()], 1.0))
        return loss

    optimizer.step(closure)
    assert norms[0] > 0


# -- a step that is refused changes nothing


def poisoned(config, factor, batches=1):
    """Return a network, its optimizer, and gradients of which those that reach its first tile are multiplied by a factor."""
    torch.manual_seed(1)
    model = AnalogSequential(AnalogLinear(4, 3, rpu_config=config), AnalogLinear(3, 2, rpu_config=config), nn.Linear(2, 1))
    optimizer = analog_sgd(model, lr=0.1)
    for _ in range(batches):
        between = model[0](torch.rand(2, 4))
        between.register_hook(lambda gradient: factor * gradient)
        model[1:](between).sum().backward()
    return model, optimizer


@pytest.mark.parametrize('factor', [torch.nan, torch.inf])
@pytest.mark.parametrize('batches', [1, 2])
@pytest.mark.parametrize('config', [EcRamPreset(), FloatingPointRPUConfig(), SingleRPUConfig(device=IdealDevice()),
                                    SingleRPUConfig(mapping=MappingParameter(weight_scaling_omega=0.4))])
def test_gradients_that_are_not_finite_change_nothing(config, batches, factor):
    model, optimizer = poisoned(config, factor, batches)
    before, rates = deepcopy([*model.parameters()]), [tile.get_learning_rate() for tile in model.analog_tiles()]
    weights = all_weights(model)
    with pytest.raises(ValueError, match='NaN or infinite values in the inputs or gradients'):
        optimizer.step()
    assert (all_weights(model) == weights).all() and (model[2].weight == before[-2]).all()
    assert [tile.get_learning_rate() for tile in model.analog_tiles()] == rates
    optimizer.zero_grad()
    model(torch.ones(2, 4)).sum().backward()
    optimizer.step()
    assert (all_weights(model) != weights).any() and (model[2].weight != before[-2]).any()


@pytest.mark.parametrize('io', [IOParameters(is_perfect=True), IOParameters(mv_type=AnalogMVType.IDEAL), IOParameters()])
def test_gradients_of_a_loss_that_is_not_finite_reach_no_part_of_the_network(io):
    """Exact products let them through to the step; converters refuse them in the backward pass."""
    config = SingleRPUConfig(device=ConstantStepDevice(), forward=io, backward=io)
    torch.manual_seed(1)
    model = AnalogSequential(AnalogLinear(4, 4, rpu_config=config), nn.BatchNorm1d(4), AnalogLinear(4, 3, rpu_config=config))
    optimizer = analog_sgd(model, lr=0.1)
    before, weights = deepcopy([*model[1].parameters()]), all_weights(model)
    with pytest.raises(ValueError, match='NaN or infinite'):
        (model(torch.rand(5, 4)) * torch.nan).sum().backward()
        optimizer.step()
    assert (all_weights(model) == weights).all()
    assert all((new == old).all() for new, old in zip(model[1].parameters(), before))


@pytest.mark.parametrize('change, message', [
    (lambda tile: setattr(tile.rpu_config.update, 'desired_bl', -1), 'update.desired_bl = -1'),
    (lambda tile: setattr(tile.rpu_config.device, 'dw_min', 0.5), 'device.dw_min = 0.5'),
    (lambda tile: tile.analog_ctx.detach().fill_(torch.nan), 'NaN or infinite')])
def test_a_step_that_the_last_tile_refuses_changes_nothing(change, message):
    torch.manual_seed(1)
    model = AnalogSequential(nn.Linear(4, 4), AnalogLinear(4, 3), AnalogLinear(3, 2))
    optimizer = analog_sgd(model, lr=0.1)
    model(torch.ones(2, 4)).sum().backward()
    before = deepcopy([model[0].weight, model[1].get_weights()[0]])
    change(model[2].analog_module)
    with pytest.raises((ValueError, ConfigError), match=message):
        optimizer.step()
    assert (model[0].weight == before[0]).all() and (model[1].get_weights()[0] == before[1]).all()


def test_what_was_recorded_before_a_closure_is_no_reason_to_refuse_it():
    model, optimizer = poisoned(EcRamPreset(), torch.nan)

    def closure():
        optimizer.zero_grad()
        loss = model(torch.ones(2, 4)).sum()
        loss.backward()
        return loss

    before = all_weights(model)
    optimizer.step(closure)
    assert (all_weights(model) != before).any()
@pytest.mark.parametrize('make', [AnalogSGD, AnalogAdam])
def test_the_groups_of_an_optimizer_are_all_there_after_a_step_that_fails(monkeypatch, make):
    """Torch's part of a step is not told of groups that have tiles alone."""
    model = small_network(EcRamPreset())
    optimizer = make(model.parameters(), lr=0.1)
    optimizer.regroup_param_groups(model)
    groups, seen = optimizer.param_groups, []

    def fail(optimizer, closure=None):
        seen.append([len(group['params']) for group in optimizer.param_groups])
        raise RuntimeError
    for method in ('step', 'zero_grad'):
        monkeypatch.setattr(make.__bases__[1], method, fail)
        with pytest.raises(RuntimeError):
            getattr(optimizer, method)()
        assert optimizer.param_groups is groups and len(groups) == 3
    assert seen == [[2], [2]]
