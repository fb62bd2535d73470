"""What a checkpoint holds of a tile. It is checked like the arguments of a constructor, before anything is changed."""

import re
from copy import deepcopy
from dataclasses import fields
from numbers import Real
from typing import Any

import torch

from aihwlab import __version__
from aihwlab.exceptions import ConfigError, TileError, TileModuleError
from aihwlab.kernel.tile import Tile
from aihwlab.simulator.parameters.serialization import from_plain, to_plain
from aihwlab.simulator.tiles.arguments import require_learning_rate
from aihwlab.simulator.tiles.exchange import state_as_arrays, state_as_tensors, to_torch_device


def state_of(module: Any) -> dict[str, Any]:
    """Return all that a checkpoint needs of a tile besides parameters and buffers: tensors, strings and numbers only."""
    state = module.kernel_tile.state()
    state.pop('weights')  # they are the parameter `analog_ctx`, which torch saves, but for an analog bias
    bias = module.crossbar_weights()[:, -1].cpu().clone() if has_bias_apart(module) else None
    return {'version': __version__, 'analog_tile_class': type(module).__name__, 'rpu_config': to_plain(module.rpu_config),
            'learning_rate': module.learning_rate, 'reference_weights': module.reference_weights, 'bias_weights': bias,
            **module.further_state(), **state_as_tensors(state)}


def read(module: Any, state: Any, weights: Any, key: str) -> dict[str, Any]:
    """Return what a saved state makes of a tile: its attributes `kernel_tile`, `rpu_config`, `learning_rate`,
    `reference_weights`, and those of `read_further`.

    Args:
        module: the tile that is to load it, which stays as it is.
        state: what `state_of` has returned.
        weights: the weights in the crossbar.
        key: where the state is in the checkpoint, for messages.

    Raises:
        TileError: for a state that lacks an entry, has an impossible value, or is that of another class of tiles or of a
            newer version; the message names key and value.
        TileModuleError: for another mapping.
    """
    require_saved(isinstance(state, dict), key, state, 'the state of a tile')
    expected = state_of(module).keys() - module.optional_parts
    if expected - state.keys():
        raise TileError(f'the state of a tile in the checkpoint, {key}, lacks {", ".join(sorted(expected - state.keys()))}')
    if unknown := state.keys() - expected - module.optional_parts:
        raise TileError(f'the state of a tile in the checkpoint, {key}, has unknown parts: {", ".join(map(str, unknown))}')
    version = state['version']
    require_saved(isinstance(version, str) and re.fullmatch(r'\d+\.\d+\.\d+', version)
                  and _number(version) <= _number(__version__), f'{key}.version', version, f'a version up to {__version__}')
    saved_class, own_class = state['analog_tile_class'], type(module).__name__
    if saved_class != own_class and not module.rpu_config.compatible_with(saved_class):
        raise TileError(f'{key}.analog_tile_class = {saved_class}: this tile is a {own_class}')
    learning_rate, shape = state['learning_rate'], module.kernel_tile.shape
    reference = saved_tensor(state['reference_weights'], shape, f'{key}.reference_weights', or_none=True)
    weights = saved_tensor(weights, tuple(module.weight_view().shape), key.replace('analog_tile_state', 'analog_ctx'))
    if has_bias_apart(module):
        bias = saved_tensor(state['bias_weights'], (module.out_size,), f'{key}.bias_weights')
        weights = torch.cat([weights, bias[:, None].to(weights.device)], dim=1)
    else:
        require_saved(state['bias_weights'] is None, f'{key}.bias_weights', state['bias_weights'],
                      'None without an analog bias')
    config = from_plain(state['rpu_config'], f'{key}.rpu_config', is_complete=version == __version__)
    if not module.config_choice.saved:
        config = own_config(module, config)
    try:
        require_saved(isinstance(learning_rate, Real) and not isinstance(learning_rate, bool), 'learning_rate',
                      learning_rate, 'a number')
        require_learning_rate(learning_rate)
        for name, own in classes_in(module.rpu_config).items():
            setattr(config, name, own)
        config.validate('rpu_config')
    except (AttributeError, TileError, ValueError) as error:
        raise TileError(f'{key}.{error}') from error
    module.require_fits(config)
    return {'kernel_tile': _tile(module, config, state, weights, key), 'rpu_config': config,
            'learning_rate': float(learning_rate), 'reference_weights': reference, **module.read_further(state, config, key)}


def classes_in(rpu_config: Any) -> dict[str, Any]:
    """Return the classes that a configuration names, of the tile and of what is in it: a checkpoint has none of them."""
    return {declared.name: getattr(rpu_config, declared.name) for declared in fields(rpu_config)
            if declared.name.endswith('_class')}


def has_bias_apart(module: Any) -> bool:
    """Return whether a tile has an analog bias that its `analog_ctx` does not show."""
    return bool(module.weight_view().shape != module.crossbar_weights().shape)


def own_config(module: Any, saved: Any) -> Any:
    """Return a copy of the configuration of a tile that keeps its own when it loads a checkpoint.

    Raises:
        TileModuleError: for a saved one of another kind.
    """
    own = module.rpu_config
    if module.config_choice.related and not (isinstance(saved, type(own)) or isinstance(own, type(saved))):
        raise TileModuleError(f'the checkpoint has a {type(saved).__name__}, this tile a {type(own).__name__}: one must be '
                              'derived from the other, or strict_rpu_config_check = False')
    return deepcopy(own)


def _tile(module: Any, config: Any, state: dict[str, Any], weights: torch.Tensor, key: str) -> Tile:
    """Return the tile of the kernel that a state describes, on the torch device of a module."""
    tile: Tile = module.build_tile(config, 0)
    try:
        saved = deepcopy({name: state[name] for name in tile.state() if name != 'weights'})  # others may load it as well
        tile.load({**state_as_arrays(saved), 'weights': state_as_arrays(weights)})
    except (ConfigError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise TileError(f'{key}: {error}') from error
    tile.map(lambda array: to_torch_device(array, module.device))
    return tile


def saved_tensor(value: Any, shape: tuple[int, ...], key: str, or_none: bool = False) -> Any:
    """Return a copy of a saved tensor in float32."""
    if value is None and or_none:
        return None
    require_saved(torch.is_tensor(value), key, value, 'a tensor')
    if tuple(value.shape) != shape or value.is_complex():
        raise TileError(f'{key} is of {value.dtype} and shape {tuple(value.shape)}: must be real numbers of shape {shape}')
    if not torch.isfinite(value).all():
        raise TileError(f'{key} contains NaN or infinite values: must be numbers')
    return value.detach().to(torch.float32).clone()


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split('.')))


def require_saved(requirement: Any, key: str, value: Any, allowed: str) -> None:
    if not requirement:
        raise TileError(f'{key} = {value!r}: must be {allowed}')
