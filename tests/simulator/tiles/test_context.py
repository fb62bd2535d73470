"""The parameter that shows the weights of a tile to torch, and what waits in it for the update."""

import copy
import pickle

import pytest
import torch

from aihwlab.kernel.patches import Geometry, Patches
from aihwlab.simulator.configs import SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters import RuntimeParameter
from aihwlab.simulator.tiles import AnalogTile


def context_of(**settings):
    tile = AnalogTile(2, 3, SingleRPUConfig(device=IdealDevice(), **settings))
    return tile, tile.analog_ctx


def test_its_data_is_the_memory_of_the_weights():
    tile, context = context_of()
    tile.tile.weights[0, 1] = 0.5
    assert context.shape == (2, 3) and context[0, 1] == 0.5 and context.data_ptr() == tile.tile.weights.ctypes.data
    assert list(tile.parameters()) == [context] and context.analog_tile is tile


def test_inputs_and_gradients_wait_until_they_are_forgotten():
    tile, context = context_of()
    x, d = torch.rand(4, 3, 1), torch.rand(4, 2, 1)
    assert not context.has_gradient()
    context.record(x, d)
    context.record(x, 2 * d)
    assert context.has_gradient() and context.analog_input[0] is x and (context.analog_grad_output[1] == 2 * d).all()
    context.reset()
    assert not context.has_gradient() and context.analog_grad_output == []


def test_it_never_has_a_gradient():
    tile, context = context_of()
    tile(torch.rand(4, 3)).sum().backward()
    assert context.grad is None and context.has_gradient()


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
