"""Checkpoints of tiles that are damaged at any key: refused by name, and the tile stays as it was; or what they say holds."""

import pytest
import torch

from aihwlab.exceptions import AihwlabError
from aihwlab.simulator.configs import InferenceRPUConfig
from aihwlab.simulator.configs.devices import IdealDevice
from aihwlab.simulator.parameters import WeightModifierParameter, WeightModifierType
from aihwlab.simulator.tiles import InferenceTile
from tests.robustness.tiles import CONFIGS, IN, OUT, numbers, same, tile_for

LEFT_OUT = object()
MAY_CHANGE = 'operation', 'noise_model', 'compensation', 't_inference'
DAMAGES = [LEFT_OUT, None, float('nan'), -1, -0.5, 10 ** 30, 'damaged', [['']], {}, torch.full((1,), torch.nan), True]


def keys_of(state, path=()):
    """Yield the paths of all parts of a state: names of dictionaries and numbers in lists."""
    if path:
        yield path
    items = state.items() if isinstance(state, dict) else enumerate(state) if isinstance(state, list) else ()
    for key, item in items:
        yield from keys_of(item, (*path, key))


def damaged(state, path, value):
    """Return a state with another value at a path, or with nothing there; parts beside the path are not copied."""
    key, *rest = path
    state = state.copy()
    if rest:
        state[key] = damaged(state[key], rest, value)
    elif value is LEFT_OUT:
        del state[key]
    else:
        state[key] = value
    return state


def living_tile(config):
    torch.manual_seed(1)
    tile = tile_for(config)
    tile.set_weights(numbers(1, OUT, IN, scale=0.2), numbers(2, OUT))
    tile.program_weights(max_iter=1)
    if not isinstance(config.device, IdealDevice):
        tile.drift_weights(2.0)
    tile(numbers(3, 1, IN))
    return tile


@pytest.mark.parametrize('config', [CONFIGS[4], CONFIGS[6]])
def test_a_checkpoint_damaged_at_any_key_is_refused_by_name_or_what_it_says_holds(config):
    tile = living_tile(config)

    def may_load(path, value):
        tile.rpu_config.validate()
        is_config = path[:2] == ('analog_tile_state', 'rpu_config')
        return is_config or path[-1] == 'operation' or is_harmless(path, value)

    damage(tile, keys_of(tile.state_dict()), may_load)


def damage(tile, paths, may_load):
    """Load the checkpoint of a tile with each damage at each path: it is refused by name, or may be loaded and computes."""
    good = tile.state_dict()
    for path in paths:
        for value in DAMAGES:
            state = damaged(good, path, value)
            if same(state, good):
                continue
            try:
                tile.load_state_dict(state)
            except (AihwlabError, RuntimeError) as error:
                assert names(str(error), path), (path, value, error)
            else:
                assert may_load(path, value), (path, value)
                assert torch.isfinite(tile.eval()(numbers(3, 1, IN))).all()
                tile.train().load_state_dict(good)
            assert same(tile.state_dict(), good), path


def is_harmless(path, value):
    """Return whether a value is as good as any: a seed, a learning rate, no reference to aim at, no scales."""
    return (path[-1] in ('seed', 'learning_rate', 'clock') and not isinstance(value, (str, list, dict))
            or path[-1] in ('reference_weights', 'mapping_scales') and value in (None, LEFT_OUT)
            or path[-2:] in (('average_input', 0), ('average_input', 1)))


def names(message, path):
    """Return whether a message names the part at a path, or one that holds it or that it has replaced."""
    return any(str(key) in message for key in path[-3:] if key not in ('fields', 'class'))


def test_what_a_checkpoint_says_of_programmed_weights_is_refused_by_name_or_holds():
    torch.manual_seed(1)
    modifier = WeightModifierParameter(type=WeightModifierType.ADD_NORMAL, std_dev=0.1)
    tile = InferenceTile(OUT, IN, InferenceRPUConfig(modifier=modifier), bias=True)
    tile.set_weights(numbers(1, OUT, IN, scale=0.2), numbers(2, OUT))
    tile.post_update_step()
    tile.drift_weights(60.0)
    paths = [path for path in keys_of(tile.state_dict()) if path[1:2] in (('programmed',), ('modified_weights',))]
    damage(tile, paths, lambda path, value: path[-1] in MAY_CHANGE or value is None)
