"""The parameter that shows the weights of a tile to torch, and what waits in it for the update."""

import copy
import pickle

import pytest
import torch

from aihwlab.exceptions import TileError
from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters import RuntimeParameter
from aihwlab.simulator.presets import ReRamSBPreset
from aihwlab.simulator.tiles import AnalogTile


def context_of(**settings):
    tile = AnalogTile(2, 3, SingleRPUConfig(device=IdealDevice(), **settings))
    return tile, tile.analog_ctx


def test_its_data_is_the_memory_of_the_weights():
    tile, context = context_of()
    tile.kernel_tile.weights[0, 1] = 0.5
    assert context.shape == (2, 3) and context[0, 1] == 0.5 and context.data_ptr() == tile.kernel_tile.weights.ctypes.data
    assert list(tile.parameters()) == [context] and context.analog_tile is tile


def test_inputs_and_gradients_wait_until_they_are_forgotten():
    tile, context = context_of()
    x, d = torch.rand(4, 3, 1), torch.rand(4, 2, 1)
    assert not context.has_gradient()
    context.record(x, d)
    context.record(x, 2 * d)
    assert context.has_gradient() and context.records[0].x is x and (context.records[1].d == 2 * d).all()
    context.reset()
    assert not context.has_gradient() and context.records == []


def test_what_was_recorded_is_its_gradient():
    tile, context = context_of()
    assert context.grad is None
    x, d = torch.rand(4, 3), torch.rand(4, 2)
    tile(x).backward(d)
    assert context.has_gradient() and context.grad is context.grad
    torch.testing.assert_close(context.grad + 0, d.T @ x)
    context.grad = None
    assert context.grad is None and not context.has_gradient()


def test_a_gradient_cannot_be_made_up():
    tile, context = context_of()
    with pytest.raises(TileError, match='a tile cannot be given a gradient'):
        context.grad = torch.ones(2, 3)


def test_what_was_recorded_is_not_changed_in_place():
    tile, context = context_of()
    x, d = torch.rand(4, 3, 1), torch.rand(4, 2, 1)
    context.record(x, d)
    context.require_unchanged()
    x.zero_()
    with pytest.raises(TileError, match='changed in place'):
        context.require_unchanged()


@pytest.mark.parametrize('write', [
    lambda context, weights: setattr(context, 'data', weights),
    lambda context, weights: context.data.copy_(weights),
    lambda context, weights: context.detach().copy_(weights),
    lambda context, weights: torch.nn.utils.vector_to_parameters(weights.flatten(), [context]),
    lambda context, weights: torch.nn.init.constant_(context, weights[0, 0].item()),
])
def test_what_is_written_into_it_is_written_into_the_devices(write):
    """Within their bounds, and also where the pulses change another weight than products see."""
    tile = AnalogTile(2, 3, ReRamSBPreset())
    context, hidden = tile.analog_ctx, tile.get_hidden_parameters()
    for value in (0.125, 7.0):
        write(context, torch.full((2, 3), value))
        tile(torch.ones(1, 3))
        expected = hidden['max_bound'].clamp(max=value)
        assert (tile.get_hidden_parameters()['persistent_weights'] == expected).all()
    assert context.data_ptr() == tile.kernel_tile.weights.ctypes.data


@pytest.mark.parametrize('weights', [torch.zeros(3, 2), torch.zeros(2, 3, dtype=torch.int64)])
def test_weights_that_do_not_fit_are_refused(weights):
    tile, context = context_of()
    with pytest.raises(TileError, match='the weights of this tile are torch.float32'):
        context.data = weights


def test_other_weights_for_one_call_are_refused():
    tile, x = context_of()[0], torch.rand(1, 3)
    with pytest.raises(TileError, match='analog_ctx was replaced'):
        torch.func.functional_call(tile, {'analog_ctx': torch.zeros(2, 3)}, (x,))
    tile(x)


def test_an_optimizer_that_trains_no_tiles_says_so_once_and_lets_records_go(recwarn):
    tile, context = context_of()
    optimizer, before = torch.optim.SGD(tile.parameters(), lr=0.1), tile.get_weights()[0]
    for _ in range(3):
        tile(torch.rand(4, 3)).sum().backward()
        optimizer.step()
        assert not context.has_gradient()
    assert (tile.get_weights()[0] == before).all()
    warning, = recwarn
    assert str(warning.message).startswith('SGD does not train analog tiles')
    AnalogSGD(tile.parameters(), lr=0.1)
    tile(torch.rand(4, 3)).sum().backward()
    assert context.has_gradient()


def test_plain_modules_forget_what_was_recorded_too():
    tile, context = context_of()
    tile(torch.rand(4, 3)).sum().backward()
    torch.nn.Sequential(tile).zero_grad()
    assert not context.has_gradient()


@pytest.mark.parametrize('offload', [False, True])
def test_what_waits_can_be_kept_in_the_memory_of_the_cpu(monkeypatch, offload):
    tile, context = context_of(runtime=RuntimeParameter(offload_input=offload, offload_gradient=offload))
    moved = []
    monkeypatch.setattr(torch.Tensor, 'cpu', lambda tensor: moved.append(tensor) or tensor)
    image, d = torch.rand(1, 1, 4, 4), torch.rand(1, 2, 4)
    context.record(Patches(image, Geometry((3, 3), (1, 1), (1, 1))), d)
    assert [tensor is expected for tensor, expected in zip(moved, (image, d))] == [True, True][:2 * offload]
    assert context.analog_input[0].image is image


def test_copies_belong_to_their_own_tile():
    tile, context = context_of()
    for copied in (copy.deepcopy(tile), pickle.loads(pickle.dumps(tile))):
        assert copied.analog_ctx.analog_tile is copied and copied.analog_ctx.data_ptr() != context.data_ptr()
        assert (copied.analog_ctx == context).all()
    assert copy.deepcopy(context).analog_tile is None


def test_a_frozen_one_stays_frozen_in_copies():
    tile, context = context_of()
    context.requires_grad_(False)
    assert not copy.deepcopy(tile).analog_ctx.requires_grad and not pickle.loads(pickle.dumps(tile)).analog_ctx.requires_grad


def test_it_says_what_it_is():
    assert repr(context_of()[1]).startswith('AnalogContext of AnalogTile, ')
