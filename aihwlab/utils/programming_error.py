"""How exactly weights are programmed, by pulses or with the noise of a model, against the target."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from torch.nn import Module

from aihwlab.exceptions import TileError
from aihwlab.simulator.configs import InferenceRPUConfig
from aihwlab.simulator.presets.utils import PresetIOParameters
from aihwlab.simulator.tiles.inference import InferenceTileWithPeriphery
from aihwlab.utils.pulse_experiments import config_of
from aihwlab.widgets.style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, tidy

COLOURS = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY)
"""One for each curve in the same axes."""


def plot_programming_error(config: Any, w_range: tuple[float, float] = (-1.0, 1.0), w_init: np.ndarray | None = None,
                           n_rows: int = 100, realistic_read: bool = False, n_bins: int = 101, use_cuda: bool = False,
                           label: str | None = None, axes: Axes | None = None, t_inference: float | None = None,
                           **kwargs: Any) -> Axes:
    """Program random weights into a tile, and draw the mean error against the target, with its standard error as a band.

    Weights are programmed as `program_weights` of a tile does it: by repeated reading and pulsing, or, for a configuration
    for inference, with the noise of its model.

    Example:
        >>> plot_programming_error(EcRamPresetDevice(), n_rows=50, n_bins=21, max_iter=100)

    Args:
        config: parameters of a pulsed device, or of a cell of several, which get the converters of the training presets; or a
            configuration.
        w_range: range of the targets, if they are not given.
        w_init: the targets, a matrix [out, in]; by default [n_rows, n_rows], at equal distances over the range, in random
            order.
        n_rows: number of rows and columns of these.
        realistic_read: estimate what was programmed by products (`read_weights`); otherwise it is read exactly.
        n_bins: number of bins of the targets; bins without a target are left out.
        use_cuda: compute on the GPU.
        label: name of the curve; by default that of the device.
        axes: where to draw; by default in the current axes.
        t_inference: time since programming at which the weights of a tile for inference are read, s.
        kwargs: further arguments of `program_weights`, for example `max_iter`.

    Returns:
        The axes.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
        ValueError: for targets that are no matrix, an empty range, or a time of inference for a tile of pulsed devices.
    """
    if t_inference is not None and not isinstance(config, InferenceRPUConfig):
        raise ValueError(f't_inference = {t_inference}: must be None for a tile that is trained by pulses')
    target = targets(w_range, n_rows) if w_init is None else np.asarray(w_init, dtype=np.float32)
    if target.ndim != 2 or target.size == 0:
        raise ValueError(f'w_init of shape {target.shape}: must be a matrix, [out, in]')
    programmed = program(config, target, realistic_read, use_cuda, t_inference, kwargs)
    name = type(getattr(config, 'device', config)).__name__ if label is None else label
    return draw_error(plt.gca() if axes is None else axes, target, programmed, n_bins, name)


def plot_model_programming_error(analog_model: Module, n_bins: int = 51, apply_weight_scaling: bool = False,
                                 axes: Axes | None = None, **kwargs: Any) -> Axes:
    """Draw the mean error of the programmed weights of each tile of a model against the targets, as they were programmed.

    The model stays as it is: times that it has seen since do not count.

    Args:
        analog_model: a model whose tiles are programmed (`program_analog_weights`).
        n_bins: number of bins of the targets of each tile; bins without a target are left out.
        apply_weight_scaling: draw logical weights, which are those in the crossbar times the mapping scales.
        axes: where to draw; by default in the current axes.
        kwargs: style of the curves, for example `linestyle`.

    Returns:
        The axes.

    Raises:
        TileError: for a tile that is not programmed, or a model without tiles.
    """
    tiles = [(name, module) for name, module in analog_model.named_modules() if isinstance(module, InferenceTileWithPeriphery)]
    open_tiles = [name for name, tile in tiles if tile.programmed_weights is None]
    if open_tiles or not tiles:
        raise TileError(f'{open_tiles[0]}: not programmed; call program_analog_weights(model)' if open_tiles else
                        'a model without tiles for inference, which are the ones that are programmed once')
    axes = plt.gca() if axes is None else axes
    for name, tile in tiles:
        scales = tile.get_scales() if apply_weight_scaling else None
        factor = np.ones(1) if scales is None else scales.detach().cpu().numpy().reshape(-1, 1)
        target, programmed = (factor * weights.detach().cpu().numpy()  # type: ignore[union-attr]
                              for weights in (tile.reference_combined_weights, tile.programmed_weights))
        draw_error(axes, target, programmed, n_bins, name.removesuffix('.analog_module'), **kwargs)
    return axes


def draw_error(axes: Axes, target: np.ndarray, programmed: np.ndarray, n_bins: int, name: str, **style: Any) -> Axes:
    """Draw the mean difference of programmed weights and targets, with its standard error as a band, and return the axes."""
    centre, mean, error = binned(target.ravel(), (programmed - target).ravel(), n_bins)
    if not axes.lines:
        axes.axhline(0, color='#808080', linewidth=0.8)
    colour = COLOURS[(len(axes.lines) - 1) % len(COLOURS)]
    axes.plot(centre, mean, **{'color': colour, 'linewidth': 2.0, 'label': name, **style})
    axes.fill_between(centre, mean - error, mean + error, color=colour, alpha=0.25, linewidth=0)
    axes.set(xlabel='target weight', ylabel='programmed weight - target')
    axes.legend(frameon=False, fontsize='small')
    tidy(axes)
    return axes


def targets(w_range: tuple[float, float], n_rows: int) -> np.ndarray:
    """Return a matrix [n_rows, n_rows] of weights at equal distances over a range, in random order."""
    low, high = w_range
    if not low < high or n_rows < 1:
        raise ValueError(f'w_range = {w_range}, n_rows = {n_rows}: must be a lower and an upper end, and at least 1')
    weights = torch.linspace(low, high, n_rows ** 2)
    return weights[torch.randperm(n_rows ** 2)].reshape(n_rows, n_rows).numpy()


def program(config: Any, target: np.ndarray, realistic_read: bool, use_cuda: bool, t_inference: float | None,
            settings: dict[str, Any]) -> np.ndarray:
    """Return what a tile holds after it was programmed, [out, in]."""
    if not hasattr(config, 'tile_class'):
        config = config_of(config)
        config.forward, config.backward = PresetIOParameters(), PresetIOParameters()
    tile = config.tile_class(*target.shape, config).eval()  # evaluation sees what is programmed
    tile = tile.cuda() if use_cuda else tile
    tile.set_weights(torch.from_numpy(target))
    tile.reference_weights = torch.from_numpy(target).to(tile.device)  # not what the bounds have left of it
    tile.program_weights(**settings)
    if t_inference is not None:
        tile.drift_weights(t_inference)
    found = tile.read_weights() if realistic_read else tile.get_weights()
    return (found[0] if isinstance(found, tuple) else found).detach().cpu().numpy()


def binned(target: np.ndarray, difference: np.ndarray, n_bins: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return middle, mean difference and its standard error for each bin of the targets that has any, [bins]."""
    if n_bins < 1:
        raise ValueError(f'n_bins = {n_bins}: must be at least 1')
    edges = np.linspace(target.min(), target.max(), n_bins + 1)
    number = np.clip(np.searchsorted(edges, target, side='right') - 1, 0, n_bins - 1)
    count = np.bincount(number, minlength=n_bins)
    some = count > 0
    mean = np.bincount(number, difference, n_bins)[some] / count[some]
    square = np.bincount(number, difference ** 2, n_bins)[some] / count[some]
    error = np.sqrt(np.maximum(square - mean ** 2, 0) / np.maximum(count[some] - 1, 1))
    return ((edges[:-1] + edges[1:]) / 2)[some], mean, error
