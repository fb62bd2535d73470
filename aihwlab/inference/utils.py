"""Programming and drift of all tiles of a network, whatever its class."""

from typing import Any

from torch.nn import Module

from aihwlab.exceptions import ConfigError, ModuleError


def program_analog_weights(model: Module, noise_model: Any = None) -> None:
    """Program all tiles of a network: by pulses, until they read as wanted (`program_weights` of a tile).

    Raises:
        ModuleError: in training mode.
        ConfigError: for a noise model; it is for tiles that are programmed without pulses, and there are none.
    """
    require_evaluation(model, 'program_analog_weights')
    if noise_model is not None:
        raise ConfigError(f'noise_model = {noise_model!r}: must be None, because tiles that are programmed by pulses have the '
                          'noise of their pulses')
    from aihwlab.simulator.tiles.module import TileModule  # here, because tiles themselves need models of noise
    for module in model.modules():
        if isinstance(module, TileModule):
            module.program_weights()


def drift_analog_weights(model: Module, t_inference: float = 0.0) -> None:
    """Let the tiles of a network drift until a time after programming, in seconds, as far as they model it.

    Tiles that are trained by pulses do not: their devices drift by steps (`drift_weights` of a tile). They stay as they are.

    Raises:
        ModuleError: in training mode.
        ValueError: for a time that is negative or not finite.
    """
    if not 0 <= t_inference < float('inf'):
        raise ValueError(f't_inference = {t_inference}: must be in [0, inf) seconds')
    require_evaluation(model, 'drift_analog_weights')


def require_evaluation(model: Module, name: str) -> None:
    """Raise a ModuleError for a network in training mode."""
    if model.training:
        raise ModuleError(f'{name}: the network must be in evaluation mode, call model.eval() before')
