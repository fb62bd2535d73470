"""Ranges of a network that is trained already, of its inputs and quantizers: what they see of some data decides them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from enum import Enum
from itertools import islice
from typing import Any

import torch
from torch.nn import Module

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.inference.calibration.statistics import Cache, Largest, MovingMean, Statistic, quantile_of
from aihwlab.parameters.enums import NoiseManagementType
from aihwlab.parameters.validation import require
from aihwlab.simulator.digital_low_precision.quantizer import Qstates, Quantizer
from aihwlab.simulator.tiles.module import TileModule


class InputRangeCalibrationType(Enum):
    """What of the inputs of a tile becomes its input range. All count magnitudes, |x|, and leave out inputs that are zero."""

    NONE = 'None'
    """Nothing: ranges stay as they are."""

    MOVING_STD = 'MovingStd'
    """The mean over batches of some standard deviations of x."""

    MOVING_QUANTILE = 'MovingQuantile'
    """The mean over batches of a quantile of |x|."""

    CACHE_QUANTILE = 'CacheQuantile'
    """A quantile of |x| of input vectors that are kept, chosen at random from all batches."""

    MAX = 'Max'
    """The largest |x|."""


@torch.no_grad()
def calibrate_input_ranges(model: Module, calibration_type: InputRangeCalibrationType, dataloader: Iterable[Any],
                           quantile: float = 0.99995, max_samples: int = 1000, std_alpha: float | None = None,
                           force_all_layers: bool = True, verbose: bool = False) -> None:
    """Set the input ranges of all tiles of a trained network from data.

    The network sees the data in evaluation mode, with exact products and without ranges, so that no range depends on another.
    Then each tile has a fixed range, which is not trained. Such a range takes the place of noise management, which would
    scale inputs again: it is switched off, and stays so.

    Args:
        model: the network.
        calibration_type: what of the inputs becomes the range.
        dataloader: batches: inputs; or lists that begin with the inputs, as a `DataLoader` gives them with the targets; or
            dictionaries of arguments of the model; or pairs of a tuple of arguments and a dictionary of named ones.
        quantile: for the types that take one, in (0, 1].
        max_samples: for MOVING_STD the most batches, for CACHE_QUANTILE the most input vectors that are kept for each tile.
        std_alpha: how many standard deviations MOVING_STD takes; by default `init_std_alpha` of the input range.
        force_all_layers: give ranges to all tiles; otherwise to those that have one, whose noise management must be off.
        verbose: print the range of each tile.

    Raises:
        ArgumentError: if the network has no tiles, for a batch of another kind, or without any data. Nothing is changed.
        ConfigError: for noise management on a tile with a range, without `force_all_layers`. Nothing is changed.
        ValueError: for arguments that are impossible. Nothing is changed.
    """
    require('calibration_type', calibration_type, InputRangeCalibrationType)
    require('quantile', quantile, float, '(0, 1]')
    require('max_samples', max_samples)
    require('std_alpha', 1.0 if std_alpha is None else std_alpha, float, '(0, inf)')
    found = {name: module for name, module in model.named_modules() if isinstance(module, TileModule)}
    if not found:
        raise ArgumentError(f'model: must have analog layers, {type(model).__name__} has none')
    if calibration_type is InputRangeCalibrationType.NONE:
        return
    tiles: dict[str, Any] = {name: tile for name, tile in found.items()
                             if force_all_layers or getattr(tile, 'input_range', None) is not None}
    for name, tile in tiles.items():
        if not force_all_layers and has_noise_management(tile):
            raise ConfigError(f'forward.noise_management of {name} = {tile.rpu_config.forward.noise_management}: must be '
                              'NONE, or force_all_layers = True, because a range has no effect beside it')
    generator = torch.Generator().manual_seed(int(torch.randint(2 ** 63 - 1, (1,), dtype=torch.int64)))

    def statistic(tile: Any) -> Statistic:
        deviations = std_alpha or tile.rpu_config.pre_post.input_range.init_std_alpha
        return {
            InputRangeCalibrationType.MOVING_STD: lambda: MovingMean(lambda rows: deviations * rows.std().item(), max_samples),
            InputRangeCalibrationType.MOVING_QUANTILE: lambda: MovingMean(lambda rows: quantile_of(rows, quantile)),
            InputRangeCalibrationType.CACHE_QUANTILE: lambda: Cache(quantile, max_samples, generator),
            InputRangeCalibrationType.MAX: Largest}[calibration_type]()

    statistics = {name: statistic(tile) for name, tile in tiles.items()}
    was_training = {module: module.training for module in model.modules()}
    try:
        with observed(found.values(), {tiles[name]: one for name, one in statistics.items()}):
            model.eval()
            count = sum(1 for _ in map(lambda batch: feed(model, batch), dataloader))
    finally:
        for module, training in was_training.items():
            module.training = training
    if count == 0:
        raise ArgumentError('dataloader: must give at least one batch')
    for name, tile in tiles.items():
        value = statistics[name].value()
        if value is None:
            continue  # the data has not reached this tile, or all of its inputs were zero
        if has_noise_management(tile):
            tile.rpu_config.forward.noise_management = NoiseManagementType.NONE
        tile.fix_input_range(value, f'{calibration_type}, {count} batches')
        if verbose:
            print(f'{name}: input range {value:.4g}')


@torch.no_grad()
def calibrate_quantization_ranges(model: Module, loader: Iterable[Any], max_num_batches: int = 20) -> Module:
    """Set the ranges of all quantizers of activations of a trained network from data, keep them, and return the network.

    The network sees the data in evaluation mode, with activations rounded, even where this is switched off. Quantizers that
    the data do not reach stay as they are. Ranges of weights need no data: they follow the weights.

    Args:
        model: the network, see `aihwlab.nn.low_precision_conversion`.
        loader: batches, see `calibrate_input_ranges`.
        max_num_batches: the most batches that it sees.

    Raises:
        ArgumentError: if no activations are rounded, for a batch of another kind, or without any data. Nothing is changed.
    """
    require('max_num_batches', max_num_batches)
    quantizers = [module for module in model.modules() if isinstance(module, Quantizer) and not module.is_of_weights]
    if not quantizers:
        raise ArgumentError(f'model: must have quantizers of activations, {type(model).__name__} has none')
    kept = [(quantizer, quantizer.is_enabled, deepcopy(quantizer.state_dict())) for quantizer in quantizers]
    was_training = {module: module.training for module in model.modules()}
    try:
        for quantizer in quantizers:
            quantizer.reset()
            quantizer.set_state(Qstates.estimate_ranges)
            quantizer.is_enabled = True
        model.eval()
        if sum(1 for _ in map(lambda batch: feed(model, batch), islice(loader, max_num_batches))) == 0:
            raise ArgumentError('loader: must give at least one batch')
    except BaseException:
        for quantizer, _, before in kept:
            quantizer.load_state_dict(before)
        raise
    finally:
        for module, training in was_training.items():
            module.training = training
    for quantizer, is_enabled, before in kept:
        if quantizer.is_estimated:
            quantizer.set_state(Qstates.fix_ranges)
            quantizer.is_enabled = is_enabled
        else:
            quantizer.load_state_dict(before)
    return model


def has_noise_management(tile: Any) -> bool:
    """Return whether a tile scales each input vector into the range of its converters."""
    forward = getattr(tile.rpu_config, 'forward', None)
    return forward is not None and forward.noise_management is not NoiseManagementType.NONE


def feed(model: Module, batch: Any) -> None:
    """Show one batch to a network.

    Raises:
        ArgumentError: for a batch of which the inputs cannot be told.
    """
    if torch.is_tensor(batch):
        model(batch)
    elif isinstance(batch, dict):
        model(**batch)
    elif isinstance(batch, (tuple, list)) and len(batch) == 2 and isinstance(batch[1], dict):
        arguments, named = batch
        model(*(arguments if isinstance(arguments, (tuple, list)) else [arguments]), **named)
    elif isinstance(batch, (tuple, list)) and batch and torch.is_tensor(batch[0]):
        model(batch[0])
    else:
        raise ArgumentError(f'a batch of type {type(batch).__name__}: must be a tensor, a list that begins with one, a '
                            'dictionary of arguments, or a pair of arguments and named arguments')


@contextmanager
def observed(tiles: Iterable[Any], statistics: dict[Any, Statistic]) -> Iterator[None]:
    """Let tiles compute exactly, without input ranges, while statistics look at their inputs."""
    kept = []
    try:
        for tile in tiles:
            settings, forward = tile.rpu_config.pre_post.input_range, getattr(tile.rpu_config, 'forward', None)
            kept.append((tile, tile.input_range, settings, settings.manage_output_clipping, forward,
                         getattr(forward, 'is_perfect', None)))
            holder = tile._parameters if 'input_range' in tile._parameters else tile._buffers
            holder['input_range'], settings.manage_output_clipping = None, False
            if forward is not None:
                forward.is_perfect = True
            tile.observer = None if tile not in statistics else statistics[tile].look
        yield
    finally:
        for tile, input_range, settings, manages, forward, is_perfect in kept:
            holder = tile._parameters if 'input_range' in tile._parameters else tile._buffers
            holder['input_range'], tile.observer = input_range, None
            if forward is not None:
                forward.is_perfect = is_perfect
            settings.manage_output_clipping = manages
