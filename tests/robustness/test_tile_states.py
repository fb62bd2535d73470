"""Whatever happens to a tile, in whatever order: what it shows is what it uses, within bounds, and can be saved and copied.

A state machine lets a tile be set, updated, programmed, read, aged, saved, loaded, copied, moved, frozen, reconfigured and
interrupted, and written to from outside. A second tile, which is saved and loaded instead of copied now and then, has to go
on with the same bits.
"""

import pickle
from copy import deepcopy

import pytest
import torch
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aihwlab.exceptions import AihwlabError
from aihwlab.inference import PCMLikeNoiseModel
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import FloatingPointRPUConfig, InferenceRPUConfig, SingleRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters import (
    MappingParameter,
    WeightClipParameter,
    WeightClipType,
    WeightModifierParameter,
    WeightModifierType,
)
from aihwlab.simulator.tiles import AnalogTile, FloatingPointTile
from tests.networks import through_a_file
from tests.robustness.tiles import CONFIGS, IN, OUT, numbers, same, tile_for

INFERENCE_CONFIGS = [
    InferenceRPUConfig(modifier=WeightModifierParameter(type=WeightModifierType.ADD_NORMAL, std_dev=0.1)),
    InferenceRPUConfig(mapping=MappingParameter(digital_bias=False, weight_scaling_omega=0.6), drift_compensation=None,
                       clip=WeightClipParameter(type=WeightClipType.FIXED_VALUE, fixed_value=0.3)),
]
SEEDS = st.integers(0, 2 ** 16)


class Interrupted(BaseException):
    """Something that stops a program anywhere, as the stop button of a notebook does."""


class TileStates(RuleBasedStateMachine):
    """The life of a tile, and of its twin."""

    @initialize(config=st.sampled_from(CONFIGS), seed=SEEDS)
    def make(self, config, seed):
        torch.manual_seed(seed)
        first = tile_for(config)
        self.tiles = [first, deepcopy(first)]
        self.optimizers = [AnalogSGD(tile.parameters(), lr=0.05) for tile in self.tiles]
        self.is_frozen = False

    def both(self, act):
        """Let the same happen to both tiles; return what the first has answered."""
        answers = [act(tile, optimizer) for tile, optimizer in zip(self.tiles, self.optimizers)]
        assert same(*answers)
        return answers[0]

    def replace(self, number, tile):
        """Put another tile into the place of one, with an optimizer of its own."""
        self.tiles[number] = tile
        self.optimizers[number] = AnalogSGD(tile.parameters(), lr=0.05)
        for one in self.tiles:  # copies have no records
            one.zero_grad()
            one.analog_ctx.reset()

    @rule(seed=SEEDS, scale=st.sampled_from([0.0, 0.2, 5.0]))
    def set_weights(self, seed, scale):
        weight, bias = numbers(seed, OUT, IN, scale=scale), numbers(seed + 1, OUT, scale=scale)
        self.both(lambda tile, _: tile.set_weights(weight, bias))
        for tile in self.tiles:
            assert tile.reference_weights is None
            if isinstance(tile, FloatingPointTile):
                torch.testing.assert_close(tile.get_weights(), (weight, bias))

    @rule(seed=SEEDS, value=st.sampled_from([0.1, 9.0]),
          write=st.sampled_from(['data', 'detached', 'initialised']))
    def write_from_outside(self, seed, value, write):
        weights = numbers(seed, *self.tiles[0].analog_ctx.shape, scale=value)

        def act(tile, _):
            if write == 'data':
                tile.analog_ctx.data = weights
            elif write == 'detached':
                tile.analog_ctx.detach().copy_(weights)
            else:
                torch.nn.init.constant_(tile.analog_ctx, value)
        self.both(act)

    @rule(seed=SEEDS)
    def train(self, seed):
        x, d = numbers(seed, 2, IN).requires_grad_(), numbers(seed + 1, 2, OUT)
        before = self.tiles[0].analog_ctx.detach().clone()

        def act(tile, optimizer):
            optimizer.zero_grad()
            tile(x).backward(d)
            optimizer.step()
            return tile.analog_ctx.has_gradient()
        assert self.both(act) is not self.is_frozen
        if self.is_frozen:
            assert (self.tiles[0].analog_ctx == before).all()
        else:
            assert self.tiles[0].reference_weights is None

    @rule(seed=SEEDS)
    def interrupt(self, seed):
        """Stop in the middle of a step, before the devices get their pulses; then go on."""
        x, d = numbers(seed, 1, IN).requires_grad_(), numbers(seed + 1, 1, OUT)

        def act(tile, optimizer):
            def stop(*_):
                raise Interrupted
            optimizer.zero_grad()
            tile(x).backward(d)
            tile.kernel_tile.update = stop
            try:
                optimizer.step()
            except Interrupted:
                pass
            finally:
                del tile.kernel_tile.update
            optimizer.zero_grad()
            return tile.get_weights()
        self.both(act)

    @rule(attempts=st.integers(0, 3))
    def program(self, attempts):
        self.both(lambda tile, _: tile.program_weights(max_iter=attempts))
        assert all(tile.reference_weights is not None for tile in self.tiles)

    @rule()
    def read(self):
        self.both(lambda tile, _: tile.read_weights())

    @rule(time=st.sampled_from([0.0, 3.0]))
    def age(self, time):
        def act(tile, _):
            tile.post_update_step()
            if not isinstance(tile.kernel_tile.parameters.device, IdealDevice):
                tile.drift_weights(time)
        self.both(act)

    @rule()
    def reset(self):
        self.both(lambda tile, _: tile.reset_columns(1, 2, 0.5))

    @rule()
    def set_hidden_as_it_was(self):
        def act(tile, _):
            before = tile.get_weights()
            tile.set_hidden_parameters(tile.get_hidden_parameters())
            assert same(before, tile.get_weights())
        self.both(act)

    @rule(number=st.integers(0, 1), way=st.sampled_from(['copy', 'pickle', 'file', 'move']))
    def copy(self, number, way):
        tile = self.tiles[number]
        if way == 'copy':
            other = deepcopy(tile)
        elif way == 'pickle':
            other = pickle.loads(pickle.dumps(tile))
        elif way == 'move':
            other = tile.to('cpu').float()
        else:
            torch.manual_seed(99)
            plain = next(kind for kind in (SingleRPUConfig, FloatingPointRPUConfig, InferenceRPUConfig)
                         if isinstance(tile.rpu_config, kind))
            other = tile_for(plain(mapping=tile.rpu_config.mapping))
            other.load_state_dict(through_a_file(tile.state_dict()))
            other.requires_grad_(not self.is_frozen)
        assert same(tile.get_weights(), other.get_weights())
        self.replace(number, other)

    @rule()
    def freeze_or_thaw(self):
        self.is_frozen = not self.is_frozen
        self.both(lambda tile, _: tile.analog_ctx.requires_grad_(not self.is_frozen) is None)

    @precondition(lambda self: isinstance(self.tiles[0], AnalogTile))
    @rule(noise=st.sampled_from([0.0, 0.03, 0.2]))
    def reconfigure(self, noise):
        def act(tile, _):
            tile.rpu_config.forward.out_noise = noise
        self.both(act)

    @rule(change=st.sampled_from([
        lambda tile: tile.set_weights(torch.full((OUT, IN), torch.nan), torch.zeros(OUT)),
        lambda tile: tile.set_learning_rate(-1.0), lambda tile: tile.program_weights(max_iter=-1), lambda tile: tile.half(),
        lambda tile: tile.share_memory(), lambda tile: tile.reset_columns(9),
        lambda tile: tile.update(torch.full((1, IN), torch.inf), torch.ones(1, OUT)),
        lambda tile: setattr(tile.analog_ctx, 'data', torch.zeros(1)),
        lambda tile: tile.load_state_dict({**tile.state_dict(), 'analog_ctx': torch.full((OUT, IN), torch.nan)}),
        lambda tile: tile.read_weights(x_values=torch.zeros(2, IN + tile.analog_bias))]))
    def refuse(self, change):
        """Nothing that is refused changes anything, but for the count of operations."""
        for tile in self.tiles:
            before, operation = deepcopy(tile.state_dict()), tile.kernel_tile.operation
            with pytest.raises((ValueError, AihwlabError, RuntimeError)):
                change(tile)
            tile.kernel_tile.operation = operation
            assert same(before, tile.state_dict())

    @invariant()
    def what_is_shown_is_what_is_used(self):
        """In one memory, finite, and within the bounds of the devices."""
        for tile in getattr(self, 'tiles', []):
            tile.notice_changes()
            context, hidden = tile.analog_ctx, tile.get_hidden_parameters()
            assert context.data_ptr() == tile.kernel_tile.weights.ctypes.data and context.analog_tile is tile
            assert torch.isfinite(context).all()
            state = hidden.get('persistent_weights', tile.crossbar_weights())
            if 'max_bound' in hidden:
                assert (state <= hidden['max_bound']).all() and (state >= hidden['min_bound']).all()
            assert context.requires_grad is not self.is_frozen

    @invariant()
    def both_are_the_same(self):
        if hasattr(self, 'tiles'):
            assert same(*(tile.state_dict() for tile in self.tiles))


class InferenceTileStates(TileStates):
    """The life of a tile whose weights torch trains and that are then programmed, and of its twin."""

    interrupt = None  # a step of torch's is over at once

    @initialize(config=st.sampled_from(INFERENCE_CONFIGS), seed=SEEDS)
    def make(self, config, seed):
        super().make(config, seed)

    @rule(noise=st.sampled_from([None, 0.0, 1.0]))
    def program(self, noise):
        """The trained weights stay as they are, and only evaluation sees the others."""
        model = None if noise is None else PCMLikeNoiseModel(prog_noise_scale=noise)
        before = self.tiles[0].get_weights()
        self.both(lambda tile, _: tile.program_weights(noise_model=model))
        assert all(same(before, tile.train().get_weights()) and tile.programmed is not None for tile in self.tiles)

    @rule(times=st.lists(st.sampled_from([0.0, 1.0, 3600.0, 3.2e7]), min_size=2, max_size=3))
    def age(self, times):
        """A time shows the same devices, whatever was looked at before."""
        def act(tile, _):
            first = aged(tile, times[0])
            return first, [aged(tile, time) for time in times], same(first, aged(tile, times[0]))
        assert self.both(act)[2]

    @rule(seed=SEEDS)
    def train(self, seed):
        """A step of training moves the weights, and ends what was programmed; a frozen tile keeps both."""
        x, d = numbers(seed, 2, IN).requires_grad_(), numbers(seed + 1, 2, OUT)
        before, programmed = self.tiles[0].analog_ctx.detach().clone(), self.tiles[0].programmed

        def act(tile, optimizer):
            optimizer.zero_grad()
            tile.train()(x).backward(d)
            optimizer.step()
            tile.notice_changes()
        self.both(act)
        tile = self.tiles[0]
        assert same(before, tile.analog_ctx.detach()) is self.is_frozen
        assert tile.programmed is (programmed if self.is_frozen else None)

    @rule(is_training=st.booleans())
    def change_mode(self, is_training):
        self.both(lambda tile, _: tile.train(is_training) and None)

    @rule(seed=SEEDS)
    def look(self, seed):
        """A product changes nothing of what is on the devices."""
        self.both(lambda tile, _: tile(numbers(seed, 2, IN)).detach())

    @rule(change=st.sampled_from([
        lambda tile: tile.set_weights(torch.full((OUT, IN), torch.nan), torch.zeros(OUT)),
        lambda tile: tile.program_weights(noise_model=PCMLikeNoiseModel(prog_noise_scale=-1.0)),
        lambda tile: tile.program_weights(noise_model='PCM'), lambda tile: tile.drift_weights(-1.0),
        lambda tile: tile.drift_weights(float('nan')), lambda tile: tile.share_memory(), lambda tile: tile.half(),
        lambda tile: setattr(tile.analog_ctx, 'data', torch.zeros(1)),
        lambda tile: tile.load_state_dict({**tile.state_dict(), 'analog_ctx': torch.full((OUT, IN), torch.nan)})]))
    def refuse(self, change):
        super().refuse(change)


def aged(tile, time):
    """Return what is on the devices of a tile at a time, and the factor that compensates for it."""
    tile.drift_weights(time)
    return tile.programmed.weights.clone(), tile.alpha.clone()


TestTileStates, TestInferenceTileStates = TileStates.TestCase, InferenceTileStates.TestCase
TestTileStates.settings = TestInferenceTileStates.settings = settings(
    max_examples=10, stateful_step_count=20, deadline=None, derandomize=True, report_multiple_bugs=False,
    phases=[Phase.generate],  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow])
