"""Programming and drift of all tiles of a network, whatever its class."""


from torch.nn import Module

from aihwlab.exceptions import ConfigError, ModuleError
from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.parameters.validation import require


def program_analog_weights(model: Module, noise_model: BaseNoiseModel | None = None) -> None:
    """Program all tiles of a network: each once, with new noise.

    Tiles for inference put their trained weights onto devices, which evaluation sees from then on (`program_weights` of
    `InferenceTile`); tiles that are trained by pulses are programmed by pulses, until they read as wanted.

    Args:
        model: a network in evaluation mode.
        noise_model: model of noise, which takes the place of those of the configurations of tiles for inference.

    Raises:
        ModuleError: in training mode.
        ConfigError: for what is no model of noise, or for one where no tile is for inference. Nothing is changed.
    """
    require_evaluation(model, 'program_analog_weights')
    from aihwlab.simulator.tiles.inference import InferenceTileWithPeriphery
    from aihwlab.simulator.tiles.module import TileModule  # here, because tiles themselves need models of noise
    tiles = [module for module in model.modules() if isinstance(module, TileModule)]
    if noise_model is not None:
        require('noise_model', noise_model, BaseNoiseModel, error=ConfigError)
        if not any(isinstance(tile, InferenceTileWithPeriphery) for tile in tiles):
            raise ConfigError(f'noise_model = {noise_model}: must be None, because tiles that are programmed by pulses have '
                              'the noise of their pulses')
    for tile in tiles:
        if noise_model is not None and isinstance(tile, InferenceTileWithPeriphery):
            tile.program_weights(noise_model=noise_model)
        else:
            tile.program_weights()


def drift_analog_weights(model: Module, t_inference: float = 0.0) -> None:
    """Let evaluation see the tiles of a network as they are a time after programming, and compensate for their drift.

    Times may come in any order: each counts from programming. Tiles that are not programmed yet are programmed before.

    Tiles that are trained by pulses stay as they are: their devices drift by steps (`drift_weights` of `AnalogTile`).

    Args:
        model: a network in evaluation mode.
        t_inference: time since programming, s.

    Raises:
        ModuleError: in training mode.
        ValueError: for a time that is negative or not finite.
    """
    require('t_inference', t_inference, float, '[0, inf)')
    require_evaluation(model, 'drift_analog_weights')
    from aihwlab.simulator.tiles.inference import InferenceTileWithPeriphery
    for tile in model.modules():
        if isinstance(tile, InferenceTileWithPeriphery):
            tile.drift_weights(t_inference)


def require_evaluation(model: Module, name: str) -> None:
    """Raise a ModuleError for a network in training mode."""
    if model.training:
        raise ModuleError(f'{name}: the network must be in evaluation mode, call model.eval() before')
