"""Programming by pulses: the target is reached, and attempts are counted."""

import pytest
import torch

from aihwlab.nn import AnalogLinear
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.parameters import IOParameters
from aihwlab.simulator.tiles import AnalogTile
from aihwlab.simulator.tiles.programming import program_weights

CONFIG = SingleRPUConfig(device=ConstantStepDevice(w_max_dtod=0, w_min_dtod=0), forward=IOParameters(is_perfect=True))
TARGET = torch.tensor([[0.2, -0.3, 0.1], [0.0, 0.4, -0.1]])


def test_programming_with_pulses_reaches_the_target():
    config = SingleRPUConfig(device=ConstantStepDevice(w_max_dtod=0, w_min_dtod=0), forward=IOParameters(is_perfect=True))
    torch.manual_seed(1)
    layer = AnalogLinear(6, 4, bias=False, rpu_config=config)
    target = 0.8 * torch.rand(4, 6) - 0.4
    layer.set_weights(target, realistic=True)
    assert (layer.get_weights()[0] - target).abs().mean() < 0.01
    assert layer.analog_module.program_weights(x_values=torch.eye(6)) < 0.01


def test_without_an_attempt_the_weights_are_random_and_small():
    tile = AnalogTile(2, 3, CONFIG)
    error = program_weights(tile, TARGET, max_iter=0, w_init=0.01)
    weights = tile.get_weights()[0]
    assert 0 < weights.abs().max() <= 0.01
    assert error == pytest.approx((weights - TARGET).abs().mean().item() / 0.4, rel=1e-4)


def test_more_attempts_come_closer_until_the_tolerance():
    errors = []
    for attempts in (1, 10, 1000):
        torch.manual_seed(2)
        errors.append(program_weights(AnalogTile(2, 3, CONFIG), TARGET, max_iter=attempts, tolerance=0.02))
    assert errors[0] > errors[1] > 0.02 > errors[2]


def test_the_last_target_is_aimed_at_again():
    tile = AnalogTile(2, 3, CONFIG)
    tile.set_weights(TARGET)
    assert tile.program_weights() < 0.01
    tile.write_weights(torch.zeros(2, 3))
    assert tile.program_weights() < 0.01 and (tile.reference_weights == TARGET).all()
    tile.write_weights(0.5 * TARGET)
    assert tile.program_weights(from_reference=False) < 0.01 and (tile.reference_weights == 0.5 * TARGET).all()


def test_an_update_ends_what_was_aimed_at():
    tile = AnalogTile(2, 3, CONFIG)
    tile.set_weights(TARGET, realistic=True)
    tile.update(torch.ones(1, 3), torch.full((1, 2), 3.0))
    trained = tile.get_weights()[0]
    tile.program_weights()
    assert (tile.reference_weights == trained).all() and (tile.get_weights()[0] - trained).abs().mean() < 0.01


@pytest.mark.parametrize('arguments, message', [
    (dict(learning_rate=-1.0), 'learning_rate = -1'), (dict(learning_rate=float('nan')), 'learning_rate = nan'),
    (dict(max_iter=-1), 'max_iter = -1'), (dict(max_iter=2.5), 'max_iter = 2.5'), (dict(tolerance=-1.0), 'tolerance = -1'),
    (dict(w_init=float('inf')), 'w_init = inf'), (dict(x_values=torch.full((2, 3), torch.nan)), 'x_values: must be'),
    (dict(x_values=torch.zeros(0, 3)), 'x_values: must be one vector'), (dict(x_values=torch.eye(2)), 'x_values of shape')])
def test_impossible_arguments_leave_the_weights_alone(arguments, message):
    tile = AnalogTile(2, 3, CONFIG)
    tile.set_weights(TARGET)
    with pytest.raises(ValueError, match=message):
        tile.program_weights(**arguments)
    assert (tile.get_weights()[0] == TARGET).all() and tile.reference_weights is None


@pytest.mark.parametrize('x_values', [torch.eye(4), torch.ones(3)])
def test_test_vectors_must_fit(x_values):
    with pytest.raises(ValueError, match=r'x_values of shape .*: expected \(vectors, 3\)'):
        program_weights(AnalogTile(2, 3, CONFIG), TARGET, x_values)
